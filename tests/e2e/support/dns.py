"""A name server with a table, and with every way to fail."""

import socket
import struct
from collections import deque

ADDRESS, PORT = "127.0.0.53", 53
A, AAAA = 1, 28
NXDOMAIN, SERVFAIL, REFUSED = 3, 2, 5

# First label of a name -> where that service listens.
SERVICES = {
    "ssm": "127.0.1.1",
    "ssm-fips": "127.0.1.1",
    "sts": "127.0.1.2",
    "sts-fips": "127.0.1.2",
    "secretsmanager": "127.0.1.3",
    "secretsmanager-fips": "127.0.1.3",
}
SUFFIXES = (
    "amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "api.aws", "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu", "c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov",
    "api.aws.ic.gov", "api.aws.scloud", "api.cloud-aws.adc-e.uk", "api.aws.hci.ic.gov",
)  # fmt: skip


class Dns:
    """
    names: what a test adds, name -> list of addresses (an empty list: no such name).
    faults: what happens to the next queries: "silent", "servfail", "refused", "garbage", or None.
    always: the same for all queries.
    """

    def __init__(self, world):
        self.world = world
        self.reset()
        self.sock = world.netns.run(self._open)
        world.netns.thread(self._serve)

    @staticmethod
    def _open():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((ADDRESS, PORT))
        return sock

    def reset(self):
        self.names = {}
        self.faults = deque()
        self.always = None
        self.queries = []

    def addresses(self, name):
        if name in self.names:
            return self.names[name]
        label, _, rest = name.partition(".")
        if label in SERVICES and rest.endswith(SUFFIXES):
            return [SERVICES[label]]
        return []

    def _serve(self):
        while True:
            data, peer = self.sock.recvfrom(4096)
            answer = self._answer(data)
            if answer is not None:
                self.sock.sendto(answer, peer)

    def _answer(self, query):
        labels = []
        at = 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii"))
            at += 1 + query[at]
        (kind,) = struct.unpack_from("!H", query, at + 1)
        question = query[12 : at + 5]
        name = ".".join(labels).lower()
        self.queries.append((name, kind))
        self.world.journal.add("dns", name=name, type=kind)
        fault = self.faults.popleft() if self.faults else self.always
        if fault == "silent":
            return None
        if fault == "garbage":
            return query[:2] + b"\xff" * 40
        if fault in ("servfail", "refused"):
            return self._head(query, SERVFAIL if fault == "servfail" else REFUSED, 0) + question
        found = self.addresses(name)
        if not found:
            return self._head(query, NXDOMAIN, 0) + question
        records = [a for a in found if (":" in a) == (kind == AAAA)] if kind in (A, AAAA) else []
        body = b""
        for address in records:
            packed = socket.inet_pton(socket.AF_INET6 if kind == AAAA else socket.AF_INET, address)
            body += struct.pack("!HHHIH", 0xC00C, kind, 1, 30, len(packed)) + packed
        return self._head(query, 0, len(records)) + question + body

    @staticmethod
    def _head(query, code, count):
        return query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, count, 0, 0)
