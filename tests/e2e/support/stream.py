"""Byte streams of a server that keeps every byte in its own hands: plain TCP and TLS over it.

TLS runs on memory buffers, so that a test can cut a connection with or without close_notify, send part
of a record, or reset it.
"""

import socket
import ssl
import struct

PATIENCE = 30  # seconds before a thread gives up on a silent client


class Gone(Exception):
    """The client ended the connection, or it was torn down."""


class PlainStream:
    def __init__(self, sock):
        self.sock = sock
        self.received = 0  # bytes
        self.has_ended = False  # the client has said its last
        self.before_send = lambda stream: None
        self.piece = None  # bytes that leave at once, if not all
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def recv(self):
        try:
            data = self.sock.recv(65536)
        except OSError as problem:
            raise Gone(str(problem)) from None
        self.received += len(data)
        self.has_ended = not data
        return data

    def send(self, data):
        size = self.piece or max(1, len(data))
        for at in range(0, len(data), size):
            if not self.has_ended:
                self.before_send(self)
            try:
                self.sock.sendall(data[at : at + size])
            except OSError as problem:
                raise Gone(str(problem)) from None

    def close(self):
        """In good order."""
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        self.sock.close()

    def cut(self):
        """FIN and nothing else: for TLS a truncation."""
        self.close()

    def reset(self):
        """RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class TlsStream(PlainStream):
    def __init__(self, sock, context):
        super().__init__(sock)
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.on_hello = lambda: None
        self.before_finished = lambda stream: None  # called when our Finished is made and not sent
        self.heard = b""  # the first bytes that came: the ClientHello in its record

    def _flush(self):
        data = self.outgoing.read()
        if data:
            super().send(data)

    def _fill(self):
        data = super().recv()
        if not data:
            raise Gone("end of the stream")
        if not self.heard:
            self.heard = data
            self.on_hello()
        self.incoming.write(data)

    def _until_done(self, step):
        while True:
            try:
                result = step()
                self._flush()
                return result
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            except ssl.SSLError as problem:
                try:
                    self._flush()  # the alert
                except Gone:
                    pass
                raise Gone(f"TLS: {problem.reason}") from None

    def handshake(self):
        def step():
            self.tls.do_handshake()
            self.before_finished(self)

        self._until_done(step)

    def wait_for_early_data(self):
        """Until the client has sent more than its Finished, which it does before ours."""
        while not self.incoming.pending:
            data = super().recv()
            if not data:
                raise Gone("end of the stream")
            self.incoming.write(data)

    def recv(self):
        try:
            return self._until_done(lambda: self.tls.read(65536))
        except ssl.SSLZeroReturnError:
            return b""

    def send(self, data):
        view = memoryview(data)
        while view:
            sent = self._until_done(lambda data=view: self.tls.write(data))
            view = view[sent:]

    def send_broken_record(self, data, keep):
        """Sends the data as a record of which only the first `keep` bytes leave."""
        self.tls.write(data)
        PlainStream.send(self, self.outgoing.read()[:keep])

    def close(self):
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass  # we do not wait for the client's close_notify
        try:
            self._flush()
        except Gone:
            pass
        super().close()

    def cut(self):
        PlainStream.close(self)
