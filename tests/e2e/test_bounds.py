"""Bounds that only a whole run meets: what is larger is refused with its bound, never cut."""

import json

import pytest

from support.metadata import credentials_body
from support.steps import change

REGIONS = ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3",
           "eu-north-1", "eu-south-1"]  # fmt: skip


def references(count):
    return {f"R{n}": f"ssm:name{n}" for n in range(count)}


def regions(count):
    name = "arn:aws:ssm:{}:123456789012:parameter/a"
    return {f"R{n}": name.format(region) for n, region in enumerate(REGIONS[:count])}


def test_references(world):
    env = references(513)
    world.run("exec", "--references", env=env).failed(100, "more than 512 references")
    for n in range(512):
        world.ssm.put(f"name{n}", f"value {n}")
    result = world.run("exec", "--references", env=references(512)).succeeded()
    assert [result.env[f"R{n}"] for n in range(512)] == [f"value {n}" for n in range(512)]


def test_regions_of_references(world):
    result = world.run("exec", "--references", env=regions(9))
    result.failed(100, "more than 8 services and regions")
    assert not world.ssm.requests


@pytest.mark.parametrize("over", [0, 1])
def test_a_token_file(world, over):
    world.web_identity_token = "t" * (32 * 1024 + over)
    result = world.run("exec", "app", env=world.irsa_env)
    if over:
        result.failed(100, "web-identity-token", "32768 bytes")
    else:
        result.succeeded()


@pytest.mark.parametrize("over", [0, 1])
def test_a_parameter_file(world, over):
    text = json.dumps({"Parameters": [{"Name": "/app/a", "Value": "one"}]})
    path = world.file("big.json", text + " " * (16 * 1024 * 1024 - len(text) + over))
    result = world.run("exec", "-b", f"file:{path}", "app")
    if over:
        result.failed(100, "big.json", "16777216 bytes")
    else:
        assert result.succeeded().loaded == {"A": "one"}


@pytest.mark.parametrize("over", [0, 1])
def test_a_certificate_bundle(world, over):
    bundle = open(world.pki.bundle).read()
    path = world.file("big.pem", bundle + "\n" * (2 * 1024 * 1024 - len(bundle) + over))
    result = world.run("exec", "app", env={"AWS_CA_BUNDLE": path})
    if over:
        result.failed(100, "big.pem", "2097152 bytes")
    else:
        result.succeeded()


def test_nesting(world):
    """100,000 levels are left at the 33rd; it is a bound, so nobody asks again."""
    world.ssm.always(change(body=b'{"Parameters":' + b"[" * 100000))
    world.run("exec", "app").failed(100, "nested deeper than 32 levels")
    assert len(world.ssm.requests) == 1


def test_values_and_names(world):
    """More of them in one response than any has."""
    world.ssm.always(change(body=b'{"Parameters":[],"x":[' + b",".join([b"1"] * 300000) + b"]}"))
    world.run("exec", "app").failed(100, "more than 262144 values and names")
    assert len(world.ssm.requests) == 1


def test_a_page_token(world):
    world.ssm.always(change(body=json.dumps({"Parameters": [], "NextToken": "t" * 60000}).encode()))
    world.run("exec", "app").failed(100, "NextToken|request body", r"more than \d+ bytes")
    assert len(world.ssm.requests) == 1


def test_a_session_token(world):
    """AWS says to assume no size; here is room for two sets of credentials of 32 KiB."""
    body = credentials_body(world.identity) | {"Token": "t" * 65536}
    world.ecs.always(change(body=body))
    world.run("exec", "app").failed(100, "credentials: more than 65536 bytes")
    assert len(world.ecs.requests) == 1
