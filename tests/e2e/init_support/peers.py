#!/usr/bin/env python3
"""
Runs the init's tests with antechamber, tini, dumb-init and catatonit and prints a table of what came of
it. usage: peers.py [--only NAME]... [--write] [PYTEST ARGUMENT]...

A number is how many of a test's cases passed, of those that the init has options for. With --write the
table takes the place of the one in tests/PEERS.md. It takes seven minutes, most of them for runs that hang.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from init_support.inits import NAMES

E2E = Path(__file__).resolve().parents[1]
PAGE = E2E.parent / "PEERS.md"
BEGIN = "<!-- the table of peers.py -->\n"
END = "<!-- its end -->\n"
# What only antechamber has, or promises: the others are not measured by it.
OWN = {
    "test_memory",
    "test_memory_after_orphans",
    "test_too_few_addresses_for_a_fetch",
    "test_many_warnings",
    "test_during_a_fetch",
}
OWN_FILES = {"test_init_launcher"}


def run(name, arguments, folder):
    """pytest's verdicts: (file, test) -> list of passed, failed or skipped."""
    report = folder / f"{name}.xml"
    tests = sorted(str(path) for path in E2E.glob("test_init_*.py"))
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *tests, *arguments],
        env={**os.environ, "INIT_PEER": name, "CI": "false"},
        stdout=subprocess.DEVNULL,
        check=False,
        cwd=E2E.parents[1],
    )
    verdicts = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):
        problems = {child.tag for child in case}
        verdict = "skipped" if "skipped" in problems else "failed" if problems & {"failure", "error"} else "passed"
        test = case.get("name").partition("[")[0]
        verdicts[case.get("classname").rpartition(".")[2], test].append(verdict)
    return verdicts


def cell(verdicts):
    tried = len(verdicts) - verdicts.count("skipped")
    if tried == 0:
        return "-"
    passed = verdicts.count("passed")
    if tried == 1:
        return "yes" if passed else "**no**"
    return f"{passed}/{tried}" if passed == tried else f"**{passed}/{tried}**"


def table(results):
    names = list(results)
    rows = [key for key in results[names[0]] if key[1] not in OWN and key[0] not in OWN_FILES]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for file, test in rows:
        what = f"{file.removeprefix('test_init_')}: {test.removeprefix('test_').replace('_', ' ')}"
        cells = (cell(results[name].get((file, test), [])) for name in names)
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    totals = []
    for name in names:
        all_of = [verdict for key in rows for verdict in results[name].get(key, [])]
        tried = len(all_of) - all_of.count("skipped")
        totals.append(f"{all_of.count('passed')}/{tried}")
    lines.append("| cases passed of those that it has options for | " + " | ".join(totals) + " |")
    return "\n".join(lines)


def write(text):
    """Puts the table between its marks in the page."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    _, _, behind = rest.partition(END)
    PAGE.write_text(before + BEGIN + text + "\n" + END + behind)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, help="this init (repeatable)")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    options, arguments = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        results = {name: run(name, arguments, Path(folder)) for name in options.only or NAMES}
    text = table(results)
    print(text)
    if options.write:
        write(text)


if __name__ == "__main__":
    main()
