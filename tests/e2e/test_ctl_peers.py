"""antechamberctl beside servers that misbehave: what they send is not believed, shown or waited for without an end."""

import json
import re
import signal
import socket
import threading
import time

import pytest

from support.ctl import KEYS, Canned, Hold, Refusal
from support.pki import Pki
from support.typist import Typist


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"{}", b'{"Parameters":{}}', b'{"Parameters":[1]}', b'{"Parameters":[{}]}',
        b'{"Parameters":[{"Name":"/app/x"}]}', b'{"Parameters":[{"Name":"/app/x","Value":1}]}',
        b'{"Parameters":[{"Name":"/app/x","Value":"\xff"}]}',
        b'{"Parameters":[{"Name":"/app/x","Value":"\\ud800"}]}',
        b'{"Parameters":[{"Name":"/app/x","Value":"planted","Name":"/app/y"}]}',
        b'{"Parameters":[{"Name":"/other/x","Value":"planted value"}]}',
        b'{"Parameters":[{"Name":"/app/../x","Value":"planted value"}]}',
        b'{"Parameters":[{"Name":"/app/sub/x","Value":"planted value"}]}',
        b'{"Parameters":[],"NextToken":1}', b'{"Parameters":[],"NextToken":"\\ud800"}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_malformed_responses(ctl, store, body):
    """Asked for again, and nothing of one is used. What is too deep is refused."""
    said = iter([body, {"Parameters": [{"Name": "/app/key", "Value": "v"}]}])
    store.on("GetParametersByPath", Canned(lambda _: next(said)))
    result = ctl.run("export", "app")
    if body.startswith(b"[["):
        assert result.code == 100
    else:
        assert json.loads(result.ok().out) == {"key": "v"} and len(store.requests) == 2
    assert "planted" not in result.err + result.out


def test_another_parameter_than_asked_for(ctl, store):
    body = {"Parameter": {"Name": "/app/other", "Value": "planted value", "Version": 1}}
    store.on("GetParameter", Canned(lambda _: body))
    assert "planted" not in ctl.run("read", "app", "key", "-r1").failed(111, "malformed").err


def test_names_from_the_server(ctl, store):
    names = ["/app/good", "/app/\x1b[31mred\n", "", "/", "//", "/app/", "/app/bidi\u202e", "/../..", "loose"]
    store.on("DescribeParameters", Canned(lambda _: {"Parameters": [{"Name": name} for name in names]}))
    result = ctl.run("list-services", "-s").ok()
    assert "/app/good" in result.out and "\x1b" not in result.out + result.err and "\u202e" not in result.out
    assert result.err.count("is skipped") >= 3


@pytest.mark.parametrize("circle", [1, 2, 7])
def test_tokens_in_a_circle(ctl, store, circle):
    count = iter(range(10**6))
    page = Canned(lambda _: {"Parameters": [], "NextToken": f"token {next(count) % circle}"})
    store.on("DescribeParameters", page)
    ctl.run("list-services").failed(111, "NextToken")
    assert len(store.requests) < 4 * circle + 4


def test_one_attempt(ctl, store):
    store.on("DescribeParameters", Refusal("ThrottlingException"))
    ctl.run("list", "app", "--retries", "1").failed(111, "ThrottlingException")
    assert len(store.requests) == 1


def test_denied_roles(ctl, store):
    (ctl.home / ".aws").mkdir()
    keys = "".join(f"{name} = {value}\n" for name, value in KEYS.items()).lower()
    role = "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = default\n"
    (ctl.home / ".aws" / "config").write_text(f"[default]\n{keys}[profile r]\n{role}")
    store.on("AssumeRole", Refusal("AccessDenied", "not authorized", status=403))
    result = ctl.run("list", "app", env=dict.fromkeys(KEYS) | {"AWS_PROFILE": "r"})
    result.failed(100, "role/r", "sts:AssumeRole", "trust policy of the role")
    assert store.operations == ["AssumeRole"]


@pytest.mark.parametrize("words", [["list-services"], ["find", "key"], ["find", "-v", "planted value"]])
def test_interrupted_while_it_lists(ctl, store, words):
    """The progress line does not stay on the terminal."""
    hold = store.on("DescribeParameters", Hold())
    typist = Typist()
    try:
        process = typist.run(ctl, *words)
        typist.until("reading the list of keys: 0")
        assert hold.arrived.wait(60)
        process.send_signal(signal.SIGINT)
        assert typist.code() == -signal.SIGINT
        rest = typist.rest()
        assert re.match(" +antechamberctl: error: .*stopped by SIGINT", rest) and "planted" not in rest
    finally:
        hold.go.set()
        typist.close()


class Peer:
    """A server that does with each connection what a test says."""

    def __init__(self, behave, reads=True):
        self.reads = reads
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.connections = 0
        self.behave = behave
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:{}".format(self.socket.getsockname()[1])

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection):
        with connection:
            try:
                if self.reads:
                    connection.recv(65536)
                self.behave(connection)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


GOOD = json.dumps({"Parameters": [{"Name": "/app/key", "Value": "v"}]}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"


def send_slowly(connection):
    for byte in HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD:
        connection.sendall(bytes([byte]))


def send_for_ever(connection):
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n")


def send_a_head_for_ever(connection):
    connection.sendall(HEAD)
    while True:
        connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def send_a_byte_now_and_then(connection):
    """Never silent for long, and never at an end."""
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        for byte in b"1\r\n \r\n":
            connection.sendall(bytes([byte]))
            time.sleep(0.05)


def send_a_head_now_and_then(connection):
    connection.sendall(HEAD + b"X-More: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("behave", [send_a_byte_now_and_then, send_a_head_now_and_then])
@pytest.mark.parametrize("words", [["list", "app"], ["write", "app", "key", "v"], ["delete", "app", "--all", "-y"]])
def test_peers_that_are_slow_for_ever(ctl, behave, words):
    """A request has a limit although the peer is never silent."""
    with Peer(behave) as peer:
        result = ctl.run(*words, "--timeout", "1.5", env={"AWS_ENDPOINT_URL": peer.url})
        result.failed(111, "timed out after 1.5 s (--timeout) waiting for the response from 127.0.0.1")
        assert peer.connections == 1


@pytest.mark.parametrize("record", [b"\x16\x03\x03\0\x04\0\0\0\0", b"\x16\x03\x03\0\0"])
def test_records_that_say_nothing(ctl, record):
    """TLS takes any number of them, as fast as a peer can send; time passes all the same."""

    def flood(connection):
        while True:
            connection.sendall(record * 5000)

    with Peer(flood) as peer:
        env = {"AWS_ENDPOINT_URL": peer.url.replace("http:", "https:")}
        result = ctl.run("list", "app", "--timeout", "1", env=env)
        result.failed(111, "timed out after 1.0 s (--timeout) waiting for the TLS handshake with 127.0.0.1")


def test_each_request_has_the_time(ctl, store):
    """Not all of them together: long work is not cut."""
    said = iter([*({"Parameters": [], "NextToken": f"{n}"} for n in range(6)), {"Parameters": []}])

    def page(_):
        time.sleep(0.5)
        return next(said)

    store.on("DescribeParameters", Canned(page))
    ctl.run("list-services", "--timeout", "2.5", "--retries", "1").ok()
    assert len(store.requests) == 7


def test_no_attempts_beyond_the_time(ctl, store):
    store.on("DescribeParameters", Refusal("ThrottlingException"))
    result = ctl.run("list", "app", "--retries", "1000", env={"ANTECHAMBER_TIMEOUT": "1"})
    result.failed(111, "timed out after 1.0 s (--timeout)", "ThrottlingException")


@pytest.mark.parametrize("behave", [send_for_ever, send_a_head_for_ever])
def test_peers_without_an_end(ctl, behave):
    with Peer(behave) as peer:
        result = ctl.run("export", "app", "-r2", env={"AWS_ENDPOINT_URL": peer.url})
        assert result.code in (100, 111) and "bytes" in result.err and result.out == ""


@pytest.mark.parametrize(
    "said,code",
    [
        (b"", 111),
        (b"SSH-2.0-OpenSSH\r\n", 111),
        (HEAD + b"Content-Length: 100\r\n\r\n{", 111),
        (b"HTTP/1.1 307 x\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", 111),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\n<htm>", 100),
    ],
)
def test_other_peers(ctl, said, code):
    with Peer(lambda connection: connection.sendall(said)) as peer:
        ctl.run("export", "app", "-r2", env={"AWS_ENDPOINT_URL": peer.url}).failed(code, "load parameters of app")


@pytest.mark.parametrize("more,connections", [(b"", 2), (b"Connection: close\r\n", 2), (b"X-Kept: yes\r\n", 1)])
def test_a_connection_after_a_refusal(ctl, more, connections):
    """Kept where the server keeps it; one that it ends is made anew."""
    refusal = json.dumps({"__type": "ParameterNotFound"}).encode()
    refused = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n%s\r\n" % (len(refusal), more) + refusal
    written = HEAD + b'Content-Length: 13\r\n\r\n{"Version":1}'
    said = [refused, written]

    def respond(connection):
        connection.sendall(said.pop(0))
        if b"X-Kept" in more and connection.recv(65536):
            connection.sendall(said.pop(0))

    with Peer(respond) as peer:
        ctl.run("write", "app", "key", "v", env={"AWS_ENDPOINT_URL": peer.url}).ok()
        assert peer.connections == connections and said == []


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.mark.parametrize("kind,code", [("good", 0), ("from_stranger", 100), ("expired", 100), ("other name", 100)])
def test_certificates(ctl, pki, kind, code):
    issued = pki.good("elsewhere.test") if kind == "other name" else getattr(pki, kind)("localhost")
    context = pki.context(issued)
    requests = []

    def respond(connection):
        with context.wrap_socket(connection, server_side=True) as stream:
            requests.append(stream.recv(65536))
            stream.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD)

    with Peer(respond, reads=False) as peer:
        url = peer.url.replace("http://127.0.0.1", "https://localhost")
        result = ctl.run("export", "app", env={"AWS_ENDPOINT_URL": url, "AWS_CA_BUNDLE": pki.bundle})
        assert peer.connections == 1 or code == 0
    assert result.code == code and bool(requests) == (code == 0), result
    assert code == 0 or "certificate" in result.err
