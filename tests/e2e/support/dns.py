"""A name server with a table, over UDP and TCP, and with every way to fail."""

import socket
import struct
import threading
from collections import deque

END_OF_TEST = b""
ADDRESS, SECOND_ADDRESS, PORT = "127.0.0.53", "127.0.0.54", 53
A, CNAME, AAAA = 1, 5, 28
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5
CODES = {"servfail": SERVFAIL, "nxdomain": NXDOMAIN, "refused": REFUSED}

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


def encode_name(name):
    labels = [label.encode() for label in name.split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def record(owner, kind, data):
    return owner + struct.pack("!HHIH", kind, 1, 30, len(data)) + data


def pack_address(address):
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


class Query:
    def __init__(self, data, tcp):
        self.data = data
        self.tcp = tcp
        labels = []
        at = 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode("ascii"))
            at += 1 + data[at]
        (self.kind,) = struct.unpack_from("!H", data, at + 1)
        self.question = data[12 : at + 5]
        self.name = ".".join(labels).lower()

    def reply(self, code=0, records=(), flags=0x8180, ident=None, question=None):
        head = struct.pack("!HHHHH", flags | code, 1, len(records), 0, 0)
        question = self.question if question is None else question
        return (ident or self.data[:2]) + head + question + b"".join(records)


class Dns:
    """
    names: what a test adds, name -> list of addresses (an empty list: no such name), or the name that
    it is an alias of.
    faults: what happens to the next queries over UDP, or None for nothing: "silent", "servfail",
    "refused", "nxdomain", "garbage", "truncated", "wrong-id", "wrong-name"; always: to all of them.
    second: the same for all queries to the second server, which usually knows nothing.
    tcp: the same for all queries over TCP to the first server.
    domains: the same for all queries of names that end so.
    """

    def __init__(self, world):
        self.world = world
        self.inlets = []
        self.reset()
        for address in (ADDRESS, SECOND_ADDRESS):
            datagrams, listener = world.netns.run(lambda a=address: self._open(a))
            is_empty = threading.Event()
            self.inlets.append((datagrams, is_empty))
            world.netns.thread(self._serve, datagrams, address, is_empty)
            world.netns.thread(self._listen, listener, address)

    @staticmethod
    def _open(address):
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind((address, PORT))
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, PORT))
        listener.listen(16)
        return datagrams, listener

    def drain(self):
        """Until the queries that the last test's clients sent are read, and so not the next one's."""
        for datagrams, is_empty in self.inlets:
            is_empty.clear()
            datagrams.sendto(END_OF_TEST, datagrams.getsockname())
            assert is_empty.wait(30), "the name server has ended"

    def reset(self):
        self.names = {}
        self.faults = deque()
        self.always = None
        self.second = "refused"
        self.tcp = None
        self.domains = {}
        self.queries = []
        self.over_tcp = []

    def addresses(self, name):
        found = self.names.get(name)
        if isinstance(found, str):
            return self.addresses(found)
        if found is not None:
            return found
        label, _, rest = name.partition(".")
        if label in SERVICES and rest.endswith(SUFFIXES):
            return [SERVICES[label]]
        return []

    def _serve(self, sock, address, is_empty):
        while True:
            data, peer = sock.recvfrom(4096)
            if data == END_OF_TEST:
                is_empty.set()
                continue
            for answer in self._answers(Query(data, False), address):
                sock.sendto(answer, peer)

    def _listen(self, listener, address):
        while True:
            sock, _ = listener.accept()
            arguments = (sock, address, self.world.journal.epoch)
            threading.Thread(target=self._serve_tcp, args=arguments, daemon=True).start()

    def _serve_tcp(self, sock, address, epoch):
        self.world.journal.belong(epoch)
        with sock:
            sock.settimeout(10)
            try:
                while True:  # glibc asks for both families over one connection
                    (size,) = struct.unpack("!H", sock.recv(2, socket.MSG_WAITALL))
                    query = Query(sock.recv(size, socket.MSG_WAITALL), True)
                    for answer in self._answers(query, address):
                        sock.sendall(struct.pack("!H", len(answer)) + answer)
            except (OSError, struct.error):
                return

    def _answers(self, query, address):
        if self.world.journal.is_stale():
            return []
        self.queries.append((query.name, query.kind))
        if query.tcp:
            self.over_tcp.append((query.name, query.kind))
        self.world.journal.add("dns", name=query.name, type=query.kind, server=address)
        if address == SECOND_ADDRESS:
            fault = self.second
        elif query.tcp:
            fault = self.tcp
        else:
            fault = self.faults.popleft() if self.faults else self.always
        for domain, what in self.domains.items():
            if query.name.endswith("." + domain):
                fault = what
        if fault == "silent":
            return []
        if fault == "garbage":
            return [query.data[:2] + b"\xff" * 40]
        if fault == "truncated":
            return [query.reply(flags=0x8380)]
        if fault in CODES:
            return [query.reply(CODES[fault])]
        # What a liar sends before the true answer arrives.
        lie = [record(b"\xc0\x0c", query.kind, pack_address("127.0.9.9" if query.kind == A else "::9"))]
        truth = self._look_up(query)
        if fault == "wrong-id":
            return [query.reply(records=lie, ident=bytes([query.data[0] ^ 0xFF, query.data[1]])), truth]
        if fault == "wrong-name":
            other = encode_name("evil.test") + query.question[-4:]
            return [query.reply(records=lie, question=other), truth]
        return [truth]

    def _look_up(self, query):
        records = []
        owner = b"\xc0\x0c"
        name = query.name
        while isinstance(self.names.get(name), str):
            name = self.names[name]
            records.append(record(owner, CNAME, encode_name(name)))
            owner = encode_name(name)
        found = self.addresses(name)
        if not found:
            return query.reply(NXDOMAIN)
        for address in found:
            if (":" in address) == (query.kind == AAAA) and query.kind in (A, AAAA):
                records.append(record(owner, query.kind, pack_address(address)))
        return query.reply(records=records)
