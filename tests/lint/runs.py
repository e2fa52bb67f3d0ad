#!/usr/bin/env python3
"""That the executables run: usage: runs.py ANTECHAMBER ANTECHAMBERCTL

Enough to see that each was made for its processor: antechamber starts, relocates itself, makes processes, forwards
a signal and hands on an exit status. Under meson's exe_wrapper where it is made for another one.
"""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import common

SECONDS = 60


def call(program, *words, **options):
    run = subprocess.run([*program, *words], capture_output=True, timeout=SECONDS, check=False, **options)
    return run.returncode, run.stdout, run.stderr


def forward(program):
    """What a command makes of a TERM that init was sent."""
    script = 'trap "exit 9" TERM; echo; while :; do sleep 0.1; done'
    with subprocess.Popen(
        [*program, "init", "--supervise=always", "--", "sh", "-c", script], stdout=subprocess.PIPE
    ) as run:
        run.stdout.readline()
        run.send_signal(signal.SIGTERM)
        return run.wait(SECONDS)


def copy(program, path):
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "copy"
        code, *_ = call(program, "copy", target)
        return code, target.read_bytes() == path.read_bytes()


def findings_of(results):
    return [f"{what}: {found}, not {wanted}" for what, found, wanted in results if found != wanted]


def check(program, path):
    # An emulator may have no subreapers.
    supervised = ("init", "--supervise=always", "--subreaper=false", "--", "sh", "-c")
    results = [
        ("--version", call(program, "--version")[::2], (0, b"")),
        ("the environment", call(program, *supervised, "echo $A", env={"A": "b"})[:2], (0, b"b\n")),
        ("an exit status", call(program, *supervised, "exit 7"), (7, b"", b"")),
        ("a death by a signal", call(program, *supervised, "kill -KILL $$")[0], 128 + signal.SIGKILL),
        ("a plain start", call(program, "init", "--supervise=never", "--", "true"), (0, b"", b"")),
        ("a start without a store", call(program, "exec", "-b", "null", "x", "--", "true"), (0, b"", b"")),
        ("a TERM", forward(program), 9),
        ("a copy", copy(program, path), (0, True)),
    ]
    return findings_of(results), len(results)


def check_ctl(program):
    # Nothing is asked; the profiles of this machine do not count.
    results = [
        ("its --version", call(program, "--version")[::2], (0, b"")),
        ("its refusal", call(program, "read", "app", "a/b", env={})[:2], (100, b"")),
    ]
    return findings_of(results), len(results)


def run(arguments):
    path, ctl = (argument.resolve() for argument in arguments)
    findings, count = check([*common.wrapper(), path], path)
    more, more_count = check_ctl([*common.wrapper(), ctl])
    return common.report("runs", findings + more, f"{count + more_count} runs")


def self_test():
    with common.tree({"good": "#!/bin/sh\nexit 0\n"}) as root:
        path = root / "good"
        path.chmod(0o755)
        code, out, _ = call([path], "--version")
        assert (code, out) == (0, b"")
        path.write_text("#!/bin/sh\necho text >&2\nexit 3\n")
        assert call([path]) == (3, b"", b"text\n")


if __name__ == "__main__":
    sys.exit(common.main("runs", run, self_test))
