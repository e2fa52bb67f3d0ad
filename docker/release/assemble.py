"""Puts the files of a release together: usage: assemble.py BUILDS FOLDER (see make)."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import completion
import image
import sbom

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURES = ("amd64", "arm64")


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def version():
    return re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text())[1]


def copy_executables(builds, folder, name):
    copied = {}
    for architecture in ARCHITECTURES:
        path = folder / f"{name}-linux-{architecture}"
        shutil.copyfile(builds / architecture / "antechamber", path)
        path.chmod(0o755)
        copied[architecture] = path
    return copied


def help_of(executable, command):
    return subprocess.run([executable, command, "--help"], check=True, capture_output=True, text=True).stdout


def main():
    builds, folder = map(Path, sys.argv[1:])
    moment = int(os.environ["SOURCE_DATE_EPOCH"])
    name = f"antechamber-{version()}"
    folder.mkdir(parents=True)
    executables = copy_executables(builds, folder, name)
    for source in ("LICENSE", "NOTICE", "src/antechamber.1"):
        shutil.copyfile(ROOT / source, folder / Path(source).name)

    commands = {c: help_of(builds / "amd64" / "antechamber", c) for c in completion.COMMANDS}
    for file, text in completion.scripts(commands).items():
        path = folder / "completions" / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    parts = sbom.parts(ROOT)
    sbom.write_spdx(folder / f"{name}.spdx.json", version(), executables, parts, moment)
    sbom.write_cyclonedx(folder / f"{name}.cdx.json", version(), executables, parts, moment)
    image.write_layout(folder / f"{name}-oci.tar", version(), executables, moment)

    files = sorted(p for p in folder.rglob("*") if p.is_file())
    sums = "".join(f"{sha256(p)}  {p.relative_to(folder)}\n" for p in files)
    (folder / "SHA256SUMS").write_text(sums)
    print(sums, end="")


if __name__ == "__main__":
    main()
