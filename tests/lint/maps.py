#!/usr/bin/env python3
"""What the running program may do with its own pages: usage: maps.py EXECUTABLE

A lint of the file says what the linker asked for; /proc/PID/maps says what became of it. Under a
command the program's relocated tables are read-only, and no page is both writable and executable.
"""

import os
import re
import signal
import subprocess
import sys

import common
import elf

LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) \S+ \d+\s*(.*)")


def parse(text):
    """[(first address, address after the last, rights, offset in the file, name)]"""
    found = (LINE.match(line).groups() for line in text.splitlines())
    return [(int(a, 16), int(b, 16), rights, int(o, 16), name) for a, b, rights, o, name in found]


def rights_at(maps, start, end):
    return {rights for a, b, rights, *_ in maps if a < end and start < b}


def check(file, maps, path):
    ours = [area for area in maps if area[4] == path]
    if not ours:
        return [f"no page of {path} is mapped"]
    base = next(a for a, _, _, offset, _ in ours if offset == 0)
    findings = [f"{a:x}: {rights}" for a, _, rights, *_ in ours if "w" in rights and "x" in rights]
    for _, _, _, address, _, _, size, _ in file.of(elf.PT_GNU_RELRO):
        found = rights_at(maps, base + address, base + address + size)
        if found != {"r--p"}:
            findings.append(f"the relocated tables are {' and '.join(sorted(found))}, not r--p")
    return findings


def maps_of(path):
    """The pages of the program while it supervises a command; an emulator has them where they belong."""
    command = [*common.wrapper(), path, "init", "--supervise=always", "--subreaper=false", "--"]
    command += ["sh", "-c", "echo; exec sleep 60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
        run.stdout.readline()
        with open(f"/proc/{run.pid}/maps", encoding="ascii") as file:
            text = file.read()
        run.send_signal(signal.SIGTERM)
    return text


def run(arguments):
    path = arguments[0].resolve()
    maps = parse(maps_of(path))
    findings = check(elf.Elf(path.read_bytes()), maps, os.fspath(path))
    return common.report("maps", findings, f"{len(maps)} areas")


def self_test():
    page = 4096
    segments = [(elf.PT_LOAD, 6, 0, 3 * page), (elf.PT_GNU_RELRO, 4, page, page)]
    file = elf.Elf(elf.make(elf.ET_DYN, elf.EM_X86_64, segments, [], []))
    first = "1000-2000 r-xp 00000000 00:00 7 /x\n"
    rest = "3000-4000 rw-p 00002000 00:00 7 /x\n7000-8000 rw-p 00000000 00:00 0 [stack]\n"
    good = first + "2000-3000 r--p 00001000 00:00 7 /x\n" + rest
    common.expect(check(file, parse(good), "/x"))
    common.expect(check(file, parse(good), "/y"), "no page of /y")
    common.expect(check(file, parse(good.replace("r--p", "rw-p")), "/x"), "are rw-p, not r--p")
    common.expect(check(file, parse(first + rest), "/x"), "tables are , not r--p")
    common.expect(check(file, parse(good.replace("r-xp", "rwxp")), "/x"), "1000: rwxp")


if __name__ == "__main__":
    sys.exit(common.main("maps", run, self_test))
