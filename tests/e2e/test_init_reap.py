"""Orphans are reaped, however many and however they come."""

import os
import signal
import time

import pytest

from init_support.box import children, is_stopped, processes_of, status, wait_until, zombies_of
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401


def is_clean(run):
    return lambda: not zombies_of(run.init) and len(children(run.init)) == 1


def test_an_orphan(boxes):
    run = boxes.start("orphan { exit 3 } say made pause")
    run.expect("made")
    assert wait_until(is_clean(run))


def test_a_double_forked_daemon(boxes):
    run = boxes.start("orphan { setsid orphan { say daemon sleep 50 exit 3 } } say made pause")
    assert {run.next(), run.next()} == {"daemon", "made"}
    assert wait_until(is_clean(run))


def test_orphans_of_all_kinds_of_ends(boxes):
    words = [f"orphan {{ die {n} }}" for n in (1, 2, 9, 11, 15, 34, 64)]
    words += [f"orphan {{ exit {n} }}" for n in (0, 1, 127, 255)]
    run = boxes.start(" ".join(words) + " say made sleep 100 exit 7")
    run.expect("made")
    assert run.code() == 7


def test_3000_at_once(boxes):
    run = boxes.start("listen 10 many 3000 { exit 0 } say made sleep 30000")
    run.expect("listening")
    run.kill(signal.SIGUSR1)
    run.next()
    run.kill(signal.SIGSTOP)  # so that they pile up
    run.until("made", 30)
    assert wait_until(lambda: len(zombies_of(run.init)) > 2500, 30)
    run.kill(signal.SIGCONT)
    assert wait_until(is_clean(run), 30)


def test_signals_during_the_storm(boxes):
    run = boxes.start("fork { many 1500 { exit 0 } say made } trap 10 trap 64 say ready pause")
    run.until("ready")
    sent = 0
    while "made" not in run.lines.seen:
        run.kill(64)
        sent += 1
        while not run.lines.is_quiet(0.001):
            run.next()
    run.kill(signal.SIGUSR1)
    while "got 10" not in run.lines.seen:
        run.next()
    assert wait_until(lambda: (drain(run), run.lines.seen.count("got 64") == sent)[1])
    assert wait_until(lambda: not zombies_of(run.init))


def drain(run):
    while not run.lines.is_quiet(0.002):
        run.next()


def test_one_sigchld_for_two_deaths(boxes):
    """While the init is stopped an orphan and the command end: only one SIGCHLD is pending."""
    run = boxes.start("orphan { trap 10 sleep 60000 } say made listen 15 exit 7")
    run.until("listening")
    init = run.init
    app = min(children(init))
    orphan = max(children(init))
    run.kill(signal.SIGSTOP)
    assert wait_until(lambda: is_stopped(init))
    os.kill(orphan, signal.SIGKILL)
    os.kill(app, signal.SIGTERM)
    assert wait_until(lambda: len(zombies_of(init)) == 2)
    run.kill(signal.SIGCONT)
    assert run.code() == 7


def test_the_command_ends_among_many(boxes):
    run = boxes.start("many 300 { sleep 30 } exit 9")
    assert run.code() == 9


def test_it_does_not_reap_what_is_not_its_own(boxes):
    run = boxes.start("fork { exit 5 } sleep 100 wait say still pause")
    run.expect("child exit 5", "still")


def test_children_that_were_there_before(boxes):
    """A process that becomes the init may have children: dead ones are reaped too."""
    words = boxes.command("say started pause")
    run = boxes.start_command([boxes.payload, "fork", "{", "exit", "3", "}", "sleep", "50", "exec", *words])
    run.expect("started")
    assert wait_until(is_clean(run))


# ptrace: a process that asks to be traced makes its parent the tracer, which may be the init.


def test_the_command_asks_to_be_traced(boxes):
    """It stops at its exec; a parent that is no debugger must let it go on."""
    run = boxes.start(["traceme", "exec", boxes.payload, "say", "on", "exit", "7"])
    run.expect("on")
    assert run.code() == 7


def test_the_command_is_traced_and_gets_a_signal(boxes):
    run = boxes.start("trap 15 traceme say ready pause")
    run.expect("ready")
    run.kill(signal.SIGTERM)
    run.expect("got 15")


def test_an_orphan_asks_to_be_traced(boxes):
    words = ["orphan", "{", "await", "1", "traceme", "exec", boxes.payload, "say", "on", "}", "trap", "15", "up", "pause"]
    run = boxes.start(words)
    run.expect("on")
    assert wait_until(is_clean(run))
    run.kill(signal.SIGTERM)
    run.expect("got 15")


def test_a_traced_orphan_stops_itself(boxes):
    run = boxes.start("orphan { await 1 traceme kill 19 self pause } up say ready sleep 200 exit 7")
    run.expect("ready")
    assert run.code() == 7


def test_a_debugger_of_the_command(boxes):
    """Stops that somebody else traces are not ours."""
    from init_support.tracing import attach, detach

    run = boxes.start("trap 15 say ready pause")
    run.expect("ready")
    app = children(run.init)[0]
    attach(app)
    assert wait_until(lambda: is_stopped(app))
    time.sleep(0.02)
    assert status(app, "TracerPid") == str(os.getpid())
    detach(app)
    run.kill(signal.SIGTERM)
    run.expect("got 15")


def test_a_debugger_of_the_init(boxes):
    from init_support.tracing import attach, detach

    run = boxes.start("trap 15 say ready pause")
    run.expect("ready")
    attach(run.init)
    assert wait_until(lambda: is_stopped(run.init))
    run.kill(signal.SIGTERM)
    detach(run.init)
    run.expect("got 15")


@pytest.mark.parametrize("box", [[], ["-m"]], ids=["proc", "no proc"])
def test_nothing_is_left(boxes, box):
    run = boxes.start("many 20 { sleep 10 } trap 15 say made pause", box)
    run.expect("made")
    assert wait_until(is_clean(run))
    assert len(processes_of(run.init)) == 1
