"""Every signal that can be caught reaches the command, one for one."""

import os
import shutil
import signal
import subprocess

import pytest

from init_support.box import ALL, UNCATCHABLE, children, is_idle, is_stopped, wait_until
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401

FORWARDED = sorted(ALL - UNCATCHABLE - {signal.SIGCHLD})
REAL_TIME = range(34, 65)
LAST = 64


def numbers(lines):
    return [int(line.split()[1]) for line in lines]


@pytest.mark.parametrize("group", [False, True], ids=["single", "group"])
@pytest.mark.parametrize("number", FORWARDED)
def test_each_from_outside(boxes, number, group):
    run = boxes.start(f"listen {number} exit 7", group=group)
    run.expect("listening")
    run.kill(number)
    assert numbers([run.next()]) == [number]
    assert run.code() == 7


def test_each_from_inside(boxes):
    # The kernel takes a pending SIGCONT away when a stop signal comes, and the other way round.
    sent = [number for number in FORWARDED if number != signal.SIGCONT]
    kills = " ".join(f"kill {number} init" for number in sent)
    run = boxes.start(f"fork {{ await 1 {kills} }} listen {LAST} exit 7")
    got = numbers(run.until(rf"signal {LAST} .*")[1:])
    # The last is not taken before all that were sent earlier: lower numbers go first.
    assert sorted(set(got) - {signal.SIGCHLD}) == sent
    assert run.code() == 7


def test_nothing_else_arrives(boxes):
    run = boxes.start(f"listen {LAST} exit 7")
    run.expect("listening")
    run.kill(signal.SIGCHLD)
    assert run.lines.is_quiet(0.1)
    run.kill(LAST)
    assert numbers(run.lines.all()) == [LAST]
    assert run.code() == 7


@pytest.mark.parametrize("group", [False, True], ids=["single", "group"])
def test_bursts_of_real_time_signals(boxes, group):
    queue = " ".join(f"queue {number} 0 100" for number in REAL_TIME)
    run = boxes.start(f"fork {{ setsid await 1 {queue} settle kill 10 init }} count 10", group=group)
    got = dict(tuple(map(int, line.split()[1:])) for line in run.lines.all() if line.startswith("count"))
    assert {number: got.get(number) for number in REAL_TIME} == {number: 100 for number in REAL_TIME}
    assert run.code() == 0


def test_values_and_senders_go_with_them(boxes):
    """What sigqueue(3) gave a signal is the command's to read."""
    run = boxes.start("fork { await 1 queue 40 1000 50 kill 64 init } listen 64 exit 7")
    lines = run.until("signal 64 .*")[1:-1]
    assert [line.split() for line in lines if not line.startswith("signal 17 ")] == [
        ["signal", "40", "code", "-1", "from", "3", "value", str(1000 + i)] for i in range(50)
    ]


def test_bursts_from_outside(boxes):
    run = boxes.start("count 10")
    run.expect("listening")
    for _ in range(200):
        run.kill(LAST)
        run.kill(signal.SIGTERM)
    run.kill(signal.SIGRTMIN)
    # Ends with the lowest number of them, which must wait until the others are through: a process
    # that has several waiting takes the lowest first.
    (app,) = children(run.init)
    assert wait_until(lambda: is_idle(run.init) and is_idle(app))
    run.kill(signal.SIGUSR1)
    got = dict(tuple(map(int, line.split()[1:])) for line in run.lines.all())
    assert got[LAST] == 200 and got[signal.SIGRTMIN] == 1 and 1 <= got[signal.SIGTERM] <= 200


def test_a_stopped_init_forwards_later(boxes):
    run = boxes.start("listen 15 exit 7")
    run.expect("listening")
    run.kill(signal.SIGSTOP)
    assert wait_until(lambda: is_stopped(run.init))
    run.kill(signal.SIGTERM)
    assert run.lines.is_quiet(0.05)
    run.kill(signal.SIGCONT)
    assert signal.SIGTERM in numbers(run.until("signal 15 .*"))
    assert run.code() == 7


def test_group_mode_reaches_the_group(boxes):
    words = "fork { trap 15 say there pause } trap 15 say here pause"
    run = boxes.start(words, group=True)
    assert {run.next(), run.next()} == {"here", "there"}
    run.kill(signal.SIGTERM)
    run.expect("got 15", "got 15")


def test_without_group_mode_only_the_command(boxes):
    run = boxes.start("fork { trap 15 say there pause } trap 15 say here pause")
    assert {run.next(), run.next()} == {"here", "there"}
    run.kill(signal.SIGTERM)
    run.expect("got 15")
    assert run.lines.is_quiet(0.1)


def test_group_mode_when_the_command_left_its_group(boxes):
    run = boxes.start("leave listen 15 exit 7", ["-S"], group=True)
    run.expect("listening")
    run.kill(signal.SIGTERM)
    assert run.code() == 7


def test_repeated_signals(boxes):
    run = boxes.start("trap 15 say ready pause")
    run.expect("ready")
    for _ in range(20):
        run.kill(signal.SIGTERM)
        run.expect("got 15")


@pytest.mark.parametrize(
    "pair, sent, got",
    [
        ("15:3", 15, 3),
        ("TERM:INT", 15, 2),
        ("SIGHUP:SIGUSR1", 1, 10),
        ("15:64", 15, 64),
        ("USR1:15", 10, 15),
        ("TSTP:USR2", 20, 12),
    ],
)
def test_rewritten(boxes, pair, sent, got):
    run = boxes.start(f"listen {got} exit 7", rewrite=pair)
    run.expect("listening")
    run.kill(sent)
    assert numbers([run.next()]) == [got]


@pytest.mark.parametrize("pair, sent, got", [("RTMIN:RTMAX", 34, 64), ("34:RTMIN+3", 34, 37)])
def test_real_time_signals_are_rewritten(boxes, pair, sent, got):
    test_rewritten(boxes, pair, sent, got)


def test_dropped(boxes):
    run = boxes.start("listen 10 exit 7", rewrite="TERM:0")
    run.expect("listening")
    run.kill(signal.SIGTERM)
    run.kill(signal.SIGUSR1)
    assert numbers(run.lines.all()) == [signal.SIGUSR1]


def test_rewritten_to_kill(boxes):
    run = boxes.start("trap 15 say ready pause", rewrite="TERM:KILL")
    run.expect("ready")
    run.kill(signal.SIGTERM)
    assert run.code() == 137


def test_a_command_that_may_not_be_signalled(boxes, scratch, tmp_path):
    """An init without privileges and a set-user-ID command: kill fails, and that is all."""
    owned = scratch / "payload-suid"
    shutil.copy(boxes.payload, owned)
    owned.chmod(0o4755)
    go_on = tmp_path / "go-on"
    command = boxes.init.command([owned, *f"uid 0 say ready until {go_on} exit 7".split()])
    run = boxes.start_command(command, ["-u", "65534"])
    run.expect("ready")
    for number in (signal.SIGTERM, signal.SIGUSR1, 40):
        run.kill(number)
    assert wait_until(lambda: is_idle(run.init))
    go_on.touch()
    assert run.code() == 7


def test_signals_that_its_own_writing_causes_are_not_forwarded(boxes):
    """A stderr whose reader is gone makes the kernel send SIGPIPE for each line."""
    reader, writer = os.pipe()
    os.close(reader)
    run = boxes.start(f"listen {LAST} exit 7", popen={"stderr": writer}, verbose=True)
    os.close(writer)
    run.expect("listening")
    for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, LAST):
        run.kill(number)
        assert numbers([run.next()]) == [number]
    assert run.code() == 7


def test_stderr_that_nobody_reads(boxes):
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x" * 4096)
    except BlockingIOError:
        pass
    os.set_blocking(writer, True)
    run = boxes.start("trap 10 say ready listen 15 exit 7", popen={"stderr": writer}, verbose=True)
    os.close(writer)
    run.expect("ready")
    run.until("listening")
    run.kill(signal.SIGTERM)
    assert run.code() == 7
    os.close(reader)


def test_verbose_says_what_is_done(boxes):
    popen = {"stderr": subprocess.PIPE}
    run = boxes.start("listen 15 exit 7", popen=popen, verbose=True, rewrite="USR1:0")
    run.expect("listening")
    run.kill(signal.SIGUSR1)
    run.kill(signal.SIGTERM)
    assert run.code() == 7
    lines = run.stderr().splitlines()
    assert "antechamber: debug: signal 10 dropped" in lines
    assert "antechamber: debug: signal 15 forwarded" in lines


def test_stop_and_continue(boxes):
    """Who stops the command with SIGSTOP means it; a signal waits until it goes on."""
    run = boxes.start("listen 15 exit 7")
    run.expect("listening")
    app = children(run.init)[0]
    os.kill(app, signal.SIGSTOP)
    assert wait_until(lambda: is_stopped(app))
    run.kill(signal.SIGTERM)
    assert not wait_until(lambda: not is_stopped(app), 0.1)
    os.kill(app, signal.SIGCONT)
    assert signal.SIGTERM in numbers(run.until("signal 15 .*"))
    assert run.code() == 7


def test_a_forwarded_stop_stops(boxes):
    """Without a terminal SIGTSTP is a signal like any other; here it keeps its default action."""
    run = boxes.start("trap 10 say ready pause", ["-S"])
    run.expect("ready")
    app = children(run.init)[0]
    run.kill(signal.SIGTSTP)
    assert wait_until(lambda: is_stopped(app))
    run.kill(signal.SIGUSR1)
    assert run.lines.is_quiet(0.1)
    run.kill(signal.SIGCONT)
    run.expect("got 10")
