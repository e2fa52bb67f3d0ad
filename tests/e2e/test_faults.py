"""
Every system call of a good run fails once, at each place, with each plausible errno: the command starts
with the whole environment, or not at all and with a documented code. Nothing hangs, dies by a signal or
is left behind.
"""

import errno
import json
import os
import re
import shutil
import signal
import time

import pytest

from support.faults import Faults
from support.sandbox import only_child
from support.steps import answer, aws_error, hang

REFUSALS = (100, 111, 126, 127)
CODE = 7  # the command's
ENV = {"ANTECHAMBER_TIMEOUT": "10", "ANTECHAMBER_RETRIES": "3", "ANTECHAMBER_GRACE": "0.3"}


@pytest.fixture(scope="module")
def faults(programs, scratch, at_the_end):
    at_the_end.append(Faults(scratch, programs[0]))
    return at_the_end[-1]


@pytest.fixture
def app(world):
    """Two services, one of more than one page."""
    world.loaded = world.ssm.put_many("/app/", 12) | world.ssm.put_many("/extra/", 1, "more")
    return world


# Without these a layer of the fetcher's sandbox is missing.
LAYERS = {
    "prlimit64",
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
    "seccomp",
}


def is_layer_missing(fault):
    # A kernel that does not know the call has no such layer.
    is_unknown = fault.call == "landlock_create_ruleset" and fault.error == errno.ENOSYS
    return fault.role == "fetcher" and fault.call in LAYERS and not is_unknown


def explained(result, fault):
    """Nothing was started, and it is said why."""
    assert not fault.strange
    assert result.code in REFUSALS, "no documented code"
    result.failed(result.code)
    assert "Out of memory" not in result.errors[0] or result.code == 111
    return "refused"


def refused(result, fault):
    assert fault.call is not None, "nothing failed, but it did not start"
    return explained(result, fault)


def whole(loaded):
    """The judgement on a run whose command is to see the loaded variables and the inherited ones."""

    def judge(result, fault):
        if not result.started:
            assert "command" not in fault.report, "the command began and got nowhere"
            return refused(result, fault)
        assert not fault.strange
        result.succeeded(CODE)
        assert result.env == {**result.inherited, **loaded}
        assert result.fds == [0, 1, 2]
        if is_layer_missing(fault):
            assert any("sandbox: missing" in w for w in result.messages("warning"))
        return "whole"

    return judge


def in_world(world, *arguments, env=None, command=("term", CODE), **options):
    """A scenario of Faults.walk."""
    return lambda under: world.run(
        *arguments, under=under, env={**ENV, **(env or {})}, command=command, **options
    )


@pytest.mark.parametrize("role", ["init", "fetcher", "launcher"])
def test_exec(faults, app, role):
    calls = faults.walk(role, in_world(app, "exec", "app", "extra"), whole(app.loaded))
    assert calls >= {
        "init": {"memfd_create", "wait4", "rt_sigtimedwait", "pipe2", "close_range", "chdir", "kill"},
        "fetcher": {"read", "socket", "connect", "sendto", "recvfrom", "getrandom", "write", "seccomp"},
        "launcher": {"setpgid", "lseek", "read", "execve"},
    }[role]
    assert role != "init" or calls & {"fork", "clone"}


def test_arguments_that_the_kernel_refuses(faults, app):
    """The C library makes some calls again in another way, which the sandbox does not allow to the end."""
    errors = (errno.EINVAL, errno.EPROTONOSUPPORT)
    calls = faults.walk("fetcher", in_world(app, "exec", "app", "extra"), whole(app.loaded), errors)
    assert "socket" in calls


def test_require(faults, world):
    """A sandbox that has to be there is there, or nothing is started; the file needs no network."""
    values = {"Parameters": [{"Name": "/app/key", "Type": "String", "Value": "of the file"}]}
    path = world.file("parameters.json", json.dumps(values))
    judge = whole({"KEY": "of the file"})

    def strict(result, fault):
        if result.errors and result.errors[0].startswith("sandbox: "):
            result.failed(100)
            return "refused"
        assert not is_layer_missing(fault)
        return judge(result, fault)

    scenario = in_world(world, "exec", "--sandbox=require", f"--backend=file:{path}", "app")
    assert faults.walk("fetcher", scenario, strict) >= {"prlimit64", "prctl", "seccomp"}


def test_plain(faults, app):
    """Not PID 1: antechamber becomes the command."""
    scenario = in_world(app, "exec", "app", "extra", command=("exit", CODE), pid1=False)
    assert "execve" in faults.walk("init", scenario, whole(app.loaded))


def test_subreaper(faults, app):
    scenario = in_world(app, "exec", "--supervise=always", "app", "extra", pid1=False)
    assert "waitid" in faults.walk("init", scenario, whole(app.loaded))


@pytest.mark.parametrize("role", ["init", "launcher"])
def test_init(faults, world, role):
    faults.walk(role, in_world(world, "init", "--verbose"), whole({}))


@pytest.mark.parametrize("role", ["init", "launcher"])
def test_terminal(faults, world, role):
    """The command gets the terminal, or does without."""

    def scenario(under):
        master, slave = os.openpty()
        try:
            return in_world(world, "init", stdin=slave)([*under, shutil.which("setsid"), "--ctty"])
        finally:
            os.close(master)
            os.close(slave)

    calls = faults.walk(role, scenario, whole({}))
    assert role == "init" or "ioctl" in calls


def emulator(world):
    """An endpoint without TLS, and credentials that need not be fetched."""
    return {**world.static_env, "AWS_ENDPOINT_URL": "http://127.0.1.1:4566"}


def test_retries(faults, world):
    """The first response on each connection is an error: the pause before the next attempt."""
    loaded = world.ssm.put_many("/app/", 1)
    world.ssm.always(answer(b"", 500), when=lambda request: request.index == 0)
    faults.walk("fetcher", in_world(world, "exec", "app", env=emulator(world)), whole(loaded))


def test_web_identity(faults, world):
    """A token file, STS, the tunnels of a proxy, and a reference."""
    world.dns.names["proxy.test"] = ["127.0.5.1"]
    world.ssm.put("/one/parameter", "what it holds")
    env = {**world.irsa_env, "HTTPS_PROXY": "http://proxy.test:3128", "REFERENCE": "ssm:/one/parameter"}
    scenario = in_world(world, "exec", "--references", env=env)
    faults.walk("fetcher", scenario, whole({"REFERENCE": "what it holds"}))


def test_instance(faults, world):
    """Credentials and region from IMDS, the service's name from the task's metadata."""
    env = {**world.metadata_env, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None, "AWS_REGION": None}
    loaded = world.ssm.put_many("/web/", 1)
    scenario = in_world(world, "exec", "{ecs:family}", env=env)
    faults.walk("fetcher", scenario, whole(loaded))


@pytest.mark.parametrize("role", ["init", "fetcher"])
def test_refusal(faults, app, role):
    """What would not start anyway does not start, whatever else goes wrong."""
    app.ssm.always(aws_error("AccessDeniedException"))

    def judge(result, fault):
        # Where stderr itself fails, nobody can be told.
        if fault.call in ("poll", "ppoll", "write") and not result.errors:
            assert not result.started and result.code in REFUSALS
            return "refused"
        return explained(result, fault)

    faults.walk(role, in_world(app, "exec", "app"), judge)


def test_terminated(faults, world):
    """A SIGTERM during the fetch ends it, also when the fetcher does not and cannot be killed."""
    world.ssm.always(hang)

    def scenario(under):
        service = f"service-{next(world.runs)}"
        running = world.start("exec", service, under=under, env=ENV)
        while running.process.poll() is None:
            if any(f"/{service}/" in page["Path"] for page in world.ssm.pages):
                os.kill(only_child(running.pid), signal.SIGSTOP)
                running.signal(signal.SIGTERM)
                break
            time.sleep(0.01)
        return running.finish()

    def judge(result, fault):
        assert "hung" not in fault.report and not result.started
        if result.code == 128 + signal.SIGTERM:
            return "refused"
        return explained(result, fault)

    assert "kill" in faults.walk("init", scenario, judge)


def test_check(faults, app):
    """The report is whole, or there is an error."""

    def text(result):
        return re.sub(rb"\d+ ms", b"", result.stdout)

    scenario = in_world(app, "check", "app", "extra", env=emulator(app), command=None)
    good = text(scenario(()))

    def judge(result, fault):
        if result.code != 0:
            return refused(result, fault)
        assert not fault.strange
        assert text(result) == good and not result.errors
        return "whole"

    faults.walk("init", scenario, judge)


def test_copy(faults, world):
    """The copy takes the old file's place whole, or the old file stays; nothing else is left."""
    binary = world.sandbox.binary.read_bytes()
    old = b"the old one"

    def scenario(under):
        target = world.folder / f"copy-{next(world.runs)}" / "antechamber"
        target.parent.mkdir()
        target.write_bytes(old)
        result = in_world(world, "copy", target, command=None)(under)
        result.found = {path.name: path.read_bytes() for path in target.parent.iterdir()}
        result.mode = target.stat().st_mode & 0o7777
        shutil.rmtree(target.parent)
        return result

    def judge(result, fault):
        assert result.found == {"antechamber": old if result.code else binary}
        if result.code != 0:
            return refused(result, fault)
        assert not fault.strange
        assert result.mode == 0o755 and not result.errors
        return "whole"

    assert "rename" in " ".join(faults.walk("init", scenario, judge))
