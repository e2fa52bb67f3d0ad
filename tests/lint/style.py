#!/usr/bin/env python3
"""How the code looks: usage: style.py ROOT

Format by .clang-format (clang-format 14, since every version formats otherwise), and the sizes of
the style guide.
"""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys

import common

COLUMNS = 100
FILE_LINES = 350
FUNCTION_LINES = 40
PARAMETERS = 5
FORMATTER = 14
# Functions whose parameters BearSSL decides: it calls them.
CALLED_BY_OTHERS = {"muladd"}

# A definition: the return type stands on a line of its own, so the name begins one.
DEFINITION = re.compile(r"^(\w+)\(([^;{}]*?)\)\n\{\n(.*?)^\}$", re.M | re.S)
NESTED = re.compile(r"\([^()]*\)")


def parameters_of(text):
    while NESTED.search(text):
        text = NESTED.sub("", text)
    return 0 if text.strip() in ("", "void") else text.count(",") + 1


def check_functions(name, text):
    findings = []
    for found in DEFINITION.finditer(text):
        function, parameters, body = found.groups()
        line = text.count("\n", 0, found.start()) + 1
        if body.count("\n") > FUNCTION_LINES:
            count = body.count("\n")
            findings.append(f"{name}:{line}: {function} has {count} lines, not {FUNCTION_LINES} at most")
        if parameters_of(parameters) > PARAMETERS and function not in CALLED_BY_OTHERS:
            count = parameters_of(parameters)
            findings.append(f"{name}:{line}: {function} has {count} parameters, not {PARAMETERS} at most")
    return findings


def check_columns(name, text):
    lines = enumerate(text.splitlines(), 1)
    wide = ((number, len(line.expandtabs(8))) for number, line in lines)
    return [f"{name}:{number}: {width} columns" for number, width in wide if width > COLUMNS]


def check_sizes(root):
    findings = []
    paths = common.files(root, ".c", ".h")
    for path in paths:
        name = path.relative_to(root).as_posix()
        if name.startswith("tests/vectors/"):
            continue
        text = path.read_text()
        findings += check_columns(name, text)
        # A test is a list of cases; splitting it helps nobody.
        if not name.startswith("src/"):
            continue
        findings += check_functions(name, text)
        if text.count("\n") > FILE_LINES:
            findings.append(f"{name}: {text.count(chr(10))} lines, not {FILE_LINES} at most")
    return findings, paths


def formatter():
    """clang-format of the version that .clang-format is written for; None without one."""
    for name in (f"clang-format-{FORMATTER}", "clang-format"):
        path = shutil.which(name)
        if path is None:
            continue
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        if re.search(rf"version {FORMATTER}\.", said):
            return path
    return None


def check_format(command, root, paths):
    """In as many processes as there are processors, each of many files."""
    jobs = os.cpu_count() or 1
    shares = [share for share in (paths[i::jobs] for i in range(jobs)) if share]

    def run_on(share):
        words = [command, "--style=file", "--dry-run", "--ferror-limit=0", *share]
        return subprocess.run(words, capture_output=True, text=True, check=True).stderr

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        said = "".join(pool.map(run_on, shares))
    wrong = set(re.findall(r"^(.*?):\d+:\d+: .*\[-Wclang-format-violations\]$", said, re.M))
    return [f"{path.relative_to(root)}: run clang-format -i on it" for path in paths if str(path) in wrong]


def run(arguments):
    root = arguments[0]
    findings, paths = check_sizes(root)
    command = formatter()
    if command is None:
        status = common.report("style", findings, f"{len(paths)} files")
        print(f"style: no clang-format {FORMATTER} here, so the format was not checked")
        return status or common.SKIPPED
    findings += check_format(command, root, paths)
    return common.report("style", findings, f"{len(paths)} files")


def self_test():
    long_body = "\tx();\n" * (FUNCTION_LINES + 1)
    callbacks = "int a, int (*f)(int, int), int b, int c, int d"
    sample = {
        "src/good.c": f"int\ngood({callbacks})\n{{\n{long_body[6:]}}}\n",
        "src/long.c": f"int\nlong_one(void)\n{{\n{long_body}}}\n",
        "src/many.c": f"int\nmany({callbacks},\n\tint e)\n{{\n\treturn 0;\n}}\n",
        "src/file.c": "int x;\n" * (FILE_LINES + 1),
        "tests/file.c": "int x;\n" * (FILE_LINES + 1),
        "tests/wide.c": "\t" + "x" * (COLUMNS - 7) + "\n",
    }
    with common.tree(sample) as root:
        findings, paths = check_sizes(root)
        assert len(paths) == len(sample)
        common.expect(
            findings,
            "src/file.c: 351 lines",
            "src/long.c:2: long_one has 41 lines",
            "src/many.c:2: many has 6 parameters",
            "tests/wide.c:1: 101 columns",
        )
    ugly = {".clang-format": "BasedOnStyle: LLVM\n", "ugly.c": "int  x ;\n", "nice.c": "int x;\n"}
    command = formatter()
    if command is not None:
        with common.tree(ugly) as root:
            common.expect(check_format(command, root, common.files(root, ".c")), "ugly.c: run")


if __name__ == "__main__":
    sys.exit(common.main("style", run, self_test))
