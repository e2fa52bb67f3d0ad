"""The Docker Engine: its command line, and images made without a registry."""

import contextlib
import io
import shutil
import subprocess
import tarfile
import uuid

import pytest


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
