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
}

# A header of somebody else and the only places that may know it.
FOREIGN = {
    "bearssl": re.compile(r"src/(net/[^/]+|aws/hash\.c)"),
    "jsmn": re.compile(r"src/json/[^/]+"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def may_include(folder, header):
    target = header.partition("/")[0]
    return target == folder or not {target, header}.isdisjoint(MAY_INCLUDE[folder])


def check_ours(root, name, header):
    if not (root / "src" / header).is_file():
        return f'"{header}" is no file of src/'
    parts = name.split("/")
    if len(parts) == 2:
        return None  # main.c knows every role
    if parts[1] not in MAY_INCLUDE:
        return f"tests/lint/layers.py has no line for src/{parts[1]}/"
    if not may_include(parts[1], header):
        return f'{parts[1]}/ may not include "{header}"'
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
    }
    with common.tree(sample) as root:
        findings, count = check(root)
    assert count == len(sample)
    common.expect(
        findings,
        'src/aws/ssm.c:1: <bearssl_hash.h> does not belong here',
        'src/base/span.c:2: base/ may not include "json/json.h"',
        'src/fetch/fetch.h:1: "aws/none.h" is no file of src/',
        "src/fetch/fetch.h:2: <jsmn.h> does not belong here",
        'src/init/init.h:1: init/ may not include "net/tls.h"',
        'src/launch/launch.h:2: launch/ may not include "init/init.h"',
        "src/new/thing.c:1: tests/lint/layers.py has no line for src/new/",
    )


if __name__ == "__main__":
    sys.exit(common.main("layers", run, self_test))
