"""A store and a credentials endpoint on loopback, and proxies that make the way to the store long.

A kernel without netem delays nothing on loopback, so a process between client and store holds the
bytes back: half a round trip in each direction. The kernel completes a connection at once, which
would save the round trip that TCP needs, so what the client sends first is held back for one more.
"""

import contextlib
import json
import os
import queue
import signal
import socket
import ssl
import subprocess
import threading
import time

PER_PAGE = 10
THROUGH = 65536
REQUEST, RESPONSE = 500, 2500  # bytes, as in client.c


def make_certificates(folder):
    """Root, intermediate and leaf with RSA keys, as AWS endpoints have; localhost is the name."""

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def sign(name, issuer, extensions):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (folder / "extensions").write_text(extensions)
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial",
                "-days", "2", "-extfile", "extensions", "-out", f"{name}.pem")

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days", "2",
            "-subj", "/CN=root", "-addext", "basicConstraints=critical,CA:TRUE")
    sign("between", "root", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n")
    sign("leaf", "between", "subjectAltName=DNS:localhost\n")
    (folder / "chain.pem").write_text((folder / "leaf.pem").read_text() + (folder / "between.pem").read_text())


def listen():
    return socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=256)


def each_connection(listener, serve):
    while True:
        sock, _ = listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(sock,), daemon=True).start()


def read_request(stream, pending):
    """Head, body, and what came after them; None at the end of the stream."""
    while b"\r\n\r\n" not in pending:
        data = stream.recv(THROUGH)
        if not data:
            return None
        pending += data
    head, _, pending = pending.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0]) if lengths else 0
    while len(pending) < length:
        pending += stream.recv(THROUGH)
    return head, pending[:length], pending[length:]


def response(document, status=200):
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 {status} -\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def page(asked, parameters):
    first = int(asked.get("NextToken") or 0)
    last = min(first + PER_PAGE, parameters)
    names = [f"{asked['Path'].rstrip('/')}/key-{n:04}" for n in range(first, last)]
    document = {"Parameters": [{"Name": name, "Type": "SecureString", "Value": "x" * 40, "Version": 1} for name in names]}
    if last < parameters:
        document["NextToken"] = str(last)
    return document


def serve_store(folder, shared):
    """shared: what the cell under measurement has, see Cell."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "leaf.key")
    context.num_tickets = 0

    def serve(sock):
        with contextlib.suppress(OSError), context.wrap_socket(sock, server_side=True) as stream:
            pending = b""
            while True:
                request = read_request(stream, pending)
                if request is None:
                    return
                _, body, pending = request
                time.sleep(shared.work_ms.value / 1000)
                stream.sendall(response(page(json.loads(body), shared.parameters.value)))

    return serve


def serve_exchanges(shared):
    """For client.c: a handshake that takes no time, then pages as those of the store, all of one size."""

    def serve(sock):
        with contextlib.suppress(OSError), sock:
            work = 0
            while sock.recv(REQUEST, socket.MSG_WAITALL):
                time.sleep(work)
                sock.sendall(bytes(RESPONSE))
                work = shared.work_ms.value / 1000

    return serve


def serve_credentials(shared):
    keys = {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "benchmark", "Token": "t" * 700,
            "Expiration": "2099-01-01T00:00:00Z"}  # fmt: skip

    def serve(sock):
        with contextlib.suppress(OSError), sock:
            while read_request(sock, b"") is not None:
                time.sleep(shared.credentials_ms.value / 1000)
                sock.sendall(response(keys))

    return serve


def carry(source, target, delay, not_before):
    """One direction of a connection. Nothing arrives before not_before plus the delay."""
    line = queue.SimpleQueue()

    def deliver():
        while True:
            due, data = line.get()
            time.sleep(max(0, due - time.monotonic()))
            try:
                target.sendall(data) if data else target.shutdown(socket.SHUT_WR)
            except OSError:
                data = b""
            if not data:
                return

    threading.Thread(target=deliver, daemon=True).start()
    data = b"-"
    while data:
        try:
            data = source.recv(THROUGH)
        except OSError:
            data = b""
        line.put((max(time.monotonic(), not_before) + delay, data))


def serve_proxy(port, round_trip):
    def serve(client):
        connected = time.monotonic() + round_trip
        server = socket.create_connection(("127.0.0.1", port))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=carry, args=(server, client, round_trip / 2, 0), daemon=True).start()
        carry(client, server, round_trip / 2, connected)

    return serve


@contextlib.contextmanager
def in_process(serve):
    """A listener and a process of its own that serves it; its port."""
    listener = listen()
    pid = os.fork()
    if pid == 0:
        try:
            each_connection(listener, serve)
        finally:
            os._exit(1)
    port = listener.getsockname()[1]
    listener.close()
    try:
        yield port
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
