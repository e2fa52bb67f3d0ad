#!/usr/bin/env python3
"""What kind of executables we ship: usage: elf.py EXECUTABLE...

Static, position-independent executables that relocate themselves: no interpreter, no libraries, no
writable code, no executable constants, nothing left writable that need not be, and a layout that
every page size of its processor can load (elf(5), the gABI).
"""

import struct
import sys

import common

ET_DYN = 3
EM_X86_64, EM_AARCH64 = 62, 183
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PT_GNU_STACK, PT_GNU_RELRO = 0x6474E551, 0x6474E552
PF_X, PF_W = 1, 2
SHT_PROGBITS, SHT_SYMTAB = 1, 2
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR = 1, 2, 4
DT_NEEDED, DT_TEXTREL, DT_BIND_NOW, DT_FLAGS = 1, 22, 24, 30
DT_FLAGS_1 = 0x6FFFFFFB
# The largest page that a kernel for the processor may have.
LARGEST_PAGE = {EM_X86_64: 4096, EM_AARCH64: 65536}
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
        # (type, flags, address)
        self.sections = [struct.unpack_from("<IQQ", data, shoff + 64 * i + 4) for i in range(shnum)]
        self.dynamic = {}
        for kind, _, offset, _, _, size, _, _ in self.segments:
            if kind == PT_DYNAMIC:
                self.dynamic = dict(struct.iter_unpack("<QQ", data[offset : offset + size]))

    def has(self, kind):
        return any(segment[0] == kind for segment in self.segments)

    def of(self, kind):
        return [segment for segment in self.segments if segment[0] == kind]

    def flag(self, tag, bit):
        return bool(self.dynamic.get(tag, 0) & bit)


def has_executable_constants(elf):
    """Whether a section without code is in a segment with the right to execute."""
    attributes = SHF_WRITE | SHF_ALLOC | SHF_EXECINSTR
    constants = [a for kind, flags, a in elf.sections if kind == SHT_PROGBITS and flags & attributes == SHF_ALLOC]
    code = [(s[3], s[3] + s[6]) for s in elf.of(PT_LOAD) if s[1] & PF_X]
    return any(start <= address < end for address in constants for start, end in code)


def is_aligned(elf):
    """Segments that a page of any size keeps apart, in memory as in the file."""
    page = LARGEST_PAGE.get(elf.machine, 1)
    loads = elf.of(PT_LOAD)
    pages = [(s[3] // page, (s[3] + max(s[6], 1) - 1) // page) for s in loads]
    apart = all(before[1] < after[0] for before, after in zip(pages, pages[1:]))
    return apart and all(s[7] >= page and (s[3] - s[2]) % page == 0 for s in loads)


def seals_whole_pages(elf):
    page = LARGEST_PAGE.get(elf.machine, 1)
    return all((s[3] + s[6]) % page == 0 for s in elf.of(PT_GNU_RELRO))


def check(elf):
    stack = [flags for kind, flags, *_ in elf.segments if kind == PT_GNU_STACK]
    loads = [flags for kind, flags, *_ in elf.segments if kind == PT_LOAD]
    is_now = DT_BIND_NOW in elf.dynamic or elf.flag(DT_FLAGS, DF_BIND_NOW)
    claims = [
        (elf.machine in (EM_X86_64, EM_AARCH64), "made for neither x86-64 nor aarch64"),
        (
            elf.type == ET_DYN and elf.flag(DT_FLAGS_1, DF_1_PIE),
            "is not a position-independent executable",
        ),
        (not elf.has(PT_INTERP), "asks for a dynamic loader (PT_INTERP), which scratch does not have"),
        (DT_NEEDED not in elf.dynamic, "needs a shared library (DT_NEEDED)"),
        (
            DT_TEXTREL not in elf.dynamic and not elf.flag(DT_FLAGS, DF_TEXTREL),
            "relocates its code (DT_TEXTREL)",
        ),
        (elf.has(PT_GNU_RELRO), "does not seal its relocated tables (PT_GNU_RELRO)"),
        (seals_whole_pages(elf), "seals a part of a page (PT_GNU_RELRO), which is not possible"),
        (is_now or elf.flag(DT_FLAGS_1, DF_1_NOW), "does not bind at once (BIND_NOW)"),
        (stack and not any(flags & PF_X for flags in stack), "has an executable stack"),
        (not any(f & PF_X and f & PF_W for f in loads), "has a segment both writable and executable"),
        (not has_executable_constants(elf), "has constants in an executable segment"),
        (is_aligned(elf), "has segments that share a page, or a smaller alignment than a page"),
        (all(kind != SHT_SYMTAB for kind, *_ in elf.sections), "is not stripped"),
    ]
    return [problem for is_true, problem in claims if not is_true], len(claims)


def run(arguments):
    findings, total = [], 0
    for path in arguments:
        try:
            found, count = check(Elf(path.read_bytes()))
        except (OSError, ValueError, struct.error) as e:
            found, count = [str(e)], 0
        findings += [f"{path}: {f}" for f in found]
        total += count
    return common.report("elf", findings, f"{total} properties of {len(arguments)} executables")


PAGE = LARGEST_PAGE[EM_X86_64]


def make(kind, machine, segments, dynamic, sections):
    """A little ELF file, of headers and a dynamic section; of segments (type, flags, address, size)."""
    table = b"".join(struct.pack("<QQ", *entry) for entry in dynamic)
    count = len(segments) + 1
    start = 64 + 56 * count
    entries = [(t, f, 0, address, 0, size, size, PAGE) for t, f, address, size in segments]
    entries.append((PT_DYNAMIC, 4, start, 0, 0, len(table), len(table), 8))
    body = b"".join(struct.pack("<IIQQQQQQ", *entry) for entry in entries)
    numbers = (kind, machine, 1, 0, 64, start + len(table), 0, 64, 56, count, 64, len(sections), 0)
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack("<HHIQQQIHHHHHH", *numbers)
    named = (struct.pack("<IIQQ40x", 0, *section) for section in sections)
    return header + body + table + b"".join(named)


def self_test():
    good = make(
        ET_DYN,
        EM_X86_64,
        [
            (PT_LOAD, 4, 0, 8),
            (PT_LOAD, 5, PAGE, PAGE),
            (PT_LOAD, 6, 2 * PAGE, PAGE + 1),
            (PT_GNU_STACK, 6, 0, 0),
            (PT_GNU_RELRO, 4, 2 * PAGE, PAGE),
        ],
        [(DT_FLAGS, DF_BIND_NOW), (DT_FLAGS_1, DF_1_NOW | DF_1_PIE), (0, 0)],
        [(0, 0, 0), (SHT_PROGBITS, SHF_ALLOC, 0), (SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, PAGE)],
    )
    assert check(Elf(good))[0] == []
    dynamic = [(DT_NEEDED, 1), (DT_TEXTREL, 0), (DT_FLAGS, 0), (0, 0)]
    sections = [(SHT_PROGBITS, SHF_ALLOC, 0), (SHT_SYMTAB, 0, 0)]
    bad = make(2, 3, [(PT_LOAD, 7, 0, 8), (PT_GNU_STACK, 7, 0, 0), (PT_INTERP, 4, 0, 0)], dynamic, sections)
    findings, count = check(Elf(bad))
    # It is of no processor whose pages are known and seals nothing, so two claims hold.
    assert len(findings) == count - 2, findings
    dynamic = [(DT_FLAGS_1, DF_1_NOW | DF_1_PIE), (0, 0)]
    relro = (PT_GNU_RELRO, 4, 0, PAGE)
    # Without PT_GNU_STACK the kernel makes the stack executable.
    silent = make(ET_DYN, EM_X86_64, [relro], dynamic, [])
    common.expect(check(Elf(silent))[0], "executable stack")
    stack = (PT_GNU_STACK, 6, 0, 0)
    shared = [(PT_LOAD, 4, 0, 8), (PT_LOAD, 5, 16, 8)]
    for machine, segments in (
        (EM_X86_64, [*shared, stack, relro]),
        # Enough for pages of 4 KiB, not for those of 64.
        (EM_AARCH64, [(PT_LOAD, 5, 0, 8), stack, (PT_GNU_RELRO, 4, 0, 65536)]),
    ):
        common.expect(check(Elf(make(ET_DYN, machine, segments, dynamic, [])))[0], "a smaller alignment")
    partial = [stack, (PT_GNU_RELRO, 4, 0, PAGE)]
    common.expect(check(Elf(make(ET_DYN, EM_AARCH64, partial, dynamic, [])))[0], "a part of a page")


if __name__ == "__main__":
    sys.exit(common.main("elf", run, self_test))
