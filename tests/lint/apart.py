#!/usr/bin/env python3
"""That the two executables are apart: usage: apart.py BUILD_FOLDER

By the linker's maps (GNU ld's or lld's): nothing of src/ctl/, and no allocator, is in antechamber; nothing of
the processes, init/, launch/ and sandbox/, is in antechamberctl. A piece is known by its archive or, where our
code was optimized as one program, by a global name that an archive of those folders has.
"""

import re
import subprocess
import sys

import common
from contents import NAMED, SECTIONS, pieces_of_gnu, pieces_of_lld
from symbols import ALLOCATORS

# executable: the folders of which it has nothing, a folder of which it has something
NOTHING_OF = {
    "antechamber": (r"ctl(_\w+)?", r"init"),
    "antechamberctl": (r"init|launch|sandbox", r"ctl(_\w+)?"),
}
ARCHIVE = re.compile(r"lib(\w+)\.a\b")
# Of global names only: two files may have a static function of one name.
SYMBOL = re.compile(r"^[0-9a-f]+ g +[FO] \S+\s+\S+ +(?:\.hidden )?(\w+)$", re.M)
# Those of musl's own files that have another name than what they define.
ALLOCATOR = re.compile(rf"libc\.a\(({'|'.join(ALLOCATORS.split())}|lite_malloc|donate|replaced|expand_heap)\.l?o\)")


def owners_of(tables):
    """{name of a function or table: folders whose archive has it} from {folder: objdump's symbol table}"""
    owners = {}
    for folder, table in tables.items():
        for name in SYMBOL.findall(table):
            owners.setdefault(name, set()).add(folder)
    return owners


def pieces(text):
    """(name, file) of all that takes room in the file or in memory."""
    parts = pieces_of_lld if text.lstrip().startswith("VMA") else pieces_of_gnu
    for output, section, size, file in parts(text):
        if size and (SECTIONS.match(output) or output == ".bss"):
            name = NAMED.match(section)
            yield name[1] if name else "", file


def folders_of(name, file, owners):
    found = ARCHIVE.search(file)
    return {found[1]} if found else owners.get(name, {"elsewhere"})


def check(program, text, owners):
    never, always = map(re.compile, NOTHING_OF[program])
    findings = set()
    has_own = False
    count = 0
    for name, file in pieces(text):
        count += 1
        folders = folders_of(name, file, owners)
        if all(map(never.fullmatch, folders)):
            findings.add(f"{program}: {name or file}: from src/{' or src/'.join(sorted(folders))}")
        has_own = has_own or all(map(always.fullmatch, folders))
        allocator = ALLOCATOR.search(file)
        if allocator and program == "antechamber":
            findings.add(f"{program}: {allocator[0]}: an allocator")
    if program == "antechamber" and re.search(r"\blibctl(_\w+)?\.a\b", text):
        findings.add(f"{program}: its linker was given an archive of src/ctl/")
    if not has_own:
        findings.add(f"{program}: the map names nothing of its own: is it this executable's?")
    return sorted(findings), count


def symbols_of(archive):
    return subprocess.run(["objdump", "--syms", archive], capture_output=True, text=True, check=True).stdout


def run(arguments):
    build = arguments[0]
    owners = owners_of({ARCHIVE.search(p.name)[1]: symbols_of(p) for p in sorted((build / "src").rglob("lib*.a"))})
    findings = []
    total = 0
    for program in NOTHING_OF:
        found, count = check(program, (build / f"{program}.map").read_text(), owners)
        findings += found
        total += count
    return common.report("apart", findings, f"{total} pieces, {len(owners)} names")


TABLES = {
    "base": "0000 g     F .text.span_of\t0010 span_of\n",
    "init": "0000 g     F .text.init_run\t0010 .hidden init_run\n",
    "ctl_base": "0000 g     F .text.text_put\t0010 text_put\n0000 l     F .text.put\t0010 put\n",
    "ctl": "0000 g     F .text.command_list\t0010 command_list\n0000 l     d .text\t0000 .text\n",
}

GNU = """Discarded input sections
 .text.text_put 0x0000000000000000       0x99 /tmp/a.ltrans0.ltrans.o
Linker script and memory map
.text           0x0000000000001000      0x130
 .text.{}       0x0000000000001000       0x10 /tmp/a.ltrans0.ltrans.o
 .text.put      0x0000000000001010       0x10 /tmp/a.ltrans0.ltrans.o
"""

LLD = """             VMA              LMA     Size Align Out     In      Symbol
            2000             2000       10     8 .text
            2000             2000       10     8         antechamber.lto.o:(.text.{})
            2010             2010       20     8         antechamber.lto.o:(.text.put)
"""

MALLOC = " .text.malloc   0x0000000000001020       0x10 /usr/lib/musl/libc.a(lite_malloc.lo)\n"
ARCHIVED = " .text          0x0000000000001020       0x10 src/ctl/libctl_base.a(base_text.c.o)\n"


def self_test():
    owners = owners_of(TABLES)
    assert "put" not in owners and owners["command_list"] == {"ctl"}, owners
    for text in (GNU, LLD):
        common.expect(check("antechamber", text.format("init_run"), owners)[0])
        common.expect(check("antechamberctl", text.format("command_list.constprop.0"), owners)[0])
        nothing = "the map names nothing"
        common.expect(check("antechamber", text.format("text_put"), owners)[0], "text_put: from src/ctl_base", nothing)
        common.expect(check("antechamberctl", text.format("init_run"), owners)[0], "init_run: from src/init", nothing)
    good = GNU.format("init_run")
    common.expect(check("antechamber", good + MALLOC, owners)[0], "libc.a(lite_malloc.lo): an allocator")
    common.expect(check("antechamberctl", GNU.format("command_list") + MALLOC, owners)[0])
    wanted = ("libctl_base.a(base_text.c.o): from src/ctl_base", "its linker was given an archive")
    common.expect(check("antechamber", good + ARCHIVED, owners)[0], *wanted)
    common.expect(check("antechamber", good + "LOAD src/ctl/libctl.a\n", owners)[0], "was given an archive")


if __name__ == "__main__":
    sys.exit(common.main("apart", run, self_test))
