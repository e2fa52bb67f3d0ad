"""IRSA: a web identity token for the credentials of a role, in XML and in JSON."""

from urllib.parse import parse_qs

import pytest

from support.sandbox import untouched
from support.steps import answer, change
from support.wire import replace


@pytest.fixture
def app(world):
    """A service with two parameters; what the command has to get."""
    return world.ssm.put_many("/app/", 2)


@pytest.mark.parametrize("form", ["xml", "json"])
def test_irsa(world, app, form):
    world.sts.format = form
    assert world.run("exec", "app", env=world.irsa_env).succeeded().loaded == app
    (request,) = world.sts.requests
    assert request.header("host") == "sts.eu-west-1.amazonaws.com"
    assert b"rolearn=arn%3aaws%3aiam%3a%3a123456789012%3arole%2fapp&" in request.body.lower()
    assert not world.ecs.requests


def session_name(world):
    return parse_qs(world.sts.requests[-1].body.decode())["RoleSessionName"][0]


def test_irsa_session_name(world, app):
    env = {**world.irsa_env, "AWS_ROLE_SESSION_NAME": "my+session=1"}
    world.run("exec", "app", env=env).succeeded()
    assert session_name(world) == "my+session=1"
    world.run("exec", "app", env=world.irsa_env).succeeded()
    made_up = session_name(world)
    assert 2 <= len(made_up) <= 64 and set(made_up) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-"
    )


def test_irsa_without_a_role(world):
    env = {**world.irsa_env, "AWS_ROLE_ARN": None}
    world.run("exec", "app", env=env).failed(100, "AWS_ROLE_ARN")
    untouched(world.sts, world.imds)


@pytest.mark.parametrize("name", ["AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME"])
@pytest.mark.parametrize("more, said", [("\n", "a line break"), (" x", "a blank"), ("\t", "a blank"), ("\x01", "not")])
def test_irsa_with_a_name_that_is_none(world, name, more, said):
    """A Kubernetes secret made with `echo`: STS would say less clearly what is wrong."""
    env = {**world.irsa_env, name: "arn:aws:iam::123456789012:role/app" + more}
    world.run("exec", "app", env=env).failed(100, f"{name}: byte 35 of 3[56] is {said}", hint="without it")
    untouched(world.sts)


@pytest.mark.parametrize("text", [None, ""])
def test_irsa_with_a_bad_token_file(world, text):
    path = "/no/such/file" if text is None else world.file("token", text)
    env = {**world.irsa_env, "AWS_WEB_IDENTITY_TOKEN_FILE": path}
    world.run("exec", "app", env=env).failed(100, "AWS_WEB_IDENTITY_TOKEN_FILE")
    assert not world.sts.requests


def sts_says(code, message, status=400):
    return lambda request, usual: request.connection.server.error(request, code, message, status)


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(
    "code, status",
    [("InvalidIdentityToken", 400), ("AccessDenied", 403), ("IDPRejectedClaim", 403),
     ("RegionDisabledException", 403), ("MalformedPolicyDocument", 400)],
)  # fmt: skip
def test_irsa_refused(world, form, code, status):
    world.sts.format = form
    world.sts.always(sts_says(code, "Not <authorized> & so on", status))
    result = world.run("exec", "app", env=world.irsa_env)
    result.failed(100, "sts.eu-west-1.amazonaws.com", code, "Not <authorized> & so on")
    assert len(world.sts.requests) == 1


def test_irsa_with_numbers_of_characters(world, app):
    """XML may write any character by its number, as emulators do with quotes."""
    identity = world.identity

    def numbers(request, usual):
        reply = usual()
        key = "".join(f"&#{ord(c)};" if c.islower() else f"&#x{ord(c):X};" for c in identity.secret)
        return replace(reply, body=reply.body.replace(identity.secret, key))

    world.sts.then(numbers)
    assert world.run("exec", "app", env=world.irsa_env).succeeded().loaded == app
    body = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>it&#39;s not&#x20;allowed</Message></Error></ErrorResponse>"
    world.sts.then(answer(body, 403, type="text/xml"))
    world.run("exec", "app", env=world.irsa_env).failed(100, "AccessDenied: it's not allowed")


@pytest.mark.parametrize("form", ["xml", "json"])
def test_irsa_tried_again(world, app, form):
    world.sts.format = form
    world.sts.then(sts_says("IDPCommunicationError", "try again"), answer("oops", 500))
    assert world.run("exec", "app", env=world.irsa_env).succeeded().loaded == app
    assert len(world.sts.requests) == 3


BAD_STS = {
    "empty": b"",
    "neither": b"hello",
    "cut XML": b"<AssumeRoleWithWebIdentityResponse><Credentials><AccessKeyId>ASIA",
    "no Credentials": b"<AssumeRoleWithWebIdentityResponse></AssumeRoleWithWebIdentityResponse>",
    "another JSON": b'{"Credentials": {}}',
}


@pytest.mark.parametrize("name", BAD_STS)
def test_irsa_malformed(world, name):
    world.sts.always(answer(BAD_STS[name], type="text/xml"))
    world.run("exec", "-r", "2", "app", env=world.irsa_env).failed(111, "sts.eu-west-1")
    assert len(world.sts.requests) == 2


def test_irsa_truncated(world):
    world.sts.always(change(send_body=200, end="cut"))
    world.run("exec", "-r", "2", "app", env=world.irsa_env).failed(111, "sts.eu-west-1")
