"""TLS: which servers we trust, which we refuse, and what counts as an end."""

import ssl

import pytest

from support.pki import ec_key, pem
from support.steps import change

HOST = "ssm.eu-west-1.amazonaws.com"
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture
def app(world):
    return world.ssm.put_many("/app/", 12)


def present(world, issued, **options):
    world.ssm.context = world.pki.context(issued, **options)


def test_tls_1_2_is_what_we_speak(world, app):
    present(world, world.pki.good(HOST), versions=(V12, V13))
    world.run("exec", "app").succeeded()
    assert world.ssm.connections[0].version == "TLSv1.2"


CIPHERS = ["AES128-GCM-SHA256", "AES256-GCM-SHA384"]


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize("kind", ["RSA", "ECDSA"])
def test_ciphers_we_have(world, app, cipher, kind):
    key = world.pki.leaf_key if kind == "RSA" else ec_key()
    name = f"ECDHE-{kind}-{cipher}"
    present(world, world.pki.middle.issue([HOST], key=key), versions=(V12, V12), ciphers=name)
    assert world.run("exec", "app").succeeded().loaded == app
    assert world.ssm.connections[0].cipher == name


@pytest.mark.parametrize(
    "ciphers",
    ["AES128-GCM-SHA256", "AES256-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA384",
     "DHE-RSA-AES128-GCM-SHA256", "DES-CBC3-SHA"],
)  # fmt: skip
def test_ciphers_we_do_not_have(world, ciphers):
    """Forward secrecy and AEAD only."""
    try:
        present(world, world.pki.good(HOST), versions=(V12, V12), ciphers=ciphers)
    except ssl.SSLError:
        ciphers_known = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).get_ciphers()
        assert ciphers not in {c["name"] for c in ciphers_known}
        present(world, world.pki.good(HOST), versions=(V12, V12), ciphers="AES128-SHA")
    world.run("exec", "-r", "1", "app").failed(100, HOST.replace(".", r"\."))
    assert not world.ssm.requests


def test_what_the_client_offers(world):
    """The ClientHello itself: SNI, TLS 1.2, ECDHE with AES-GCM (and ChaCha20 at most), no SHA-1."""
    world.run("exec", "app").succeeded()
    record = world.ssm.connections[0].stream.heard
    suites, extensions, version = parse_hello(record[5:])
    assert version == 0x0303
    # RFC 5289, RFC 7905; 0x00ff is the renegotiation marker (RFC 5746), 0x5600 the fallback one.
    offered = set(suites) - {0x00FF, 0x5600}
    assert {0xC02B, 0xC02C, 0xC02F, 0xC030} <= offered <= {0xC02B, 0xC02C, 0xC02F, 0xC030, 0xCCA8, 0xCCA9}
    assert HOST.encode() in extensions[0]
    assert 43 not in extensions or b"\x03\x04" not in extensions[43], "no TLS 1.3"
    hashes = extensions[13][2:]
    digests = {hashes[i] for i in range(0, len(hashes), 2)}
    assert not digests & {1, 2}, "neither MD5 nor SHA-1 signatures"


def parse_hello(data):
    """Of a ClientHello handshake message (RFC 5246 section 7.4.1.2)."""
    at = 4
    version = int.from_bytes(data[at : at + 2])
    at += 2 + 32
    at += 1 + data[at]
    size = int.from_bytes(data[at : at + 2])
    suites = [int.from_bytes(data[i : i + 2]) for i in range(at + 2, at + 2 + size, 2)]
    at += 2 + size
    at += 1 + data[at]
    extensions = {}
    at += 2
    while at < len(data):
        kind = int.from_bytes(data[at : at + 2])
        size = int.from_bytes(data[at + 2 : at + 4])
        extensions[kind] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return suites, extensions, version


# The end of a stream.


@pytest.mark.parametrize("end", ["cut", "reset"])
@pytest.mark.parametrize("at", [0, 1, 50, 300])
def test_truncation(world, end, at):
    world.ssm.put_many("/app/", 3)
    world.ssm.always(change(send_body=at, end=end))
    world.run("exec", "-r", "2", "app").failed(111, HOST.replace(".", r"\."))
    assert len(world.ssm.requests) == 2, world.ssm


def test_half_a_record(world):
    world.ssm.put_many("/app/", 3)
    world.ssm.always(change(end="cut", split_record=True))
    world.run("exec", "-r", "2", "app").failed(111, HOST.replace(".", r"\."))


def test_no_close_notify_behind_a_whole_answer_is_no_harm(world, app):
    world.ssm.always(change(end="cut"))
    assert world.run("exec", "app").succeeded().loaded == app


# Trust.


@pytest.fixture
def crowd(world):
    return world.pki.write("crowd.pem", world.pki.crowd(200))


def test_a_bundle_of_200(world, app, crowd):
    assert world.run("exec", "app", env={"AWS_CA_BUNDLE": crowd}).succeeded().loaded == app


def test_ssl_cert_file(world, app, crowd):
    env = {"AWS_CA_BUNDLE": None, "SSL_CERT_FILE": crowd}
    assert world.run("exec", "app", env=env).succeeded().loaded == app


def test_aws_ca_bundle_comes_first(world, app):
    stranger = world.pki.write("stranger.pem", pem(world.pki.stranger.certificate))
    env = {"AWS_CA_BUNDLE": world.pki.bundle, "SSL_CERT_FILE": stranger}
    assert world.run("exec", "app", env=env).succeeded().loaded == app
    env = {"AWS_CA_BUNDLE": stranger, "SSL_CERT_FILE": world.pki.bundle}
    world.run("exec", "app", env=env).failed(100, "trust|unknown|CA")


def test_the_built_in_roots_do_not_know_us(world):
    env = {"AWS_CA_BUNDLE": None}
    world.run("exec", "app", env=env).failed(100, "trust|unknown|CA", hint="AWS_CA_BUNDLE")


def test_an_empty_variable_is_unset(world, app):
    env = {"AWS_CA_BUNDLE": "", "SSL_CERT_FILE": world.pki.bundle}
    assert world.run("exec", "app", env=env).succeeded().loaded == app


BUNDLES = {
    "not there": None,
    "empty": b"",
    "no certificate": b"# nothing here\n",
    "a key": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "no base64": b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
    "no end": b"-----BEGIN CERTIFICATE-----\nMIIB",
    "no DER": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "binary": bytes(range(256)) * 20,
}


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_that_is_none(world, variable, name):
    data = BUNDLES[name]
    path = "/no/such/bundle.pem" if data is None else world.pki.write("bad.pem", data)
    env = {"AWS_CA_BUNDLE": None, variable: path}
    world.run("exec", "app", env=env).failed(100, path)
    assert not world.ssm.requests


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_bundle_as_files_are(world, app, end):
    text = b"Subject: x\n" + open(world.pki.bundle, "rb").read().strip() + b"\n\ntrailing text"
    path = world.pki.write("crlf.pem", text.replace(b"\n", end))
    assert world.run("exec", "app", env={"AWS_CA_BUNDLE": path}).succeeded().loaded == app


def test_tls_of_the_identity_provider_is_checked_too(world):
    world.sts.context = world.pki.context(world.pki.from_stranger("sts.eu-west-1.amazonaws.com"))
    world.run("exec", "app", env=world.irsa_env).failed(100, r"sts\.eu-west-1\.amazonaws\.com")
    assert not world.sts.requests
