"""HTTPS_PROXY and NO_PROXY: CONNECT for the AWS endpoints, never for credentials over plain http."""

import pytest

from support.dns import A
from support.sandbox import run_to_deadline, untouched
from support.server import BLACKHOLE, REFUSE
from support.steps import answer, raw

URL = "http://proxy.test:3128"
HOST = "ssm.eu-west-1.amazonaws.com"


@pytest.fixture
def app(world):
    world.dns.names["proxy.test"] = ["127.0.5.1"]
    return world.ssm.put_many("/app/", 12)


def tunnels(world):
    return world.proxy.targets


@pytest.mark.parametrize("env", [
    {"HTTPS_PROXY": URL},
    {"https_proxy": URL},
    {"HTTPS_PROXY": URL + "/"},
    {"HTTPS_PROXY": "http://127.0.5.1:3128"},
    {"HTTPS_PROXY": "proxy.test:3128"},
    {"HTTPS_PROXY": URL, "https_proxy": "http://192.168.10.120"},
    {"HTTPS_PROXY": "", "https_proxy": URL},
])  # fmt: skip
def test_through_the_proxy(world, app, env):
    """Credentials from their address directly, the store by CONNECT; TLS is end to end."""
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert tunnels(world) == [f"{HOST}:443"]
    (request,) = world.proxy.requests
    assert request.version == "HTTP/1.1" and request.header("host") == f"{HOST}:443"
    assert len(world.ssm.connections) == 1 and world.ssm.connections[0].sni == HOST
    assert len(world.ecs.requests) == 1
    assert HOST not in {name for name, _ in world.dns.queries}, "the proxy resolves the name"


@pytest.mark.parametrize("env", [
    {"HTTP_PROXY": URL},
    {"ALL_PROXY": URL},
    {"HTTPS_PROXY": ""},
    {"HTTPS_PROXY": URL, "NO_PROXY": "*"},
    {"HTTPS_PROXY": URL, "NO_PROXY": HOST},
    {"HTTPS_PROXY": URL, "NO_PROXY": HOST.upper()},
    {"HTTPS_PROXY": URL, "NO_PROXY": "amazonaws.com"},
    {"HTTPS_PROXY": URL, "NO_PROXY": ".amazonaws.com"},
    {"HTTPS_PROXY": URL, "NO_PROXY": "*.amazonaws.com"},
    {"HTTPS_PROXY": URL, "NO_PROXY": f"{HOST}:443"},
    {"HTTPS_PROXY": URL, "NO_PROXY": " a.test , amazonaws.com ,b"},
    {"HTTPS_PROXY": URL, "no_proxy": "amazonaws.com"},
    {"https_proxy": URL, "no_proxy": "amazonaws.com"},
])  # fmt: skip
def test_past_the_proxy(world, app, env):
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    untouched(world.proxy)


@pytest.mark.parametrize("no_proxy", [
    "amazonaws.co", "sm.eu-west-1.amazonaws.com", f"{HOST}:8443", "127.0.0.0/8", "com.amazonaws",
    "eu-west-1", ",", "169.254.169.254,169.254.170.2,/var/run/docker.sock",
])  # fmt: skip
def test_not_past_the_proxy(world, app, no_proxy):
    env = {"HTTPS_PROXY": URL, "NO_PROXY": no_proxy}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert tunnels(world) == [f"{HOST}:443"]


@pytest.mark.parametrize(
    "no_proxy, past",
    [
        ("10.0.0.0/8", True),
        ("10.9.9.0/24", True),
        ("10.9.9.9", True),
        ("10.9.9.9:8443", True),
        ("10.9.8.0/24", False),
        ("10.9.9.9:443", False),
    ],
)
def test_addresses(world, app, no_proxy, past):
    """Nobody listens at that address; the question is who is asked for it."""
    world.proxy.always(answer("", 502))
    env = {"HTTPS_PROXY": URL, "NO_PROXY": no_proxy}
    env["AWS_ENDPOINT_URL_SSM"] = "https://10.9.9.9:8443"
    world.run("exec", "-r", "1", "app", env=env).failed(111, r"10\.9\.9\.9")
    assert set(tunnels(world)) == (set() if past else {"10.9.9.9:8443"})


@pytest.mark.parametrize("url", ["http://127.0.1.1:4566", "http://localhost:4566"])
def test_loopback_never_goes_through(world, app, url):
    """As in Go; and plain http has no proxy anyway."""
    hosts = world.file("hosts", "127.0.1.1 localhost\n")
    env = {"HTTPS_PROXY": URL, "HTTP_PROXY": URL, "http_proxy": URL, "AWS_ENDPOINT_URL_SSM": url}
    result = world.run("exec", "app", env=env, binds=[(hosts, "/etc/hosts")])
    assert result.succeeded().loaded == app
    untouched(world.proxy)


def test_past_the_proxy_in_one_region_only(world, app):
    """Endpoints of a VPC in NO_PROXY, and a parameter of another region: the jail lets both through."""
    world.ssm.put("/x/y", f"{world.marker}-y", region="us-east-1")
    arn = "arn:aws:ssm:us-east-1:123456789012:parameter/x/y"
    env = {"HTTPS_PROXY": URL, "NO_PROXY": ".eu-west-1.amazonaws.com", "REF": arn}
    result = world.run("exec", "-r", "1", "--references", "app", env=env).succeeded()
    assert result.loaded == {**app, "REF": f"{world.marker}-y"}
    assert world.proxy.targets == ["ssm.us-east-1.amazonaws.com:443"]


def test_a_region_that_is_known_late(world, app):
    """What NO_PROXY says of another region's hosts does not close the way to the proxy."""
    env = {
        "HTTPS_PROXY": URL,
        "NO_PROXY": ".us-east-1.amazonaws.com",
        "AWS_REGION": None,
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None,
    }
    assert world.run("exec", "-r", "1", "app", env=env).succeeded().loaded == app
    assert len(world.proxy.requests) == 1


def test_another_port(world, app):
    env = {"HTTPS_PROXY": URL, "AWS_ENDPOINT_URL_SSM": f"https://{HOST}:8443"}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert tunnels(world) == [f"{HOST}:8443"]


@pytest.mark.parametrize("written, sent", [
    ("user:pass-word", "user:pass-word"),
    ("user:p%40ss%3Aword", "user:p@ss:word"),
    ("user:", "user:"),
    ("user", "user:"),
])  # fmt: skip
def test_proxy_credentials(world, app, written, sent):
    world.proxy.user = sent
    for secret in sent.split(":") + written.split(":"):
        world.plant(secret if len(secret) > 4 else "")
    env = {"HTTPS_PROXY": f"http://{written}@proxy.test:3128"}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    (request,) = world.proxy.requests
    assert request.header("proxy-authorization")


def test_proxy_credentials_stay_at_the_proxy(world, app):
    env = {"HTTPS_PROXY": "http://user:secret-pass@proxy.test:3128"}
    world.run("exec", "app", env=env).succeeded()
    assert all(r.header("proxy-authorization") is None for r in world.ssm.requests)
    assert all(r.header("authorization") is None for r in world.proxy.requests)


def test_a_connection_for_each_service_is_a_tunnel_for_each(world, app):
    world.ssm.put("/other/x", "1")
    world.run("exec", "app", "other", env={"HTTPS_PROXY": URL}).succeeded()
    assert tunnels(world) == [f"{HOST}:443"] * 2


def test_sts_goes_through_too(world, app):
    env = {**world.irsa_env, "HTTPS_PROXY": URL}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert sorted(tunnels(world)) == [f"{HOST}:443", "sts.eu-west-1.amazonaws.com:443"]


def test_an_https_credentials_uri_goes_through_too(world, app):
    world.dns.names["somewhere.com"] = ["127.0.4.1"]
    env = {**world.full_uri_env("https://somewhere.com/foo"), "HTTPS_PROXY": URL}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert sorted(tunnels(world)) == ["somewhere.com:443", f"{HOST}:443"]


@pytest.mark.parametrize("source", ["imds", "vault", "pod", "ecs"])
def test_plain_http_credentials_never_do(world, app, source):
    uris = {"vault": "http://127.0.0.1:9911", "pod": "http://169.254.170.23/v1/credentials"}
    env = {"HTTPS_PROXY": URL, "HTTP_PROXY": URL, "http_proxy": URL}
    if source in uris:
        env |= world.full_uri_env(uris[source])
    elif source == "imds":
        env |= {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    assert tunnels(world) == [f"{HOST}:443"]
    assert getattr(world, source).requests


FAILURES = [
    ("asks who we are", 100, "407", answer("who?", 407)),
    ("forbids it", 100, "403", answer("<html>forbidden</html>", 403, type="text/html")),
    ("cannot reach it", 111, "502", answer("bad gateway", 502)),
    ("is busy", 111, "503", answer("", 503)),
    ("redirects", 111, "302", answer("", 302, headers=[("Location", "http://127.0.0.1/")])),
    ("speaks nonsense", 111, "", raw(b"SSH-2.0-OpenSSH\r\n\r\n")),
    ("hangs up", 111, "", raw(b"")),
    ("resets", 111, "", raw(b"", end="reset")),
    ("sends a huge head", 100, "16|head", raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20000 + b"\r\n\r\n")),
]


@pytest.mark.parametrize("code, said, step", [pytest.param(*r, id=n) for n, *r in FAILURES])
def test_a_proxy_that(world, app, code, said, step):
    world.proxy.always(step)
    env = {"HTTPS_PROXY": "http://user:secret-pass@proxy.test:3128"}
    world.plant("secret-pass")
    world.run("exec", "-r", "2", "app", env=env).failed(code, "proxy", said)
    assert not world.ssm.connections


def test_a_proxy_that_fails_at_first(world, app):
    world.proxy.then(answer("bad gateway", 502))
    assert world.run("exec", "app", env={"HTTPS_PROXY": URL}).succeeded().loaded == app


def test_a_proxy_that_is_not_there(world, app):
    world.proxy.mode(REFUSE)
    world.run("exec", "-r", "2", "app", env={"HTTPS_PROXY": URL}).failed(111, r"proxy\.test", "refused")


def test_a_proxy_that_takes_no_connection(world, app):
    world.proxy.mode(BLACKHOLE)
    env = {"HTTPS_PROXY": URL}
    _, result = run_to_deadline(
        world, lambda: ("proxy.test", A) in world.dns.queries, "exec", "-r", "1", "app", env=env
    )
    result.failed(111, r"proxy\.test")


@pytest.mark.parametrize("url", ["https://proxy.test:3128", "socks5://proxy.test", "http://", "http://a b"])
def test_a_proxy_url_that_is_none(world, app, url):
    world.run("exec", "app", env={"HTTPS_PROXY": url}).failed(100, "HTTPS_PROXY")
    assert not world.ssm.connections


def test_a_refused_store_behind_a_proxy(world, app):
    """The certificate is the store's: a proxy that looks inside is noticed."""
    world.ssm.context = world.pki.context(world.pki.from_stranger(HOST))
    world.run("exec", "app", env={"HTTPS_PROXY": URL}).failed(100, HOST.replace(".", r"\."))
