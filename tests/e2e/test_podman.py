"""The main job in containers of podman with crun, which root runs, or an unprivileged user (rootless)."""

import fcntl
import os
import subprocess
import termios

import pytest

from init_support.terminal import CTRL_C, Terminal
from support.bundle import MIB
from support.podman import Container, Podman, need_podman
from support.steps import hang

STRICT = ["--read-only", "--read-only-tmpfs=false", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
LIMIT = 30
ROOTLESS = {"root": False, "rootless": True}


@pytest.fixture(scope="module", params=ROOTLESS)
def podman(request, servers, programs, scratch):
    rootless = ROOTLESS[request.param]
    need_podman(rootless)
    folder = scratch / request.param
    folder.mkdir()
    made = Podman(folder, servers, programs, rootless)
    yield made
    made.close()


@pytest.fixture
def container(podman, world):
    made = Container(podman)
    yield made
    made.delete()


def test_the_main_job(world, container):
    variables = world.ssm.put_many("/kops/", 25)
    code, lines = container.run("exec", "--pristine", "kops", "--", "/probe", "/out", "exit", "42")
    assert code == 42, lines
    assert container.env == variables
    assert container.ids[1] == 1
    assert [line for line in lines if "warning" in line] == []


def user_namespaces(podman):
    """Other ways than the default to map ids. Root's one id leaves the fetcher no other to take."""
    if podman.rootless:
        return ["--userns=keep-id"], ["--userns=nomap"]
    return ["--uidmap=0:100000:65536"], ["--uidmap=0:100000:1", "--user=0:0"]


@pytest.mark.parametrize("which", [0, 1])
def test_user_namespaces(world, container, which):
    variables = world.ssm.put_many("/kops/", 2)
    options = [*STRICT, *user_namespaces(container.podman)[which]]
    code, lines = container.run("exec", "--pristine", "kops", "--", "/probe", "/out", "exit", "7", options=options)
    assert code == 7, lines
    assert container.env == variables


def test_without_proc(world, container):
    """An empty directory is there instead."""
    world.ssm.put_many("/kops/", 2)
    container.start("exec", "kops", "--", "/probe", "/out", "pause", options=[*STRICT, "--tmpfs", "/proc"])
    container.wait_started()
    root = f"/proc/{container.inspect('State')['Pid']}/root"
    assert not os.path.exists(f"{root}/proc/self")
    container.podman("stop", "--time", LIMIT, container.name)
    code, lines = container.wait()
    assert code == 143, lines
    assert [line for line in lines if "error" in line] == []


@pytest.mark.parametrize("limits", [{"pids": 5}, {"memory": 16 * MIB}, {"memory": 8 * MIB}], ids=str)
def test_little_room(world, container, limits):
    world.ssm.put_many("/kops/", 35)
    code, lines = container.run_limited("exec", "kops", "--", "/probe", "/out", "exit", "7", **limits)
    assert code == 7, lines


@pytest.mark.parametrize("supervise", ["auto", "always"])
def test_below_the_engines_init(world, container, supervise):
    """podman run --init: antechamber is not process 1. It becomes the command, or stays its parent."""
    world.ssm.put_many("/kops/", 2)
    container.start(
        "exec", "kops", "--", "/probe", "/out", "pause",
        options=["--init", *STRICT], env={"ANTECHAMBER_SUPERVISE": supervise},
    )  # fmt: skip
    container.wait_started()
    process, parent = container.ids
    assert parent == 1 if supervise == "auto" else 1 < parent < process
    container.podman("stop", "--time", LIMIT, container.name)
    assert container.wait()[0] == 143


def test_a_terminal_that_nobody_is_attached_to(world, container):
    """podman run -t -d: what we say goes to the terminal, and from there to the log."""
    world.ssm.put_many("/kops/", 35)
    options = ["--tty", *STRICT]
    container.start("exec", "--verbose", "kops", "--", "/probe", "/out", "exit", "7", options=options)
    code, lines = container.wait()
    assert code == 7, lines
    assert any(line.startswith("antechamber: 35 parameters from kops in ") for line in lines)


def test_exec(world, container):
    """A second process loads the parameters again and becomes the command."""
    world.ssm.put("/kops/key", "of kops")
    world.ssm.put("/other/key", "of the other")
    container.start("exec", "kops", "--", "/probe", "/out", "pause", options=STRICT)
    container.wait_started()
    assert container.env["KEY"] == "of kops"
    (container.out / "second").mkdir(mode=0o777)
    (container.out / "second").chmod(0o777)
    line = ["/antechamber", "exec", "other", "--", "/probe", "/out/second", "exit", "7"]
    done = container.podman("exec", container.name, *line, check=False)
    assert done.returncode == 7, done.stderr
    assert b"KEY=of the other\0" in (container.out / "second" / "environ").read_bytes()
    container.podman("kill", "--signal", "TERM", container.name)
    assert container.wait()[0] == 143


def test_a_stop_during_the_fetch(world, container):
    world.ssm.then(hang)
    container.start("exec", "kops", "--", "/probe", "/out", options=STRICT)
    assert world.ssm.wait_for_requests(1, LIMIT)
    container.podman("stop", "--time", LIMIT, container.name)
    code, lines = container.wait()
    assert code == 143 and not (container.out / "started").exists()
    assert any("SIGTERM" in line for line in lines), lines


# With a terminal: what a person sees who types `podman run -it`.


@pytest.fixture
def typist(container):
    """Starts podman as the leader of a session, and types at its terminal."""
    terminal = Terminal()
    clients = []

    def typist(*arguments):
        client = subprocess.Popen(
            container.podman.command(*container.line("run", *arguments, options=["-it", *STRICT])),
            stdin=terminal.slave,
            stdout=terminal.slave,
            stderr=terminal.slave,
            preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)),
        )
        clients.append(client)
        return terminal, client

    yield typist
    for client in clients:
        client.kill()
        client.wait()
    terminal.close()


def test_ctrl_c_ends_the_command(world, container, typist):
    world.ssm.put_many("/kops/", 2)
    terminal, client = typist("exec", "kops", "--", "/probe", "/out", "pause")
    container.wait_started()
    terminal.type(CTRL_C)
    assert client.wait(LIMIT) == 130


def test_ctrl_c_ends_check(world, typist):
    world.ssm.then(hang)
    terminal, client = typist("check", "kops")
    assert world.ssm.wait_for_requests(1, LIMIT)
    terminal.type(CTRL_C)
    terminal.until("SIGINT", LIMIT)
    assert client.wait(LIMIT) == 130
