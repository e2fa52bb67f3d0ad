"""A scripted HTTP server: what it knows to answer is a subclass's, what goes wrong is the test's."""

import select
import socket
import struct
import threading
import time
from collections import deque

from .stream import PATIENCE, Gone, PlainStream, TlsStream
from .wire import BadRequest, read_request

REFUSE, BLACKHOLE, LISTEN = "refuse", "blackhole", "listen"


def note_name(tls, name, _context):
    """Of the ssl module: the client named the server. Contexts are shared, so the object knows who."""
    connection = tls.connection
    connection.sni = name
    server = connection.server
    if server.context is None and name is not None:
        tls.context = server.world.pki.context_for(name)


class Connection:
    def __init__(self, server, sock, bind):
        self.server = server
        self.bind = bind
        self.number = None  # of the event "connect"
        self.local = sock.getsockname()[:2]
        self.peer = sock.getpeername()[:2]
        self.sock = sock
        self.stream = None
        self.hello = None  # number of the event "the client's first TLS bytes arrived"
        self.sni = None
        self.version = None
        self.cipher = None
        self.failure = None
        self.ended = None  # how the client ended it
        self.requests = []


class Bind:
    """One address that a server listens on."""

    def __init__(self, host, port, tls):
        self.host = host
        self.port = port
        self.tls = tls
        self.sock = None
        self.fillers = []

    def open(self, backlog=64):
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((self.host, self.port))
        self.sock.listen(backlog)
        self.sock.setblocking(False)

    @property
    def waiting(self):
        """Connections that are not accepted yet: tcpi_unacked of a listening socket (tcp(7))."""
        if self.sock is None or self.fillers:
            return 0
        return struct.unpack_from("I", self.sock.getsockopt(socket.SOL_TCP, socket.TCP_INFO, 64), 24)[0]

    def fill(self):
        """Fills the backlog, so that the kernel drops what comes next without an answer."""
        family = self.sock.family
        for _ in range(4):
            filler = socket.socket(family, socket.SOCK_STREAM)
            filler.setblocking(False)
            filler.connect_ex((self.host, self.port))
            self.fillers.append(filler)

    def close(self):
        for filler in self.fillers:
            filler.close()
        self.fillers = []
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept
            except OSError:
                pass
            self.sock.close()
            self.sock = None


class Server:
    """
    Answers with handle(), unless the test said otherwise:

    then(step, times)      the next requests, in order (None: the usual answer)
    always(step, when)     every request for which when(request) is true
    on_connect(action, n)  the next n connections: "reset", "close", "close-after-hello",
                           "close-after-handshake", "garbage", "hang", or bytes: the answer to
                           what the client says first, whatever that is
    mode(...)              listen, refuse, blackhole
    before_send            called with a connection's stream before it sends
    piece                  bytes that are sent at once, each after before_send

    A step is a function (request, usual) -> Reply, where usual() is the usual answer.
    """

    name = "server"

    def __init__(self, world, binds):
        self.world = world
        self.journal = world.journal
        self.binds = [Bind(*b) for b in binds]
        self.lock = threading.Lock()
        self.open_connections = set()
        self.reset()

    def reset(self):
        """Back to the first state: records, scripts and connections of the last test are gone."""
        with self.lock:
            lingering = list(self.open_connections)
            self.open_connections.clear()
            self.steps = deque()
            self.rules = []
            self.connect_actions = deque()
            self.connections = []
            self.requests = []
            self.before_finished = None
            self.before_send = None
            self.piece = None
            self.context = None  # a server context, or None for a good one for any name
            self.next_contexts = deque()  # of the next connections, before context
        for connection in lingering:
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.forget()
        self.mode(LISTEN)

    def drain(self):
        """Until what the last test's clients left in the backlogs is accepted, and so not the next one's."""
        while True:
            with self.lock:
                if not any(bind.waiting for bind in self.binds):
                    return
            time.sleep(0.001)

    def forget(self):
        """Subclasses drop their data here."""

    def handle(self, request):
        raise NotImplementedError

    def __str__(self):
        """For messages: each connection and what came over it."""
        lines = [f"{self.name}: {len(self.connections)} connections"]
        for c in self.connections:
            targets = [f"{r.number}:{r.operation or r.target}" for r in c.requests]
            lines.append(f"  {c.number} hello {c.hello}, {c.version}, {c.ended or c.failure}: {targets}")
        return "\n".join(lines)

    # What a test says.

    def then(self, *steps, times=1):
        for _ in range(times):
            self.steps.extend(steps)

    def always(self, step, when=lambda request: True):
        self.rules.append((when, step))

    def on_connect(self, action, times=1):
        self.connect_actions.extend([action] * times)

    def mode(self, how):
        if getattr(self, "current_mode", None) == how != BLACKHOLE:
            return
        for bind in self.binds:
            bind.close()
            if how == LISTEN:
                self.world.netns.run(bind.open)
                self.world.netns.thread(self._accept, bind.sock, bind)
            elif how == BLACKHOLE:
                self.world.netns.run(lambda b=bind: (b.open(0), b.fill()))
        self.current_mode = how

    # What a test asks.

    @property
    def targets(self):
        return [r.target for r in self.requests]

    def wait_for_requests(self, count, patience=30):
        return self.journal.wait_for(lambda: len(self.requests) >= count, patience)

    # What runs in threads.

    def _accept(self, listener, bind):
        while True:
            try:
                select.select([listener], [], [])
            except (OSError, ValueError):  # closed
                return
            with self.lock:
                try:
                    sock, _ = listener.accept()
                except BlockingIOError:
                    continue
                except OSError:
                    return
                sock.setblocking(True)
                try:
                    connection = Connection(self, sock, bind)
                except OSError:  # already gone again
                    sock.close()
                    continue
                epoch = self.journal.epoch
                self.open_connections.add(connection)
                self.connections.append(connection)
                action = self.connect_actions.popleft() if self.connect_actions else None
            connection.number = self.journal.add("connect", server=self.name)
            threading.Thread(
                target=self._serve_guarded, args=(connection, action, epoch), daemon=True
            ).start()

    def _serve_guarded(self, connection, action, epoch):
        self.journal.belong(epoch)
        try:
            self._serve(connection, action, epoch)
        except Gone as problem:
            connection.failure = str(problem)
        except BadRequest as problem:
            self.journal.complain(f"{self.name}: malformed request: {problem}")
        except Exception as problem:  # a defect of the tests must not hide in a thread
            self.journal.complain(f"{self.name}: {type(problem).__name__}: {problem}")
            raise
        finally:
            with self.lock:
                self.open_connections.discard(connection)
            connection.sock.close()
            self.journal.add("end", server=self.name)

    def _serve(self, connection, action, epoch):
        plain = connection.stream = self._paced(PlainStream(connection.sock))
        if action in ("reset", "close"):
            return plain.reset() if action == "reset" else plain.close()
        if action == "hang":
            return self.wait_for_end(connection)
        if action == "garbage":
            plain.send(b"SSH-2.0-OpenSSH_9.9\r\n" * 3)
            return plain.close()
        if isinstance(action, bytes):
            plain.recv()
            plain.send(action)
            return self.wait_for_end(connection)
        if connection.bind.tls:
            self._handshake(connection, action == "close-after-hello")
            if action == "close-after-handshake":
                return connection.stream.close()
        pending = b""
        while epoch == self.journal.epoch:
            request, pending = read_request(connection.stream, pending, connection, 0)
            if request is None:
                connection.ended = "in order"
                return connection.stream.close()
            reply = self._answer(connection, request, epoch)
            if reply is None or not self._send(connection, reply):
                return

    def _paced(self, stream):
        stream.piece = self.piece
        if self.before_send:
            stream.before_send = self.before_send
        return stream

    def _handshake(self, connection, close_after_hello):
        context = self.next_contexts.popleft() if self.next_contexts else self.context
        context = context or self.world.pki.context_for(self.world.fallback_name)
        context.sni_callback = note_name
        stream = connection.stream = self._paced(TlsStream(connection.sock, context))
        stream.tls.connection = connection

        def on_hello():
            connection.hello = self.journal.add("hello", server=self.name)
            if close_after_hello:
                raise Gone("as the test wants it")

        stream.on_hello = on_hello
        if self.before_finished:
            stream.before_finished = self.before_finished
        stream.handshake()
        connection.version = stream.tls.version()
        connection.cipher = stream.tls.cipher()[0]
        self.journal.add("handshake", server=self.name)

    def _answer(self, connection, request, epoch):
        with self.lock:
            if epoch != self.journal.epoch:
                return None
            request.index = len(connection.requests)
            connection.requests.append(request)
            self.requests.append(request)
            step = self.steps.popleft() if self.steps else None
            if step is None:
                step = next((s for when, s in self.rules if when(request)), None)
        request.number = self.journal.add("request", server=self.name, target=request.target)

        def usual():
            return self.handle(request)

        reply = usual() if step is None else step(request, usual)
        self.journal.add("answer", server=self.name, request=request.number)
        return reply

    def _send(self, connection, reply):
        """Sends an answer; false when that was the connection's last."""
        stream = connection.stream
        if reply.raw is not None:
            self._pour(stream, reply.raw, reply.pace)
        else:
            head, body = reply.wire(time.time() + self.world.clock_skew)
            if reply.send_body >= 0:
                body = body[: reply.send_body]
            if reply.split_record:
                stream.send(head + body[: len(body) // 2])
                stream.send_broken_record(body[len(body) // 2 :], 20)
            else:
                self._pour(stream, head + body, reply.pace)
        if reply.tunnel:
            self.tunnel(connection, reply.tunnel)
            return False
        if reply.end == "keep" and reply.framing != "close":
            return True
        if reply.end == "cut":
            stream.cut()
        elif reply.end == "reset":
            stream.reset()
        else:
            stream.close()
        return False

    @staticmethod
    def _pour(stream, data, pace):
        if not pace:
            return stream.send(data)
        size, seconds = pace
        for at in range(0, len(data), size):
            stream.send(data[at : at + size])
            time.sleep(seconds)

    def wait_for_end(self, connection):
        """Until the client (or the next test) ends the connection."""
        connection.sock.settimeout(PATIENCE)
        try:
            while connection.sock.recv(65536):
                pass
            connection.ended = "end"
        except OSError as problem:
            connection.ended = type(problem).__name__

    def tunnel(self, connection, target):
        raise NotImplementedError
