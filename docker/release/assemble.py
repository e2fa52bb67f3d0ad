"""Puts the files of a release together: usage: assemble.py BUILDS FOLDER (see make)."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import completion
import image
import sbom

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURES = ("amd64", "arm64")
PROGRAMS = ("antechamber", "antechamberctl")
OTHERS = ("LICENSE", "NOTICE", "src/antechamber.1", "src/ctl/antechamberctl.1")


@dataclass
class Executable:
    program: str
    architecture: str
    path: Path


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def version():
    return re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text())[1]


def copy_executables(builds, folder):
    copied = []
    for program in PROGRAMS:
        for architecture in ARCHITECTURES:
            path = folder / f"{program}-{version()}-linux-{architecture}"
            shutil.copyfile(builds / architecture / program, path)
            path.chmod(0o755)
            copied.append(Executable(program, architecture, path))
    return copied


def help_of(executable, *command):
    return subprocess.run([executable, *command, "--help"], check=True, capture_output=True, text=True).stdout


def write_completions(builds, folder):
    folder.mkdir()
    for program in PROGRAMS:
        executable = builds / "amd64" / program
        commands = {c: help_of(executable, *c.split()) for c in completion.commands(help_of(executable))}
        for file, text in completion.scripts(program, commands).items():
            (folder / file).write_text(text)


def main():
    builds, folder = map(Path, sys.argv[1:])
    moment = int(os.environ["SOURCE_DATE_EPOCH"])
    name = f"antechamber-{version()}"
    folder.mkdir(parents=True)
    executables = copy_executables(builds, folder)
    for source in OTHERS:
        shutil.copyfile(ROOT / source, folder / Path(source).name)
    write_completions(builds, folder / "completions")

    parts = sbom.parts(ROOT)
    sbom.write_spdx(folder / f"{name}.spdx.json", version(), executables, parts, moment)
    sbom.write_cyclonedx(folder / f"{name}.cdx.json", version(), executables, parts, moment)
    ours = {e.architecture: e.path for e in executables if e.program == "antechamber"}
    image.write_layout(folder / f"{name}-oci.tar", version(), ours, moment)

    files = sorted(p for p in folder.rglob("*") if p.is_file())
    sums = "".join(f"{sha256(p)}  {p.relative_to(folder)}\n" for p in files)
    (folder / "SHA256SUMS").write_text(sums)
    print(sums, end="")


if __name__ == "__main__":
    main()
