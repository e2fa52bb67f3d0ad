"""The machines: their kernels, what is in them, and the servers of the end-to-end tests on the host."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests" / "e2e")]

_spec = importlib.util.spec_from_file_location("e2e_conftest", ROOT / "tests" / "e2e" / "conftest.py")
_e2e = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_e2e)
globals().update({n: getattr(_e2e, n) for n in dir(_e2e) if not n.startswith("_")})


import kernels  # noqa: E402


@pytest.fixture(scope="session")
def kernel_cache():
    folder = ROOT / "build-vm"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def executables(binary):
    """The build folder of an architecture: the tested executable's for our own, else build-ARCHITECTURE."""

    def folder(architecture):
        ours = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True)
        built = binary.parent if architecture == ours.stdout.strip() else ROOT / f"build-{architecture}"
        if not (built / "antechamber").exists():
            pytest.skip(f"no {built.name}/antechamber")
        return built

    return folder


@pytest.fixture(scope="session")
def busybox(kernel_cache):
    """The static shell and tools of an architecture."""

    def path(architecture):
        return kernels.unpack(f"busybox-static:{architecture}", kernel_cache) / "bin" / "busybox"

    return path
