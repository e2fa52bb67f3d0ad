#!/usr/bin/env python3
"""That the stack is watched: usage: canary.py OBJDUMP NAMES ARCHIVE.a...

In every archive some function checks its canary, and so do those of NAMES, a list with commas: they
have an array on the stack. Symbols and instructions are looked at, not the compiler's options.
"""

import re
import subprocess
import sys

import common

FAILS = "__stack_chk_fail"
# The canary is in the thread's own memory on x86-64, in a variable on arm64.
CANARY = re.compile(r"%fs:0x28|__stack_chk_guard")
FUNCTION = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")


def functions_of(text):
    """{name: its instructions and relocations} from objdump's output."""
    found = {}
    name = None
    for line in text.splitlines():
        start = FUNCTION.match(line)
        if start:
            name = start.group(1)
            found[name] = ""
        elif name:
            found[name] += line + "\n"
    return found


def is_watched(body):
    """Read at the entry, read again before the return, and a way out when the two differ."""
    return len(CANARY.findall(body)) >= 2 and FAILS in body


def check(listings, names):
    """listings: {archive's name: objdump's output}"""
    findings = []
    bodies = {}
    watched = 0
    for archive, text in listings.items():
        functions = functions_of(text)
        bodies.update(functions)
        count = sum(map(is_watched, functions.values()))
        watched += count
        if functions and count == 0:
            findings.append(f"{archive}: no function checks a canary")
    for name in names:
        if name not in bodies:
            findings.append(f"{name}: no archive has it")
        elif not is_watched(bodies[name]):
            findings.append(f"{name}: has no canary")
    return findings, f"{watched} functions with a canary in {len(listings)} archives"


def disassemble(objdump, archive):
    command = [objdump, "--disassemble", "--reloc", "--no-show-raw-insn", archive]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(arguments):
    objdump, names, *archives = arguments
    listings = {path.name: disassemble(objdump, path) for path in archives}
    return common.report("canary", *check(listings, str(names).split(",")))


def self_test():
    frame = "  0: mov %fs:0x28,%rax\n  8: sub %fs:0x28,%rdx\n  10: call x\n    11: R_X86 __stack_chk_fail\n"
    good = f"0000 <f>:\n{frame}0010 <g>:\n  0: ret\n"
    common.expect(check({"a": good}, ["f"])[0])
    common.expect(check({"a": good}, ["g", "h"])[0], "g: has no canary", "h: no archive has it")
    half = good.replace("sub %fs:0x28", "sub %fs:0x10")
    common.expect(check({"a": good, "b": half}, [])[0], "b: no function checks a canary")
    common.expect(check({"data": "", "a": good}, [])[0])


if __name__ == "__main__":
    sys.exit(common.main("canary", run, self_test))
