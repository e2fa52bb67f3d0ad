#!/usr/bin/env python3
"""Who may include whom: usage: layers.py ROOT"""

import re
import sys

import common

# A folder of src/ and the folders whose headers it may include beside its own. "init/roles.h" is
# all that a role and init know of each other.
MAY_INCLUDE = {
    "base": set(),
    "config": {"base"},
    "env": {"base", "config"},
    "json": {"base"},
    "http": {"base"},
    "aws": {"base", "json", "http"},
    "net": {"base"},
    "sandbox": {"base", "config"},
    "fetch": {"base", "config", "json", "http", "aws", "net", "env", "sandbox"},
    "launch": {"base", "config", "env", "init/roles.h"},
    "init": {"base", "config"},
    # antechamberctl has the same folders as antechamber below it, never its processes. ctl/ itself has
    # one file a command.
    "ctl/base": {"base", "json"},
    "ctl/format": {"base", "json", "ctl/base"},
    "ctl/profile": {"base", "json", "aws", "ctl/base"},
    "ctl/aws": {"base", "config", "json", "http", "aws", "net", "fetch", "ctl/base", "ctl/profile"},
    "ctl": {"base", "config", "env", "json", "aws", "ctl/base", "ctl/format", "ctl/profile", "ctl/aws"},
}

# A header of somebody else and the only places that may know it.
FOREIGN = {
    "bearssl": re.compile(r"src/(net/[^/]+|aws/hash\.c)"),
    "jsmn": re.compile(r"src/json/[^/]+"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def folder_of(name):
    """Of a header as it is included, or of a file below src/: "ctl/base" of "ctl/base/text.h"."""
    return name.rpartition("/")[0]


def may_include(folder, header):
    target = folder_of(header)
    return target == folder or not {target, header}.isdisjoint(MAY_INCLUDE[folder])


def check_ours(root, name, header):
    if not (root / "src" / header).is_file():
        return f'"{header}" is no file of src/'
    folder = folder_of(name.removeprefix("src/"))
    if folder == "":
        return None  # main.c knows every role
    if folder not in MAY_INCLUDE:
        return f"tests/lint/layers.py has no line for src/{folder}/"
    if not may_include(folder, header):
        return f'{folder}/ may not include "{header}"'
    return None


def check_foreign(name, header):
    for library, places in FOREIGN.items():
        if header.startswith(library) and not places.fullmatch(name):
            return f"<{header}> does not belong here"
    return None


def check(root):
    findings = []
    paths = [p for p in common.files(root, ".c", ".h") if p.is_relative_to(root / "src")]
    for path in paths:
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            ours, foreign = found.groups()
            problem = check_foreign(name, ours or foreign)
            if problem is None and ours:
                problem = check_ours(root, name, ours)
            if problem:
                findings.append(f"{name}:{number}: {problem}")
    return findings, len(paths)


def run(arguments):
    findings, count = check(arguments[0])
    return common.report("layers", findings, f"{count} files")


def self_test():
    sample = {
        "src/main.c": '#include "fetch/fetch.h"\n#include "init/init.h"\n',
        "src/base/span.h": "#include <stddef.h>\n",
        "src/base/span.c": '#include "base/span.h"\n#include "json/json.h"\n',
        "src/json/json.h": '#include "base/span.h"\n#include <jsmn.h>\n',
        "src/init/roles.h": "",
        "src/init/init.h": '#include "net/tls.h"\n',
        "src/launch/launch.h": '#include "init/roles.h"\n#include "init/init.h"\n',
        "src/net/tls.h": "#include <bearssl.h>\n",
        "src/aws/hash.c": "#include <bearssl.h>\n",
        "src/aws/ssm.c": "#include <bearssl_hash.h>\n",
        "src/fetch/fetch.h": '#  include "aws/none.h"\n#include <jsmn.h>\n',
        "src/new/thing.c": '#include "base/span.h"\n',
        "src/ctl/base/text.h": '#include "base/span.h"\n',
        "src/ctl/list.c": '#include "ctl/base/text.h"\n#include "init/init.h"\n',
        "src/fetch/load.c": '#include "ctl/base/text.h"\n',
    }
    with common.tree(sample) as root:
        findings, count = check(root)
    assert count == len(sample)
    common.expect(
        findings,
        'src/aws/ssm.c:1: <bearssl_hash.h> does not belong here',
        'src/base/span.c:2: base/ may not include "json/json.h"',
        'src/ctl/list.c:2: ctl/ may not include "init/init.h"',
        'src/fetch/fetch.h:1: "aws/none.h" is no file of src/',
        "src/fetch/fetch.h:2: <jsmn.h> does not belong here",
        'src/fetch/load.c:1: fetch/ may not include "ctl/base/text.h"',
        'src/init/init.h:1: init/ may not include "net/tls.h"',
        'src/launch/launch.h:2: launch/ may not include "init/init.h"',
        "src/new/thing.c:1: tests/lint/layers.py has no line for src/new/",
    )


if __name__ == "__main__":
    sys.exit(common.main("layers", run, self_test))
