"""TLS with a second library's server: GnuTLS's own, which hands out credentials over https."""

import contextlib
import json
import shutil
import socket
import subprocess
import threading
import time

import pytest

from support.metadata import credentials_body
from support.pki import ec_key, key_pem

NAME = "vault.test"
SERVER, RELAY = ("127.0.1.9", 9444), ("127.0.1.9", 9445)
CHANGE_CIPHER, DATA = 20, 23

PRIORITY = "NONE:+VERS-TLS1.2:+{cipher}:+AEAD:+ECDHE-RSA:+ECDHE-ECDSA:+{group}:+SIGN-ALL:+COMP-NULL:+CTYPE-X509"
CIPHERS = ["AES-128-GCM", "AES-256-GCM"]
GROUPS = ["GROUP-SECP256R1", "GROUP-SECP384R1", "GROUP-SECP521R1"]
KEYS = {"RSA": lambda pki: pki.leaf_key, "ECDSA": lambda pki: ec_key()}


class GnutlsServer:
    def __init__(self, world, folder, key, priority):
        issued = world.pki.middle.issue([NAME], key=key)
        chain = world.pki.write("gnutls.pem", issued.chain_pem)
        key_file = world.pki.write("gnutls.key", key_pem(key))
        response = folder / "response"
        response.write_text(json.dumps(credentials_body(world.identity)))
        line = ["gnutls-serv", "--port", str(SERVER[1]), "--http", f"--httpdata={response}", "--quiet"]
        line += [f"--x509certfile={chain}", f"--x509keyfile={key_file}", f"--priority={priority}"]
        line += ["--disable-client-cert", "--nodb"]
        self.log = folder / "gnutls.log"
        with open(self.log, "wb") as log:
            self.process = world.netns.run(lambda: subprocess.Popen(line, stdout=log, stderr=log))
        deadline = time.monotonic() + 20
        while not world.netns.run(self._listens):
            assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()
            time.sleep(0.01)

    @staticmethod
    def _listens():
        with socket.socket() as sock:
            return sock.connect_ex(SERVER) == 0

    def close(self):
        self.process.kill()
        self.process.wait()


class Relay:
    """Holds what the server encrypts back until the client has sent data: a round trip that is not needed."""

    def __init__(self, world):
        self.world = world
        self.data_seen = threading.Event()
        self.connections = 0
        self.listener = world.netns.run(self._open)
        world.netns.thread(self._accept)

    @staticmethod
    def _open():
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(RELAY)
        listener.listen(16)
        return listener

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(SERVER)
            self.world.netns.thread(self._carry, client, server, self._note)
            self.world.netns.thread(self._carry, server, client, self._hold)

    def _note(self, kind):
        if kind == DATA:
            self.data_seen.set()

    def _hold(self, kind):
        if kind == CHANGE_CIPHER:
            assert self.data_seen.wait(20), "the client waits for Finished"

    @staticmethod
    def _carry(source, target, look):
        """Record by record (RFC 5246 section 6.2.1)."""
        with contextlib.suppress(OSError), source.makefile("rb") as records:
            while len(head := records.read(5)) == 5:
                look(head[0])
                target.sendall(head + records.read(int.from_bytes(head[3:], "big")))
            target.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture
def gnutls(world, tmp_path):
    if shutil.which("gnutls-serv") is None:
        pytest.skip("no gnutls-serv")
    open_ones = []

    def start(key, priority):
        open_ones.append(GnutlsServer(world, tmp_path, KEYS[key](world.pki), priority))
        world.dns.names[NAME] = [SERVER[0]]

    yield start
    for server in open_ones:
        server.close()


@pytest.fixture
def relay(world):
    relay = Relay(world)
    yield relay
    relay.close()


@pytest.fixture
def app(world):
    return world.ssm.put_many("/app/", 12)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("cipher", CIPHERS)
def test_the_request_comes_before_the_servers_finished(world, app, gnutls, relay, key, group, cipher):
    """Request and response over one connection, although the server's Finished is held back."""
    gnutls(key, PRIORITY.format(cipher=cipher, group=group))
    env = world.full_uri_env(f"https://{NAME}:{RELAY[1]}/")
    assert world.run("exec", "-r", "1", "app", env=env).succeeded().loaded == app
    assert relay.connections == 1


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("priority", ["NORMAL", "NORMAL:-VERS-TLS1.3", "SECURE256:+AES-256-GCM"])
def test_as_it_is_configured(world, app, gnutls, key, priority):
    gnutls(key, priority)
    env = world.full_uri_env(f"https://{NAME}:{SERVER[1]}/")
    assert world.run("exec", "-r", "1", "app", env=env).succeeded().loaded == app


@pytest.mark.parametrize(
    "priority",
    ["NORMAL:-VERS-TLS1.2", "NORMAL:-KX-ALL:+RSA:-VERS-TLS1.3", "NORMAL:-AES-128-GCM:-AES-256-GCM"],
)
def test_what_is_not_spoken_here(world, gnutls, priority):
    gnutls("RSA", priority)
    env = world.full_uri_env(f"https://{NAME}:{SERVER[1]}/")
    world.run("exec", "-r", "1", "app", env=env).failed(100, r"vault\.test", "TLS: ")
