"""The Docker Engine: its command line, and images made without a registry."""

import contextlib
import hashlib
import io
import platform
import shutil
import subprocess
import tarfile
import tempfile
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def docker(*arguments, check=True, **options):
    return subprocess.run(["docker", *map(str, arguments)], check=check, capture_output=True, text=True, **options)


def need_engine():
    if shutil.which("docker") is None:
        pytest.skip("no docker command")
    if docker("info", check=False).returncode != 0:
        pytest.skip("no Docker Engine answers")


def new_name():
    return f"antechamber-e2e-{uuid.uuid4().hex[:8]}"


@contextlib.contextmanager
def scratch_image(files, entrypoint):
    """An image of these executables (name in / -> path here) and nothing else; its name."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for name, path in files.items():
            tar.add(path, name)
    name = new_name()
    subprocess.run(
        ["docker", "import", "-c", f"ENTRYPOINT {entrypoint}", "-", name],
        input=content.getvalue(),
        check=True,
        capture_output=True,
    )
    try:
        yield name
    finally:
        docker("rmi", "-f", name)


@contextlib.contextmanager
def debian_image(packages, folder=ROOT / "build-docker"):
    """
    An image of this machine's distribution with these packages, made without a registry; its name. The file
    system stays in the folder for the next time.
    """
    need_engine()
    if shutil.which("debootstrap") is None:
        pytest.skip("no debootstrap command")
    release = platform.freedesktop_os_release()
    suite = release["VERSION_CODENAME"]
    components = "main,universe" if release["ID"] == "ubuntu" else "main"
    wanted = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:8]
    archive = folder / f"{suite}-{wanted}.tar"
    if not archive.exists():
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            tree, unfinished = Path(scratch) / "tree", Path(scratch) / "tar"
            line = ["debootstrap", "--variant=minbase", f"--components={components}"]
            line += [f"--include={','.join(packages)}", suite, tree]
            done = subprocess.run(line, capture_output=True, text=True)
            assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
            subprocess.run(["tar", "-C", tree, "-cf", unfinished, "."], check=True)
            # It appears whole or not at all.
            unfinished.rename(archive)
    name = new_name()
    docker("import", archive, name)
    try:
        yield name
    finally:
        docker("rmi", "-f", name)
