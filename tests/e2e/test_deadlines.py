"""The deadline passes in each phase of the fetcher: one line that says so, and never a signal."""

import json
import re

import pytest

from support.metadata import METADATA
from support.sandbox import run_to_deadline
from support.server import BLACKHOLE
from support.steps import aws_error, hang

# From before anything is read to after everything is fetched.
TIMES = ["0.001", "0.002", "0.004", "0.008", "0.015", "0.03", "0.06"]
IMDS = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None}


def from_file(world):
    path = world.file("parameters", json.dumps({"Parameters": [{"Name": "/app/a", "Value": "1"}]}))
    return ["-b", f"file:{path}", "app"], {}


def no_reference(world):
    return ["--references"], {}


def from_store(world):
    world.ssm.put_many("/app/", 25)
    return ["app"], {}


def from_imds(world):
    world.ssm.put_many("/app/", 2)
    return ["app"], {**IMDS, "AWS_REGION": None}


def of_task(world):
    world.ssm.put_many("/web/", 2)
    uri = "http://169.254.170.2" + METADATA
    return ["{ecs:family}"], {"AWS_REGION": None, "ECS_CONTAINER_METADATA_URI_V4": uri}


def several(world):
    world.ssm.put_many("/app/", 2)
    world.ssm.put("/r", "1")
    return ["--references", "app", "other", "third"], {"REF": "ssm:/r"}


WAYS = [from_file, no_reference, from_store, from_imds, of_task, several]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", ["exec", "check"])
@pytest.mark.parametrize("time", TIMES)
def test_each_phase(world, way, command, time):
    options, env = way(world)
    result = world.run(command, "--timeout", time, *options, env=env)
    if result.code == 0:
        return
    assert result.code == 111, result
    assert len(result.errors) == 1, result
    assert time.rstrip("0") in result.errors[0] or "timed out" in result.errors[0], result


@pytest.mark.parametrize("time", ["0.001", "0.05"])
def test_nothing_is_late_where_nothing_is_asked(world, time):
    """The fetcher read a pointer here that nobody had written."""
    for way in (from_file, no_reference):
        options, env = way(world)
        result = world.run("exec", "--timeout", time, *options, env=env)
        assert result.code in (0, 111), result


# What is stuck, where the credentials are from, what the message says, and whether the fetcher got so far.
STUCK = {
    "credentials": (lambda w: w.ecs.always(hang), "container", r"169\.254\.170\.2", lambda w: w.ecs.requests),
    "connection": (lambda w: w.ssm.mode(BLACKHOLE), "static", "ssm", lambda w: True),
    "response": (
        lambda w: w.ssm.always(hang), "static", "waiting for the response from ssm", lambda w: w.ssm.requests,
    ),
    "pause": (
        lambda w: w.ssm.always(aws_error("ThrottlingException", headers=[("x-amz-retry-after", "5000")])),
        "static",
        "next attempt.*ThrottlingException",
        lambda w: w.journal.find("answer", server="ssm"),
    ),
    "metadata": (
        lambda w: w.imds.always(hang), "instance", r"169\.254\.169\.254", lambda w: w.imds.requests,
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", STUCK)
@pytest.mark.parametrize("command", ["exec", "check"])
def test_stuck(world, where, command):
    stick, source, text, is_there = STUCK[where]
    env = {"container": {}, "static": world.static_env, "instance": {**IMDS, "AWS_REGION": None}}[source]
    stick(world)
    timeout, result = run_to_deadline(world, lambda: is_there(world), command, "app", env=env)
    result.failed(111, rf"timed out after {re.escape(timeout)} s \(--timeout\)", text)
