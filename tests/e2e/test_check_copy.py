"""`check`, which says what `exec` would do, and `copy`, `version`, `help`."""

import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from support.server import REFUSE
from support.steps import aws_error


def report(result):
    return result.stdout.decode("ascii")


@pytest.fixture
def app(world):
    world.ssm.put("/app/db-url", "postgres " + world.marker)
    world.ssm.put("/app/region", "new " + world.marker)
    return world


CHECK = {"command": None}


def test_check_reports_and_starts_nothing(app):
    result = app.run("check", "app", env={"REGION": "old-value-here"}, **CHECK)
    assert result.code == 0 and not result.started and not result.errors, result
    text = report(result)
    for part in (
        "AWS_REGION",
        "eu-west-1",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "DB_URL",
        "/app/db-url",
        "REGION",
    ):
        assert part in text, f"{part} is not in:\n{text}"
    assert re.search(r"overwr", text + "\n".join(result.lines))
    assert len(re.findall(r"\d+ ms", text)) >= 2, "the time of each phase"
    assert "old-value-here" not in text


def test_check_names_references(app):
    """Where a variable comes from, also when that was written in the environment."""
    app.ssm.put("/r/k", "resolved " + app.marker)
    app.secretsmanager.put("prod/db", {"user": "u " + app.marker})
    env = {"A": "ssm:/r/k", "B": "secretsmanager:prod/db:user", "REGION": "ssm:r/k"}
    result = app.run("check", "--references", "app", env=env, **CHECK)
    assert result.code == 0, result
    for row in (
        "  A from ssm:/r/k, overwrites the inherited one\n",
        "  B from secretsmanager:prod/db:user, overwrites the inherited one\n",
        "  REGION from /app/region, overwrites the inherited one\n",
    ):
        assert row in report(result), f"no {row!r} in:\n{report(result)}"
    result = app.run("check", "--references", "--log-format", "json", env=env, **CHECK)
    rows = {v["name"]: v["parameter"] for v in json.loads(result.stdout)["variables"]}
    assert rows == env


def test_check_prints_no_value(app):
    """The runner searches each run for planted secrets; here is one in each place."""
    result = app.run("check", "--verbose", "app", **CHECK)
    assert app.marker.encode() not in result.stdout + result.stderr
    assert app.marker in app.run("exec", "app").env["DB_URL"]


@pytest.mark.parametrize("env, said", [
    ("static_env", "AWS_ACCESS_KEY_ID"),
    ("irsa_env", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    ("vault", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    ("imds", "169.254.169.254|IMDS|instance metadata"),
])  # fmt: skip
def test_check_says_where_the_credentials_came_from(app, env, said):
    other = {
        "vault": app.full_uri_env("http://127.0.0.1:9911"),
        "imds": {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None},
    }
    env = other[env] if env in other else getattr(app, env)
    result = app.run("check", "app", env=env, **CHECK)
    assert result.code == 0 and re.search(said, report(result)), result.stdout


@pytest.mark.parametrize("arguments, env, code, said", [
    (["app"], {"AWS_REGION": None}, 100, "region"),
    ([], {}, 100, "service"),
    (["app"], {"AWS_CA_BUNDLE": "/no/bundle"}, 100, "/no/bundle"),
    (["app", "--", "no-such-command"], {}, 127, "no-such-command"),
    (["app", "--", "/etc/passwd"], {}, 126, "/etc/passwd"),
    (["--fail-if-empty", "hollow"], {}, 100, "hollow"),
    (["--strict", "app"], {"MISSING": "chamberme"}, 100, "MISSING"),
])  # fmt: skip
def test_check_fails_as_exec_does(app, arguments, env, code, said):
    app.run("check", *arguments, env=env, **CHECK).failed(code, said)
    if "--" in arguments or not arguments:
        again = app.run("exec", *arguments, env=env)
    else:
        again = app.run("exec", *arguments, env=env)
    again.failed(code, said)


def test_check_of_a_refusing_store(app):
    app.ssm.always(aws_error("AccessDeniedException"))
    app.run("check", "app", **CHECK).failed(100, "AccessDeniedException")


def test_check_of_a_store_that_is_not_there(app):
    app.ssm.mode(REFUSE)
    app.run("check", "-r", "2", "app", **CHECK).failed(111, "ssm.eu-west-1")


def test_check_looks_the_command_up_and_does_not_run_it(app):
    result = app.run("check", "app", "--", "sh", "-c", "echo ran")
    assert result.code == 0 and b"ran\n" not in result.stdout


def without_loader():
    """A program that is linked dynamically, for a loader that is not there."""
    program = Path(shutil.which("true")).read_bytes()
    return re.sub(rb"/ld-linux", rb"/no-linux", program)


@pytest.mark.parametrize("code, text", [
    (127, b"#!/no/such/interpreter\n"),
    (127, b"#! \t/no/such/interpreter -x\n"),
    (127, b"#!/no/such/interpreter"),
    (127, b"#!no-such-interpreter here\n"),
    (127, b"#!/etc/passwd/sh\n"),
    (126, b"#!/etc/passwd\n"),
    (126, b"#!/usr\n"),
    (126, b"#!\n/bin/sh\n"),
    (126, b"#! "),
    (126, b"exit 0\n"),
    (0, b"#!/bin/sh\nexit 0\n"),
    (0, b"#! /usr/bin/env\tsh"),
    (127, without_loader()),
    (0, Path(shutil.which("true")).read_bytes()),
], ids=lambda value: value[:24] if isinstance(value, bytes) else None)  # fmt: skip
@pytest.mark.parametrize("pid1", [True, False])
def test_check_knows_what_the_kernel_would_say(app, tmp_path, code, text, pid1):
    """Of an interpreter, and of a text without one, as exec does; nothing of it is run."""
    tmp_path.chmod(0o755)
    path = tmp_path / "program"
    path.write_bytes(text)
    path.chmod(0o755)
    words = ["--backend=null", "app", "--", str(path)]
    done = [app.run(command, *words, pid1=pid1) for command in ("exec", "check")]
    assert [run.code for run in done] == [code, code], done
    # Of what may not be run, check knows more than the kernel says.
    assert code == 126 or (done[0].errors, done[0].hints) == (done[1].errors, done[1].hints)


def test_check_finds_what_exec_finds_first(app):
    """A store that refuses, and a script without its interpreter."""
    app.ssm.always(aws_error("AccessDeniedException"))
    path = app.file("script", "#!/no/such/interpreter\n")
    os.chmod(path, 0o755)
    for command in ("exec", "check"):
        app.run(command, "app", "--", path).failed(100, "AccessDeniedException")


def test_check_of_a_program_that_nobody_may_read(app):
    """The kernel may."""
    path = app.file("program", "")
    shutil.copyfile(shutil.which("true"), path)
    os.chmod(path, 0o711)
    words = ["--backend=null", "app", "--", path]
    assert app.run("check", *words, uid=1000).code == app.run("exec", *words, uid=1000).code == 0


def test_check_not_as_pid_1(app):
    assert app.run("check", "app", pid1=False, **CHECK).code == 0


# copy.


@pytest.fixture
def target(world):
    folder = world.folder / f"copies-{next(world.runs)}"
    folder.mkdir()
    return folder / "antechamber"


@pytest.mark.parametrize("options", [{}, {"pid1": False}])
def test_copy(world, target, binary, options):
    result = world.run("copy", target, command=None, bare=True, **options)
    assert result.code == 0 and result.lines == [] and result.stdout == b"", result
    assert target.read_bytes() == binary.read_bytes()
    assert stat.S_IMODE(os.stat(target).st_mode) == 0o755
    assert os.listdir(target.parent) == ["antechamber"], "nothing temporary stays"
    assert subprocess.run([target, "--version"], capture_output=True).returncode == 0


def test_copy_replaces(world, target, binary):
    target.write_bytes(b"older")
    target.chmod(0o600)
    before = os.stat(target).st_ino
    assert world.run("copy", target, command=None).code == 0
    assert target.read_bytes() == binary.read_bytes()
    assert os.stat(target).st_ino != before, "renamed, not written over"
    assert stat.S_IMODE(os.stat(target).st_mode) == 0o755


@pytest.mark.parametrize("length", [1, 230, 255])
def test_copy_to_a_name_of_any_length(world, target, binary, length):
    path = target.parent / ("x" * length)
    assert world.run("copy", path, command=None).code == 0
    assert os.listdir(target.parent) == [path.name] and path.read_bytes() == binary.read_bytes()


def test_copy_to_a_name_that_is_too_long(world, target):
    path = target.parent / ("x" * 256)
    world.run("copy", path, command=None).failed(100, "Filename too long")
    assert os.listdir(target.parent) == []


def test_copy_into_the_working_directory(world, target):
    """A path without a slash."""
    line = ["-c", f'cd {target.parent} && exec "$0" copy here', world.sandbox.binary]
    assert world.run(*line, program="/bin/sh", command=None).code == 0
    assert os.listdir(target.parent) == ["here"]


def test_copy_over_the_running_one(world, target):
    world.run("copy", target, command=None)
    result = world.run("copy", target, command=None, program=str(target))
    assert result.code == 0 and os.listdir(target.parent) == ["antechamber"]


@pytest.mark.parametrize("path, said", [
    ("/no/such/folder/antechamber", "/no/such/folder"),
    ("/usr", "/usr"),
    ("", "path|PATH"),
])  # fmt: skip
def test_copy_that_fails(world, path, said):
    world.run("copy", path, command=None).failed(100, said)


@pytest.mark.parametrize("most", [3, 4])
def test_copy_without_descriptors(world, target, most):
    """They may be there the next time, as memory may."""
    arguments = [f"--nofile={most}", world.sandbox.binary, "copy", target]
    result = world.run(*arguments, command=None, program="/usr/bin/prlimit")
    result.failed(111, "copy: .*No file descriptors available")
    assert os.listdir(target.parent) == []


@pytest.mark.parametrize("end", ["", "/", "/.", "/sub/.."])
@pytest.mark.parametrize("kind", ["directory", "link"])
def test_copy_to_a_directory(world, tmp_path, kind, end):
    """A link to one stays a link."""
    (tmp_path / "directory" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to("directory")
    hint = f"name the file in that directory: .*/{kind}{end}/antechamber"
    world.run("copy", f"{tmp_path}/{kind}{end}", command=None).failed(100, "Is a directory", hint=hint)
    assert sorted(os.listdir(tmp_path)) == ["directory", "link"] and (tmp_path / "link").is_symlink()
    assert os.listdir(tmp_path / "directory") == ["sub"]


@pytest.mark.parametrize("kind", ["fifo", "device", "a link to a fifo"])
def test_copy_to_what_is_not_a_file(world, tmp_path, kind):
    """`copy /dev/stdout >file` does not put the executable in the place of the device."""
    tmp_path.chmod(0o777)
    target = tmp_path / "target"
    if kind == "device":
        os.mknod(target, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    else:
        os.mkfifo(tmp_path / "fifo")
        target.symlink_to(tmp_path / "fifo") if "link" in kind else (tmp_path / "fifo").rename(target)
    before = sorted((entry.name, entry.stat().st_ino) for entry in os.scandir(tmp_path))
    world.run("copy", target, command=None).failed(100, "not a regular file")
    assert sorted((entry.name, entry.stat().st_ino) for entry in os.scandir(tmp_path)) == before


def test_copy_over_a_mounted_file(world, tmp_path):
    target = tmp_path / "antechamber"
    target.touch()
    binds = [(target, target)]
    world.run("copy", target, command=None, binds=binds).failed(100, "Resource busy")


@pytest.mark.parametrize("arguments", [
    ["copy"], ["copy", "/tmp/a", "/tmp/b"], ["copy", "--frob", "/tmp/a"], ["copy", "/tmp/a", "--", "/tmp/b"],
])  # fmt: skip
def test_copy_usage(world, arguments):
    world.run(*arguments, command=None).failed(100, "PATH|path|frob|unexpected argument")


# version and help.


@pytest.mark.parametrize("arguments", [["--version"], ["version"]])
def test_version(world, arguments):
    result = world.run(*arguments, command=None, bare=True)
    assert result.code == 0 and result.lines == []
    assert re.fullmatch(rb"antechamber \d+\.\d+\.\d+[^\n]*\n", result.stdout)


def test_the_version_is_the_user_agent(world):
    version = world.run("--version", command=None).stdout.split()[1].decode()
    world.run("exec", "app").succeeded()
    assert world.ssm.requests[0].header("user-agent") == f"antechamber/{version}"


@pytest.mark.parametrize("command", ["", "exec", "init", "check", "copy"])
def test_help(world, command):
    arguments = [command, "--help"] if command else ["--help"]
    result = world.run(*arguments, command=None, bare=True)
    assert result.code == 0 and result.lines == []
    assert b"antechamber" in result.stdout and (not command or command.encode() in result.stdout)


def test_help_wins_over_what_is_missing(world):
    assert world.run("exec", "--pristine", "--help", command=None).code == 0
