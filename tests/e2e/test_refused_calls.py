"""
One system call is refused throughout, as a container's profile does it: the command starts whole, or
not at all, with a documented code and a line that says why. Nothing hangs, spins or dies by a signal.
"""

import errno
import json
import os
import re
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from init_support.box import children, status, wait_until
from support.faults import call_names
from support.programs import build

ERRNOS = (errno.EPERM, errno.ENOSYS, errno.EACCES, errno.EINVAL)
REFUSALS = (100, 111, 126, 127)
CODE = 7  # the command's, with its environment whole
ENV = {"ANTECHAMBER_TIMEOUT": "3", "ANTECHAMBER_RETRIES": "2", "ANTECHAMBER_GRACE": "0.3"}

EXEMPT = {
    "arch_prctl": "the C library's thread pointer, without which it ends by a signal",
    "execve": "of the program itself, too",
    "exit": "the end",
    "exit_group": "the end",
    "rt_sigreturn": "the end of a handler, which has no other",
    "set_tid_address": "has no errors; the C library's",
}
# Without these nothing can be said.
SPEECH = {"write", "poll", "ppoll"}


@pytest.fixture(scope="module")
def refuse(scratch):
    return build("refuse", scratch)


@pytest.fixture(scope="module")
def seven(scratch):
    flags = ("-nostdlib", "-nostartfiles", "-fno-stack-protector", "-fno-pie", "-no-pie")
    return build("seven", scratch, *flags)


def runs_seven(init):
    """Whether the command is a child of this process."""
    return any(status(pid, "Name") == "seven" for pid in children(init))


class Scenario:
    """A good start, as options of World.run."""

    def __init__(self, world, arguments, command, **options):
        self.world = world
        self.words = [world.sandbox.binary, *arguments, *(["--", *command] if command else [])]
        self.options = options

    def run(self, program, *words):
        return self._start(program, *words).finish()

    def stop(self, program, *words):
        """SIGTERM once the command runs; what came of it."""
        running = self._start(program, *words)
        wait_until(lambda: running.process.poll() is not None or runs_seven(running.pid), 8)
        if running.process.poll() is None:
            running.signal(signal.SIGTERM)
        return running.finish()

    def _start(self, program, *words):
        arguments = [*words, "--", *self.words] if program.name == "refuse" else [*words, *self.words]
        env = {**ENV, **self.options.get("env", {})}
        options = {**self.options, "env": env, "program": str(program), "command": None, "inspect": False}
        return self.world.start(*arguments, **options)

    def calls(self, strace, folder):
        """The names of the system calls that a run makes."""
        trace = folder / "trace"
        self.run(strace, "-f", "-qq", "-o", trace)
        names = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.M))
        trace.unlink()
        return names - set(EXEMPT)


def judge(result, call, expected):
    """"whole" or "refused", or an AssertionError."""
    if result.code == expected:
        return "whole"
    assert result.code in REFUSALS, f"exit code {result.code}"
    if call not in SPEECH:
        assert b"antechamber: error: " in result.stderr, "no error line"
    return "refused"


def walk(run, refuse, calls, expected=CODE):
    numbers = {name: number for number, name in call_names().items()}

    def one(call, error):
        try:
            result = run(refuse, numbers[call], error)
            return judge(result, call, expected), None
        except Exception as problem:
            return "wrong", f"{call}: {errno.errorcode[error]}: {problem} {locals().get('result')}"

    with ThreadPoolExecutor(os.cpu_count() + 2) as pool:
        runs = [pool.submit(one, call, error) for call in sorted(calls) for error in ERRNOS]
        results = [run.result() for run in runs]
    wrong = [text for _, text in results if text]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(results)} are wrong:", *wrong[:40]])
    outcomes = [outcome for outcome, _ in results]
    return f"{len(calls)} calls: {outcomes.count('whole')} started whole, {outcomes.count('refused')} refused"


SCENARIOS = ["init", "supervising", "file", "plain", "network", "check"]


def make(name, world, seven):
    store = world.file("store.json", json.dumps(
        {"Parameters": [{"Name": "/app/loaded", "Type": "String", "Value": "yes"}]}
    ))  # fmt: skip
    world.ssm.put("/app/loaded", "yes")
    file = ["exec", f"-bfile:{store}", "app"]
    return {
        "init": lambda: Scenario(world, ["init"], [seven, "any"]),
        "supervising": lambda: Scenario(world, ["init", "--supervise=always"], [seven, "any"], pid1=False),
        "file": lambda: Scenario(world, file, [seven]),
        "plain": lambda: Scenario(world, file, [seven], pid1=False),
        "network": lambda: Scenario(world, ["exec", "app"], [seven]),
        "check": lambda: Scenario(world, ["check", *file[1:]], None),
    }[name]()


@pytest.mark.parametrize("name", SCENARIOS)
def test_one_call_is_refused(world, refuse, seven, tmp_path, at_the_end, name):
    scenario = make(name, world, seven)
    strace = Path(shutil.which("strace") or pytest.skip("strace is not installed"))
    expected = 0 if name == "check" else CODE
    supervised = Scenario(world, [*scenario.words[1:2], "--supervise=always", *scenario.words[2:]], None,
                          **scenario.options) if name in ("init", "file", "network") else scenario  # fmt: skip
    calls = supervised.calls(strace, tmp_path)
    assert len(calls) > 15, calls
    at_the_end.append(f"{name}: {walk(scenario.run, refuse, calls, expected)}")


def test_a_stop_is_forwarded(world, refuse, seven, tmp_path, at_the_end):
    """PID 1 is not deaf: a command that runs gets its SIGTERM, whatever is refused."""
    strace = Path(shutil.which("strace") or pytest.skip("strace is not installed"))
    calls = Scenario(world, ["init", "--supervise=always"], [seven, "any"]).calls(strace, tmp_path)
    scenario = Scenario(world, ["init"], [seven, "busy"])
    # The signal that cannot be sent is the exception.
    calls = calls | {"rt_sigpending", "rt_sigqueueinfo", "ptrace"}
    at_the_end.append(f"stop: {walk(scenario.stop, refuse, calls, 128 + signal.SIGTERM)}")
