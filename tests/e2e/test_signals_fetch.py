"""Signals while the parameters are fetched: TERM, INT, QUIT and HUP end the start, others are dropped."""

import os
import re
import signal
import subprocess
import threading

import pytest

from support.proc import children
from support.steps import hang, when

ENDING = [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP]
DROPPED = [
    signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGPIPE, signal.SIGWINCH, signal.SIGCONT,
    signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGVTALRM, signal.SIGIO, signal.SIGURG,
    signal.SIGCHLD, signal.SIGSEGV, signal.SIGABRT, signal.SIGRTMIN, signal.SIGRTMAX,
]  # fmt: skip
MODES = [
    pytest.param({"pid1": True}, (), id="pid1"),
    pytest.param({"pid1": False}, (), id="plain"),
    pytest.param({"pid1": False}, ("--supervise=always",), id="supervising"),
]


def stopped_by(result, number):
    """One line, and it says which signal."""
    assert len(result.errors) == 1, result
    assert f"stopped by {number.name} while " in result.errors[0]


@pytest.mark.parametrize("number", ENDING, ids=lambda s: s.name)
@pytest.mark.parametrize("options, arguments", MODES)
def test_ends_the_start_at_once(world, number, options, arguments):
    world.ecs.then(hang)
    running = world.start("exec", *arguments, "app", **options)
    assert world.ecs.wait_for_requests(1)
    running.signal(number)
    result = running.finish()
    assert result.code == 128 + number and not result.started, result
    stop = rf"stopped by {number.name} while waiting for the response from 169\.254\.170\.2"
    assert len(result.errors) == 1 and re.search(stop, result.errors[0]), result
    ended = world.journal.wait_for(lambda: bool(world.journal.find("end", server="ecs")))
    assert ended, "the fetcher is still there"


def silent_dns(world):
    world.dns.always = "silent"
    return lambda: bool(world.journal.find("dns"))


def silent_connect(world):
    world.ecs.on_connect("hang")
    return lambda: bool(world.journal.find("connect", server="ecs"))


def silent_handshake(world):
    world.ssm.on_connect("hang", times=5)
    return lambda: bool(world.journal.find("connect", server="ssm"))


def silent_store(world):
    world.ssm.then(hang)
    return lambda: bool(world.ssm.requests)


@pytest.mark.parametrize("phase", [silent_dns, silent_connect, silent_handshake, silent_store])
def test_in_every_phase(world, phase):
    reached = phase(world)
    running = world.start("exec", "app")
    assert world.journal.wait_for(reached)
    running.signal(signal.SIGTERM)
    result = running.finish()
    assert result.code == 143 and not result.started, result
    assert len(result.errors) == 1 and "stopped by SIGTERM while " in result.errors[0], result


@pytest.mark.parametrize("number", ENDING, ids=lambda s: s.name)
@pytest.mark.parametrize("options, arguments", MODES)
def test_while_a_name_server_is_silent(world, number, options, arguments):
    reached = silent_dns(world)
    running = world.start("exec", *arguments, "app", **options)
    assert world.journal.wait_for(reached)
    running.signal(number)
    result = running.finish()
    assert result.code == 128 + number and not result.started, result
    stopped_by(result, number)


def test_while_a_name_server_is_silent_over_tcp(world):
    world.dns.always = "truncated"
    world.dns.tcp = "silent"
    running = world.start("exec", "app")
    assert world.journal.wait_for(lambda: bool(world.dns.over_tcp))
    running.signal(signal.SIGTERM)
    result = running.finish()
    assert result.code == 143 and not result.started, result
    stopped_by(result, signal.SIGTERM)


def test_while_waiting_for_another_attempt(world):
    """The pause of a throttled request ends too."""
    from support.steps import aws_error

    slow = aws_error("ThrottlingException", headers=[("x-amz-retry-after", "5000")])
    world.ssm.always(slow)
    running = world.start("exec", "app")
    assert world.ssm.wait_for_requests(1)
    running.signal(signal.SIGINT)
    result = running.finish()
    assert result.code == 130
    assert re.search("stopped by SIGINT while waiting for the (response|next attempt)", str(result))
    assert len(world.ssm.requests) == 1


@pytest.mark.parametrize("options, arguments", MODES)
def test_others_are_dropped(world, options, arguments):
    """Neither antechamber nor, later, the command notices (the probe would die of most of them)."""
    variables = world.ssm.put_many("/app/", 2)
    gate = threading.Event()
    world.ecs.then(when(gate))
    running = world.start("exec", *arguments, "app", command=["exit", "0"], **options)
    assert world.ecs.wait_for_requests(1)
    for number in DROPPED:
        running.signal(number)
    gate.set()
    assert running.finish().succeeded().loaded == variables


def test_the_first_ending_signal_counts(world):
    world.ecs.then(hang)
    running = world.start("exec", "app")
    assert world.ecs.wait_for_requests(1)
    os.kill(running.pid, signal.SIGSTOP)
    running.signal(signal.SIGHUP)
    os.kill(running.pid, signal.SIGCONT)
    result = running.finish()
    assert result.code == 129
    stopped_by(result, signal.SIGHUP)


def test_a_fetcher_that_does_not_react(world):
    """It is killed soon, and the line is there all the same."""
    world.ecs.then(hang)
    running = world.start("exec", "app")
    assert world.ecs.wait_for_requests(1)
    (fetcher,) = children(running.pid)
    os.kill(fetcher, signal.SIGSTOP)
    running.signal(signal.SIGQUIT)
    result = running.finish()
    assert result.code == 131
    assert result.errors == ["stopped by SIGQUIT while loading parameters"]


def test_after_the_start_it_is_the_commands(world):
    world.ssm.put("/app/a", "one")
    running = world.start("exec", "app", command=["pause"]).wait_started()
    running.signal(signal.SIGTERM)
    result = running.finish()
    assert result.code == 143 and result.started


def test_a_dead_fetcher_is_reported(world):
    """Somebody kills it: 111, and the message names the signal."""
    world.ecs.then(hang)
    running = world.start("exec", "app")
    assert world.ecs.wait_for_requests(1)
    (fetcher,) = children(running.pid)
    os.kill(fetcher, signal.SIGKILL)
    running.finish().failed(111, "KILL|signal 9")


def test_the_fetcher_ends_with_antechamber(world):
    """Killed by SIGKILL, not PID 1: what knows the credentials must not go on alone."""
    world.ssm.always(hang)
    script = '"$0" exec app -- true & read -r line; kill -9 $!; sleep 30'
    line = ["-c", script, str(world.sandbox.binary)]
    running = world.start(
        *line, program="/bin/sh", command=None, pid1=False, inspect=False, stdin=subprocess.PIPE
    )
    assert world.ssm.wait_for_requests(1)
    running.process.stdin.write(b"\n")
    running.process.stdin.flush()
    ended = world.journal.wait_for(lambda: bool(world.journal.find("end", server="ssm")))
    running.kill()
    running.process.communicate()
    assert ended, "the fetcher still waits for its answer"
