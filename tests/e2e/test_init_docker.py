"""The init in containers of the real engine: docker stop, docker kill -s, docker run -it."""

import fcntl
import os
import re
import subprocess
import termios

import pytest

from init_support.box import ALL, UNCATCHABLE, wait_until
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401
from init_support.terminal import CTRL_BACKSLASH, CTRL_C, CTRL_Z, Terminal
from support.engine import docker, need_engine, new_name, scratch_image

# The engine knows no names or numbers for what glibc keeps for itself.
KILLABLE = sorted(ALL - UNCATCHABLE - {17, 32, 33})
LIMIT = 30


def libraries(program):
    """What a dynamic peer needs beside itself."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return {path[1:]: os.path.realpath(path) for path in re.findall(r"(/\S+) \(0x", listed)}


@pytest.fixture(scope="module")
def image(boxes_of_session):
    need_engine()
    init = boxes_of_session.init.path
    files = {"init": os.path.realpath(init), "payload": boxes_of_session.payload, **libraries(init)}
    with scratch_image(files, "[]") as name:
        yield name


class Container:
    def __init__(self, name):
        self.name = name

    def log(self):
        return docker("logs", self.name).stdout.replace("\r", "").splitlines()

    def until(self, line):
        assert wait_until(lambda: line in self.log(), LIMIT), f"no {line!r} in {self.log()}"

    def kill(self, signo):
        docker("kill", "-s", signo, self.name)

    def stop(self):
        docker("stop", "-t", LIMIT, self.name)

    def code(self):
        return int(docker("wait", self.name).stdout)


@pytest.fixture
def start(boxes, image):
    """Runs the payload's words under the init; the container, which is removed after the test."""
    names = []

    def command(words, **wanted):
        return ["/init", *boxes.init.command(["/payload", *words.split()], **wanted)[1:]]

    def start(words, *options, **wanted):
        names.append(new_name())
        docker("run", "-d", "--network", "none", "--name", names[-1], *options, image, *command(words, **wanted))
        return Container(names[-1])

    def line(words, *options):
        names.append(new_name())
        return ["docker", "run", "--network", "none", "--name", names[-1], *options, image, *command(words)]

    start.line = line
    yield start
    for name in names:
        docker("rm", "-f", name, check=False)


@pytest.mark.parametrize("group", [False, True], ids=["single", "group"])
def test_docker_stop(start, group):
    run = start("listen 15 exit 7", group=group)
    run.until("listening")
    run.stop()
    assert run.code() == 7


def test_docker_stop_right_after_the_start(start):
    """Nobody waits until the command is ready; a stop that is lost ends with 137 after its time-out."""
    for _ in range(5):
        run = start("listen 15 exit 7", group=True)
        run.stop()
        assert run.code() in (7, 143)


def test_docker_stop_with_a_stop_signal_of_its_own(start):
    run = start("listen 37 exit 7", "--stop-signal", "RTMIN+3")
    run.until("listening")
    run.stop()
    assert run.code() == 7


def test_docker_kill_with_each_signal(start):
    run = start("listen 64 exit 7")
    run.until("listening")
    for number in KILLABLE:
        run.kill(number)
    assert run.code() == 7
    got = [int(line.split()[1]) for line in run.log() if line.startswith("signal ")]
    assert sorted(set(got) - {17}) == KILLABLE


def test_docker_kill_kills(start):
    run = start("say ready pause")
    run.until("ready")
    run.kill("KILL")
    assert run.code() == 137


def test_docker_pause(start):
    run = start("trap 10 say ready listen 15 exit 7")
    run.until("listening")
    docker("pause", run.name)
    docker("unpause", run.name)
    run.stop()
    assert run.code() == 7


def test_confined(start):
    run = start(
        "orphan { exit 1 } listen 15 exit 7", "--user", "65534", "--read-only", "--cap-drop", "ALL",
        "--security-opt", "no-new-privileges",
    )  # fmt: skip
    run.until("listening")
    run.stop()
    assert run.code() == 7


# With a terminal: what a person sees who types `docker run -it`.


@pytest.fixture
def typist(start):
    """Types at the terminal of a `docker run -it` whose leader of the session the client is."""
    terminal = Terminal()
    clients = []

    def typist(words):
        client = subprocess.Popen(
            start.line(words, "-i", "-t"),
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


def test_run_it_in_the_foreground(typist):
    terminal, client = typist("state exit 7")
    found = terminal.until(r"(?s)pid (\d+)\n.*group (\d+)\n.*foreground (\d+)\n", LIMIT)
    assert len(set(found.groups())) == 1
    assert client.wait(LIMIT) == 7


def test_run_it_reads(typist):
    terminal, client = typist("say ready read exit 7")
    terminal.until("ready", LIMIT)
    terminal.type("hello\n")
    terminal.until("read hello", LIMIT)
    assert client.wait(LIMIT) == 7


def test_run_it_keys(typist):
    terminal, client = typist("trap 2 trap 3 say ready pause")
    terminal.until("ready", LIMIT)
    for key, said in ((CTRL_C, "got 02"), (CTRL_BACKSLASH, "got 03"), (CTRL_C, "got 02")):
        terminal.type(key)
        terminal.until(said, LIMIT)
    assert client.poll() is None


def test_run_it_ctrl_c_ends_it(typist):
    terminal, client = typist("say ready pause")
    terminal.until("ready", LIMIT)
    terminal.type(CTRL_C)
    assert client.wait(LIMIT) == 130


def test_run_it_ctrl_z_does_not_freeze(typist):
    terminal, client = typist("trap 2 say ready pause")
    terminal.until("ready", LIMIT)
    terminal.type(CTRL_Z)
    terminal.type(CTRL_C)
    terminal.until("got 02", LIMIT)
    assert client.poll() is None


def test_run_it_window_size(typist):
    terminal, client = typist("trap 28 say ready pause")
    terminal.until("ready", LIMIT)
    terminal.resize(50, 132)
    terminal.until("got 28", LIMIT)


def test_run_i_without_a_terminal(start):
    done = subprocess.run(start.line("fds exit 7", "-i"), input="", capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 7
    assert "fd 0" in done.stdout
