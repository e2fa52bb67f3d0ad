"""What the init was started with reaches the command unchanged; what it keeps itself."""

import os
import re
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from init_support.box import ALL, UNCATCHABLE, children, status, wait_until
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401

# What the kernel lets a process block.
BLOCKED = sum(1 << (n - 1) for n in ALL - UNCATCHABLE)
MODES = [
    pytest.param([], {}, id="pid1"),
    pytest.param(["-n"], {"always": True}, id="supervising"),
    pytest.param(["-n"], {"plain": True}, id="plain"),
]


def ignoring(*signals):
    return [word for n in signals for word in ("-i", str(int(n)))]


def set_of(*signals):
    return f"{sum(1 << (n - 1) for n in signals):016x}"


@pytest.mark.parametrize("box, wanted", MODES)
def test_signals_are_as_found(boxes, box, wanted):
    state = boxes.start("state", box, **wanted).state()
    assert state["mask"] == state["ignored"] == state["handled"] == "0" * 16


@pytest.mark.parametrize("box, wanted", MODES)
def test_all_blocked(boxes, box, wanted):
    run = boxes.start("state trap 15 say ready listen 15 exit 7", [*box, "-b"], **wanted)
    assert run.state()["mask"] == f"{BLOCKED:016x}"
    run.until("listening")
    run.kill(signal.SIGTERM)
    assert run.code() == 7


@pytest.mark.parametrize("box, wanted", MODES)
def test_ignored_signals_stay_ignored(boxes, box, wanted):
    signals = (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE, signal.SIGTSTP, 34, 64)
    run = boxes.start("state exit 7", [*box, *ignoring(*signals)], **wanted)
    assert run.state()["ignored"] == set_of(*signals)
    assert run.code() == 7


@pytest.mark.parametrize("box, wanted", MODES)
def test_sigchld_ignored(boxes, box, wanted):
    """The kernel reaps the children of who ignores SIGCHLD, and their ends are lost."""
    run = boxes.start("state orphan { exit 1 } sleep 30 exit 7", [*box, *ignoring(signal.SIGCHLD)], **wanted)
    assert run.state()["ignored"] == set_of(signal.SIGCHLD)
    assert run.code() == 7


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1), (0, 1, 2)])
@pytest.mark.parametrize("box, wanted", MODES)
def test_closed_standard_streams(boxes, box, wanted, closed, tmp_path):
    said = tmp_path / "said"
    said.touch()
    options = [word for fd in closed for word in ("-c", str(fd))]
    popen = {"env": {"PAYLOAD_OUTPUT": str(said)}}
    run = boxes.start("fds exit 7", [*box, *options], popen, **wanted)
    assert run.code() == 7
    fds = {int(n) for n in re.findall(r"fd (\d+)", said.read_text())} - {900}
    # The payload opened its output, which takes the first free number and is copied to 900.
    first_free = min(closed)
    assert fds - {first_free} == {0, 1, 2} - set(closed)


@pytest.mark.parametrize("box, wanted", MODES)
def test_more_descriptors_than_expected(boxes, box, wanted):
    plain = fds_of(boxes.start("fds exit 7", box, **wanted))
    assert {0, 1, 2} <= plain
    more = fds_of(boxes.start("fds exit 7", [*box, "-x", "300"], **wanted))
    assert len(more - plain) == 300


def fds_of(run):
    found = {int(line.split()[1]) for line in run.until("end")[:-1]}
    assert run.code() == 7
    return found


@pytest.mark.parametrize("box", [[], ["-m"]], ids=["proc", "no proc"])
def test_the_init_keeps_only_the_standard_streams(boxes, box):
    run = boxes.start("say ready pause", [*box, "-x", "50"])
    run.expect("ready")
    assert wait_until(lambda: {int(n) for n in os.listdir(f"/proc/{run.init}/fd")} <= {0, 1, 2})
    assert wait_until(lambda: os.readlink(f"/proc/{run.init}/cwd") == "/")


def test_working_directory(boxes, tmp_path):
    run = boxes.start("state exit 7", popen={"cwd": tmp_path})
    assert run.state()["folder"] == str(tmp_path)


@pytest.mark.parametrize("box, wanted", MODES)
def test_a_process_group_of_its_own(boxes, box, wanted):
    state = boxes.start("state", [*box, "-S"], **wanted).state()
    assert state["group"] == state["pid"]
    # A plain start leaves it the leader of the session that it was.
    assert (state["session"] == state["pid"]) == ("plain" in wanted)


LISTEN_PID = [
    # Where the init is PID 1, what LISTEN_PID says, what the command (PID 2) reads.
    pytest.param([], {}, "1", "2", id="names us"),
    pytest.param([], {}, "7", "7", id="names another"),
    pytest.param([], {}, "", "", id="empty"),
    pytest.param([], {}, "1x", "1x", id="no number"),
    pytest.param(["-n"], {"always": True}, "2", "3", id="supervising"),
    pytest.param(["-n"], {"plain": True}, "2", "2", id="plain, the command is us"),
]


@pytest.mark.parametrize("box, wanted, before, after", LISTEN_PID)
def test_listen_pid(boxes, box, wanted, before, after):
    run = boxes.start("state", box, {"env": {"LISTEN_PID": before, "LISTEN_FDS": "1"}}, **wanted)
    assert run.state()["listen_pid"] == after


def test_no_listen_pid(boxes):
    assert boxes.start("state").state()["listen_pid"] == "-"


# Where an init has to live.

CONDITIONS = {
    "no proc": ["-m"],
    "unprivileged": ["-u", "65534"],
    "read-only root": ["-R"],
    "all of it": ["-m", "-u", "65534", "-R", "-c", "0", "-b", *ignoring(signal.SIGCHLD)],
}


@pytest.mark.parametrize("box", CONDITIONS.values(), ids=CONDITIONS.keys())
@pytest.mark.parametrize("child", [False, True], ids=["pid1", "supervising"])
def test_everything_works(boxes, box, child):
    """Signals, orphans, the rest's end and the exit code."""
    words = "orphan { setsid trap 15 say daemon listen 15 say told } listen 64 exit 7"
    # Without /proc a subreaper does not find the orphans of other sessions, and only waits.
    told = boxes.init.name == "antechamber" and not (child and "-m" in box)
    grace = None if told or boxes.init.name != "antechamber" else 0.1
    run = boxes.start(words, [*box, *(["-n"] if child else [])], always=child, grace=grace)
    run.until("listening")
    run.until("listening")
    run.kill(64)
    if told:
        run.until("told")
    assert run.code() == 7


def test_nested(boxes):
    """An init under an init: signals and codes go through both, orphans to the inner one."""
    inner = boxes.command("orphan { say orphan sleep 50 } listen 15 exit 9", always=True)
    run = boxes.start_command(boxes.init.command(inner))
    run.until("listening")
    run.kill(signal.SIGTERM)
    assert run.code() == 9


def test_not_pid_1_and_not_supervising(boxes):
    """The command takes the place of the init: the same pid, parent and group, and nothing between."""
    run = boxes.start("state say ready pause", ["-n"], plain=True)
    state = run.state()
    assert (state["pid"], state["parent"]) == ("2", "1")
    run.expect("ready")
    assert children(run.first) == [run.init] and not children(run.init)
    assert Path(os.readlink(f"/proc/{run.init}/exe")).name == boxes.payload.name


def test_never_as_pid_1(boxes):
    run = boxes.start("state exit 7", never=True)
    assert run.state()["pid"] == "1"
    assert run.code() == 7


def test_a_plain_start_keeps_group_and_session(boxes):
    state = boxes.start("state", ["-n", "-S"], plain=True).state()
    assert state["group"] == state["session"] == state["pid"]


def test_resource_limits_and_ids_are_not_touched(boxes):
    command = boxes.init.command(["/bin/sh", "-c", "ulimit -a; umask; id; cat /proc/self/status"])
    plain = boxes.start_command(command[-3:], ["-n"], stderr=subprocess.DEVNULL)
    under = boxes.start_command(command, stderr=subprocess.DEVNULL)
    assert filtered(plain.lines.all()) == filtered(under.lines.all())


def filtered(lines):
    keep = re.compile(r"(Uid|Gid|Groups|NoNewPrivs|Seccomp|Cap\w+|Sig(Ign|Blk|Cgt)|CoreDumping|Umask|Threads):")
    return [line for line in lines if ":" not in line or keep.match(line)]


def test_it_can_be_looked_into(boxes):
    """Programs that log through /proc/1/fd/1 need it: nothing of the init is closed to them."""
    run = boxes.start("say ready pause")
    run.expect("ready")
    mode = os.stat(f"/proc/{run.init}/fd")
    assert mode.st_uid == os.geteuid() and stat.S_ISDIR(mode.st_mode)
    assert status(run.init, "Name") == Path(boxes.init.path).name[:15]
