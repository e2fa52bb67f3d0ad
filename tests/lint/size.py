#!/usr/bin/env python3
"""How big the executables may be: usage: size.py EXECUTABLE..."""

import sys

import common

# antechamber is in every image, antechamberctl in none.
BARS = {"antechamber": 224 * 1024, "antechamberctl": 384 * 1024}


def check(path):
    size, bar = path.stat().st_size, BARS[path.name]
    summary = f"{path.name} {size} bytes of {bar}, {bar - size} left"
    return [f"{path}: {size - bar} bytes too big"] if size > bar else [], summary


def run(arguments):
    checked = [check(path) for path in arguments]
    findings = [finding for found, _ in checked for finding in found]
    return common.report("size", findings, "; ".join(summary for _, summary in checked))


def self_test():
    for name, bar in BARS.items():
        with common.tree({f"good/{name}": b"x" * bar, f"bad/{name}": b"x" * (bar + 1)}) as root:
            common.expect(check(root / "good" / name)[0])
            common.expect(check(root / "bad" / name)[0], "1 bytes too big")


if __name__ == "__main__":
    sys.exit(common.main("size", run, self_test))
