"""Our servers are honest: what boto3 reads from them, antechamber reads, and what it refuses, boto3 does."""

import json

import pytest

from support.second_client import boto3_reads
from support.steps import answer, aws_error, change

VALUES = ["plain text", "žluťoučký 🐎", 'a"b\\c\n\t\x01\x7f', " ", "x" * 8192]


def by_path(world, **options):
    answer = boto3_reads(world, "ssm", "get_parameters_by_path", Path="/app/", WithDecryption=True, **options)
    if "error" in answer:
        return answer["error"]
    return {
        p["Name"].rpartition("/")[2].upper().replace("-", "_"): p["Value"]
        for p in answer["answer"]["Parameters"]
    }


def test_pages_and_values(world):
    for number, value in enumerate(VALUES * 5):
        world.ssm.put(f"/app/key-{number}", value)
    theirs = by_path(world)
    assert len(theirs) == 25
    assert world.run("exec", "app").succeeded().loaded == theirs
    two, three = world.ssm.requests[:3], world.ssm.requests[3:]
    assert [r.json for r in two] == [r.json for r in three], "the same requests, page by page"


CREDENTIALS = {
    "ecs": lambda w: {},
    "static": lambda w: w.static_env,
    "irsa": lambda w: w.irsa_env,
    "imds": lambda w: {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None},
    "vault": lambda w: w.full_uri_env("http://127.0.0.1:9911"),
    "pod identity": lambda w: w.full_uri_env("http://169.254.170.23/v1/credentials"),
}


@pytest.mark.parametrize("source", CREDENTIALS)
def test_credentials(world, source):
    variables = world.ssm.put_many("/app/", 2)
    env = CREDENTIALS[source](world)
    assert by_path(world, env=env) == variables
    assert world.run("exec", "app", env=env).succeeded().loaded == variables


WIRES = {
    "chunked": change(framing="chunked", chunk_sizes=(1, 13, 7)),
    "until close": change(framing="close", end="close"),
    "closing": change(end="close"),
    "an empty page": None,
}


@pytest.mark.parametrize("name", WIRES)
def test_wires(world, name):
    variables = world.ssm.put_many("/app/", 12)
    if WIRES[name] is None:
        empty = answer({"Parameters": [], "NextToken": "token//app//0=="})
        world.ssm.then(empty)
        assert by_path(world) == variables
        world.ssm.then(empty)
    else:
        world.ssm.always(WIRES[name])
        assert by_path(world) == variables
    assert world.run("exec", "app").succeeded().loaded == variables


@pytest.mark.parametrize("code, status", [
    ("AccessDeniedException", 400), ("ValidationException", 400), ("ThrottlingException", 400),
    ("InternalServerError", 500), ("ExpiredTokenException", 400), ("UnrecognizedClientException", 400),
])  # fmt: skip
def test_errors(world, code, status):
    world.ssm.always(aws_error(code, status))
    assert by_path(world) == code
    result = world.run("exec", "-r", "1", "app")
    assert not result.started and code in result.errors[0]


def test_a_wrong_secret_is_noticed(world):
    """The verification of signatures can fail, for both."""
    variables = world.ssm.put_many("/app/", 1)
    assert by_path(world) == variables
    world.ssm.expect_refusals = True
    wrong = {**world.static_env, "AWS_SECRET_ACCESS_KEY": "not-the-secret-at-all"}
    assert by_path(world, env=wrong) == "InvalidSignatureException"
    world.run("exec", "app", env=wrong).failed(100, "InvalidSignatureException")
    token = {**world.static_env, "AWS_SESSION_TOKEN": "not-the-token"}
    assert by_path(world, env=token) == "UnrecognizedClientException"
    world.run("exec", "app", env=token).failed(100, "UnrecognizedClientException")


def test_get_parameters(world):
    names = {}
    for number, value in enumerate(VALUES):
        world.ssm.put(f"/r/k{number}", value, labels=["L"], version=2, older={1: "first"})
        names[f"/r/k{number}:L"] = value
    got = boto3_reads(world, "ssm", "get_parameters", Names=list(names), WithDecryption=True)
    assert {p["Name"] + p["Selector"]: p["Value"] for p in got["answer"]["Parameters"]} == names
    env = {f"REF_{i}": f"ssm:{name}" for i, name in enumerate(names)}
    ours = world.run("exec", "--references", env=env).succeeded().loaded
    assert list(ours.values()) == list(names.values())


def test_secrets_manager(world):
    secret = {"db-url": "postgres " + world.marker, "port": "1"}
    world.secretsmanager.put("app", secret)
    got = boto3_reads(world, "secretsmanager", "get_secret_value", SecretId="app")
    assert json.loads(got["answer"]["SecretString"]) == secret
    ours = world.run("exec", "-b", "secretsmanager", "app").succeeded().loaded
    assert ours == {"DB_URL": secret["db-url"], "PORT": "1"}


@pytest.mark.parametrize("form", ["xml", "json"])
def test_sts(world, form):
    """boto3 asks for XML only; antechamber reads what comes."""
    world.sts.format = form
    variables = world.ssm.put_many("/app/", 1)
    assert by_path(world, env=world.irsa_env) == variables
    assert world.run("exec", "app", env=world.irsa_env).succeeded().loaded == variables


def test_an_untrusted_certificate(world):
    host = "ssm.eu-west-1.amazonaws.com"
    world.ssm.context = world.pki.context(world.pki.from_stranger(host))
    assert by_path(world) == "SSLError"
    world.run("exec", "app").failed(100, "ssm.eu-west-1")


def test_a_wrong_name(world):
    world.ssm.context = world.pki.context(world.pki.good("other.example"))
    assert by_path(world) == "SSLError"
    world.run("exec", "app").failed(100, "name")


def test_through_a_proxy(world):
    variables = world.ssm.put_many("/app/", 12)
    world.dns.names["proxy.test"] = ["127.0.5.1"]
    world.proxy.user = "user:p@ss"
    env = {"HTTPS_PROXY": "http://user:p%40ss@proxy.test:3128"}
    assert by_path(world, env=env) == variables
    assert world.run("exec", "app", env=env).succeeded().loaded == variables
    assert len(world.proxy.requests) >= 2
