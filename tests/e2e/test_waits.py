"""The clock, waits and the deadline: counted, never timed."""

import re

import pytest

from support.sandbox import run_to_deadline
from support.server import BLACKHOLE
from support.steps import Together, answer, aws_error, change, hang

HOST = r"ssm\.eu-west-1\.amazonaws\.com"


@pytest.mark.parametrize("skew", [600, -600, 86400 * 30])
def test_a_wrong_clock_is_corrected(world, skew):
    """The server's clock is off by that much; the Date of its refusal says so."""
    variables = world.ssm.put_many("/app/", 25)
    world.clock_skew = skew
    world.ssm.expect_refusals = True
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 4, "refused once, then three pages with the corrected clock"


def test_a_wrong_clock_is_corrected_for_several_services(world):
    """Each first request was signed by the wrong clock, also those refused after it was corrected."""
    variables = {}
    for name in ("a", "b", "c", "d"):
        variables |= world.ssm.put_many(f"/{name}/", 12, stem=name)
    world.clock_skew = 900
    world.ssm.expect_refusals = True
    world.ssm.then(*[Together(4)] * 4)
    assert world.run("exec", "a", "b", "c", "d").succeeded().loaded == variables
    assert len(world.ssm.requests) == 12


@pytest.mark.parametrize(
    "code",
    ["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestTimeTooSkewed",
     "AccessDeniedException"],
)  # fmt: skip
def test_skew_is_tried_once(world, code):
    world.clock_skew = 1000
    world.ssm.always(aws_error(code))
    world.run("exec", "app").failed(100, code)
    assert len(world.ssm.requests) == 2


@pytest.mark.parametrize("code, skew", [("RequestExpired", 1000), ("InvalidSignatureException", 200)])
def test_no_skew_no_second_try(world, code, skew):
    world.clock_skew = skew
    world.ssm.always(aws_error(code))
    world.run("exec", "app").failed(100, code)
    assert len(world.ssm.requests) == 1


# Waits and the deadline.


def said_waits(result):
    return [line for line in result.lines if re.search(r"wait|again in|retry", line, re.I)]


@pytest.mark.slow
def test_a_wait_of_more_than_a_second_is_said(world):
    variables = world.ssm.put_many("/app/", 2)
    patience = [("x-amz-retry-after", "1300")]
    world.ssm.then(aws_error("ThrottlingException", headers=patience))
    result = world.run("exec", "app").succeeded()
    assert result.loaded == variables
    (line,) = said_waits(result)
    assert re.search(HOST, line) or "app" in line


def test_a_short_wait_is_not_said(world):
    world.ssm.put_many("/app/", 2)
    world.ssm.then(answer("oops", 500))
    assert said_waits(world.run("exec", "app").succeeded()) == []


@pytest.mark.parametrize("hint", ["invalid", "-5", "", "1.5", "0", "99999999999999999999x"])
def test_a_bad_retry_after_is_no_obstacle(world, hint):
    """All of these are ignored, or small."""
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.then(answer("oops", 500, headers=[("x-amz-retry-after", hint)]))
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 2


# Each returns what the message names, and what shows that the fetcher got there.


def stuck_dns(world):
    world.dns.always = "silent"
    return HOST, lambda: world.dns.queries


def stuck_credentials(world):
    world.ecs.always(hang)
    return r"169\.254\.170\.2", lambda: world.ecs.requests


def stuck_handshake(world):
    world.ssm.on_connect("hang", times=99)
    return HOST, lambda: world.ssm.connections


def stuck_store(world):
    world.ssm.always(hang)
    return HOST, lambda: world.ssm.requests


def stuck_waiting(world):
    world.ssm.always(aws_error("ThrottlingException", headers=[("x-amz-retry-after", "4000")]))
    return HOST, lambda: world.ssm.requests


def dripping(world):
    world.ssm.put_many("/app/", 9)
    world.ssm.always(change(pace=(1, 0.05)))
    return HOST, lambda: world.ssm.requests


@pytest.mark.parametrize(
    "stuck",
    [stuck_dns, stuck_credentials, stuck_handshake, stuck_store, stuck_waiting, dripping],
)
@pytest.mark.parametrize("options", [{"pid1": True}, {"pid1": False}], ids=["pid1", "plain"])
def test_the_deadline_says_what_was_waited_for(world, stuck, options):
    where, reached = stuck(world)
    timeout, result = run_to_deadline(world, reached, "exec", "app", **options)
    result.failed(111, rf"timed out after {re.escape(timeout)} s \(--timeout\)", where)


def test_no_deadline(world):
    variables = world.ssm.put_many("/app/", 2)
    assert world.run("exec", "--timeout=0", "app").succeeded().loaded == variables


@pytest.mark.slow
def test_a_silent_agent_is_asked_again(world):
    """Five seconds for a response, then another attempt on another connection."""
    variables = world.ssm.put_many("/app/", 2)
    world.ecs.then(hang)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ecs.requests) == 2 and len(world.ecs.connections) == 2


@pytest.mark.slow
def test_an_agent_that_takes_no_connection(world):
    """Two seconds for a connection to the credentials."""
    world.ecs.mode(BLACKHOLE)
    world.run("exec", "-r", "1", "app").failed(111, r"169\.254\.170\.2", "time")
    assert not world.ssm.requests


@pytest.mark.slow
def test_a_silent_store_is_asked_again(world):
    """Fifteen seconds of silence."""
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.then(hang)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 2 and len(world.ssm.connections) == 2
