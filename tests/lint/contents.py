#!/usr/bin/env python3
"""What is in the executable: usage: contents.py TITLE=BUILD_FOLDER... [--write PAGE]

Reads each build's linker map (GNU ld's or lld's) and prints a Markdown table, in KiB, one column for
each build. --write puts it into PAGE, between its two marks. Where our code was optimized as one program
a function counts for the file that has one of its name, with what was inlined into it.
"""

import collections
import pathlib
import re
import subprocess
import sys

import common

BEGIN, END = "<!-- the table of contents.py -->", "<!-- its end -->"

# What takes room in the file. Zeros (.bss) take none, and what is for debuggers is stripped.
SECTIONS = re.compile(r"\.(text|init|fini|rodata|eh_frame|data\.rel\.ro|data|got|init_array|fini_array)$")

BEARSSL = {
    "ssl": "BearSSL: the TLS engine",
    "x509": "BearSSL: certificates",
    "codec": "BearSSL: certificates",
    **dict.fromkeys(("ec", "int", "rsa", "curves"), "BearSSL: public keys"),
    **dict.fromkeys(("symcipher", "hash", "mac", "rand"), "BearSSL: ciphers, hashes, random numbers"),
}
STRINGS = "messages and other texts"
RELOCATIONS = "relocations"
SHARED = "instructions that functions share"
REST = "headers, unused bytes of pages"
LAST = (SHARED, STRINGS, RELOCATIONS, REST)

# An object that was optimized as one program, by gcc or by lld.
WHOLE = re.compile(r"\.ltrans|\.lto\.o")
# What the compiler's halves of a function, and kinds of data, have before and after their names.
NAMED = re.compile(
    r"^\.(?:text|rodata|data|bss)\.(?:rel\.ro\.|local\.|startup\.|unlikely\.|\.L__const\.|\.Lswitch\.table\.)*(\w+)"
)


def files_of_names(build):
    """{name of a function or table: the file that row_of() takes}"""
    found = {}
    for path in [*sorted(build.glob("antechamber.p/*.o")), *sorted(build.glob("src/lib*.a"))]:
        done = subprocess.run(["objdump", "--syms", path], capture_output=True, text=True, check=True)
        for name in re.findall(r" [FO] \S+\s+\S+ +(?:\.hidden )?(\w+)\S*$", done.stdout, re.M):
            found.setdefault(name, f"{path}(x.o)" if path.suffix == ".a" else str(path))
    return found


def row_of(section, file, names):
    """The row of the table that a piece of the file belongs to."""
    if ".str" in section or file == "<internal>":
        return STRINGS
    if WHOLE.search(file):
        if ".OUTLINED_FUNCTION" in section:
            return SHARED
        name = NAMED.match(section)
        file = names.get(name[1] if name else "", "")
    # An archive that is a thin one is named by its folder, the last of the two.
    member = re.search(r".*lib(\w+)\.a(?:\.p/|[(:])(.*?)\)?$", file)
    if not member:
        return "C library" if file.endswith("crt1.o") or "/crt" in file else "`main.c`, `check.c`"
    library, name = member.groups()
    if library.startswith("bearssl"):
        return BEARSSL.get(name.removeprefix("src_").partition("_")[0], "BearSSL: certificates")
    if library == "roots":
        return "Amazon's root certificates"
    return {"c": "C library", "gcc": "C library"}.get(library, f"`{library}/`")


# GNU ld: an output section begins a line; a piece of it has one blank, and its numbers are on the
# next line where its name is long.
GNU_OUTPUT = re.compile(r"^(\.[\w.]+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)")
GNU_PIECE = re.compile(r"^ (\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S.*)$")


def pieces_of_gnu(text):
    """(output section, input section, size, file)"""
    text = text.partition("Linker script and memory map")[2]
    text = re.sub(r"^( ?\.\S+)\n\s+0x", r"\1 0x", text, flags=re.M)
    output = ""
    for line in text.splitlines():
        found = GNU_OUTPUT.match(line)
        if found:
            output = found[1]
            if output == ".rela.dyn":
                yield output, output, int(found[2], 16), RELOCATIONS
        found = GNU_PIECE.match(line)
        if found and found[3] != RELOCATIONS:
            yield output, found[1], int(found[2], 16), found[3]


# lld: columns of fixed width; a symbol is deeper than a piece, a piece than an output section.
LLD_LINE = re.compile(r"^\s*[0-9a-f]+\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+ (\s*)(\S.*)$")


def pieces_of_lld(text):
    output = ""
    for line in text.splitlines():
        found = LLD_LINE.match(line)
        if not found:
            continue
        size, depth, name = int(found[1], 16), len(found[2]), found[3]
        if depth == 0:
            output = name
            if output == ".rela.dyn":
                yield output, output, size, RELOCATIONS
        elif depth == 8:
            file, _, section = name.rpartition(":(")
            yield output, section.rstrip(")"), size, file


def rows_of(text, size, names):
    """{row: bytes} of an executable of that size."""
    pieces = pieces_of_lld if text.lstrip().startswith("VMA") else pieces_of_gnu
    rows = collections.Counter()
    for output, section, length, file in pieces(text):
        if output == ".rela.dyn":
            if file == RELOCATIONS:
                rows[RELOCATIONS] += length
        elif SECTIONS.match(output):
            rows[row_of(section, file, names)] += length
    rows[REST] = size - rows.total()
    return rows


def table(columns):
    """columns: {title: {row: bytes}}"""
    names = sorted({name for rows in columns.values() for name in rows} - set(LAST))
    lines = [f"| KiB | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
    for name in [*names, *LAST]:
        sizes = (f"{rows[name] / 1024:.1f}" for rows in columns.values())
        lines.append(f"| {name} | {' | '.join(sizes)} |")
    totals = (f"{rows.total() / 1024:.1f}" for rows in columns.values())
    lines.append(f"| **the executable** | {' | '.join(totals)} |")
    return "\n".join(lines) + "\n"


def write(page, text):
    before, begin, rest = page.read_text().partition(BEGIN + "\n")
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"antechamber: error: {page} has no marks {BEGIN} and {END}")
    page.write_text(before + begin + text + end + after)


def run(arguments):
    words = [str(argument) for argument in arguments]
    page = None
    if "--write" in words:
        page = pathlib.Path(words[words.index("--write") + 1])
        words = words[: words.index("--write")]
    columns = {}
    for word in words:
        title, _, folder = word.rpartition("=")
        build = pathlib.Path(folder)
        size = (build / "antechamber").stat().st_size
        text = (build / "antechamber.map").read_text()
        names = files_of_names(build) if WHOLE.search(text) else {}
        columns[title or build.name] = rows_of(text, size, names)
    findings = [
        f"{title}: {row}: {size} bytes: is the map of this executable?"
        for title, rows in columns.items()
        for row, size in rows.items()
        if size < 0
    ]
    text = table(columns)
    if page:
        write(page, text)
    else:
        print(text)
    return common.report("contents", findings, f"{len(columns)} executables")


GNU = """Discarded input sections
 .text.none     0x0000000000000000       0x99 src/libbase.a(base_span.c.o)
Linker script and memory map
.rela.dyn       0x0000000000000208       0x30
 .rela.got      0x0000000000000208        0x8 src/libnet.a(net_tls.c.o)
.text           0x0000000000001000      0x130
 .text.span     0x0000000000001000       0x10 src/libbase.a.p/base_span.c.o
 .text.of_a_long_name
                0x0000000000001010       0x20 third_party/bearssl-0.6/libbearssl.a(src_ec_prime.c.o)
 .text.main     0x0000000000001030       0x01 antechamber.p/src_main.c.o
 .text.memcpy   0x0000000000001040       0x02 /usr/lib/musl/libc.a(memcpy.lo)
.rodata         0x0000000000002000       0x10
 .rodata.f.str1.1
                0x0000000000002000       0x05 src/libbase.a(base_span.c.o)
.bss            0x0000000000003000     0x1000
 .bss           0x0000000000003000     0x1000 src/libbase.a(base_span.c.o)
"""

LLD = """             VMA              LMA     Size Align Out     In      Symbol
             238              238       30     8 .rela.dyn
             238              238       30     8         <internal>:(.rela.dyn)
            2000             2000       10     8 .text
            2000             2000       10     8         src/libbase.a(libbase.a.p/base_span.c.o):(.text.span)
            2000             2000       10     1                 span
            2010             2010       20     8         b/libbearssl.a(libbearssl.a.p/src_ec_prime.c.o):(.text.x)
            3000             3000        5     8 .rodata
            3000             3000        5     8         <internal>:(.rodata)
            4000             4000        1     8         antechamber.p/src_main.c.o:(.rodata.c)
            4001             4001        2     8         /usr/lib/musl/libc.a(memcpy.lo):(.rodata.c)
            4000             4000     1000     8 .bss
            4000             4000     1000     8         src/libbase.a(libbase.a.p/base_span.c.o):(.bss)
"""


def self_test():
    wanted = {
        "`base/`": 16,
        "BearSSL: public keys": 32,
        "`main.c`, `check.c`": 1,
        "C library": 2,
        STRINGS: 5,
        RELOCATIONS: 48,
        REST: 1000 - 104,
    }
    for text in (GNU, LLD):
        assert rows_of(text, 1000, {}) == wanted, rows_of(text, 1000, {})
    names = {"f": "src/libnet.a(x.o)", "t": "src/libaws.a(x.o)"}
    for file in ("/tmp/x.ltrans0.ltrans.o", "antechamber.lto.o"):
        assert row_of(".text.f.constprop.0", file, names) == row_of(".text.unlikely.f", file, names) == "`net/`"
        assert row_of(".rodata..L__const.f.all", file, names) == "`net/`"
        assert row_of(".data.rel.ro.local.t", file, names) == "`aws/`"
    assert row_of(".text.OUTLINED_FUNCTION_7", "antechamber.lto.o", names) == SHARED
    assert table({"a": collections.Counter(wanted)}).endswith("| **the executable** | 1.0 |\n")
    with common.tree({"page.md": f"one\n{BEGIN}\nold\n{END}\ntwo\n"}) as root:
        write(root / "page.md", "new\n")
        assert (root / "page.md").read_text() == f"one\n{BEGIN}\nnew\n{END}\ntwo\n"


if __name__ == "__main__":
    sys.exit(common.main("contents", run, self_test))
