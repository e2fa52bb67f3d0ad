"""When the command has ended, what is left gets TERM and time."""

import os
import signal
import time

import pytest

from init_support.box import children, is_stopped, wait_until
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401

MODES = [
    pytest.param([], {}, id="pid1"),
    pytest.param(["-n"], {"always": True}, id="subreaper"),
]
# A grace that no test waits for: it is longer than LIMIT of box.py.
LONG = 60


def long_grace(boxes):
    """For tests whose point is not the grace: the peers, which have none, are measured by them too."""
    return {"grace": LONG} if "grace" in boxes.init.OPTIONS else {}


LEFT = {
    "same group": "fork {{ {0} }}",
    "orphan": "orphan {{ {0} }}",
    "other group": "fork {{ group {0} }}",
    "other session": "orphan {{ setsid {0} }}",
    "double-forked": "orphan {{ setsid orphan {{ {0} }} }}",
}


@pytest.mark.parametrize("box, wanted", MODES)
@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT.keys())
def test_who_is_left_is_told(boxes, box, wanted, left):
    words = left.format("listen 15 say told") + " await 1 exit 7"
    run = boxes.start(words, box, **wanted)
    run.expect("listening")
    run.until("told")
    assert run.code() == 7


@pytest.mark.parametrize("box, wanted", MODES)
def test_who_takes_its_time(boxes, box, wanted):
    """What is left has the time that it needs, and no more is waited."""
    words = "orphan { setsid listen 15 sleep 300 say done } await 1 exit 7"
    run = boxes.start(words, box, **long_grace(boxes), **wanted)
    run.until("signal 15 .*")
    run.until("done")
    assert run.code() == 7


def seconds_of(start):
    """Of a run that start() begins, from before that to after its end."""
    began = time.monotonic()
    assert start().code() == 7
    return time.monotonic() - began


STUBBORN = "orphan { ignore 15 up pause } await 1 exit 7"


@pytest.mark.parametrize("box, wanted", MODES)
def test_who_is_stubborn(boxes, box, wanted):
    assert seconds_of(lambda: boxes.start(STUBBORN, box, grace=0.4, **wanted)) >= 0.4


def test_two_seconds_by_default(boxes):
    assert seconds_of(lambda: boxes.start(STUBBORN)) >= 2


@pytest.mark.parametrize("box, wanted", MODES)
def test_who_is_stopped_can_end(boxes, box, wanted):
    words = "orphan { trap 18 say here kill 19 self say on } listen 10 exit 7"
    run = boxes.start(words, box, **long_grace(boxes), **wanted)
    assert {run.next(), run.next()} == {"here", "listening"}
    assert wait_until(lambda: any(map(is_stopped, children(run.init))))
    run.kill(signal.SIGUSR1)
    assert run.code() == 7


@pytest.mark.parametrize("box, wanted", MODES)
def test_nobody_is_left(boxes, box, wanted):
    run = boxes.start("orphan { exit 0 } sleep 30 exit 7", box, grace=LONG, **wanted)
    assert run.code() == 7


def test_only_zombies_are_left(boxes):
    run = boxes.start("many 50 { sleep 20 } sleep 200 exit 7", grace=LONG)
    assert run.code() == 7


@pytest.mark.parametrize("box, wanted", MODES)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_ends_the_wait(boxes, box, wanted, number):
    words = "orphan { ignore 15 ignore 10 say here up pause } await 1 say ends exit 7"
    run = boxes.start(words, box, grace=LONG, **wanted)
    run.expect("here", "ends")
    assert wait_until(lambda: len(children(run.init)) == 1)
    # Others do not.
    run.kill(signal.SIGUSR1)
    run.kill(signal.SIGHUP)
    assert not wait_until(lambda: run.has_ended, 0.1)
    run.kill(number)
    assert run.code() == 7


@pytest.mark.parametrize("box, wanted", MODES)
def test_no_grace(boxes, box, wanted):
    run = boxes.start("orphan { trap 15 say here up pause } await 1 exit 7", box, grace=0, **wanted)
    run.expect("here")
    assert run.code() == 7
    assert run.lines.all() == []  # the kernel kills the rest of a namespace


def test_told_once(boxes):
    """However often one of them ends."""
    first = "orphan { trap 15 say here up await 11 sleep 100 say done }"
    words = f"{first} many 5 {{ listen 15 up }} await 6 exit 7"
    run = boxes.start(words, **long_grace(boxes))
    assert run.code() == 7
    lines = run.lines.all()
    assert lines.count("got 15") == 1 and "done" in lines


def test_the_signal_that_ended_the_command_is_its_code(boxes):
    run = boxes.start("orphan { setsid trap 15 say here listen 15 say told } trap 10 pause")
    run.until("listening")
    run.kill(signal.SIGTERM)
    run.until("told")
    assert run.code() == 143


def test_no_subreaper_tells_its_group(boxes):
    """Who adopts nobody hears of no orphan's end, and looks whether the group is still there."""
    words = "orphan { say here listen 15 sleep 100 say told } orphan { setsid ignore 15 up pause } await 2 exit 7"
    run = boxes.start(words, ["-n"], no_subreaper=True, grace=LONG)
    run.until("told")
    assert run.code() == 7


def test_a_subreaper_ends_with_its_orphans_only(boxes):
    """What other processes of the container do is not its business."""
    words = boxes.command("orphan { setsid listen 15 say told } await 1 exit 7", always=True)
    outer = [boxes.payload, "fork", "{", "trap", "15", "say", "outside", "pause", "}", "fork", "{", "exec"]
    run = boxes.start_command([*outer, *words, "}", "wait", "say", "end", "pause"])
    run.until("child exit 7")
    run.expect("end")
    assert "told" in run.lines.seen and "got 15" not in run.lines.seen
    assert len(children(run.init)) == 1


def test_orphans_go_to_a_subreaper(boxes):
    run = boxes.start("orphan { await 1 state } up pause", ["-n"], always=True)
    assert run.state()["parent"] == "2"


def test_without_a_subreaper_they_go_to_pid_1(boxes):
    run = boxes.start("orphan { await 1 state } up pause", ["-n"], no_subreaper=True)
    assert run.state()["parent"] == "1"


def test_the_rest_in_another_pid_namespaces_proc(boxes):
    """A /proc that speaks of other numbers must not make us signal somebody else's processes."""
    if boxes.init.name != "antechamber":
        pytest.skip("reads no /proc")
    words = boxes.command("orphan { setsid ignore 15 say here up sleep 300 } await 1 exit 7", always=True, grace=0.1)
    bystanders = ["fork", "{", "trap", "15", "say", "bystander", "pause", "}"] * 8
    # The inner namespace keeps the outer one's /proc mounted.
    inner = ["/usr/bin/unshare", "--pid", "--fork", *words]
    run = boxes.start_command([boxes.payload, *bystanders, "fork", "{", "exec", *inner, "}", "wait", "say", "end", "pause"])
    run.until("end")
    assert "child exit 7" in run.lines.seen and "got 15" not in run.lines.seen
