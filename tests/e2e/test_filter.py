"""
The filter of the jail (src/sandbox/seccomp.c) allows what runs make, and no more. The calls of several
runs, as strace shows them, are compared with its table, in both stages.
"""

import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from support.proc import children
from support.steps import aws_error, hang, truncate

SOURCE = Path(__file__).parents[2] / "src" / "sandbox" / "seccomp.c"

# What none of the runs below can be made to do.
UNSEEN = {
    "restart_syscall": "after SIGSTOP and SIGCONT, and never under a tracer",
    "tkill": "abort, which the C library calls where its state is damaged",
    "exit": "should exit_group return",
}
# Made on some machines only.
DEPENDS = {
    "clock_gettime": "where the vDSO has no clock",
    "landlock_add_rule": "where Landlock knows ports",
    "landlock_restrict_self": "where there is Landlock",
}


def table():
    """{"TALK": calls, "RESOLVE": calls} of the source; a socket with its type and protocol."""
    text = re.search(r"static const struct line allowed\[\] = \{(.*?)\n\};", SOURCE.read_text(), re.S)[1]
    found = {"TALK": set(), "RESOLVE": set()}
    for name, stage, checks in re.findall(r"\{ SYS_(\w+), (\w+), \{ ([\w, ]+) \} \}", text):
        words = checks.split(", ")
        if name == "socket":
            name = f"socket {words[1].removeprefix('TYPE_')} {words[2].removeprefix('PROTOCOL_')}"
        found[stage].add(name)
    return found


def call_of(name, arguments):
    if name != "socket":
        return name
    _, kind, protocol = arguments.rstrip(")").split(", ")
    kind = {"SOCK_STREAM": "STREAM", "SOCK_DGRAM": "DATAGRAM"}[kind.partition("|")[0]]
    return f"socket {kind} {'DEFAULT' if protocol in ('0', 'IPPROTO_IP') else protocol}"


def calls_of(text):
    """The calls of the process that is jailed, in each stage: {"RESOLVE": ..., "TALK": ...}; and the refused ones."""
    seen = {"RESOLVE": set(), "TALK": set()}
    refused = []
    filters = {}
    for pid, name, rest in re.findall(r"^(\d+) +(\w+)\((.*)$", text, re.M):
        if pid in filters:
            # The call that ends a stage belongs to it.
            seen["RESOLVE" if filters[pid] == 1 else "TALK"].add(call_of(name, rest.partition(")")[0]))
            if "= -1 EPERM" in rest:
                refused.append(f"{name}({rest}")
        if name == "seccomp":
            filters[pid] = filters.get(pid, 0) + 1
    assert list(filters.values()) == [2], "one process, two filters"
    return seen, refused


def usual(world, start):
    world.ssm.put_many("/app/", 25)
    world.ssm.put_many("/other/", 5, stem="other")
    start("-v", "app", "other").finish().succeeded()


def retries(world, start):
    world.ssm.put_many("/app/", 2)
    world.ssm.then(truncate(20), aws_error("ThrottlingException"))
    start("app").finish().succeeded()


def references(world, start):
    world.ssm.put("/a/b", "value")
    start("--references", env={"REF": "ssm:/a/b"}).finish().succeeded()


def imds(world, start):
    world.ssm.put_many("/app/", 2)
    env = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None, "AWS_REGION": "eu-west-1"}
    start("app", env=env).finish().succeeded()


def proxy(world, start):
    world.ssm.put_many("/app/", 2)
    world.dns.names["proxy.test"] = ["127.0.5.1"]
    start("app", env={"HTTPS_PROXY": "http://proxy.test:3128"}).finish().succeeded()


def names_over_tcp(world, start):
    world.ssm.put_many("/app/", 2)
    world.dns.always = "truncated"
    start("app").finish().succeeded()


def refusal(world, start):
    world.ssm.always(aws_error("AccessDeniedException"))
    start("app").finish().failed(100, "AccessDenied")


def stop(world, start):
    world.ssm.then(hang)
    running = start("app")
    assert world.ssm.wait_for_requests(1)
    (traced,) = children(running.pid)
    os.kill(traced, signal.SIGTERM)
    assert running.finish().code == 128 + signal.SIGTERM


RUNS = [usual, retries, references, imds, proxy, names_over_tcp, refusal, stop]


def trace(world, scratch, run):
    strace = shutil.which("strace") or pytest.skip("strace is not installed")
    log = scratch / f"trace-{run.__name__}"

    def start(*arguments, **options):
        words = ["-f", "-qq", "-o", log, world.sandbox.binary, "exec", *arguments]
        return world.start(*words, program=strace, inspect=False, **options)

    world.reset()
    run(world, start)
    return calls_of(log.read_text())


def test_the_filter_allows_what_runs_make(world, scratch):
    seen = {"RESOLVE": set(), "TALK": set()}
    for run in RUNS:
        calls, refused = trace(world, scratch, run)
        assert refused == [], run.__name__
        for stage in seen:
            seen[stage] |= calls[stage]
    allowed = table()
    unseen = set(UNSEEN) | (set(DEPENDS) - seen["RESOLVE"] - seen["TALK"])
    assert seen["TALK"] == allowed["TALK"] - unseen, "the second stage"
    assert seen["RESOLVE"] - allowed["TALK"] == allowed["RESOLVE"] - unseen, "the first stage, beside the second"
