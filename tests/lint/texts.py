#!/usr/bin/env python3
"""That every text in an array has its end: usage: texts.py ROOT

C lets a text fill an array that is one byte too short for its NUL, and reads on at run time. Only gcc
says so, as a difference to C++. Skipped where gcc or a library's headers are missing.
"""

import concurrent.futures
import os
import shutil
import subprocess
import sys

import common

FLAGS = ["-std=c11", "-D_GNU_SOURCE", '-DANTECHAMBER_VERSION=""', "-fsyntax-only", "-Wc++-compat"]
MESSAGE = "is too long for C++"


def headers_of_others(root):
    folders = [*root.glob("third_party/*-*/inc"), *root.glob("third_party/*-*/src"), *root.glob("third_party/jsmn-*")]
    return [word for folder in folders for word in ("-isystem", folder)]


def check_file(root, path, includes):
    command = ["gcc", *FLAGS, "-I", root / "src", *includes, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    if done.returncode != 0:
        return [f"{path}: gcc: {done.stderr.strip().splitlines()[0]}"]
    return [line for line in done.stderr.splitlines() if MESSAGE in line]


def check(root):
    paths = [p for p in common.files(root, ".c") if p.is_relative_to(root / "src")]
    includes = headers_of_others(root)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda path: check_file(root, path, includes), paths)
    return [finding for findings in found for finding in findings], len(paths)


def run(arguments):
    if shutil.which("gcc") is None:
        print("texts: no gcc here")
        return common.SKIPPED
    findings, count = check(arguments[0])
    return common.report("texts", findings, f"{count} files")


def self_test():
    if shutil.which("gcc") is None:
        return
    sample = {
        "src/good.c": 'const char good[][4] = { "abc", "" };\n',
        "src/bad.c": 'struct s {\n\tchar text[3];\n};\nconst struct s bad[] = {\n\t{ "ab" },\n\t{ "abc" },\n};\n',
    }
    with common.tree(sample) as root:
        findings, count = check(root)
        assert count == len(sample)
        common.expect(findings, "bad.c:6:")


if __name__ == "__main__":
    sys.exit(common.main("texts", run, self_test))
