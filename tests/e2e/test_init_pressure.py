"""Whatever the command does to keep its init busy, a stop is forwarded and --grace ends."""

import fcntl
import json
import os
import signal

import pytest

from init_support.build import build
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401

FEEDERS = [("traced", 128), ("chains", 64), ("signals", 8)]


@pytest.fixture(scope="module")
def feeder(scratch):
    return build("feeder", scratch)


@pytest.mark.alone  # orphans that are made faster than any init can reap them take all process numbers
@pytest.mark.parametrize("what, count", FEEDERS)
@pytest.mark.parametrize("box, wanted", [([], {}), (["-n"], {"always": True})], ids=["pid1", "supervising"])
def test_endless_news(boxes, feeder, what, count, box, wanted):
    """SIGTERM arrives, and the time of the leftovers, which do not end by themselves, is over soon."""
    command = boxes.init.command([feeder, what, count], grace=0.3, **wanted)
    run = boxes.start_command(command, box)
    run.expect("ready")
    run.kill(signal.SIGTERM)
    assert run.code() == 5


def unread_terminal():
    """A terminal that nobody reads, full but for a few bytes; poll(2) says that there is room."""
    master, slave = os.openpty()
    return slave, [master, slave]


def unread_pipe():
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    return writer, [reader, writer]


@pytest.mark.parametrize("make", [unread_terminal, unread_pipe])
@pytest.mark.parametrize("no_proc", [False, True], ids=["", "no_proc"])
def test_unread_stderr(boxes, make, no_proc):
    """A line for each signal, which nobody reads; then there is one to forward."""
    stderr, ends = make()
    try:
        box = ["-m"] if no_proc else []
        run = boxes.start(
            "say ready listen 15 exit 5", box, verbose=True, rewrite="RTMIN:0", popen={"stderr": stderr}
        )
        run.until("listening")
        for _ in range(3000):
            run.kill(signal.SIGRTMIN)
        run.kill(signal.SIGTERM)
        assert run.code() == 5
        # The command's stderr is as it was.
        assert not fcntl.fcntl(stderr, fcntl.F_GETFL) & os.O_NONBLOCK
    finally:
        for end in ends:
            os.close(end)


@pytest.mark.parametrize("make", [unread_terminal, unread_pipe])
def test_many_warnings(boxes, tmp_path, make):
    """1,200 lines of the start, which nobody reads, do not hold it up: all of them wait together, a moment."""
    names = [f"app_{i}" for i in range(1200)]
    values = [{"Name": f"/app/{name}", "Type": "String", "Value": "new"} for name in names]
    store = tmp_path / "store.json"
    store.write_text(json.dumps({"Parameters": values}))
    env = {"PATH": "/usr/bin:/bin", **{name.upper(): "old" for name in names}}
    command = [boxes.init.path, "exec", f"-bfile:{store}", "app", "--", str(boxes.payload), "exit", "5"]
    stderr, ends = make()
    try:
        assert boxes.start_command(command, env=env, stderr=stderr).code() == 5
    finally:
        for end in ends:
            os.close(end)
