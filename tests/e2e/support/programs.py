"""The small C programs of the tests, built once a session."""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def compiler():
    """A compiler that links statically: the probe also runs in a scratch container."""
    for name in ("musl-gcc", "gcc", "cc"):
        if shutil.which(name):
            return name
    raise RuntimeError("no C compiler found (musl-gcc or gcc)")


def build(name, folder, *flags):
    target = Path(folder) / name
    subprocess.run(
        [compiler(), "-static", "-Os", *flags, "-o", str(target), str(HERE / f"{name}.c")],
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    target.chmod(0o755)
    return target
