"""What is tried again, and how often."""

import re

import pytest

from support.server import REFUSE
from support.steps import answer, aws_error, change, raw, truncate

HOST = r"ssm\.eu-west-1\.amazonaws\.com"
THROTTLES = [
    ("ThrottlingException", 400),
    ("Throttling", 400),
    ("TooManyRequestsException", 429),
    ("RequestLimitExceeded", 400),
]
TRANSIENT = [
    ("InternalServerError", 500),
    ("ServiceUnavailable", 503),
    ("RequestTimeout", 400),
]
REFUSED = [
    "UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
    "SignatureDoesNotMatch", "RequestTimeTooSkewed", "AuthFailure", "AccessDeniedException",
    "ValidationException", "InvalidNextToken", "InvalidKeyId", "InvalidFilterKey",
    "InvalidFilterOption", "InvalidFilterValue", "ParameterNotFound", "ParameterVersionNotFound",
    "MissingAuthenticationToken", "IncompleteSignature", "OptInRequired", "SomethingNobodyKnows",
]  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_is_asked_once(world, code, status):
    world.ssm.always(aws_error(code, status, message="because " + code))
    result = world.run("exec", "app").failed(100, HOST, code, "because")
    assert len(world.ssm.requests) == 1, world.ssm
    assert re.search(r"/app/|app", result.errors[0])


@pytest.mark.parametrize("code, status", THROTTLES + TRANSIENT)
def test_what_may_pass_is_tried_again(world, code, status):
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.then(aws_error(code, status))
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 2, world.ssm


@pytest.mark.parametrize("code, status", [THROTTLES[0], *TRANSIENT])
def test_it_ends_after_the_attempts(world, code, status):
    world.ssm.always(aws_error(code, status))
    world.run("exec", "-r", "2", "app").failed(111, HOST, code)
    assert len(world.ssm.requests) == 2, world.ssm


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_attempts_are_counted_with_the_first(world, attempts):
    world.ssm.always(answer("oops", 500))
    world.run("exec", "-r", attempts, "app").failed(111, "500")
    assert len(world.ssm.requests) == attempts, world.ssm


def test_attempts_are_of_each_request(world):
    """Two failures before each of three pages, with three attempts."""
    variables = world.ssm.put_many("/app/", 25)
    bad = answer("oops", 503)
    world.ssm.then(bad, bad, None, bad, bad, None, bad, bad, None)
    assert world.run("exec", "-r", "3", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 9, world.ssm


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_bare_statuses_are_tried_again(world, status):
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.then(answer("<html>gateway</html>", status, type="text/html"))
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 2, world.ssm


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 418])
def test_other_statuses_of_the_client_are_refusals(world, status):
    world.ssm.always(answer("<html>gateway</html>", status, type="text/html"))
    result = world.run("exec", "app").failed(100, HOST, str(status))
    assert len(world.ssm.requests) == 1, world.ssm
    assert "html" not in result.errors[0]


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_redirects_are_not_followed(world, status):
    away = [("Location", "https://sts.eu-west-1.amazonaws.com/")]
    world.ssm.always(answer(b"", status, headers=away))
    world.run("exec", "app").failed(111, HOST, str(status))
    assert len(world.ssm.requests) == 1 and not world.sts.connections


FORMS = {
    "namespace": lambda c: ({"__type": f"com.amazonaws.ssm#{c}", "message": "m"}, []),
    "bare": lambda c: ({"__type": c, "Message": "m"}, []),
    "with a URI": lambda c: ({"__type": f"com.amazonaws.ssm#{c}:http://internal/x"}, []),
    "code": lambda c: ({"code": c, "message": "m"}, []),
    "header": lambda c: ({"message": "m"}, [("x-amzn-ErrorType", f"{c}:http://internal/")]),
    "header alone": lambda c: (b"", [("X-Amzn-Errortype", c)]),
    "both messages": lambda c: ({"__type": c, "message": "m", "Message": "m"}, []),
    "header wins": lambda c: ({"__type": "Other"}, [("x-amzn-ErrorType", f"ns#{c}")]),
}


@pytest.mark.parametrize("form", FORMS)
def test_where_the_code_stands(world, form):
    body, headers = FORMS[form]("AccessDeniedException")
    world.ssm.always(answer(body, 400, headers=headers))
    world.run("exec", "app").failed(100, "AccessDeniedException")


# Connections.

CONNECTING = ["reset", "close", "garbage", "close-after-hello"]


@pytest.mark.parametrize("action", ["reset", "close", "close-after-hello"])
def test_a_failing_connection_is_tried_again(world, action):
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.on_connect(action)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.connections) == 2 and len(world.ssm.requests) == 1


@pytest.mark.parametrize("action", CONNECTING)
def test_a_connection_that_always_fails(world, action):
    world.ssm.on_connect(action, times=50)
    result = world.start("exec", "-r", "2", "app").finish()
    assert result.code in (111, 100) and not result.started
    assert len(result.errors) == 1 and re.search(HOST, result.errors[0])
    # One made ahead of need, and two attempts; what is no TLS at all may be a refusal at once.
    assert 1 <= len(world.ssm.connections) <= 3, world.ssm
    assert action == "garbage" or len(world.ssm.connections) > 1, world.ssm


@pytest.mark.parametrize(
    "step",
    [truncate(10), truncate(10, end="reset"), truncate(0, end="close-unsaid"), raw(b""),
     change(end="cut", split_record=True), raw(b"", end="reset")],
    ids=["cut", "reset", "ended", "nothing", "half a record", "reset at once"],
)  # fmt: skip
def test_an_answer_that_breaks_off_is_asked_again(world, step):
    variables = world.ssm.put_many("/app/", 12)
    world.ssm.then(None, step)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 3, world.ssm
    assert len(world.ssm.connections) == 2, world.ssm


def test_names_that_do_not_resolve_at_first(world):
    variables = world.ssm.put_many("/app/", 2)
    world.dns.faults.extend(["servfail"] * 2)
    assert world.run("exec", "app").succeeded().loaded == variables


def test_names_that_never_resolve(world):
    world.dns.always = "servfail"
    world.run("exec", "-r", "2", "app").failed(111, HOST)
    assert not world.ssm.connections


@pytest.mark.parametrize(
    "addresses", [["127.0.9.9", "127.0.1.1"], ["2001:db8::1", "127.0.1.1"], ["::1"], ["::1", "127.0.9.9"]]
)
def test_one_of_the_addresses_works(world, addresses):
    """Nobody listens at 127.0.9.9, and there is no way to 2001:db8::1."""
    variables = world.ssm.put_many("/app/", 2)
    world.dns.names["ssm.eu-west-1.amazonaws.com"] = addresses
    assert world.run("exec", "-r", "1", "app").succeeded().loaded == variables


# Credentials.


def uninitialized():
    body = {"code": "CredentialsUninitialized", "message": "not yet", "HTTPErrorCode": 503}
    return answer(body, 503, type="application/json")


@pytest.mark.parametrize(
    "step", [uninitialized(), answer("slow down", 429), answer("oops", 500), answer("{", 200)]
)
def test_a_just_started_agent_is_ridden_out(world, step):
    variables = world.ssm.put_many("/app/", 2)
    world.ecs.then(step, step)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ecs.requests) == 3


def test_an_agent_that_never_gets_ready(world):
    world.ecs.always(uninitialized())
    world.run("exec", "-r", "3", "app").failed(111, "169.254.170.2", "CredentialsUninitialized")
    assert len(world.ecs.requests) == 3 and not world.ssm.requests


@pytest.mark.parametrize("action", ["reset", "close"])
def test_an_agent_that_drops_the_first_connection(world, action):
    variables = world.ssm.put_many("/app/", 2)
    world.ecs.on_connect(action)
    assert world.run("exec", "app").succeeded().loaded == variables


def test_an_agent_that_comes_late(world):
    """Refused at first; it listens when antechamber has tried once."""
    variables = world.ssm.put_many("/app/", 2)
    world.ecs.mode(REFUSE)
    running = world.start("exec", "app")
    assert world.journal.wait_for(lambda: bool(world.journal.find("hello", server="ssm")))
    world.ecs.mode("listen")
    assert running.finish().succeeded().loaded == variables


def test_an_expired_session_is_fetched_once_more(world):
    variables = world.ssm.put_many("/app/", 25)
    world.ssm.expect_refusals = True
    world.identity.expired = True
    stale = world.identity

    def fresh(request, usual):
        if len(world.ecs.requests) > 1:
            world.identity = world.new_identity()
        return usual()

    world.ecs.always(fresh)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ecs.requests) == 2 and len(world.ssm.requests) == 4
    assert world.ssm.scopes[0].key_id != stale.key_id


def test_a_session_expired_for_good(world):
    world.ssm.expect_refusals = True
    world.identity.expired = True
    world.run("exec", "app").failed(100, "ExpiredTokenException")
    assert len(world.ecs.requests) == 2 and len(world.ssm.requests) == 2


def test_an_expired_static_session(world):
    world.ssm.expect_refusals = True
    world.identity.expired = True
    world.run("exec", "app", env=world.static_env).failed(100, "ExpiredTokenException")
    assert len(world.ssm.requests) <= 2
