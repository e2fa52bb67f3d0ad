#!/usr/bin/env python3
"""Variables that keep their value between calls: usage: statics.py OBJDUMP ARCHIVE.a...

Functions in the folders below are pure, or say in KEPT what they keep and why: nothing that they are
called with may depend on what they were called with before.
"""

import re
import subprocess
import sys

import common

FOLDERS = ("aws", "base", "config", "env", "http", "json")

# folder/file: {variable: why it is kept}
KEPT = {
    "base/bounded.c": {
        "is_prepared": "whether the timer that ends a write was made, once",
        "has_foreign": "that a signal of somebody else ended a write; a handler writes it",
        "foreign": "that signal; a handler writes it",
    },
    "base/errno_text.c": {"other": "the text of a number that has no name, until the next one"},
    "base/log.c": {
        "sink": "where log lines go, set once in main",
        "before_line": "what clears the progress line of antechamberctl",
    },
    "base/pages.c": {"mapped": "how much was mapped, which the limit of the address space adds up"},
    "base/secret.c": {"list": "the list in use, for quote()"},
    "base/stop.c": {"stopped": "the signal that asked us to stop; a handler writes it"},
}

MEMBER = re.compile(r"^(\S+\.o):\s+file format")
VARIABLE = re.compile(r" O (?:\.bss|\.data|\.tbss|\.tdata|\*COM\*)(\S*)\s+\S+ +(?:\.hidden )?(\S+)$")


def check(listing, kept):
    """listing: objdump's symbol tables, of one archive after the other."""
    findings = []
    seen = set()
    name = folder = ""
    for line in listing.splitlines():
        archive = re.match(r"^In archive (?:.*/)?lib(\w+)\.a:", line)
        if archive:
            folder = archive[1]
        member = MEMBER.match(line)
        if member:
            # meson names an object after the source with its folder: "base_log.c.o".
            object_name = member[1].rpartition("/")[2].removesuffix(".o")
            name = f"{folder}/{object_name.removeprefix(folder + '_')}"
        found = VARIABLE.search(line)
        if not found or found[1].startswith(".rel.ro") or folder not in FOLDERS:
            continue
        # In a function gcc names it "count.0", clang "function.count".
        variable = [part for part in found[2].split(".") if not part.isdigit()][-1]
        seen.add((name, variable))
        if variable not in kept.get(name, {}):
            findings.append(f"src/{name}: {variable}: a variable that keeps its value between calls")
    wanted = {(file, variable) for file, variables in kept.items() for variable in variables}
    findings += [f"src/{file}: {variable}: there is no such variable" for file, variable in wanted - seen]
    return sorted(findings)


def run(arguments):
    objdump, *archives = arguments
    command = [objdump, "--syms", *archives]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return common.report("statics", check(listing, KEPT), f"{len(archives)} archives")


def self_test():
    listing = """In archive src/libbase.a:
base_log.c.o:     file format elf64-x86-64
0000000000000000 l     O .bss.sink\t0000000000000020 sink
0000000000000000 l     O .bss.count.0\t0000000000000004 count.0
0000000000000000 l     O .bss.f.last\t0000000000000004 f.last
0000000000000000 l     O .data.rel.ro.local.names\t0000000000000004 names
0000000000000000 l     O .rodata.text\t0000000000000004 text
0000000000000000 g     O .data.level\t0000000000000004 .hidden level
In archive src/libinit.a:
init_init.c.o:     file format elf64-x86-64
0000000000000000 l     O .bss.free\t0000000000000004 free
"""
    common.expect(
        check(listing, {"base/log.c": {"sink": "", "gone": ""}}),
        "src/base/log.c: count: a variable",
        "src/base/log.c: gone: there is no such",
        "src/base/log.c: last: a variable",
        "src/base/log.c: level: a variable",
    )


if __name__ == "__main__":
    sys.exit(common.main("statics", run, self_test))
