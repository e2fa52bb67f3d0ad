"""Kernels from the distribution's packages: downloaded and unpacked, never installed."""

import lzma
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Packages that depend on the newest kernel of a series. All have Landlock; from 6.7 on it knows TCP ports.
SERIES = {
    "amd64": ("linux-image-cloud-amd64", "linux-image-6.12-cloud-amd64"),
    "arm64": ("linux-image-cloud-arm64:arm64", "linux-image-6.12-cloud-arm64:arm64"),
}


@dataclass
class Kernel:
    architecture: str
    image: Path
    modules: Path

    @property
    def version(self):
        return self.modules.name

    def module_files(self, *wanted):
        """The named modules that are not built in, in an order in which they can be inserted."""
        files = {}
        for path in self.modules.rglob("*.ko*"):
            files[path.name.partition(".")[0].replace("-", "_")] = path
        ordered = []

        def add(name):
            if name not in files or any(name == known for known, _ in ordered):
                return
            content = read_module(files[name])
            for needed in dependencies(content):
                add(needed)
            ordered.append((name, content))

        for name in wanted:
            add(name)
        return ordered


def read_module(path):
    content = path.read_bytes()
    return lzma.decompress(content) if path.suffix == ".xz" else content


def dependencies(module):
    found = re.search(rb"\0depends=([^\0]*)\0", module)
    return [n.replace("-", "_") for n in found[1].decode().split(",") if n] if found else []


def _output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def package_of(series):
    """The package that a series stands for today; None when the distribution has no such series."""
    try:
        listed = _output("apt-cache", "depends", "--important", series)
    except subprocess.CalledProcessError:
        return None
    found = re.search(r"Depends: (linux-image-\S+)", listed)
    return found and found[1]


def unpack(package, folder):
    """Downloads a package of the distribution and unpacks it into folder/PACKAGE, once."""
    target = folder / package.replace(":", "_")
    if not (target / "complete").exists():
        target.mkdir(parents=True, exist_ok=True)
        command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package]
        subprocess.run(command, cwd=target, check=True)
        (archive,) = target.glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, target / "files"], check=True)
        archive.unlink()
        (target / "complete").touch()
    return target / "files"


def fetch(architecture, series, folder):
    """The newest kernel of a series; None when the distribution has none."""
    package = package_of(series)
    if package is None:
        return None
    files = unpack(package, folder)
    (image,) = (files / "boot").glob("vmlinuz-*")
    (modules,) = (files / "lib" / "modules").iterdir()
    return Kernel(architecture, image, modules)
