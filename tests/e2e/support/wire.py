"""Requests as they came and answers as a test wants them on the wire."""

import json
from dataclasses import dataclass, field, replace
from email.utils import formatdate

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 307: "Temporary Redirect"}
CRLF = b"\r\n"


class BadRequest(Exception):
    pass


@dataclass
class Request:
    connection: object
    index: int  # on its connection, from 0
    number: int  # in the journal
    method: str
    target: str
    headers: list
    body: bytes = b""
    version: str = "HTTP/1.1"

    def header(self, name, default=None):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return default

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def operation(self):
        """GetParametersByPath of X-Amz-Target: AmazonSSM.GetParametersByPath."""
        return (self.header("x-amz-target") or "").rpartition(".")[2]

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Reply:
    status: int = 200
    body: object = b""  # bytes, str, or what json.dumps takes
    headers: list = field(default_factory=list)
    type: str = "application/x-amz-json-1.1"
    framing: str = "length"  # length, chunked, close
    chunk_sizes: tuple = (7,)  # of a chunked body, again and again
    chunk_extension: str = ""
    trailers: tuple = ()
    end: str = "keep"  # keep, close (said and in order), close-unsaid, cut (no close_notify), reset
    send_body: int = -1  # bytes of the framed body that are sent before `end`; -1: all
    split_record: bool = False  # with `end` cut: the last TLS record is cut in its middle
    pace: tuple = ()  # (bytes, seconds): so many at a time
    skew: float = 0.0  # seconds that the Date header is off
    date: bool = True
    raw: bytes = None  # sent instead of everything above but `end`
    tunnel: tuple = ()  # (host, port): a proxy's connection becomes that

    def payload(self):
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body).encode()

    def wire(self, now):
        """Head and framed body."""
        body = self.payload()
        lines = [f"HTTP/1.1 {self.status} {REASONS.get(self.status, 'Status')}"]
        if self.date:
            lines.append(f"Date: {formatdate(now + self.skew, usegmt=True)}")
        if self.type and not self.tunnel:
            lines.append(f"Content-Type: {self.type}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        if self.end == "close" or self.framing == "close":
            lines.append("Connection: close")
        if self.framing == "length" and not self.tunnel:
            lines.append(f"Content-Length: {len(body)}")
        if self.framing == "chunked":
            lines.append("Transfer-Encoding: chunked")
            body = self._chunked(body)
        return "\r\n".join(lines).encode("latin-1") + CRLF + CRLF, body

    def _chunked(self, body):
        out = []
        at = 0
        turn = 0
        while at < len(body):
            size = self.chunk_sizes[turn % len(self.chunk_sizes)]
            piece = body[at : at + size]
            out.append(f"{len(piece):x}{self.chunk_extension}".encode() + CRLF + piece + CRLF)
            at += size
            turn += 1
        trailers = b"".join(f"{t}".encode() + CRLF for t in self.trailers)
        return b"".join(out) + b"0" + CRLF + trailers + CRLF


def read_request(stream, pending, connection, number):
    """The next request, or None when the client ended in good order between requests."""
    data = pending
    while b"\r\n\r\n" not in data:
        more = stream.recv()
        if not more:
            if data:
                raise BadRequest("the client ended inside of a request")
            return None, b""
        data += more
        if len(data) > 200_000:
            raise BadRequest("a request's head without an end")
    head, rest = data.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    try:
        method, target, version = first.split(" ")
    except ValueError:
        raise BadRequest(f"request line {first!r}") from None
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest(f"header line {line!r}")
        headers.append((name, value.strip(" \t")))
    names = [name.lower() for name, _ in headers]
    # boto3 asks a proxy in HTTP/1.0 without Host; what antechamber sends there has a test.
    modern = version == "HTTP/1.1" and names.count("host") == 1
    if not (modern or method == "CONNECT") or len(names) != len(set(names)):
        raise BadRequest(f"{version}, headers {names}")
    request = Request(connection, 0, number, method, target, headers, version=version)
    length = int(request.header("content-length", "0"))
    if "transfer-encoding" in names:
        raise BadRequest("transfer-encoding in a request")
    while len(rest) < length:
        more = stream.recv()
        if not more:
            raise BadRequest("the client ended inside of a body")
        rest += more
    request.body = rest[:length]
    return request, rest[length:]


__all__ = ["BadRequest", "Reply", "Request", "read_request", "replace"]
