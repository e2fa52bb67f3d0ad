"""The fetcher is confined while it talks, and the command is not (contract section 9)."""

import os

import pytest

from support.steps import hang


def fields(pid):
    with open(f"/proc/{pid}/status") as status:
        return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)


def limits(pid):
    with open(f"/proc/{pid}/limits") as text:
        rows = [line for line in text][1:]
    return {row[:26].strip(): row[26:46].strip() for row in rows}


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as text:
        return [int(number) for number in text.read().split()]


@pytest.fixture
def talking(world):
    """Starts antechamber and returns the fetcher's pid while it waits for the store's answer."""

    def start(*arguments, **options):
        world.ssm.put_many("/app/", 2)
        world.ssm.then(hang)
        running = world.start("exec", *arguments, "app", **options)
        assert world.ssm.wait_for_requests(1)
        (fetcher,) = children(running.pid)
        return running, fetcher

    return start


@pytest.mark.parametrize("options", [{}, {"pid1": False}, {"uid": 65534}], ids=["pid1", "plain", "user"])
def test_the_fetcher_is_confined(talking, options):
    running, fetcher = talking(**options)
    status = fields(fetcher)
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    assert set(status["Uid"].split()) != {"0"}, "root is given up"
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    bounds = limits(fetcher)
    assert bounds["Max core file size"] == "0"
    assert bounds["Max processes"] != "unlimited"
    assert bounds["Max file size"] != "unlimited" and bounds["Max address space"] != "unlimited"
    # Not dumpable: the kernel gives its /proc files to root.
    assert os.stat(f"/proc/{fetcher}/mem").st_uid == 0
    # PID 1 itself is not: the command would inherit it.
    own = fields(running.pid)
    assert own["NoNewPrivs"] == "0" and own["Seccomp"] == fields("self")["Seccomp"]


def test_the_fetcher_holds_few_descriptors(talking):
    """The standard streams, the memory file and sockets; nothing that was inherited."""
    inherited, other = os.pipe()
    _, fetcher = talking(pass_fds=(inherited,))
    os.close(inherited)
    os.close(other)
    links = {}
    for fd in os.listdir(f"/proc/{fetcher}/fd"):
        links[int(fd)] = os.readlink(f"/proc/{fetcher}/fd/{fd}")
    others = [link for fd, link in links.items() if fd > 2]
    assert sum("memfd:" in link for link in others) == 1, links
    kinds = ("memfd:", "socket:", "anon_inode:")
    assert all(any(kind in link for kind in kinds) for link in others), links


def test_off_means_off(talking):
    _, fetcher = talking("--sandbox=off")
    assert fields(fetcher)["Seccomp"] == fields("self")["Seccomp"]


@pytest.mark.parametrize("options", [{}, {"pid1": False}], ids=["pid1", "plain"])
def test_the_command_is_not_confined(world, options):
    world.ssm.put_many("/app/", 2)
    running = world.start("exec", "app", command=["pause"], **options).wait_started()
    pid = children(running.pid)[0] if options == {} else running.pid
    status, own = fields(pid), fields("self")
    for name in ("NoNewPrivs", "Seccomp", "Uid", "CapEff", "CapBnd", "SigBlk"):
        assert status[name] == own[name], name
    assert limits(pid)["Max core file size"] == limits("self")["Max core file size"]
    running.kill()


def test_what_is_missing_is_one_warning_and_require_refuses(world):
    """What a kernel has differs; auto and require have to agree about it."""
    world.ssm.put_many("/app/", 2)
    result = world.run("exec", "app").succeeded()
    missing = [w for w in result.messages("warning") if "sandbox" in w.lower()]
    assert len(missing) <= 1
    strict = world.run("exec", "--sandbox=require", "app")
    if missing:
        strict.failed(100, "sandbox")
    else:
        strict.succeeded()
