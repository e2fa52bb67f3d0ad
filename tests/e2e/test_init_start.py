"""No signal is lost at the start: SIGTERM at each system call up to the command's exec."""

import contextlib
import itertools
import json
import platform
import signal
import subprocess
from pathlib import Path

import pytest

from init_support.box import Lines, status, wait_until
from init_support.build import build
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401

RT_SIGPROCMASK = 14 if platform.machine() == "x86_64" else 135
# Died of it before it could handle it, or handled it.
NOT_LOST = {"exit 143", "exit 5"}
# Losses that are waited for: one is a failure.
ENOUGH = 3


@pytest.fixture(scope="session")
def step(scratch):
    return build("step", scratch)


def send_at(step, number, signo, command):
    """What step.c said: the place and the end, which is None when the signal was lost and the program runs on."""
    with subprocess.Popen(
        [step, str(number), str(int(signo)), "--", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin"},
    ) as process:
        lines = Lines(process.stdout.fileno())
        end = None
        try:
            place = lines.until(r"stop .*|beyond")[-1]
            with contextlib.suppress(AssertionError):  # no end in time
                if place != "beyond":
                    end = lines.until(r"(exit|signal) \d+")[-1]
        finally:
            process.kill()
    return place, end


def losses(step, command, signo=signal.SIGTERM, ends=NOT_LOST):
    """The stops at which the signal was lost, and how many there are."""
    lost = []
    for number in itertools.count(1):
        place, end = send_at(step, number, signo, command)
        if place == "beyond":
            break
        if end not in ends:
            lost.append((number, place, end))
        if len(lost) == ENOUGH:
            break
    return lost, number - 1


@pytest.mark.parametrize("group", [False, True], ids=["single", "group"])
def test_sigterm_at_each_system_call(boxes, step, group):
    lost, count = losses(step, boxes.command("listen 15 exit 5", group=group))
    assert lost == []
    assert count > 20


@pytest.mark.parametrize("number", [signal.SIGHUP, 34])
def test_others_at_each_system_call(boxes, step, number):
    ends = {f"exit {128 + number}", "exit 5"}
    lost, _ = losses(step, boxes.command(f"listen {int(number)} exit 5"), number, ends)
    assert lost == []


def test_blocking_is_the_first_system_call(boxes, step):
    place, _ = send_at(step, 1, signal.SIGTERM, boxes.command("listen 15 exit 5"))
    assert place == f"stop {RT_SIGPROCMASK} of init"


def test_during_a_fetch(boxes, step, tmp_path):
    """With a fetcher between: a start that SIGTERM ends, or a command that gets it."""
    if boxes.init.name != "antechamber":
        pytest.skip(f"{boxes.init.name} fetches nothing")
    store = tmp_path / "store.json"
    store.write_text(json.dumps({"Parameters": [{"Name": "/app/key", "Type": "String", "Value": "v"}]}))
    command = [
        boxes.init.path, "exec", "--quiet", "--sandbox=off", "-b", f"file:{store}", "app", "--",
        str(boxes.payload), "listen", "15", "exit", "5",
    ]  # fmt: skip
    lost, count = losses(step, command)
    assert lost == []
    assert count > 30


@pytest.mark.parametrize("group", [False, True], ids=["single", "group"])
def test_many_stops_right_after_the_start(boxes, group):
    """Without a tracer, as a runtime does it: as soon as the init blocks SIGTERM, and little later."""
    lost = 0
    for _ in range(100):
        run = boxes.start("listen 15 exit 5", group=group)
        assert wait_until(lambda: is_ready(run, Path(boxes.init.path).name[:15]))
        run.kill(signal.SIGTERM)
        try:
            ended = run.code() in (143, 5)
        except AssertionError:
            ended = False
        lost += not ended
        boxes.end()
        if lost == ENOUGH:
            break
    assert lost == 0


def is_ready(run, name):
    """The init blocks or handles SIGTERM, or sleeps in its wait, which shows none as blocked."""
    pid = run.first
    masks = [status(pid, field) for field in ("SigBlk", "SigCgt")]
    if status(pid, "Name") != name or None in masks:
        return False
    safe = any(int(mask, 16) >> (signal.SIGTERM - 1) & 1 for mask in masks)
    return safe or (status(pid, "State") or "").startswith("S")
