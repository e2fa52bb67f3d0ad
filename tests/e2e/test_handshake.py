"""TLS handshakes that end badly, and a second one in mid-connection, which nobody gets."""

import socket
import ssl
import subprocess
import time

import pytest

from support.pki import key_pem, pem
from support.stream import PATIENCE, Gone, PlainStream, TlsStream

HOST = "ssm.eu-west-1.amazonaws.com"
WHERE = HOST.replace(".", r"\.")

# A server of OpenSSL that speaks one version only, and what is said about it.
VERSIONS = {
    "TLS 1.0": (ssl.TLSVersion.TLSv1, "none of our TLS 1.2 suites"),
    "TLS 1.1": (ssl.TLSVersion.TLSv1_1, "none of our TLS 1.2 suites"),
    "TLS 1.3 only": (ssl.TLSVersion.TLSv1_3, "refuses TLS 1.2, the newest spoken here"),
}


@pytest.mark.parametrize("name", VERSIONS)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_other_versions(world, name):
    """A handshake that one side refuses is 100."""
    version, said = VERSIONS[name]
    world.ssm.context = world.pki.context(world.pki.good(HOST), versions=(version, version))
    world.run("exec", "-r", "2", "app").failed(100, WHERE, said)
    assert not world.ssm.requests


# Servers that are none: the records of RFC 5246, sections 6.2.1 and 7.4, by hand.

CHANGE_CIPHER, ALERT, HANDSHAKE, DATA = 20, 21, 22, 23
HELLO_REQUEST, SERVER_HELLO, CERTIFICATE, HELLO_DONE = 0, 2, 11, 14
ECDHE_RSA, RSA, CBC, TLS13 = 0xC02F, 0x009C, 0xC013, 0x1301


def record(kind, payload, version=0x0303):
    return bytes([kind]) + version.to_bytes(2, "big") + len(payload).to_bytes(2, "big") + payload


def message(kind, body):
    return record(HANDSHAKE, bytes([kind]) + len(body).to_bytes(3, "big") + body)


def hello(version=0x0303, suite=ECDHE_RSA, compression=0, extensions=b""):
    body = version.to_bytes(2, "big") + bytes(32) + b"\0" + suite.to_bytes(2, "big") + bytes([compression])
    return message(SERVER_HELLO, body + len(extensions).to_bytes(2, "big") + extensions)


def extension(kind, data):
    return kind.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data


def alert(number):
    return record(ALERT, bytes([2, number]))


OTHER_VERSION = "does not speak TLS 1.2"
FAILED = "the server breaks the rules of TLS"
ANSWERS = {
    "SSL 3": (hello(0x0300), OTHER_VERSION),
    "TLS 1.0": (hello(0x0301), OTHER_VERSION),
    "TLS 1.1": (hello(0x0302), OTHER_VERSION),
    "a version that is none": (hello(0x0304), OTHER_VERSION),
    "TLS 1.3": (hello(suite=TLS13, extensions=extension(43, b"\x03\x04")), FAILED),
    "TLS 1.3 with a suite of 1.2": (hello(extensions=extension(43, b"\x03\x04")), FAILED),
    "no forward secrecy": (hello(suite=RSA), FAILED),
    "no AEAD": (hello(suite=CBC), FAILED),
    "no encryption": (hello(suite=0), FAILED),
    "compression": (hello(compression=1), FAILED),
    "an extension that was not asked for": (hello(extensions=extension(15, b"\x01")), FAILED),
    "an extension twice": (hello(extensions=2 * extension(0, b"")), FAILED),
    "a second hello": (hello() + hello(), FAILED),
    "no certificate": (hello() + message(HELLO_DONE, b""), FAILED),
    "a chain of none": (hello() + message(CERTIFICATE, bytes(3)), FAILED),
    "a certificate that is none": (hello() + message(CERTIFICATE, b"\0\0\x07\0\0\x04\x30\x82\xff\xff"), "accepted"),
    "the certificate first": (message(CERTIFICATE, bytes(3)), FAILED),
    "encryption before keys": (record(CHANGE_CIPHER, b"\x01"), FAILED),
    "data before keys": (record(DATA, b"HTTP/1.1 200 OK\r\n\r\n"), FAILED),
    "a record of no kind": (record(99, b"\x01"), FAILED),
    "a record too long": (bytes([HANDSHAKE, 3, 3, 0xFF, 0xFF]) + bytes(0xFFFF), FAILED),
    "a record of another protocol": (record(HANDSHAKE, bytes(20), version=0x0203), OTHER_VERSION),
    "HTTP": (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", OTHER_VERSION),
    "alert: handshake_failure": (alert(40), "none of our TLS 1.2 suites"),
    "alert: protocol_version": (alert(70), "refuses TLS 1.2, the newest spoken here"),
    "alert: unrecognized_name": (alert(112), "does not know this host name"),
    "alert: another": (alert(80), "the server refuses the handshake"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_hostile_answers_to_a_hello(world, name):
    answer, said = ANSWERS[name]
    world.ssm.on_connect(answer, times=4)
    world.run("exec", "-r", "2", "app").failed(100, WHERE, "TLS: .*" + said)


# False Start (RFC 7918): the request goes out after our Finished, before the server's.


@pytest.fixture
def app(world):
    return world.ssm.put_many("/app/", 12)


def in_pieces(stream):
    stream.wait_for_early_data()
    for byte in stream.outgoing.read():
        PlainStream.send(stream, bytes([byte]))


@pytest.mark.parametrize("how", [TlsStream.wait_for_early_data, in_pieces], ids=["whole", "in pieces"])
@pytest.mark.parametrize("suite", ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"])
def test_the_request_comes_before_the_servers_finished(world, app, how, suite):
    """Which the server sends only then: one round trip for TLS, and one connection."""
    world.ssm.context = world.pki.context(world.pki.good(HOST))
    world.ssm.context.set_ciphers(suite)
    world.ssm.before_finished = how
    assert world.run("exec", "-r", "1", "app").succeeded().loaded == app
    assert len(world.ssm.connections) == 1


def take_what_came(stream):
    stream.sock.setblocking(False)
    try:
        while data := stream.sock.recv(65536):
            stream.incoming.write(data)
    except BlockingIOError:
        stream.sock.settimeout(PATIENCE)


def test_what_does_not_fit_the_early_record_waits(world, app):
    """One early record of at most 8 KiB; the remainder follows the server's Finished."""
    sizes = []

    def measure(stream):
        stream.wait_for_early_data()
        world.sandbox.await_fetcher()
        take_what_came(stream)
        sizes.append(stream.incoming.pending)

    world.ssm.before_finished = measure
    world.identity.token = "t" * 20000
    # Less than the 15 s of silence after which a request that was forgotten would go on.
    result = world.run("exec", "-r", "1", "--timeout=12", "app", env=world.static_env)
    assert result.succeeded().loaded == app
    assert sizes[0] == 8192 + 5 + 8 + 16
    assert len(world.ssm.requests[0].header("x-amz-security-token")) == 20000


@pytest.fixture
def narrow(world):
    """Sockets that take little at once."""
    files = [f"/proc/sys/net/ipv4/tcp_{which}mem" for which in "rw"]
    usual = [open(file).read() for file in files]

    def write(texts):
        for file, text in zip(files, texts):
            with open(file, "w") as out:
                out.write(text)

    world.netns.run(lambda: write(["4096 4096 4096"] * 2))
    yield
    world.netns.run(lambda: write(usual))


def test_a_request_that_the_network_takes_bit_by_bit(world, app, narrow):
    """Several records, each of which waits for room in the socket."""
    world.ssm.before_finished = lambda stream: world.sandbox.await_fetcher()
    world.identity.token = "t" * 30000
    result = world.run("exec", "-r", "1", "--timeout=12", "app", env=world.static_env)
    assert result.succeeded().loaded == app


def cut(stream):
    raise Gone("as the test wants it")


def reset(stream):
    stream.reset()
    raise Gone("as the test wants it")


def refuse(stream):
    PlainStream.send(stream, alert(10))
    raise Gone("as the test wants it")


def silent(stream):
    while stream.sock.recv(65536):
        pass
    raise Gone("the client has waited enough")


def unless_patient(world, how, or_else=lambda stream: None):
    """A server that does not bear early data; what becomes of a client that waits is or_else."""

    def act(stream):
        world.sandbox.await_fetcher()
        take_what_came(stream)
        (how if stream.incoming.pending else or_else)(stream)

    return act


@pytest.mark.parametrize("how", [cut, reset, refuse, pytest.param(silent, marks=pytest.mark.slow)])
def test_a_server_that_does_not_bear_it(world, app, how):
    """The next connection waits for Finished, which is not an attempt, and --verbose says so."""
    world.ssm.before_finished = unless_patient(world, how)
    # Credentials that are there: a client without them has nothing to send early.
    run = world.run("exec", "-v", "-r", "1", "app", env=world.static_env).succeeded()
    assert run.loaded == app
    assert str(run).count("False Start failed") == 1
    assert len(world.ssm.connections) == 2


def test_a_server_that_cuts_everybody(world):
    """It is tried without once, then the attempts count."""
    world.ssm.put("/app/key", "value")
    world.ssm.before_finished = unless_patient(world, cut, cut)
    world.run("exec", "-r", "2", "app", env=world.static_env).failed(111, WHERE)
    assert len(world.ssm.connections) == 3


def test_a_finished_that_was_changed(world):
    """The request is out, but nothing of the response is used, and nobody asks again."""
    world.ssm.put("/app/key", "value")

    def change(stream):
        stream.wait_for_early_data()
        flight = bytearray(stream.outgoing.read())
        flight[-1] ^= 1
        PlainStream.send(stream, bytes(flight))

    world.ssm.before_finished = change
    world.run("exec", "app").failed(100, WHERE, "TLS: a record was damaged or changed on its way")
    assert len(world.ssm.connections) == 1


def test_a_response_before_the_servers_finished(world):
    """Application data that nothing vouches for yet ends the connection."""
    world.ssm.put("/app/key", "value")

    def answer_early(stream):
        stream.wait_for_early_data()
        PlainStream.send(stream, record(DATA, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))

    world.ssm.before_finished = answer_early
    world.run("exec", "app").failed(100, WHERE, "breaks the rules of TLS")


def test_nothing_early_to_an_unknown_server(world):
    """The chain and the name are verified first."""
    for issued in (world.pki.from_stranger(HOST), world.pki.good("ssm.eu-west-2.amazonaws.com")):
        world.ssm.context = world.pki.context(issued)
        world.ssm.before_finished = TlsStream.wait_for_early_data
        world.run("exec", "app").failed(100, WHERE)
        assert not world.ssm.requests


# Renegotiation, of which Python's servers know nothing: openssl's.


class OpensslServer:
    def __init__(self, world, folder):
        issued = world.pki.good(HOST)
        certificate = world.pki.write("leaf.pem", pem(issued.certificate) + key_pem(issued.key))
        above = world.pki.write("above.pem", b"".join(map(pem, issued.above)))
        line = ["openssl", "s_server", "-tls1_2", "-cert", certificate, "-cert_chain", above]
        self.log = folder / "openssl.log"
        with open(self.log, "wb") as log:
            self.process = world.netns.run(
                lambda: subprocess.Popen(
                    [*line, "-accept", "127.0.1.1:9443"], stdin=subprocess.PIPE, stdout=log, stderr=log
                )
            )
        self.endpoint = {"AWS_ENDPOINT_URL_SSM": f"https://{HOST}:9443"}
        self.wait(lambda: world.netns.run(self._listens))

    @staticmethod
    def _listens():
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.1.1", 9443)) == 0

    def wait(self, condition):
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()
            time.sleep(0.01)

    def says(self, text):
        self.wait(lambda: text in self.log.read_text(errors="replace"))

    def type(self, key):
        self.process.stdin.write(key + b"\n")
        self.process.stdin.flush()

    def close(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def openssl(world, tmp_path):
    server = OpensslServer(world, tmp_path)
    yield server
    server.close()


def test_a_renegotiation_is_refused(world, openssl):
    """A HelloRequest in place of the response gets the alert no_renegotiation, and nothing else."""
    running = world.start("exec", "-r", "1", "app", env=openssl.endpoint)
    openssl.says("POST / HTTP/1.1")
    openssl.type(b"r")
    openssl.says("no renegotiation")
    running.finish().failed(111, WHERE)
    assert openssl.log.read_text().count("BEGIN SSL SESSION") == 1, "there was one handshake"
