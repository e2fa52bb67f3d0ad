"""
antechamber as process 1 of a machine, on kernels of the distribution. They have what the kernel of a
container's host may lack, Landlock first of all, and nothing else of a container: no runtime that
prepares /proc, no init above ours.
"""

import shlex
import subprocess
from pathlib import Path

import kernels
import machine
import pytest
from machine import program, text

HERE = Path(__file__).parent
SERIES = [(a, s) for a, names in kernels.SERIES.items() for s in names]
TOOLS = "sh cat echo grep insmod ip kill mount sleep umount uname unshare wc".split()
VALUE = "postgres://db.internal/kops"
PARAMETERS = '{"Parameters": [{"Name": "/kops/db_url", "Type": "SecureString", "Value": "%s"}]}' % VALUE


@pytest.fixture(scope="module", params=SERIES, ids=lambda p: p[1].partition(":")[0])
def guest(request, kernel_cache, executables, busybox):
    """A kernel and the programs for it."""
    architecture, series = request.param
    kernel = kernels.fetch(architecture, series, kernel_cache)
    if kernel is None:
        pytest.skip(f"the distribution has no package {series}")
    return kernel, executables(architecture), busybox(architecture)


@pytest.fixture(scope="module")
def boot(guest, tmp_path_factory):
    """boot(COMMAND, files): the machine's process 1 becomes `/antechamber COMMAND`."""
    kernel, executables, busybox = guest
    modules = kernel.module_files(*machine.NET_MODULES)
    common = {
        "antechamber": program(executables / "antechamber"),
        "try_syscall": program(executables / "tests" / "sandbox" / "try_syscall"),
        "setup.sh": program(HERE / "setup.sh"),
        "environ": text("PATH=/bin\n"),
        "parameters.json": text(PARAMETERS),
        "etc/passwd": text("root:x:0:0::/:/bin/sh\n"),
        "etc/hosts": text(f"127.0.0.1 localhost\n{machine.STORE} ssm.eu-west-1.amazonaws.com\n"),
        "etc/resolv.conf": text(f"nameserver {machine.GATEWAY}\n"),
        "bin/busybox": program(busybox),
        **{f"bin/{tool}": (0o120777, b"busybox") for tool in TOOLS},
        **{f"{folder}/.keep": text("") for folder in ("dev", "proc", "sys", "tmp")},
        **{f"modules/{n:02}-{name}.ko": (0o100644, content) for n, (name, content) in enumerate(modules)},
    }

    def boot_it(command, files=None, **options):
        init = f"#!/bin/sh\n. /setup.sh\nexec /antechamber {command}\n"
        initramfs = tmp_path_factory.mktemp("machine") / "initramfs"
        machine.write_initramfs(initramfs, {**common, "init": (0o100755, init.encode()), **(files or {})})
        return machine.boot(kernel, initramfs, **options)

    return boot_it


def in_namespace(netns):
    """subprocess.run inside the network namespace where the servers are."""

    def run(command, **options):
        entered = ["nsenter", f"--net=/proc/self/fd/{netns.fd}", *command]
        return subprocess.run(entered, pass_fds=[netns.fd], **options)

    return run


@pytest.fixture(scope="module")
def world(servers):
    """The store and the ECS agent, on the host."""
    servers.reset()
    servers.ssm.put("/kops/db_url", VALUE)
    return servers


@pytest.fixture(scope="module")
def online(boot, world):
    """The same in a machine that has a way to them."""
    environ = {**world.base_env, "AWS_CA_BUNDLE": "/ca.pem", "PATH": "/bin"}
    lines = [f"{name}={shlex.quote(value)}" for name, value in environ.items()]
    ours = {"environ": text("\n".join(lines) + "\n"), "ca.pem": text(Path(world.pki.bundle).read_text())}

    def boot_it(command, files=None, **options):
        return boot(command, {**ours, **(files or {})}, run=in_namespace(world.netns), **options)

    return boot_it


@pytest.fixture(scope="module")
def tour(online):
    """One start in which the guest tries what needs no start of its own (guest.sh)."""
    return online("init -- /bin/sh /guest.sh", {"guest.sh": program(HERE / "guest.sh")})


def test_the_kernel_has_landlock(tour, guest, at_the_end):
    kernel = guest[0]
    assert tour.cases["version"].lines == [kernel.version]
    modules = "".join(tour.cases["lsm"].lines)
    assert "landlock" in modules.split(",")
    landlock = tour.cases["try_syscall"].lines[0]
    at_the_end.append(f"machine: Linux {kernel.version} ({kernel.architecture}), {modules}; {landlock}")


def test_every_layer_holds(tour):
    case = tour.cases["try_syscall"]
    assert case.code == 0, "\n".join(case.lines)
    assert "surprises: 0" in case.lines[-1]


@pytest.mark.parametrize("case", ["fetch", "strict_overcommit", "without_proc"])
def test_fetch(tour, case):
    done = tour.cases[case]
    assert done.code == 7, "\n".join(done.lines)
    assert f"got {VALUE}" in done.lines
    assert not [line for line in done.lines if "warning" in line or "error" in line]


def test_orphans_are_reaped(tour):
    assert tour.cases["orphans"].lines[-1] == "0 zombies"


def test_process_1_is_small(tour):
    (line,) = [line for line in tour.cases["status"].lines if line.startswith("VmSize:")]
    assert int(line.split()[1]) <= 2048


def test_a_signal_to_process_1_reaches_the_command(tour):
    assert "@@ got TERM" in tour.console
    assert tour.init_status == 42 << 8


def test_fetch_as_process_1(online):
    done = online("exec --sandbox require kops -- /bin/sh /check.sh", {"check.sh": text(CHECK)})
    assert f"got {VALUE}" in done.console, done.console
    assert done.init_status == 7 << 8


CHECK = """echo "got $DB_URL"
exit 7
"""


@pytest.mark.parametrize("end, status", [("exit 0", 0), ("exit 201", 201 << 8), ("kill -9 $$", 137 << 8)])
def test_exit_code(boot, end, status):
    """In 64 MiB, with the parameters from a file: the whole jail, and no network."""
    arguments = "exec --sandbox require --backend file:/parameters.json kops -- /bin/sh /check.sh"
    done = boot(arguments, {"check.sh": text(f'echo "got $DB_URL"\n{end}\n')}, memory=112)
    assert f"got {VALUE}" in done.console, done.console
    assert done.init_status == status
