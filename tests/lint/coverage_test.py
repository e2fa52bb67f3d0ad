#!/usr/bin/env python3
"""tests/coverage: usage: coverage_test.py ROOT

Everything but the build and the tests: what is counted, what is below the bar, what is missing.
"""

import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()


def load(path):
    loader = importlib.machinery.SourceFileLoader("coverage", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("coverage", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


coverage = load(ROOT / "tests" / "coverage")


def file_of(lines, branches=()):
    """A File with one line for each count, the branches on the first one."""
    file = coverage.File()
    for number, count in enumerate(lines, 1):
        counts = branches if number == 1 else ()
        file.add(
            {
                "line_number": number,
                "function_name": "f",
                "count": count,
                "branches": [{"count": count} for count in counts],
            }
        )
    return file


class Coverage(unittest.TestCase):
    def test_the_bar(self):
        self.assertFalse(file_of([1] * 95 + [0] * 5).is_below())
        self.assertTrue(file_of([1] * 949 + [0] * 51).is_below())
        self.assertFalse(file_of([1], [3] * 9 + [0]).is_below())
        self.assertTrue(file_of([1], [3] * 899 + [0] * 101).is_below())
        self.assertFalse(file_of([1]).is_below())

    def test_shares(self):
        lines, branches = file_of([1, 0, 7], [2, 0]).shares()
        self.assertEqual((lines, branches), ((2, 3), (1, 2)))
        self.assertEqual(str(lines), "66.6 %")
        self.assertEqual(str(coverage.Share(9999, 10000)), "99.9 %")
        self.assertEqual(str(coverage.Share(0, 0)), "none")
        self.assertEqual(coverage.Share.sum([lines, branches]), (3, 5))

    def test_programs_add_up(self):
        """A header is compiled more than once, and every copy has counts of its own."""
        file = file_of([1, 0], [1, 0])
        other = {"line_number": 1, "function_name": "f", "count": 2}
        file.add({**other, "branches": [{"count": 0}, {"count": 2}]})
        self.assertEqual(file.shares(), ((1, 2), (2, 2)))

    def test_missing(self):
        file = file_of([1, 0, 5, 0], [2, 0, 1, 0])
        self.assertEqual(
            list(file.missing()), ["not run: 2, 4", "1: branches not taken: 2, 4 (of 4)"]
        )
        self.assertEqual(list(file_of([1], [1, 1]).missing()), [])

    def test_parsers(self):
        names = [name.replace("*", "any.c") for name in coverage.PARSERS]
        files = {name: file_of([1]) for name in [*names, "src/init/init.c"]}
        self.assertEqual(coverage.find_parsers(files), set(names))
        del files["src/net/dns.c"]
        with self.assertRaisesRegex(coverage.Failed, "src/net/dns.c"):
            coverage.find_parsers(files)

    def test_parsers_are_there(self):
        for pattern in coverage.PARSERS:
            self.assertTrue(list(ROOT.glob(pattern)), pattern)


if __name__ == "__main__":
    unittest.main()
