"""The instance metadata service, version 2 and never version 1."""

import pytest

from support.sandbox import untouched
from support.server import BLACKHOLE, REFUSE
from support.steps import answer

RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


@pytest.fixture
def app(world):
    """A service with two parameters; what the command has to get."""
    return world.ssm.put_many("/app/", 2)


@pytest.fixture
def on_ec2(world):
    return {RELATIVE: None, "AWS_REGION": "eu-west-1"}


def test_imds(world, app, on_ec2):
    assert world.run("exec", "app", env=on_ec2).succeeded().loaded == app
    first, *rest = world.imds.requests
    assert (first.method, first.target) == ("PUT", "/latest/api/token")
    assert int(first.header("x-aws-ec2-metadata-token-ttl-seconds")) > 0
    assert [r.target for r in rest] == [
        "/latest/meta-data/iam/security-credentials/",
        "/latest/meta-data/iam/security-credentials/node-role",
    ]
    assert all(r.header("x-aws-ec2-metadata-token") == world.imds.token for r in rest)


@pytest.mark.parametrize("value", ["true", "TRUE", "True"])
def test_imds_disabled(world, on_ec2, value):
    env = {**on_ec2, "AWS_EC2_METADATA_DISABLED": value}
    world.run("exec", "app", env=env).failed(100, "credentials", "metadata is off|disabled")
    untouched(world.imds)


@pytest.mark.parametrize("value", ["false", "", "0"])
def test_imds_not_disabled(world, app, on_ec2, value):
    env = {**on_ec2, "AWS_EC2_METADATA_DISABLED": value}
    assert world.run("exec", "app", env=env).succeeded().loaded == app


def test_imds_not_there(world, on_ec2):
    world.imds.mode(REFUSE)
    world.run("exec", "app", env=on_ec2).failed(100, "credentials")


@pytest.mark.slow
def test_imds_silent(world, on_ec2):
    """One second, then it counts as not configured."""
    world.imds.mode(BLACKHOLE)
    world.run("exec", "app", env=on_ec2).failed(100, "credentials")


def test_imds_without_a_role(world, on_ec2):
    world.imds.role = None
    world.run("exec", "app", env=on_ec2).failed(100, "169.254.169.254", "role|404")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_imds_that_refuses_a_token_is_never_asked_as_v1(world, on_ec2, status):
    world.imds.then(answer("no", status))
    world.run("exec", "app", env=on_ec2).failed(100, "169.254.169.254", str(status))
    assert [r.method for r in world.imds.requests] == ["PUT"]


def test_imds_failure_in_a_200(world, on_ec2):
    world.imds.body = {"Code": "Failed", "Message": "no instance profile"}
    world.run("exec", "-r", "1", "app", env=on_ec2).failed(100, "169.254.169.254", "Failed")


@pytest.mark.parametrize("token", [b"", b"\x01"])
def test_imds_with_a_token_that_is_no_header(world, on_ec2, token):
    world.imds.always(answer(token), when=lambda r: r.method == "PUT")
    result = world.run("exec", "-r", "1", "app", env=on_ec2)
    assert result.code in (100, 111) and not result.started
    assert [r.method for r in world.imds.requests] == ["PUT"]


@pytest.mark.parametrize("role", ["a b", "a\x01b", ""])
def test_imds_with_a_role_that_is_no_path(world, on_ec2, role):
    world.imds.role = role
    result = world.run("exec", "-r", "1", "app", env=on_ec2)
    assert result.code in (100, 111) and not result.started
