"""The C programs of the init's tests, built once a session."""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def build(name, folder):
    """Static, so that it starts quickly and needs nothing of the file system."""
    compiler = next(filter(None, map(shutil.which, ("musl-gcc", "gcc", "cc"))))
    target = Path(folder) / name
    command = [compiler, "-static", "-Os", "-D_GNU_SOURCE", "-o", target, HERE / f"{name}.c"]
    subprocess.run(command, check=True, env={"PATH": os.environ["PATH"]})
    target.chmod(0o755)
    return target
