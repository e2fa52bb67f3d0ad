"""A virtual machine whose process 1 is antechamber: QEMU without KVM, a kernel, an initramfs of ours."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

# By QEMU's user mode stack the guest reaches every address that the host reaches but its loopback ones.
GATEWAY = "10.0.2.2"
STORE = "10.9.9.9"  # the Parameter Store of the tests (support/fake_aws.py)

LIMIT = 300  # seconds after which a machine has hung; emulation on a busy host is slow

QEMU = {
    "amd64": ["qemu-system-x86_64", "-machine", "pc", "-cpu", "max"],
    "arm64": ["qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a72"],
}
CONSOLE = {"amd64": "ttyS0", "arm64": "ttyAMA0"}
NET_MODULES = ("virtio_pci", "virtio_net")


@dataclass
class Case:
    """What one command of the guest printed, stderr included, and its exit code."""

    code: int
    lines: list


@dataclass
class Outcome:
    console: str
    cases: dict = field(default_factory=dict)

    def __post_init__(self):
        begun = re.compile(r"@@ begin (\S+)\n(.*?)@@ end \1 (\d+)\n", re.DOTALL)
        for name, text, code in begun.findall(self.console):
            self.cases[name] = Case(int(code), text.splitlines())

    @property
    def init_status(self):
        """The status of process 1 as the kernel reports it when that has ended, or None."""
        found = re.search(r"Attempted to kill init! exitcode=0x([0-9a-f]+)", self.console)
        return int(found[1], 16) if found else None


def write_initramfs(path, files):
    """files: {name in the guest: (mode, bytes)}; folders are made as they are needed."""
    entries = {}
    for name, (mode, content) in files.items():
        for folder in reversed(Path(name).parents):
            if str(folder) != ".":
                entries.setdefault(str(folder), (0o040755, b""))
        entries[name] = (mode, content)
    with open(path, "wb") as archive:
        for number, (name, (mode, content)) in enumerate(entries.items(), 1):
            _write_entry(archive, number, name, mode, content)
        _write_entry(archive, 0, "TRAILER!!!", 0, b"")


def _write_entry(archive, number, name, mode, content):
    """cpio's "newc" form, as in the kernel's Documentation/driver-api/early-userspace/buffer-format.rst."""
    numbers = [number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % n for n in numbers) + name.encode() + b"\0"
    archive.write(head + b"\0" * (-len(head) % 4))
    archive.write(content + b"\0" * (-len(content) % 4))


def program(path):
    return 0o100755, Path(path).read_bytes()


def text(content):
    return 0o100644, content.encode()


def boot(kernel, initramfs, *, memory=256, run=subprocess.run):
    """Starts the machine and returns when its process 1 has ended."""
    # A process 1 that ends is a panic, and a panic is a reboot, which -no-reboot turns into the end.
    command_line = [f"console={CONSOLE[kernel.architecture]}", "panic=-1", "quiet"]
    command = [
        *QEMU[kernel.architecture],
        *("-m", str(memory), "-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio"),
        *("-netdev", "user,id=net0,ipv6=off", "-device", "virtio-net-pci,netdev=net0,romfile="),
        *("-kernel", kernel.image, "-initrd", initramfs),
        *("-append", " ".join(command_line)),
    ]
    done = run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
    console = done.stdout.decode("utf-8", "replace").replace("\r", "")
    assert done.returncode == 0, f"QEMU ended with {done.returncode}: {done.stderr.decode()}\n{console}"
    return Outcome(console)
