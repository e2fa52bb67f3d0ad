"""Counts that decide how long a start takes: round trips, connections, requests, DNS queries, system calls.

Round trips are counted by a relay between antechamber and the store that lets only one side speak at a
time: it hands on what one side has said when that side has fallen silent. What takes n turns of the client
through it takes n round trips on a real network. A slow machine changes nothing as long as nobody pauses in
the middle of what he says for SILENCE.
"""

import re
import select
import socket

import pytest

from support.dns import A, AAAA, ADDRESS
from support.steps import aws_error

HOST = "ssm.eu-west-1.amazonaws.com"
SILENCE = 0.3  # seconds
KUBERNETES = "search {} svc.cluster.local cluster.local c.project.internal google.internal\noptions ndots:5\n"

# Round trips of a TLS handshake before the request may go, which follows our Finished at once (False Start).
HANDSHAKE = 1

# System calls of the fetcher, with some room for what arrives in pieces: some 170, and 7 for each further page.
ONE_PAGE = 200
ANOTHER_PAGE = 12


class Relay:
    """Each connection through it is a list of turns: "c" or "s" with the bytes, as they were handed on."""

    def __init__(self, world, address, behind):
        self.behind = behind
        self.connections = []
        self.listener = world.netns.run(lambda: socket.create_server((address, 443), backlog=64))
        self.world = world
        world.netns.thread(self._accept)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:  # closed
                return
            turns = []
            self.connections.append(turns)
            self.world.netns.thread(self._carry, client, turns)

    def _carry(self, client, turns):
        with client, socket.create_connection((self.behind, 443)) as server:
            sides = {client: ("c", server), server: ("s", client)}
            said = {client: b"", server: b""}
            while True:
                waits = SILENCE if any(said.values()) else None
                readable, _, _ = select.select(list(sides), [], [], waits)
                for side in readable:
                    try:
                        data = side.recv(65536)
                    except OSError:
                        data = b""
                    if not data:
                        return
                    said[side] += data
                if readable:
                    continue
                for side, (name, other) in sides.items():
                    if said[side]:
                        turns.append((name, said[side]))
                        other.sendall(said[side])
                        said[side] = b""


def turns_of_client(connection):
    """Those that the store has answered; a close_notify at the end is none."""
    names = [name for name, _ in connection]
    return names[: len(names) - names[::-1].index("s")].count("c")


@pytest.fixture
def relay(world):
    relay = Relay(world, "127.0.6.1", "127.0.1.1")
    world.dns.names[HOST] = ["127.0.6.1"]
    yield relay
    relay.close()


@pytest.mark.parametrize("count", [0, 5, 10, 11, 35])
def test_round_trips(world, relay, count):
    """One for TCP, the handshake's, one for each page."""
    variables = world.ssm.put_many("/app/", count)
    assert world.run("exec", "app").succeeded().loaded == variables
    (connection,) = relay.connections
    pages = max(1, -(-count // 10))
    assert turns_of_client(connection) == HANDSHAKE + pages, connection


def test_services_share_their_round_trips(world, relay):
    """Four services take no longer than one."""
    names = [f"service{n}" for n in range(4)]
    for name in names:
        world.ssm.put_many(f"/{name}/", 5, stem=name)
    world.run("exec", *names).succeeded()
    # Where they share a connection, their requests take turns on it.
    requests = -(-len(names) // len(relay.connections))
    assert max(map(turns_of_client, relay.connections)) <= HANDSHAKE + requests, relay.connections


RESOLVERS = {"plain": "options timeout:5 attempts:2\n", "kubernetes": KUBERNETES.format("team.svc.cluster.local")}


@pytest.mark.parametrize("resolver", RESOLVERS)
@pytest.mark.parametrize("services", [1, 4])
def test_what_a_start_sends(world, services, resolver):
    """Two DNS queries, one for credentials, one connection and one request for each service: nothing else."""
    names = [f"service{n}" for n in range(services)]
    for name in names:
        world.ssm.put_many(f"/{name}/", 5, stem=name)
    conf = world.file("resolv.conf", f"nameserver {ADDRESS}\n{RESOLVERS[resolver]}")
    world.run("exec", *names, binds=[(conf, "/etc/resolv.conf")]).succeeded()
    assert sorted(world.dns.queries) == [(HOST, A), (HOST, AAAA)]
    assert len(world.ecs.connections) == len(world.ecs.requests) == 1, world.ecs
    assert len(world.ssm.connections) == services, world.ssm
    assert len(world.ssm.requests) == services, world.ssm
    others = [server for server in world.servers if server not in (world.ssm, world.ecs)]
    assert [server.name for server in others if server.connections] == []


def test_throttling_makes_room_and_nothing_else_does(world):
    """After a throttle there is a pause between requests that succeed; without one, never."""
    variables = world.ssm.put_many("/app/", 25)
    assert "waiting" not in world.run("exec", "-v", "app").succeeded().stderr.decode()
    world.ssm.then(aws_error("ThrottlingException"), aws_error("ThrottlingException"))
    result = world.run("exec", "-v", "app").succeeded()
    assert result.loaded == variables
    waits = re.findall(r"waiting \S+ s before (attempt \d+|the next request)", result.stderr.decode())
    # Two seconds to remember; each success takes one off, before the pause.
    assert waits == ["attempt 2", "attempt 3", "the next request", "the next request"]


def calls_of_fetcher(world, scratch, *services):
    """strace's lines of the process that connects."""
    log = scratch / "strace"
    run = world.start("exec", *services, under=["strace", "-f", "-qq", "-o", log], inspect=False)
    run.finish().succeeded()
    calls = re.findall(r"^(\d+) +(\w+)\(", log.read_text(), re.M)
    fetchers = {pid for pid, call in calls if call == "connect"}
    assert len(fetchers) == 1
    return [call for pid, call in calls if pid in fetchers]


def test_system_calls_of_the_fetcher(world, scratch):
    """A page more costs its record out, its records in, and the waits between them."""
    world.ssm.put_many("/one/", 5, stem="one")
    world.ssm.put_many("/many/", 105, stem="many")
    one, many = (calls_of_fetcher(world, scratch, name) for name in ("one", "many"))
    assert len(one) <= ONE_PAGE, one
    assert len(many) - len(one) <= 10 * ANOTHER_PAGE, many
