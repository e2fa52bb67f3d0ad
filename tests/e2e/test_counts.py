"""Counts that the design promises: connections, requests, what overlaps, what PID 1 keeps."""

import os
import re
import time

import pytest

from init_support.box import is_idle
from support.proc import children, descriptors, environ, eventually, memory
from support.steps import Together


@pytest.mark.parametrize("count, pages", [(0, 1), (10, 1), (11, 2), (45, 5), (300, 30)])
def test_one_connection_for_all_pages(world, count, pages):
    variables = world.ssm.put_many("/app/", count)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == pages, world.ssm
    assert len(world.ssm.connections) == 1, world.ssm
    assert [r.index for r in world.ssm.requests] == list(range(pages))
    assert len(world.ecs.requests) == 1


def test_handshake_begins_before_the_credentials_are_there(world):
    world.ssm.put("/app/a", "one")
    early = []

    def held(request, usual):
        early.append(world.journal.wait_for(lambda: bool(world.journal.find("hello", server="ssm"))))
        return usual()

    world.ecs.then(held)
    world.run("exec", "app").succeeded()
    assert early == [True]
    assert len(world.ssm.connections) == 1, "the early connection is the one that is used"


def test_a_connection_made_ahead_is_no_attempt(world):
    """The store closes it before the credentials are there; one attempt is still enough."""
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.on_connect("close-after-handshake")

    def held(request, usual):
        world.journal.wait_for(lambda: bool(world.journal.find("end", server="ssm")))
        return usual()

    world.ecs.then(held)
    assert world.run("exec", "-r", "1", "app").succeeded().loaded == variables
    assert len(world.ssm.connections) == 2 and len(world.ssm.requests) == 1, world.ssm


@pytest.mark.parametrize("count", [2, 4, 8])
def test_first_requests_of_all_services_are_in_flight_together(world, count):
    names = [f"service{i}" for i in range(count)]
    for name in names:
        world.ssm.put_many(f"/{name}/", 11, stem=name)
    together = Together(count)
    world.ssm.always(together, when=lambda r: "NextToken" not in r.json)
    world.run("exec", *names).succeeded()
    assert together.met
    assert len(world.ssm.connections) == count, world.ssm
    assert len(world.ssm.requests) == 2 * count, world.ssm
    assert len(world.ecs.requests) == 1, "credentials are fetched once"


def test_no_descriptor_of_ours_reaches_the_command(world):
    world.ssm.put_many("/app/", 25)
    assert world.run("exec", "app").succeeded().fds == [0, 1, 2]


def test_inherited_descriptors_reach_the_command(world):
    world.ssm.put("/app/a", "one")
    reader, writer = os.pipe()
    try:
        assert world.run("exec", "app", pass_fds=(reader,)).succeeded().fds == [0, 1, 2, reader]
    finally:
        os.close(reader)
        os.close(writer)


@pytest.fixture
def idle(world):
    """antechamber as PID 1 whose command has been started and waits."""
    world.ssm.put_many("/app/", 45)
    running = world.start("exec", "app", command=["pause"])
    running.wait_started()
    # The command may be quicker than PID 1 with what it does after the start.
    assert eventually(lambda: 3 not in descriptors(running.pid) and is_idle(running.pid))
    yield running
    running.kill()


def test_pid_1_is_small(idle):
    with open(f"/proc/{idle.pid}/smaps_rollup") as rollup:
        dirty = int(re.search(r"^Private_Dirty: +(\d+) kB", rollup.read(), re.M)[1])
    assert dirty <= 64, f"{dirty} KiB private dirty"


def test_pid_1_knows_no_secret(world, idle):
    planted = {secret.encode() for secret in world.planted}
    assert len(planted) > 45
    everything = memory(idle.pid) + environ(idle.pid)
    assert b"AWS_REGION" in everything, "the scan sees the memory"
    found = [secret for secret in planted if secret in everything]
    assert found == []
    (child,) = children(idle.pid)
    values = memory(child)
    assert any(secret in values for secret in planted), "the command does have them"


def test_pid_1_keeps_nothing_open(idle):
    assert set(descriptors(idle.pid)) == {0, 1, 2}
    assert os.readlink(f"/proc/{idle.pid}/cwd") == "/"
    assert len(children(idle.pid)) == 1, "the fetcher has ended"


@pytest.mark.slow
def test_pid_1_sleeps(idle):
    def switches():
        return [idle.status(f"{kind}_ctxt_switches") for kind in ("voluntary", "nonvoluntary")]

    before = switches()
    time.sleep(10)
    assert switches() == before
