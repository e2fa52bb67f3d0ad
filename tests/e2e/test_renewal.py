"""Credentials that expire during a start, and those that had expired before."""

import pytest

from support.metadata import credentials_body
from support.steps import answer, aws_error, raw

IMDS = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None}
EXPIRED = {"Expiration": "2024-01-01T00:00:00Z"}


@pytest.mark.parametrize("region", ["eu-west-1", None])
def test_of_an_instance(world, region):
    """Without AWS_REGION the instance was asked before: the renewal was then driven by nobody."""
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.then(aws_error("ExpiredTokenException"))
    result = world.run("exec", "--timeout", "20", "app", env={**IMDS, "AWS_REGION": region})
    assert result.succeeded().loaded == variables
    assert sum(r.method == "PUT" for r in world.imds.requests) == 2


@pytest.mark.parametrize("times", [1, 2])
def test_of_an_instance_that_is_away_for_a_moment(world, times):
    """It gave credentials before, so it is configured: what fails is tried again."""
    variables = world.ssm.put_many("/app/", 2)
    world.ssm.then(aws_error("ExpiredTokenException"))
    world.imds.then(*[None] * 3, *[raw(b"")] * times)
    result = world.run("exec", "-r", "2", "app", env=IMDS)
    if times == 1:
        assert result.succeeded().loaded == variables
    else:
        result.failed(111, "gave up after 2 attempts", r"169\.254\.169\.254")


def test_of_several_services(world):
    """All find the session expired; it is renewed once, and all go on with the new one."""
    variables = {}
    for name in ("a", "b", "c", "d"):
        variables |= world.ssm.put_many(f"/{name}/", 12, stem=name)
    world.ssm.expect_refusals = True
    world.identity.expired = True

    def fresh(request, usual):
        if len(world.ecs.requests) > 1:
            world.identity = world.new_identity()
        return usual()

    world.ecs.always(fresh)
    assert world.run("exec", "a", "b", "c", "d").succeeded().loaded == variables
    assert len(world.ecs.requests) == 2


def test_a_retry_waits_for_the_renewal(world):
    """One service pauses after a failure while another one has the credentials renewed."""
    variables = world.ssm.put_many("/a/", 2, stem="a") | world.ssm.put_many("/b/", 2, stem="b")
    world.ssm.then(aws_error("ExpiredTokenException"), answer("oops", 500))
    world.ecs.then(None, answer("later", 503))
    assert world.run("exec", "a", "b").succeeded().loaded == variables


@pytest.mark.parametrize("source", ["container", "instance"])
def test_expired_ones_are_used(world, source):
    """AWS decides: its metadata services hand them out where they cannot get newer ones."""
    variables = world.ssm.put_many("/app/", 12)
    server, env = (world.ecs, {}) if source == "container" else (world.imds, IMDS)
    extra = EXPIRED if source == "container" else {"Code": "Success", **EXPIRED}
    server.body = credentials_body(world.identity, **extra)
    world.ssm.then(aws_error("ExpiredTokenException"))
    result = world.run("exec", "app", env=env).succeeded()
    assert result.loaded == variables
    warnings = [line for line in result.lines if "credentials expired" in line]
    assert len(warnings) == 1 and "warning" in warnings[0], result
