"""Counts that decide how long a start takes: round trips, connections, requests, DNS queries, system calls.

The store speaks only when the fetcher sleeps, so that counts are the same on a busy machine and on an idle one.
"""

import os
import re
import struct
from fcntl import ioctl
from termios import FIONREAD

import pytest

from support.dns import A, AAAA, ADDRESS
from support.steps import aws_error

HOST = "ssm.eu-west-1.amazonaws.com"
KUBERNETES = "search {} svc.cluster.local cluster.local c.project.internal google.internal\noptions ndots:5\n"

# Round trips of a TLS handshake before the request may go, which follows our Finished at once (False Start).
HANDSHAKE = 1

# System calls of the fetcher where each response is waited for. A start with one page makes some 185: which of
# the first responses arrive together depends on the machine. Another page: its record out (1) and in (2), the
# time for its signature (1), looks for more (3), one wait (4). Another piece of a record: it (1), a look for more
# (1), one wait (4).
ONE_PAGE = 195
ANOTHER_PAGE = 11
ANOTHER_PIECE = 6


class Turns:
    """
    For before_send of a server that is the only one to speak: the client's turns on each connection. A turn
    is what it says without hearing more; what takes n turns takes n round trips on a real network.
    """

    def __init__(self, world):
        self.world = world
        self.of = {}  # stream: (turns, bytes that came so far)

    def __call__(self, stream):
        # With its credentials, nothing but the store's next word is left to wait for.
        assert self.world.journal.wait_for(lambda: self.world.journal.find("end", server="ecs"))
        self.world.sandbox.await_fetcher()
        turns, before = self.of.get(stream, (0, 0))
        (unread,) = struct.unpack("i", ioctl(stream.sock, FIONREAD, bytes(4)))
        so_far = stream.received + unread
        self.of[stream] = (turns + (so_far > before), so_far)


@pytest.fixture
def turns(world):
    """A function that returns the turns on each connection."""
    world.ssm.before_send = turns = Turns(world)
    return lambda: [turns for turns, _ in turns.of.values()]


@pytest.mark.parametrize("count", [0, 5, 10, 11, 35])
def test_round_trips(world, turns, count):
    """One for TCP, the handshake's, one for each page."""
    variables = world.ssm.put_many("/app/", count)
    assert world.run("exec", "app").succeeded().loaded == variables
    pages = max(1, -(-count // 10))
    assert turns() == [HANDSHAKE + pages], world.ssm


def test_services_share_their_round_trips(world, turns):
    """Four services take no longer than one."""
    names = [f"service{n}" for n in range(4)]
    for name in names:
        world.ssm.put_many(f"/{name}/", 5, stem=name)
    world.run("exec", *names).succeeded()
    # Where they share a connection, their requests take turns on it.
    requests = -(-len(names) // len(turns()))
    assert max(turns()) <= HANDSHAKE + requests, world.ssm


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
    """The system calls of the process that connects."""
    for server in (world.ssm, world.ecs):
        server.before_send = world.sandbox.await_fetcher
    # No query is lost, however long the name server takes.
    conf = world.file("resolv.conf", f"nameserver {ADDRESS}\noptions timeout:30\n")
    log = scratch / "strace"
    under = ["strace", "-f", "-qq", "-o", log]
    run = world.start("exec", *services, under=under, inspect=False, binds=[(conf, "/etc/resolv.conf")])
    run.finish().succeeded()
    calls = re.findall(r"^(\d+) +(\w+)\(", log.read_text(), re.M)
    fetchers = {pid for pid, call in calls if call == "connect"}
    assert len(fetchers) == 1
    return [call for pid, call in calls if pid in fetchers]


def pages_of(calls):
    """The calls of each page after the first, from one request to the next."""
    sends = [at for at, call in enumerate(calls) if call == "sendto"]
    return [calls[start:end] for start, end in zip(sends[-10:], sends[-9:])]


def test_system_calls_of_the_fetcher(world, scratch):
    world.ssm.put_many("/one/", 5, stem="one")
    assert len(calls := calls_of_fetcher(world, scratch, "one")) <= ONE_PAGE, calls


@pytest.mark.parametrize("pieces", [1, 3])
def test_system_calls_of_another_page(world, scratch, pieces):
    """However the network cuts the stream, each piece is waited for once and there is no busy loop."""
    world.ssm.put_many("/app/", 105)
    if pieces > 1:
        world.ssm.piece = 1000
    pages = pages_of(calls_of_fetcher(world, scratch, "app"))
    assert len(pages) == 9 and len(world.ssm.requests) == 11
    assert all(page.count("ppoll") <= pieces for page in pages), pages
    assert max(map(len, pages)) <= ANOTHER_PAGE + (pieces - 1) * ANOTHER_PIECE, pages
