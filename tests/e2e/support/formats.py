"""The writers and readers of src/ctl/format, and the values that put them to the test."""

import random
import subprocess

from support.programs import HERE, compiler

ROOT = HERE.parents[2]


def build(folder):
    target = folder / "formats"
    sources = [ROOT / "src/ctl/base/memory.c", ROOT / "src/ctl/base/text.c"]
    for pattern in ("src/ctl/format/*.c", "src/base/*.c", "src/json/*.c"):
        sources += sorted(ROOT.glob(pattern))
    include = [f"-I{ROOT / 'src'}", f"-I{next((ROOT / 'third_party').glob('jsmn-*/'))}"]
    subprocess.run(
        [compiler(), "-std=c11", "-D_GNU_SOURCE", "-O1", *include, "-o", target, HERE / "formats.c", *sources],
        check=True,
    )
    return Formats(target)


class Refused(Exception):
    """The message and the hint of the program."""


class Formats:
    def __init__(self, program):
        self.program = program

    def run(self, data, *arguments):
        done = subprocess.run([self.program, *arguments], input=data, capture_output=True, check=False)
        if done.returncode != 0:
            assert done.returncode == 100, done
            raise Refused(done.stderr.decode())
        return done.stdout

    def write(self, pairs, *arguments):
        strings = (s for pair in pairs.items() for s in pair)
        return self.run(b"".join(netstring(s) for s in strings), *arguments)

    def read(self, text, kind):
        strings = list(strings_of(self.run(text, "read", kind)))
        return dict(zip(strings[::2], strings[1::2], strict=True))


def netstring(text):
    data = text.encode("utf-8", "surrogateescape")
    return b"%d:%s," % (len(data), data)


def strings_of(data):
    at = 0
    while at < len(data):
        colon = data.index(b":", at)
        end = colon + 1 + int(data[at:colon])
        yield data[colon + 1 : end].decode("utf-8", "surrogateescape")
        at = end + 1


# Each was seen to break a format of somebody.
SPECIAL = [
    "", " ", "  ", "\t", "\n", "\n\n", "\r", "\r\n", "a\n", "a\n\n", "\na", "\n\n a", " a\nb", "a\n b\n", "a\n\n\nb",
    "a\n \n", "\n \nx", "a\n\t\nb", "\tx", "x\t", "a\tb", "\ta\nb", "a\rb\nc", "a\r\nb\r\n", "x ", " x", "x\n ",
    "null", "~", "Null", "true", "No", "y", "on", "OFF", ".inf", "-.Inf", ".nan", "=", "<<", "-", "--", "---", "...",
    "--- a", "?", "? a", "?a", ":", ":a", ": a", "a:", "a: b", "a:b", "a :b", "- a", "-a", "a - b", "#", "# a", "a #b",
    "a#b", "0", "08", "007", "-1", "+1", "1_000", "_1", "1.5", ".5", "5.", "1e3", "1.5e+3", "1.e3", "0x1F", "0X1F",
    "0o17", "0b11", "0b12", "12:30", "1:99", "190:20:30", "190:20:30.15", "10.0.0.1", "1.2.3", "2001-12-14",
    "2001-13-45", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "99999999999999999999", "-0x1f", "+-5",
    "&a", "*a", "!a", "!!str a", "|", ">", "|-\n a", "%a", "@a", "`a`", "{", "}", "{}", "[", "]", "[]", "{a: b}", ",",
    ",a", "'", "''", "'a'", '"', '""', '"a"', "it's", 'say "hi"', "\\", "\\n", "a\\", "\\.", "\\\\", "\\u0041", "\\$",
    "$", "$$", "${a}", "$${a}", "$$${a}", "$$$${a}", "$a", "$(id)", "$'a'", "%{a}", "%%{a}", "%%%{a}", "%", "`id`", "!",
    "!!", "a=b", "=a", "a b", "a;b", "a|b", "a&b", "<a>&</a>", "\x07\x08\x0b\x0c\x1b", "\x01", "\x1f", "\x7f", "\x80",
    "\x85", "\x9f", "\xa0", "\xad", "é", "\u2028", "\u2029", "\u200b", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\ue000",
    "\U0001f600", "\U0010ffff", "a\x85b", "a\u2028b\nc", "Kö\u0308ln", "\ud7ff", "line\nwith # hash\n", "k: v\nl: w\n",
    "-----BEGIN KEY-----\nMIIB+/=\n-----END KEY-----\n", '{"a": [1, "b"]}', "postgres://u:p%40@h:5432/d?x=y#z",
]

ALPHABET = [
    *"aZ09_", " ", " ", "\t", "\n", "\n", "\r", *"\"'\\`$#%{}[]:,-?!&*|>@=<~()^;.+/", "é", "\x85", "\u2028", "\ufeff",
    "\U0001f600", "\x01", "\x1b", "\x7f", "\xa0", "${", ": ", " #", "- ", "\n  ", "\r\n",
]


def values(count=400, seed=20261129):
    """Special values, then random ones of up to 24 pieces, then long ones."""
    rng = random.Random(seed)
    result = list(SPECIAL)
    for _ in range(count):
        result.append("".join(rng.choices(ALPHABET, k=rng.randint(1, 24))))
    result.append("x" * 8192)
    result.append("".join(rng.choices(ALPHABET, k=6000)))
    return result


def as_pairs(of):
    """Keys that all formats can hold and that are sorted in the order of the values."""
    return {f"K{number:04}": value for number, value in enumerate(of)}
