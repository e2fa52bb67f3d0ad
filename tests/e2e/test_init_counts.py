"""What the init costs while the command runs, in numbers that do not depend on the machine's speed."""

import os
import platform
import re
import signal
import subprocess
import time

import pytest

from init_support.box import is_idle, status, wait_until
from init_support.build import build
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401

# KiB that nobody else has: the stack, the variables, the relocated tables. The pages of the executable
# that were read are the kernel's business.
DIRTY_LIMIT = 32
# Otherwise it is chance where the stack begins in its page, which costs up to two pages more.
SAME_ADDRESSES = ["/usr/bin/setarch", "-R"]
# KiB of addresses, which count where the kernel does not overcommit, and against `ulimit -v`.
SIZE_LIMIT = 2048
EXECVE = 59 if platform.machine() == "x86_64" else 221
SWITCHES = ("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches")


def wake_ups(pid):
    return sum(int(status(pid, field)) for field in SWITCHES)


def memory(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        found = dict(re.findall(r"^(\w+):\s+(\d+) kB$", file.read(), re.M))
    return {name: int(number) for name, number in found.items()}


@pytest.mark.slow
@pytest.mark.parametrize("box, wanted", [([], {}), (["-n"], {"always": True})], ids=["pid1", "supervising"])
def test_no_wake_ups(boxes, box, wanted):
    run = boxes.start("say ready pause", box, **wanted)
    run.expect("ready")
    assert wait_until(lambda: is_idle(run.init))
    before = wake_ups(run.init)
    time.sleep(10 if not box else 2)
    assert wake_ups(run.init) == before


def flush(path):
    """Pages of a file that was just built are dirty until it is written."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def test_memory(boxes):
    flush(boxes.init.path)
    run = boxes.start_command([*SAME_ADDRESSES, *boxes.command("trap 10 say ready pause")])
    run.expect("ready")
    assert wait_until(lambda: is_idle(run.init))
    at_rest = memory(run.init)
    assert at_rest["Private_Dirty"] <= DIRTY_LIMIT
    assert int(status(run.init, "VmSize").split()[0]) <= SIZE_LIMIT
    # Work does not make it grow.
    for _ in range(5):
        run.kill(signal.SIGUSR1)
        run.expect("got 10")
    assert wait_until(lambda: is_idle(run.init))
    after = memory(run.init)
    assert after["Private_Dirty"] <= DIRTY_LIMIT


def test_limited_addresses(boxes):
    """Only what runs needs memory: `init` neither the fetcher's nor, with the environment as it is, more."""
    words = ["/bin/bash", "-c", 'ulimit -v 65536; exec "$@"', "bash", *boxes.init.command(["/bin/true"])]
    assert boxes.start_command(words).code() == 0


@pytest.mark.parametrize("limit", [2048, 4096, 8192, 16384, 32768, 65536])
def test_too_few_addresses_for_a_fetch(boxes, tmp_path, limit):
    """A message and a code, at each limit below what is enough; never a signal."""
    store = tmp_path / "store.json"
    store.write_text('{"Parameters": [{"Name": "/app/key", "Type": "String", "Value": "v"}]}')
    fetch = [boxes.init.path, "exec", f"-bfile:{store}", "app", "--", str(boxes.payload), "exit", "5"]
    words = ["/bin/bash", "-c", f'ulimit -v {limit}; exec "$@"', "bash", *fetch]
    run = boxes.start_command(words, stderr=subprocess.PIPE)
    assert run.code() in (100, 111)
    assert "antechamber: error: " in run.stderr()


def test_memory_after_orphans(boxes):
    run = boxes.start_command([*SAME_ADDRESSES, *boxes.command("many 20 { exit 0 } say ready pause")])
    run.expect("ready")
    assert wait_until(lambda: is_idle(run.init))
    found = memory(run.init)
    assert found["Private_Dirty"] <= DIRTY_LIMIT


def calls(step, command):
    """The system calls of the init up to the command's exec, and those of the process that becomes it."""
    out = subprocess.run(
        [step, "-1", "0", "--", *command],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    ).stdout
    entries = re.findall(r"^stop (\d+) of (init|launcher)$", out, re.M)
    # Once the last exec has happened the init goes on, at some time before we hear of that.
    execs = [i for i, entry in enumerate(entries) if entry == (str(EXECVE), "launcher")]
    last = execs[-1] if execs else len(entries)
    # The first line is the exec that started the init.
    return tuple(sum(1 for _, of in entries[1 : last + 1] if of == who) for who in ("init", "launcher"))


def test_system_calls_of_a_start(boxes, scratch):
    """
    The limit of tests/bench/init makes 4 and 3. Above it, to be reachable while the launcher works: a pipe,
    whose end says that the command runs, and the signal that says so (7), the group (1), the C library's
    fork, which keeps signals away from its own data (2, 3 of the launcher); to fail before anything is
    started where a container's profile refuses what we need: the first wait, of signals and of children (1).
    """
    of_init, of_launcher = calls(build("step", scratch), boxes.command("exit 0"))
    assert of_init <= 24
    assert of_launcher <= 8


def trace(run, act):
    """strace's lines of the init while something is done."""
    strace = subprocess.Popen(
        ["strace", "-q", "-p", str(run.init)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert wait_until(lambda: status(run.init, "TracerPid") != "0" and is_idle(run.init))
    act()
    assert wait_until(lambda: is_idle(run.init))
    strace.send_signal(signal.SIGINT)
    lines = strace.communicate()[1].splitlines()
    return [line for line in lines if re.match(r"\w+\(", line)]


def test_system_calls_of_a_signal(boxes):
    run = boxes.start("trap 10 say ready pause")
    run.expect("ready")
    assert wait_until(lambda: is_idle(run.init))

    def act():
        for _ in range(10):
            run.kill(signal.SIGUSR1)
            run.expect("got 10")

    assert len(trace(run, act)) <= 2 * 10 + 1  # the last one waits on


def test_system_calls_of_an_orphan(boxes):
    run = boxes.start("trap 12 say ready listen 12 orphan { exit 3 } say made pause")
    run.until("listening")
    assert wait_until(lambda: is_idle(run.init))

    def act():
        run.kill(signal.SIGUSR2)
        run.until("made")

    # The signal; then its end is heard of, it is reaped, and there are no more.
    assert len(trace(run, act)) <= 2 + 3 + 1
