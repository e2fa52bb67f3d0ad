#!/usr/bin/env python3
"""How big the executable may be: usage: size.py EXECUTABLE"""

import sys

import common

BAR = 224 * 1024


def check(path):
    size = path.stat().st_size
    summary = f"{size} bytes of {BAR}, {BAR - size} left"
    return [f"{path}: {size - BAR} bytes too big"] if size > BAR else [], summary


def run(arguments):
    return common.report("size", *check(arguments[0]))


def self_test():
    with common.tree({"good": b"x" * BAR, "bad": b"x" * (BAR + 1)}) as root:
        common.expect(check(root / "good")[0])
        common.expect(check(root / "bad")[0], "1 bytes too big")


if __name__ == "__main__":
    sys.exit(common.main("size", run, self_test))
