"""What a person reads at night: which address, which name, which limit."""

import json
import subprocess

import pytest

from support.server import BLACKHOLE, REFUSE
from support.steps import answer, hang, raw

IMDS = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None, "AWS_REGION": "eu-west-1"}
ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT"


def test_what_refused_the_connection(world):
    world.ssm.mode(REFUSE)
    result = world.run("exec", "-r", "1", "app")
    result.failed(111, r"ssm\.eu-west-1\.amazonaws\.com: connect to [0-9.]+:443: Connection refused")


def test_an_agent_that_refuses_the_connection(world):
    world.ecs.mode(REFUSE)
    result = world.run("exec", "-r", "1", "app")
    result.failed(111, r"connect to 169\.254\.170\.2:80: Connection refused")


def test_the_hop_limit(world):
    """The connection comes about, and the token never comes."""
    world.imds.always(hang)
    result = world.run("exec", "app", env=IMDS)
    result.failed(100, "none are configured", r"169\.254\.169\.254: timed out", hint="hop limit")
    assert result.errors[0].count("credentials: ") <= 1, result


@pytest.mark.parametrize("how, why", [(REFUSE, "Connection refused"), (BLACKHOLE, "timed out")])
def test_metadata_that_cannot_be_reached(world, how, why):
    world.imds.mode(how)
    result = world.run("exec", "app", env=IMDS)
    result.failed(100, "none are configured", rf"connect to 169\.254\.169\.254:80: {why}")
    assert not any("hop limit" in hint for hint in result.hints), result


@pytest.mark.parametrize("text", [b"220 mail ready\r\n", b"HTTP/1.1 20", b"\0"])
def test_metadata_that_speaks_nonsense(world, text):
    """It is there, so it is configured: what cannot be read may pass."""
    world.imds.always(raw(text))
    result = world.run("exec", "-r", "2", "app", env=IMDS)
    result.failed(111, r"169\.254\.169\.254: .*(malformed|the middle of)")
    assert len(world.imds.requests) == 2 and not result.hints


@pytest.mark.parametrize("status, hint", [(401, None), (403, "metadata on")])
def test_metadata_that_refuse_have_nothing_to_do_with_the_agents_token(world, status, hint):
    world.imds.always(answer("no", status, type="text/plain"))
    result = world.run("exec", "app", env=IMDS).failed(100, f"status {status}: no", hint=hint)
    assert not any("AUTHORIZATION_TOKEN" in h for h in result.hints), result
    world.ecs.always(answer("no", status, type="text/plain"), when=lambda r: r.target.endswith("/task"))
    result = world.run("exec", "{ecs:family}", env=world.metadata_env).failed(100, f"status {status}: no")
    assert not result.hints


def test_a_metadata_endpoint_of_ones_own_that_refuses(world):
    env = {**IMDS, ENDPOINT: "http://127.0.0.1:9"}
    result = world.run("exec", "app", env=env)
    result.failed(100, r"connect to 127\.0\.0\.1:9: Connection refused")


# Names.


def test_a_name_that_was_lower_cased(world):
    """Both names, and what to do; the path that was asked for."""
    world.ssm.put("/Prod/WebApp/key", "1")
    result = world.run("exec", "Prod/WebApp").succeeded()
    (line,) = [line for line in result.lines if "warning" in line]
    for part in ("Prod/WebApp", "/prod/webapp/", "--keep-case"):
        assert part in line, result
    assert world.run("exec", "--keep-case", "Prod/WebApp").succeeded().loaded == {"KEY": "1"}


def test_a_name_that_was_lower_cased_and_must_not_be_empty(world):
    result = world.run("exec", "--fail-if-empty", "Prod/WebApp")
    result.failed(100, "/prod/webapp/", hint=r"Prod/WebApp was lower-cased.*--keep-case")


def test_a_secret_that_was_lower_cased(world):
    world.secretsmanager.expect_refusals = True
    result = world.run("exec", "-b", "secretsmanager", "Prod/WebApp")
    result.failed(100, "prod/webapp", "ResourceNotFound", hint=r"Prod/WebApp was lower-cased.*--keep-case")


def test_a_lower_case_name_has_no_such_hint(world):
    result = world.run("exec", "--fail-if-empty", "prod/webapp").failed(100, "/prod/webapp/")
    assert "keep-case" not in str(result)
    assert len(world.run("exec", "prod/webapp").succeeded().lines) == 1


def test_an_empty_one_of_several(world):
    world.ssm.put("/a/key", "1")
    result = world.run("exec", "a", "empty", "Other:Live").succeeded()
    lines = [line for line in result.lines if "has no parameters" in line]
    assert len(lines) == 2 and "empty: /empty/" in lines[0] and "Other:Live: /other/" in lines[1]


# Memory and large files.


def parameters(world, count, services):
    items = [
        {
            "Name": f"/svc{i % services}/key-{i}", "Type": "String", "Value": f"value {i}", "Version": 1,
            "ARN": f"arn:aws:ssm:eu-west-1:123456789012:parameter/svc/key-{i}", "DataType": "text",
        }
        for i in range(count)
    ]  # fmt: skip
    return world.file("parameters", json.dumps({"Parameters": items}))


@pytest.mark.parametrize("kilobytes", [1000, 4000, 16000, 65536, 100000, 114000, 120000, 250000])
def test_a_limit_of_the_address_space(world, binary, kilobytes):
    """Enough, or an error that says so: never a signal."""
    path = parameters(world, 200, 1)
    command = f"ulimit -v {kilobytes}; exec {binary} exec -b file:{path} svc0 -- /bin/true"
    result = subprocess.run(["bash", "-c", command], capture_output=True, timeout=30)
    assert result.returncode in (0, 100, 111), result
    assert result.returncode == 0 or b"antechamber: error: " in result.stderr


def test_a_large_file_for_many_services(world, binary):
    """Looked up anew for each item and service it took 23 s; a bound of CPU, far above what it takes."""
    path = parameters(world, 12000, 32)
    names = " ".join(f"svc{i}" for i in range(32))
    command = f"ulimit -t 2; exec {binary} exec -q -b file:{path} {names} -- /bin/true"
    result = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
    assert result.returncode == 0, result
