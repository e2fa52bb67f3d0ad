"""The death of the parent."""

import os
import platform
import signal

import pytest

from init_support.box import children, status, wait_until
from init_support.build import build
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401

GETPPID = 110 if platform.machine() == "x86_64" else 173


def under_a_parent(boxes, words, **wanted):
    """PID 1 - a parent that waits - the init - its command."""
    command = boxes.command(words, **wanted)
    run = boxes.start_command([boxes.payload, "fork", "{", "fork", "{", "exec", *command, "}", "pause", "}", "pause"])
    run.until("listening|ready")
    parent = children(run.init)[0]
    return run, parent


@pytest.mark.parametrize("name, number", [("TERM", 15), ("USR1", 10), ("HUP", 1)])
def test_the_signal_is_forwarded(boxes, name, number):
    run, parent = under_a_parent(boxes, f"listen {number} say end", always=True, parent_death=name)
    os.kill(parent, signal.SIGKILL)
    run.until("end")
    assert f"signal {number} " in "\n".join(run.lines.seen)


def test_kill(boxes):
    """The init dies at once; its command does not, and is somebody else's."""
    run, parent = under_a_parent(boxes, "listen 10 state", always=True, parent_death="KILL")
    (init,) = children(parent)
    (command,) = children(init)
    os.kill(parent, signal.SIGKILL)
    assert wait_until(lambda: status(command, "PPid") == str(run.first))
    os.kill(command, signal.SIGUSR1)
    run.until("signal 10 .*")
    assert run.state()["parent"] == "1"


def test_without_the_option_nothing_happens(boxes):
    run, parent = under_a_parent(boxes, "trap 15 say ready pause", always=True)
    os.kill(parent, signal.SIGKILL)
    assert run.lines.is_quiet(0.1)


def test_a_plain_start_leaves_it_to_the_command(boxes):
    """Where the command takes our place, the parent is its parent (prctl(2): exec keeps it)."""
    run, parent = under_a_parent(boxes, "listen 10 say end", plain=True, parent_death="USR1")
    os.kill(parent, signal.SIGKILL)
    run.until("end")


def told_when_orphaned(boxes, orphaned, number):
    """The call at which the parent died, and whether the command was told of it."""
    command = boxes.command("fork { await 1 settle kill 12 parent } listen 12", always=True, parent_death="USR1")
    run = boxes.start_command([orphaned, str(number), *command])
    place = int(run.until("stop .*")[-1].split()[1])
    words = [line.split()[1] for line in run.lines.all() if line.startswith("signal")]
    boxes.end()
    # Told too early to listen, it died of it.
    return place, "10" in words or "12" not in words


def test_a_parent_that_dies_while_we_ask(boxes, scratch):
    """
    Killed at each of our first system calls. Until we know who our parent is, its death cannot be told
    from a parent that is PID 1; from then on none is missed.
    """
    orphaned = build("orphaned", scratch)
    told = {}
    order = []
    for number in range(1, 16):
        place, told[number] = told_when_orphaned(boxes, orphaned, number)
        order.append(place)
        if place < 0:
            break
    assert GETPPID in order, "it never asked"
    asked = order.index(GETPPID) + 1
    assert [n for n in told if not told[n]] == list(range(1, asked + 1))
