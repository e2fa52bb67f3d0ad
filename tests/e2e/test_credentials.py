"""Where credentials come from: static, the containers' endpoints, and who comes first."""

import re

import pytest

from support.metadata import RELATIVE_URI, credentials_body
from support.sandbox import untouched
from support.server import REFUSE
from support.steps import answer, aws_error, raw

RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"


@pytest.fixture
def app(world):
    """A service with two parameters; what the command has to get."""
    return world.ssm.put_many("/app/", 2)


# Static.


def test_static(world, app):
    assert world.run("exec", "app", env=world.static_env).succeeded().loaded == app
    assert world.ssm.scopes[0].key_id == world.identity.key_id
    untouched(world.ecs, world.imds, world.sts)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
@pytest.mark.parametrize("more, said", [("\n", "a line break"), ("\r\n", "a line break"), (" x", "a blank"),
                                        ("\x01", "not printable ASCII"), ("ä", "not printable ASCII")])  # fmt: skip
def test_a_key_that_no_header_takes(world, name, more, said):
    env = {**world.static_env, name: world.static_env[name] + more}
    world.run("exec", "app", env=env).failed(100, f"{name}: byte \\d+ of \\d+ is {said}", hint="printf")
    untouched(world.ssm, world.ecs)


def test_static_without_a_session(world, app):
    world.identity = world.new_identity(token=False)
    env = {**world.static_env, "AWS_SESSION_TOKEN": None}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert world.ssm.requests[0].header("x-amz-security-token") is None


@pytest.mark.parametrize("empty", ["", None])
@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_one_without_the_other(world, missing, empty):
    env = {**world.static_env, missing: empty, RELATIVE: RELATIVE_URI}
    world.run("exec", "app", env=env).failed(100, missing)
    untouched(world.ecs, world.ssm)


# The containers' endpoints: facts A12 row by row. (id, environment, where the request has to arrive, target)

ALLOWED = [
    ("relative", {RELATIVE: "/credentials"}, "ecs", "169.254.170.2", "/credentials"),
    ("relative, query", {RELATIVE: "/credentials?a=1"}, "ecs", "169.254.170.2", "/credentials?a=1"),
    ("both", {RELATIVE: "/credentials", FULL: "http://localhost/other"}, "ecs", "169.254.170.2",
     "/credentials"),
    ("localhost", {FULL: "http://localhost/foo"}, "vault", "127.0.0.1 ::1", "/foo"),
    ("localhost and port", {FULL: "http://localhost:8000/foo"}, "vault", "127.0.0.1 ::1", "/foo"),
    ("127.0.0.1", {FULL: "http://127.0.0.1/foo"}, "vault", "127.0.0.1", "/foo"),
    ("127.1.1.1", {FULL: "http://127.1.1.1/foo"}, "vault", "127.1.1.1", "/foo"),
    ("::1", {FULL: "http://[::1]/credentials"}, "vault", "::1", "/credentials"),
    ("169.254.170.2", {FULL: "http://169.254.170.2/foo"}, "ecs", "169.254.170.2", "/foo"),
    ("169.254.170.23", {FULL: "http://169.254.170.23/v1/credentials"}, "pod", "169.254.170.23",
     "/v1/credentials"),
    ("fd00:ec2::23", {FULL: "http://[fd00:ec2::23]/v1/credentials"}, "pod", "fd00:ec2::23",
     "/v1/credentials"),
    ("fd00:ec2:0::23", {FULL: "http://[fd00:ec2:0::23]/v1/credentials"}, "pod", "fd00:ec2::23",
     "/v1/credentials"),
    ("no path (aws-vault)", {FULL: "http://127.0.0.1:9911"}, "vault", "127.0.0.1", "/"),
    ("no path and a slash", {FULL: "http://127.0.0.1:9911/"}, "vault", "127.0.0.1", "/"),
    ("only a query", {FULL: "http://127.0.0.1:9911/?a=b"}, "vault", "127.0.0.1", "/?a=b"),
    ("a name of ::1", {FULL: "http://v6.test:9911/x"}, "vault", "::1", "/x"),
    ("a name of 127.0.0.1", {FULL: "http://v4.test:9911/x"}, "vault", "127.0.0.1", "/x"),
    ("a name of fd00:ec2::23", {FULL: "http://pod.test/x"}, "pod", "fd00:ec2::23", "/x"),
    ("https, port", {FULL: "https://mypersonalsite:8080/credentials"}, "https_credentials",
     "127.0.4.1", "/credentials"),
    ("https", {FULL: "https://somewhere.com/foo"}, "https_credentials", "127.0.4.1", "/foo"),
]  # fmt: skip
NAMES = {
    "v6.test": ["::1"],
    "v4.test": ["127.0.0.1"],
    "pod.test": ["fd00:ec2::23"],
    "mypersonalsite": ["127.0.4.1"],
    "somewhere.com": ["127.0.4.1"],
}


@pytest.mark.parametrize("env, server, address, target", [
    pytest.param(*rest, id=name) for name, *rest in ALLOWED])  # fmt: skip
def test_allowed_uris(world, app, env, server, address, target):
    world.dns.names.update(NAMES)
    world.ecs.paths = None
    world.pod.any_host = "pod.test" in str(env)
    env = {RELATIVE: None, **env}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    (request,) = getattr(world, server).requests
    assert request.target == target
    assert request.connection.local[0] in address.split()
    untouched(world.trap, world.imds)


def test_an_https_address(world):
    """https may name any host; this one has no certificate for us, but it may be asked."""
    env = world.full_uri_env("https://169.254.0.1/foo")
    result = world.run("exec", "-r", "1", "app", env=env)
    assert result.code in (100, 111) and not result.started
    assert len(world.https_credentials.connections) >= 1
    untouched(world.trap)


REFUSED = [
    ("no host", "/credentials", "host|http"),
    ("no scheme", "localhost/credentials", "http"),
    ("another scheme", "ftp://localhost/x", "ftp|http"),
    ("link-local", "http://169.254.0.1/foo", "169.254.0.1"),
    ("169.1.2.3", "http://169.1.2.3/foo", "169.1.2.3"),
    ("private", "http://192.168.10.120/creds", "192.168.10.120"),
    ("v6 near miss", "http://[fd00:ec2:0:1::23]/v1/credentials", "fd00:ec2:0:1::23"),
    ("a name elsewhere", "http://somewhere.com/foo", "somewhere.com"),
    ("one bad address of three", "http://mixed.test/foo", "mixed.test"),
    ("a longer name", "http://169.254.170.2.example.com/x", "169.254.170.2.example.com"),
    ("userinfo", "http://127.0.0.1@evil/", "evil|user"),
    ("127.0.0.1.evil", "http://127.0.0.1.evil/", "127.0.0.1.evil"),
    ("mapped", "http://[::ffff:192.168.10.120]/x", "192.168.10.120"),
    ("a fragment", "http://127.0.0.1/x#y", "127.0.0.1|fragment|#"),
    ("a blank", "http://127.0.0.1/x y", "URI|URL|blank|space"),
    ("port 0", "http://127.0.0.1:0/", "port|:0"),
    ("port 65536", "http://127.0.0.1:65536/", "port|65536"),
]


@pytest.mark.parametrize("uri, said", [pytest.param(u, s, id=n) for n, u, s in REFUSED])
def test_refused_uris(world, uri, said):
    """Refused, and no request was sent."""
    bad = ["192.168.10.120"]
    for name in ("somewhere.com", "169.254.170.2.example.com", "evil", "127.0.0.1.evil"):
        world.dns.names[name] = bad
    world.dns.names["mixed.test"] = ["::1", "127.0.0.1", "192.168.1.10"]
    world.run("exec", "app", env=world.full_uri_env(uri)).failed(100, FULL, said)
    untouched(world.trap, world.vault, world.ecs, world.pod, world.imds)
    assert not world.ssm.requests


@pytest.mark.parametrize("count", [7, 8, 9, 20])
@pytest.mark.parametrize("bad", [None, "192.168.10.120", "fd00:ec2:0:1::23"])
def test_each_of_many_addresses_counts(world, app, count, bad):
    """Also those beyond the eight that are tried."""
    good = [f"127.1.1.{i}" for i in range(1, count + 1)]
    world.dns.names["many.test"] = [*good, *([bad] if bad else [])]
    result = world.run("exec", "app", env=world.full_uri_env("http://many.test:9911/"))
    if bad is None:
        assert result.succeeded().loaded == app
        return
    result.failed(100, FULL, "many.test")
    untouched(world.vault, world.trap)


@pytest.mark.parametrize("uri", ["credentials", "http://169.254.170.2/x", "@evil/x", " /x"])
def test_relative_without_a_slash(world, uri):
    world.run("exec", "app", env={RELATIVE: uri}).failed(100, RELATIVE, "/")
    untouched(world.ecs, world.trap)


def test_an_empty_relative_is_unset(world, app):
    env = {RELATIVE: "", FULL: "http://127.0.0.1:9911"}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert len(world.vault.requests) == 1 and not world.ecs.requests


# Authorization.


def test_pod_identity(world, app):
    """The token file's whole content is the header; the host header is the address, bare."""
    token = "eyJhbGciOiJSUzI1NiJ9." + world.marker * 30
    world.plant(token)
    world.pod.authorization = token
    path = world.file("eks-pod-identity-token", token)
    env = world.full_uri_env("http://169.254.170.23/v1/credentials", **{TOKEN_FILE: path})
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert world.pod.requests[0].header("host") == "169.254.170.23"


def test_pod_identity_v6(world, app):
    env = world.full_uri_env("http://[fd00:ec2::23]/v1/credentials")
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert world.pod.requests[0].header("host") == "[fd00:ec2::23]"


def test_pod_identity_refuses_in_plain_text(world):
    world.pod.authorization = "another"
    env = world.full_uri_env("http://169.254.170.23/v1/credentials")
    world.run("exec", "app", env=env).failed(100, "169.254.170.23", "403")


def test_pod_identity_says_why(world):
    said = "[4f]: (ResourceNotFoundException): No Pod Identity Association found for ServiceAccount 'p'"
    world.pod.always(answer(said.encode() + b"\n", 404, type="text/plain; charset=utf-8"))
    env = world.full_uri_env("http://169.254.170.23/v1/credentials")
    world.run("exec", "app", env=env).failed(100, "404: " + re.escape(said), hint="association")


REASON = "with an explicit deny in a service control policy"


def test_a_denial_says_its_reason(world):
    """AWS's text has up to 435 bytes, and the reason is at its end."""
    user = "arn:aws:sts::123456789012:assumed-role/" + "r" * 150 + "/" + "s" * 150
    message = f"User: {user} is not authorized to perform: ssm:GetParametersByPath on resource: x {REASON}"
    request_id = [("x-amzn-RequestId", "00000000-1111-2222-3333-444444444444")]
    world.ssm.always(aws_error("AccessDeniedException", message=message, headers=request_id))
    done = world.run("exec", "app").failed(100, REASON, r"\(request id [0-9-]{36}\)", hint="service control policy")
    assert user in done.errors[0]


@pytest.mark.parametrize("length", [600, 1000])
def test_a_long_path_hides_neither_reason_nor_request_id(world, length):
    """A message that is longer than a line loses its middle."""
    service = ("x" * 99 + "/") * (length // 100) + "app"
    message = f"User: {'u' * 900} is not authorized {REASON}"
    request_id = [("x-amzn-RequestId", "00000000-1111-2222-3333-444444444444")]
    world.ssm.always(aws_error("AccessDeniedException", message=message, headers=request_id))
    done = world.run("exec", service).failed(100, REASON, r"\(request id [0-9-]{36}\)$", hint="service control policy")
    assert f"/{service}/" in done.errors[0]


def test_aws_vault(world, app):
    world.vault.authorization = world.marker + "-bare-random"
    world.plant(world.vault.authorization)
    env = world.full_uri_env("http://127.0.0.1:9911", **{TOKEN: world.vault.authorization})
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert world.vault.requests[0].header("host") == "127.0.0.1:9911"


def test_aws_vault_with_a_wrong_token(world):
    world.vault.authorization = "right"
    wrong = "wrong-" + world.marker
    world.plant(wrong)
    env = world.full_uri_env("http://127.0.0.1:9911", **{TOKEN: wrong})
    result = world.run("exec", "app", env=env)
    result.failed(100, "127.0.0.1", "403", "invalid token", hint="AWS_CONTAINER_AUTHORIZATION_TOKEN")


def test_the_token_goes_with_the_relative_uri_too(world, app):
    world.ecs.authorization = "Basic abc123"
    env = {TOKEN: "Basic abc123"}
    assert world.run("exec", "app", env=env).succeeded().loaded == app


def test_the_token_file_comes_before_the_token(world, app):
    world.ecs.authorization = "from the file"
    env = {TOKEN: "from the variable", TOKEN_FILE: world.file("token", "from the file")}
    assert world.run("exec", "app", env=env).succeeded().loaded == app


def test_the_token_file_is_read_at_each_start(world, app):
    path = world.file("token", "first token")
    for token in ("first token", "second token"):
        with open(path, "w") as file:
            file.write(token)
        world.ecs.authorization = token
        assert world.run("exec", "app", env={TOKEN_FILE: path}).succeeded().loaded == app


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_line_breaks_at_the_end_of_a_token_file(world, app, end):
    """`echo` and editors write them; they are not part of the token."""
    world.ecs.authorization = "token of the agent"
    env = {TOKEN_FILE: world.file("token", world.ecs.authorization + end)}
    assert world.run("exec", "app", env=env).succeeded().loaded == app


BAD_TOKENS = {
    "CR LF": "invalid\r\ntoken-{}",
    "LF inside": "token-{}\nx",
    "LF": "a\ntoken-{}",
    "NUL": "a\0token-{}",
    "control": "a\x01token-{}",
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_tokens_that_are_no_header(world, name):
    """Refused before sending, and never printed."""
    token = BAD_TOKENS[name].format(world.marker)
    world.plant(world.marker)
    env = {TOKEN_FILE: world.file("token", token)}
    world.run("exec", "app", env=env).failed(100, TOKEN_FILE)
    untouched(world.ecs)
    if "\0" not in token:
        world.run("exec", "app", env={TOKEN: token}).failed(100, TOKEN)
        untouched(world.trap)


@pytest.mark.parametrize("path", ["/no/such/token", "/usr"])
def test_a_token_file_that_cannot_be_read(world, path):
    world.run("exec", "app", env={TOKEN_FILE: path}).failed(100, TOKEN_FILE, path)
    untouched(world.ecs)


# Bodies.

GOOD_BODIES = {
    "without a token": lambda b: b.pop("Token"),
    "without Expiration": lambda b: b.pop("Expiration"),
    "nanoseconds": lambda b: b.update(Expiration="2035-02-25T06:03:31.123456789Z"),
    "an offset": lambda b: b.update(Expiration="2035-02-25T06:03:31+01:00"),
    "extras": lambda b: b.update(AccountId="123456789012", Code="Success", Type="x", LastUpdated="y"),
    "more extras": lambda b: b.update(nested={"AccessKeyId": "not this"}, list=[1, [2]]),
}


@pytest.mark.parametrize("name", GOOD_BODIES)
def test_good_bodies(world, app, name):
    if name == "without a token":
        world.identity = world.new_identity(token=False)
        body = credentials_body(world.identity)
    else:
        body = credentials_body(world.identity)
        GOOD_BODIES[name](body)
    world.ecs.body = body
    assert world.run("exec", "app").succeeded().loaded == app


def test_a_long_session_token(world, app):
    """AWS says to assume no size."""
    world.identity.token = "T" * 12000
    assert world.run("exec", "app").succeeded().loaded == app


BAD_BODIES = {
    "not JSON": b"Not JSON",
    "empty": b"",
    "an array": b"[]",
    "no key": {"SecretAccessKey": "s3cr3t-abcdefgh", "Token": "t0ken-abcdefgh"},
    "no secret": {"AccessKeyId": "ASIAEXAMPLE12345", "Token": "t0ken-abcdefgh"},
    "empty key": {"AccessKeyId": "", "SecretAccessKey": "s3cr3t-abcdefgh"},
    "empty secret": {"AccessKeyId": "ASIAEXAMPLE12345", "SecretAccessKey": ""},
    "a number": {"AccessKeyId": 12345678, "SecretAccessKey": "s3cr3t-abcdefgh"},
    "twice": b'{"AccessKeyId": "ASIA1", "AccessKeyId": "ASIA2", "SecretAccessKey": "s3cr3t-abcdefgh"}',
    "a line break in the key": {"AccessKeyId": "ASIAEXAMPLE12345\n", "SecretAccessKey": "s3cr3t-abcdefgh"},
    "a blank in the secret": {"AccessKeyId": "ASIAEXAMPLE12345", "SecretAccessKey": "s3cr3t-abcdefgh "},
    "a control byte in the token": {
        "AccessKeyId": "ASIAEXAMPLE12345",
        "SecretAccessKey": "s3cr3t-abcdefgh",
        "Token": "t0ken-abcdefgh\x01",
    },
    "another document": {"NotTheExpectedDocumentFormat": "s3cr3t-abcdefgh"},
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_bodies(world, name):
    """Tried again, 111, and never printed."""
    for secret in ("s3cr3t-abcdefgh", "t0ken-abcdefgh", "ASIAEXAMPLE12345", "Not JSON"):
        world.plant(secret)
    world.ecs.always(answer(BAD_BODIES[name], type="application/json"))
    world.run("exec", "-r", "3", "app").failed(111, "169.254.170.2")
    assert len(world.ecs.requests) == 3 and not world.ssm.requests


def test_a_200_that_says_no(world):
    body = {"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume the role"}
    world.ecs.always(answer(body, type="application/json"))
    result = world.run("exec", "-r", "1", "app").failed(100, "AssumeRoleUnauthorizedAccess")
    assert "cannot assume" in result.errors[0]


@pytest.mark.parametrize(
    "status, body, said",
    [
        (400, {"code": "NoIdInRequest", "message": "no id"}, "NoIdInRequest"),
        (400, {"code": "InvalidIdInRequest", "message": "Credentials not found"}, "not found"),
        (404, "", "404"),
        (403, "Called agent through invalid address\n", "403"),
        (403, {"Message": "wrong token"}, "wrong token"),
        (401, "<html><b>who are you</b></html>", "401"),
    ],
)
def test_refusals_are_asked_once(world, status, body, said):
    world.ecs.always(answer(body, status, type="text/plain"))
    world.run("exec", "app").failed(100, "169.254.170.2", said)
    assert len(world.ecs.requests) == 1 and not world.ssm.requests


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_never_followed(world, status):
    away = [("Location", "http://127.0.0.1:9911/creds")]
    world.ecs.always(answer(b"", status, headers=away))
    world.run("exec", "app").failed(111, "169.254.170.2", str(status))
    untouched(world.vault)


def test_a_failing_source_is_no_reason_to_try_the_next(world):
    """The node's role must not replace the task's."""
    world.ecs.always(answer("no", 403))
    world.run("exec", "app").failed(100, "169.254.170.2")
    untouched(world.imds)


# Who comes first.

LEVELS = ["static", "irsa", "ecs", "imds"]


@pytest.mark.parametrize("first", LEVELS)
def test_precedence(world, app, first):
    """All later ones are configured too, and none is asked."""
    later = LEVELS[LEVELS.index(first) :]
    env = {RELATIVE: None}
    if "ecs" in later:
        env[RELATIVE] = RELATIVE_URI
    if "irsa" in later:
        env.update({k: v for k, v in world.irsa_env.items() if v is not None})
    if "static" in later:
        env.update({k: v for k, v in world.static_env.items() if v is not None})
    env.setdefault("AWS_PROFILE", "dev")
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    asked = {n for n in ("irsa", "ecs", "imds") if getattr(world, n.replace("irsa", "sts")).requests}
    assert asked == ({first} if first != "static" else set())


def test_none_configured_says_what_was_looked_at(world):
    world.imds.mode(REFUSE)
    result = world.run("exec", "app", env={RELATIVE: None})
    result.failed(100, "credentials")
    everything = " ".join(result.lines)
    names = ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", RELATIVE, "_FULL_URI"]
    for name in (*names, r"169\.254\.169\.254|IMDS|metadata"):
        assert re.search(name, everything), f"{name}: {result}"


def test_closed_by_the_agent_before_the_answer(world, app):
    world.ecs.then(raw(b"", end="reset"))
    assert world.run("exec", "app").succeeded().loaded == app
    assert len(world.ecs.requests) == 2
