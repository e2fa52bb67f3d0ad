"""
What the command gets, beside chamber itself: only where the variable CHAMBER names its executable, which
everybody builds for himself (conftest.py leaves this file out otherwise).
"""

import os
import subprocess

import pytest

ENDPOINT = "http://127.0.1.1:4566"

INHERITED = {"PATH": "/usr/bin:/bin", "HOME": "/", "LOG_LEVEL": "debug", "EMPTY": "", "DB.HOST": "inherited"}
KOPS = {
    "/kops/db-password": "p4ss",
    "/kops/db.host": "db.internal",
    "/kops/LogLevel": "upper",
    "/kops/log_level": "info",
    "/kops/1st": "a digit",
    "/kops/multi": "two\nlines = and ünïcode",
    "/kops/empty_one": " ",
    "/kops/deep/inner": "not loaded",
}
WEB = {"/web/log-level": "warn", "/web/own": "w"}


def environment(world):
    return {
        **INHERITED,
        "AWS_REGION": world.region,
        "CHAMBER_AWS_SSM_ENDPOINT": ENDPOINT,
        **{name: value for name, value in world.static_env.items() if value is not None},
    }


def chamber(world, *arguments):
    """The environment of its command, and the lines of stderr."""
    entered = ["nsenter", f"--net=/proc/self/fd/{world.netns.fd}", os.environ["CHAMBER"]]
    done = subprocess.run(
        [*entered, "exec", *arguments, "--", "/usr/bin/env", "-0"],
        env=environment(world),
        pass_fds=[world.netns.fd],
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    world.journal.complaints.clear()  # about another client's requests
    entries = done.stdout.decode().split("\0")[:-1]
    return dict(e.split("=", 1) for e in entries), done.stderr.decode().splitlines()


@pytest.fixture
def stored(world):
    for name, value in {**KOPS, **WEB}.items():
        world.ssm.put(name, value)
    return world


@pytest.mark.parametrize("arguments", [
    ["kops"],
    ["kops", "web"],
    ["web", "kops"],
    ["KOPS"],
    ["absent"],
    ["--pristine", "kops", "web"],
], ids=" ".join)  # fmt: skip
def test_the_commands_environment(stored, arguments):
    theirs, their_lines = chamber(stored, *arguments)
    only_ours = {"AWS_CA_BUNDLE": None, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None}
    ours = stored.run("exec", *arguments, env={**environment(stored), **only_ours}).succeeded()
    assert ours.env == theirs
    assert sorted(ours.overwritten) == sorted(line for line in their_lines if line.startswith("warning: service"))
