#!/usr/bin/env python3
"""third_party/fetch: usage: fetch_test.py ROOT

Everything but the network: archives that are there, damaged, or not what was pinned.
"""

import contextlib
import hashlib
import importlib.machinery
import importlib.util
import io
import pathlib
import shutil
import sys
import tarfile
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()

WRAP = """[wrap-file]
directory = jsmn-1.1.0
source_url = https://upstream.invalid/jsmn.tar.gz
source_filename = jsmn-1.1.0.tar.gz
source_hash = {sha256}
patch_directory = jsmn
"""

CONTENTS = {"LICENSE": b"free\n", "jsmn.h": b"#define JSMN\n", "README.md": b"not used\n"}


def load(path):
    loader = importlib.machinery.SourceFileLoader("fetch", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("fetch", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def tree_hash_of(contents):
    used = sorted((name, data) for name, data in contents.items() if name != "README.md")
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in used)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


class Fetch(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.here = pathlib.Path(scratch.name)
        self.folder = self.here / "jsmn-1.1.0"
        (self.here / "packagefiles" / "jsmn").mkdir(parents=True)
        (self.here / "packagefiles" / "jsmn" / "meson.build").write_text("project('jsmn')\n")
        shutil.copy(ROOT / "third_party" / "fetch", self.here)
        self.fetch = load(self.here / "fetch")
        self.fetch.USED = {"jsmn": (("LICENSE", "jsmn.h"), tree_hash_of(CONTENTS))}
        self.fetch.WAYS = self.fetch.WAYS[:2]  # no network

    def pack(self, contents, names=lambda name: f"jsmn-1.1.0/{name}"):
        archive = self.here / "packagecache" / "jsmn-1.1.0.tar.gz"
        archive.parent.mkdir(exist_ok=True)
        with tarfile.open(archive, "w:gz") as tar:
            for name, data in contents.items():
                member = tarfile.TarInfo(names(name))
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        self.write_wrap(hashlib.sha256(archive.read_bytes()).hexdigest())

    def write_wrap(self, sha256):
        (self.here / "jsmn.wrap").write_text(WRAP.format(sha256=sha256))

    def run_fetch(self):
        sys.argv[1:] = []
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            return self.fetch.main(), said.getvalue()

    def test_an_archive_gives_the_used_files_and_the_overlay(self):
        self.pack(CONTENTS)
        self.assertEqual(self.run_fetch()[0], 0)
        found = {path.name for path in self.folder.iterdir()}
        self.assertEqual(found, {"LICENSE", "jsmn.h", "meson.build"})
        self.assertEqual((self.folder / "jsmn.h").read_bytes(), CONTENTS["jsmn.h"])

    def test_the_second_run_needs_no_archive_and_says_nothing(self):
        self.pack(CONTENTS)
        self.run_fetch()
        shutil.rmtree(self.here / "packagecache")
        self.assertEqual(self.run_fetch(), (0, ""))

    def test_a_newer_overlay_replaces_the_old_one(self):
        self.pack(CONTENTS)
        self.run_fetch()
        (self.here / "packagefiles" / "jsmn" / "meson.build").write_text("project('new')\n")
        self.assertEqual(self.run_fetch()[0], 0)
        self.assertEqual((self.folder / "meson.build").read_text(), "project('new')\n")

    def test_a_changed_file_is_found(self):
        self.pack(CONTENTS)
        self.run_fetch()
        (self.folder / "jsmn.h").write_bytes(b"#define EVIL\n")
        status, said = self.run_fetch()
        self.assertEqual(status, 1)
        self.assertIn("tree hash", said)
        self.assertIn(f"remove {self.folder}", said)
        self.assertEqual((self.folder / "jsmn.h").read_bytes(), b"#define EVIL\n")

    def test_an_archive_with_another_hash_is_refused(self):
        self.pack(CONTENTS)
        self.write_wrap("0" * 64)
        status, said = self.run_fetch()
        self.assertEqual(status, 1)
        self.assertIn("has the SHA-256", said)
        self.assertFalse(self.folder.exists())

    def test_another_tree_in_a_right_archive_is_refused(self):
        self.pack({**CONTENTS, "jsmn.h": b"#define EVIL\n"})
        status, said = self.run_fetch()
        self.assertEqual(status, 1)
        self.assertIn("tree hash", said)
        self.assertFalse(self.folder.exists())

    def test_a_damaged_archive_is_refused(self):
        self.pack(CONTENTS)
        archive = self.here / "packagecache" / "jsmn-1.1.0.tar.gz"
        archive.write_bytes(archive.read_bytes()[:100])
        self.write_wrap(hashlib.sha256(archive.read_bytes()).hexdigest())
        status, said = self.run_fetch()
        self.assertEqual(status, 1)
        self.assertFalse(self.folder.exists())

    def test_nothing_is_written_outside(self):
        self.fetch.USED = {"jsmn": (("*",), tree_hash_of(CONTENTS))}
        self.pack(CONTENTS, lambda name: f"jsmn-1.1.0/../{name}")
        self.assertEqual(self.run_fetch()[0], 1)
        self.assertFalse((self.here / "jsmn.h").exists())

    def test_what_to_do_is_said(self):
        self.write_wrap("1" * 64)
        status, said = self.run_fetch()
        self.assertEqual(status, 1)
        self.assertIn("error: get the source of jsmn:", said)
        self.assertIn("put jsmn-1.1.0.tar.gz from https://upstream.invalid/jsmn.tar.gz", said)
        self.assertIn("1" * 64, said)

    def test_every_wrap_file_of_the_tree_has_its_pins(self):
        real = load(ROOT / "third_party" / "fetch")
        names = {path.stem for path in (ROOT / "third_party").glob("*.wrap")}
        self.assertEqual(names, set(real.USED))
        for path in (ROOT / "third_party").glob("*.wrap"):
            source = real.Source(path)
            self.assertRegex(source.sha256, r"^[0-9a-f]{64}$")
            self.assertRegex(source.tree, r"^[0-9a-f]{64}$")


if __name__ == "__main__":
    unittest.main()
