#!/usr/bin/env python3
"""The inputs of a fuzz target: seeds/TARGET/, written by hand, and corpus/TARGET.zip, found by fuzzing.

usage: corpus.py unpack TARGET FOLDER    both into a folder
       corpus.py pack TARGET FOLDER      what the folder has beside the seeds becomes the archive
       corpus.py replay TARGET PROGRAM   run the program on a folder of both

An archive has the same bytes wherever it is made: entries in order, not compressed, without times,
named by what they contain.
"""

import hashlib
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent


def name_of(data):
    return hashlib.sha256(data).hexdigest()[:16]


class Corpus:
    def __init__(self, target, here=HERE):
        self.seeds = here / "seeds" / target
        self.archive = here / "corpus" / f"{target}.zip"

    def seed_files(self):
        return sorted(self.seeds.iterdir()) if self.seeds.is_dir() else []

    def unpack(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for path in self.seed_files():
            (folder / path.name).write_bytes(path.read_bytes())
        if self.archive.is_file():
            with zipfile.ZipFile(self.archive) as archive:
                archive.extractall(folder)

    def pack(self, folder):
        seeds = {path.read_bytes() for path in self.seed_files()}
        found = {path.read_bytes() for path in folder.iterdir()} - seeds
        self.archive.parent.mkdir(parents=True, exist_ok=True)
        self.archive.unlink(missing_ok=True)
        if not found:
            return 0
        with zipfile.ZipFile(self.archive, "w", zipfile.ZIP_STORED) as archive:
            for name, data in sorted((name_of(data), data) for data in found):
                archive.writestr(zipfile.ZipInfo(name), data)
        return len(found)


def replay(corpus, program):
    with tempfile.TemporaryDirectory() as scratch:
        corpus.unpack(pathlib.Path(scratch))
        # meson names the emulator that a program of another architecture needs.
        emulator = shlex.split(os.environ.get("MESON_EXE_WRAPPER", ""))
        return subprocess.run([*emulator, program, scratch], check=False).returncode


def main():
    match sys.argv[1:]:
        case "unpack", target, folder:
            Corpus(target).unpack(pathlib.Path(folder))
        case "pack", target, folder:
            print(f"{target}: {Corpus(target).pack(pathlib.Path(folder))} inputs beside the seeds")
        case "replay", target, program:
            return replay(Corpus(target), program)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
