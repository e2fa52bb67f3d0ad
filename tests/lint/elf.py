#!/usr/bin/env python3
"""What kind of executable we ship: usage: elf.py EXECUTABLE

A static, position-independent executable that relocates itself: no interpreter, no libraries, no
writable code, nothing left writable that need not be (elf(5), the gABI).
"""

import struct
import sys

import common

ET_DYN = 3
EM_X86_64, EM_AARCH64 = 62, 183
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
PF_X, PF_W = 1, 2
SHT_SYMTAB, SHT_NOBITS = 2, 8
DT_NEEDED, DT_TEXTREL, DT_BIND_NOW, DT_FLAGS = 1, 22, 24, 30
DT_FLAGS_1 = 0x6FFFFFFB
SMALLEST_PAGE = 4096
DF_TEXTREL, DF_BIND_NOW, DF_1_NOW, DF_1_PIE = 4, 8, 1, 0x08000000


class Elf:
    """The parts of a 64-bit little-endian ELF file that the checks need."""

    def __init__(self, data):
        if data[:6] != b"\x7fELF\x02\x01":
            raise ValueError("not a 64-bit little-endian ELF file")
        fields = struct.unpack_from("<HHIQQQIHHHHHH", data, 16)
        self.type, self.machine = fields[0], fields[1]
        phoff, shoff = fields[4], fields[5]
        phnum, shnum = fields[9], fields[11]
        # (type, flags, offset, address, physical address, size in file, size in memory, alignment)
        self.segments = [struct.unpack_from("<IIQQQQQQ", data, phoff + 56 * i) for i in range(phnum)]
        # (type, size)
        self.sections = [struct.unpack_from("<I24xQ", data, shoff + 64 * i + 4) for i in range(shnum)]
        self.dynamic = {}
        for kind, _, offset, _, _, size, _, _ in self.segments:
            if kind == PT_DYNAMIC:
                self.dynamic = dict(struct.iter_unpack("<QQ", data[offset : offset + size]))

    def has(self, kind):
        return any(segment[0] == kind for segment in self.segments)

    def flag(self, tag, bit):
        return bool(self.dynamic.get(tag, 0) & bit)


def check(elf):
    stack = [flags for kind, flags, *_ in elf.segments if kind == PT_GNU_STACK]
    loads = [flags for kind, flags, *_ in elf.segments if kind == PT_LOAD]
    sealed = max((s[3] + s[6] for s in elf.segments if s[0] == PT_GNU_RELRO), default=0)
    written = max((s[3] + s[5] for s in elf.segments if s[0] == PT_LOAD and s[1] & PF_W), default=0)
    zeros = [size for kind, size in elf.sections if kind == SHT_NOBITS]
    is_now = DT_BIND_NOW in elf.dynamic or elf.flag(DT_FLAGS, DF_BIND_NOW)
    claims = [
        (elf.machine in (EM_X86_64, EM_AARCH64), "made for neither x86-64 nor aarch64"),
        (elf.type == ET_DYN and elf.flag(DT_FLAGS_1, DF_1_PIE), "no position-independent executable"),
        (not elf.has(PT_INTERP), "asks for a dynamic loader (PT_INTERP), which scratch has not"),
        (DT_NEEDED not in elf.dynamic, "needs a shared library (DT_NEEDED)"),
        (
            DT_TEXTREL not in elf.dynamic and not elf.flag(DT_FLAGS, DF_TEXTREL),
            "relocates its code (DT_TEXTREL)",
        ),
        (elf.has(PT_GNU_RELRO), "does not seal its relocated tables (PT_GNU_RELRO)"),
        # Data that is not zero at first would be a page of its own, in the file and in PID 1.
        (written <= sealed, "has data that is neither constant nor zero at first"),
        (is_now or elf.flag(DT_FLAGS_1, DF_1_NOW), "does not bind at once (BIND_NOW)"),
        (stack and not any(flags & PF_X for flags in stack), "has an executable stack"),
        (not any(f & PF_X and f & PF_W for f in loads), "has a segment both writable and executable"),
        (all(kind != SHT_SYMTAB for kind, _ in elf.sections), "is not stripped"),
        # .bss; what is BULK stands behind it.
        (not zeros or zeros[0] <= SMALLEST_PAGE, "has more than a page of variables beside src/base/bulk.h"),
    ]
    return [problem for is_true, problem in claims if not is_true], len(claims)


def run(arguments):
    try:
        findings, count = check(Elf(arguments[0].read_bytes()))
    except (OSError, ValueError, struct.error) as e:
        findings, count = [str(e)], 0
    return common.report("elf", [f"{arguments[0]}: {f}" for f in findings], f"{count} properties")


def make(kind, machine, segments, dynamic, sections):
    """A little ELF file: headers only, with the dynamic section behind them."""
    table = b"".join(struct.pack("<QQ", *entry) for entry in dynamic)
    count = len(segments) + 1
    start = 64 + 56 * count
    body = b"".join(struct.pack("<IIQQQQQQ", t, f, 0, 0, 0, 8, 8, 8) for t, f in segments)
    body += struct.pack("<IIQQQQQQ", PT_DYNAMIC, 4, start, 0, 0, len(table), len(table), 8)
    numbers = (kind, machine, 1, 0, 64, start + len(table), 0, 64, 56, count, 64, len(sections), 0)
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack("<HHIQQQIHHHHHH", *numbers)
    return header + body + table + b"".join(struct.pack("<II24xQ24x", 0, *section) for section in sections)


def self_test():
    good = make(
        ET_DYN,
        EM_X86_64,
        [(PT_LOAD, 5), (PT_LOAD, 6), (PT_GNU_STACK, 6), (PT_GNU_RELRO, 4)],
        [(DT_FLAGS, DF_BIND_NOW), (DT_FLAGS_1, DF_1_NOW | DF_1_PIE), (0, 0)],
        [(0, 0), (1, 9), (SHT_NOBITS, SMALLEST_PAGE), (SHT_NOBITS, 10**9)],
    )
    assert check(Elf(good))[0] == []
    bad = make(
        2,
        3,
        [(PT_LOAD, 7), (PT_GNU_STACK, 7), (PT_INTERP, 4)],
        [(DT_NEEDED, 1), (DT_TEXTREL, 0), (DT_FLAGS, 0), (0, 0)],
        [(0, 0), (SHT_SYMTAB, 24), (SHT_NOBITS, SMALLEST_PAGE + 1)],
    )
    findings, count = check(Elf(bad))
    assert len(findings) == count, findings
    # Without PT_GNU_STACK the kernel makes the stack executable.
    silent = make(ET_DYN, EM_X86_64, [(PT_GNU_RELRO, 4)], [(DT_FLAGS_1, DF_1_NOW | DF_1_PIE)], [(0, 0)])
    common.expect(check(Elf(silent))[0], "executable stack")


if __name__ == "__main__":
    sys.exit(common.main("elf", run, self_test))
