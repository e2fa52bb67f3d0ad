#!/usr/bin/env python3
"""Marks and blanks that no file may hold: usage: words.py ROOT

And in src/, docker/ and the pages, phrases that an engineer would not say aloud.
"""

import re
import sys

import common

# Written in two parts, so that this file passes itself.
MARKS = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
PAGE = "con" + "tract"
PLACES = ["ro" + "ot", "ho" + "me/[a-z]", "wo" + "rk"]

PATTERNS = [
    (re.compile(rf"\b({'|'.join(MARKS)})\b"), "unfinished work: do it or open an issue"),
    (re.compile(rf"(^|[^\w.$}})/])/({'|'.join(PLACES)})/"), "a path of somebody's machine"),
    (re.compile(r"[ \t]+$"), "blanks at the end of the line"),
    (re.compile(r"^(<{7}|>{7}|={7})( |$)"), "a mark of an unfinished merge"),
    (re.compile(r"[\x00-\x08\x0b-\x1f\x7f]"), "a control character"),
    (re.compile(rf"\b{PAGE} (sections? )?\d", re.I), "name the section of the manual page"),
    (re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"), "an invisible character"),
]

# Each with what to write instead.
PHRASES = [
    (re.compile(r"(?<!there )\b(is|are) no (option|number|file|directory|name|call|token)s?\b", re.I), "is not a ..."),
    (re.compile(r"\b(is|are) over\b(?!\w|\s+\w+ (bytes|KiB))", re.I), "has ended, has expired, timed out"),
    (re.compile(r"\bwho(so)?ever\b", re.I), "name the subject"),
    (re.compile(r"\bwhat stands\b", re.I), "name the subject"),
    (re.compile(r"\bis too much\b", re.I), "unexpected argument"),
    (re.compile(r"\bis nobody's\b|\bby nobody\b", re.I), "is not ...ed"),
]
PROSE = re.compile(r"(src|docker)/.*|[A-Z]+\.md|tests/[A-Z]+\.md")

# Data of the tests, which holds what it must.
DATA = re.compile(r"tests/(fuzz/(corpus|seeds)|vectors)/.*")


def check_text(name, text):
    findings = []
    patterns = PATTERNS + (PHRASES if PROSE.fullmatch(name) else [])
    for number, line in enumerate(text.split("\n"), 1):
        found = (why for pattern, why in patterns if pattern.search(line))
        findings += [f"{name}:{number}: {why}" for why in found]
    if text and not text.endswith("\n"):
        findings.append(f"{name}: no newline at the end")
    if text.endswith("\n\n"):
        findings.append(f"{name}: an empty line at the end")
    return findings


def check(root):
    findings = []
    count = 0
    for path in common.files(root):
        name = path.relative_to(root).as_posix()
        if DATA.fullmatch(name):
            continue
        count += 1
        try:
            findings += check_text(name, path.read_bytes().decode())
        except UnicodeDecodeError:
            findings.append(f"{name}: not a text in UTF-8")
    return findings, count


def run(arguments):
    findings, count = check(arguments[0])
    return common.report("words", findings, f"{count} files")


def self_test():
    sample = {
        "good.c": "int todo; /* XXXXXX, TODO_FORWARD */\n",
        "mark.c": f"/* {MARKS[0]}: later */\n",
        "blank.py": "x = 1 \n\ty = 2\n",
        "crlf.md": "one\r\n",
        "path.sh": f"cd /{PLACES[0]}/x\n",
        "end.txt": "no newline",
        "empty.txt": "line\n\n",
        "hidden.c": "int a\u202e;\n",
        "binary.bin": b"\xff\xfe\n",
        "merge.c": "<<<<<<< ours\n",
        "tests/vectors/raw.h": "blank \n",
        "src/phrase.c": "/* 'x' is no option. */\n/* There is no option. */\n",
        "docker/page.md": "60 s are over, for whoever waits\n",
        "tests/prose.c": f"/* is no option */\n/* ({PAGE} section 4) */\n# {PAGE} 9\n",
    }
    with common.tree(sample) as root:
        findings, count = check(root)
    assert count == len(sample) - 1, count
    common.expect(
        findings,
        "binary.bin: not a text",
        "blank.py:1: blanks",
        "crlf.md:1: a control",
        "empty.txt: an empty line",
        "end.txt: no newline",
        "hidden.c:1: an invisible",
        "mark.c:1: unfinished work",
        "merge.c:1: a mark",
        "path.sh:1: a path",
        "docker/page.md:1: has ended",
        "docker/page.md:1: name the subject",
        "src/phrase.c:1: is not a",
        "tests/prose.c:2: name the section",
        "tests/prose.c:3: name the section",
    )


if __name__ == "__main__":
    sys.exit(common.main("words", run, self_test))
