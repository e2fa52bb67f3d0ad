#!/usr/bin/env python3
"""tests/fuzz/corpus.py: usage: corpus_test.py ROOT"""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "fuzz"))

import corpus  # noqa: E402


class Archives(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.here = pathlib.Path(scratch.name)
        (self.here / "seeds" / "url").mkdir(parents=True)
        (self.here / "seeds" / "url" / "port").write_bytes(b"http://a:1")
        self.corpus = corpus.Corpus("url", self.here)

    def folder(self, name, files):
        folder = self.here / name
        folder.mkdir()
        for file, data in files.items():
            (folder / file).write_bytes(data)
        return folder

    def contents(self, name):
        self.corpus.unpack(self.here / name)
        return {path.read_bytes() for path in (self.here / name).iterdir()}

    def test_there_and_back(self):
        """What is a seed, or there twice, is not packed."""
        files = {"a": b"one", "b": b"\0\xff", "c": b"one", "d": b"http://a:1", "e": b""}
        self.assertEqual(self.corpus.pack(self.folder("in", files)), 3)
        self.assertEqual(self.contents("out"), {b"one", b"\0\xff", b"", b"http://a:1"})
        self.assertTrue((self.here / "out" / "port").is_file())

    def test_the_same_bytes(self):
        self.corpus.pack(self.folder("in", {"a": b"one", "b": b"two"}))
        first = self.corpus.archive.read_bytes()
        self.corpus.pack(self.folder("again", {"y": b"two", "x": b"one"}))
        self.assertEqual(self.corpus.archive.read_bytes(), first)

    def test_nothing_found(self):
        self.assertEqual(self.corpus.pack(self.folder("in", {"d": b"http://a:1"})), 0)
        self.assertFalse(self.corpus.archive.exists())
        self.assertEqual(self.contents("out"), {b"http://a:1"})

    def test_those_of_the_tree(self):
        """Each archive is as this script makes it, so that only what was learned shows as a change."""
        archives = sorted((ROOT / "tests" / "fuzz" / "corpus").glob("*.zip"))
        self.assertTrue(archives)
        for archive in archives:
            tree = corpus.Corpus(archive.stem)
            folder = self.here / archive.stem
            tree.unpack(folder)
            tree.archive = self.here / archive.name
            tree.pack(folder)
            self.assertEqual(tree.archive.read_bytes(), archive.read_bytes(), archive.name)


if __name__ == "__main__":
    unittest.main()
