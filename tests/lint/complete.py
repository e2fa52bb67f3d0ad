#!/usr/bin/env python3
"""That the build knows every file: usage: complete.py ROOT

A source that no list names is never compiled, and a test that no list names never fails; a fuzzing
input in a folder that no target reads is never replayed.
"""

import re
import sys

import common

# Where the files are, what ends their names, the list that must name them, and how much of the end
# it leaves out.
LISTS = [
    ("src", ".c", "src/meson.build", ""),
    ("src/ctl", ".c", "src/ctl/meson.build", ""),
    ("tests/unit", "_test.c", "tests/unit/meson.build", ""),
    ("tests/lint", ".py", "tests/lint/meson.build", ""),
    ("tests/fuzz", "_fuzz.c", "tests/fuzz/meson.build", "_fuzz.c"),
]
# The top level's meson.build names the programs themselves.
EXEMPT = {"src/check.c", "src/ctl/main.c", "src/main.c", "tests/lint/common.py"}

INPUT = re.compile(r"tests/fuzz/(?:seeds/(\w+)/[^/]+|corpus/(\w+)\.zip)")


def check_inputs(root):
    findings = []
    count = 0
    for folder in ("seeds", "corpus"):
        for path in common.files(root / "tests/fuzz" / folder):
            name = path.relative_to(root).as_posix()
            count += 1
            found = INPUT.fullmatch(name)
            target = found and (found[1] or found[2])
            if not target or not (root / f"tests/fuzz/{target}_fuzz.c").is_file():
                findings.append(f"{name}: no target reads it: is it a seed, tests/fuzz/seeds/TARGET/NAME?")
    return findings, count


def check(root):
    findings, count = check_inputs(root)
    for folder, ending, list_name, cut in LISTS:
        list_path = root / list_name
        text = list_path.read_text() if list_path.is_file() else ""
        for path in common.files(root / folder):
            name = path.relative_to(root).as_posix()
            if not name.endswith(ending) or name in EXEMPT:
                continue
            if folder == "src" and name.startswith("src/ctl/"):
                continue  # which has a list of its own
            count += 1
            listed = path.relative_to(root / folder).as_posix().removesuffix(cut)
            if f"'{listed}'" not in text:
                findings.append(f"{name}: {list_name} does not name it")
    return findings, count


def run(arguments):
    findings, count = check(arguments[0])
    return common.report("complete", findings, f"{count} files")


def self_test():
    sample = {
        "src/meson.build": "files('base/span.c')",
        "src/base/span.c": "",
        "src/base/forgotten.c": "",
        "src/base/span.h": "",
        "src/main.c": "",
        "src/ctl/meson.build": "files('list.c', 'base/text.c')",
        "src/ctl/list.c": "",
        "src/ctl/base/text.c": "",
        "src/ctl/base/table.c": "",
        "tests/unit/meson.build": "",
        "tests/unit/base/span_test.c": "",
        "tests/unit/base/helper.c": "",
        "tests/fuzz/json_fuzz.c": "",
        "tests/fuzz/url_fuzz.c": "",
        "tests/fuzz/meson.build": "['url']",
        "tests/fuzz/seeds/url/port": "",
        "tests/fuzz/seeds/none/any": "",
        "tests/fuzz/corpus/url.zip": "",
        "tests/fuzz/corpus/url/0123": "",
    }
    with common.tree(sample) as root:
        findings, count = check(root)
    assert count == 12, count
    common.expect(
        findings,
        "src/base/forgotten.c: src/meson.build",
        "src/ctl/base/table.c: src/ctl/meson.build",
        "tests/fuzz/corpus/url/0123: no target",
        "tests/fuzz/json_fuzz.c: tests/fuzz/meson.build",
        "tests/fuzz/seeds/none/any: no target",
        "tests/unit/base/span_test.c: tests/unit/meson.build",
    )


if __name__ == "__main__":
    sys.exit(common.main("complete", run, self_test))
