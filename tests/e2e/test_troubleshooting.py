"""Each message in the table of docker/README.md is printed in the situation that the table describes."""

import os
import re
from pathlib import Path

import pytest

from support.server import BLACKHOLE, REFUSE
from support.steps import answer, aws_error, hang

PAGE = Path(__file__).resolve().parents[2] / "docker" / "README.md"
TABLE = PAGE.read_text().partition("\n## Troubleshooting\n")[2]
ROWS = [row for row in re.findall(r"^\| (.*?) \|", TABLE, re.M) if row.startswith("`")]

DENIED = "User: arn:aws:sts::123456789012:assumed-role/task/x is not authorized to perform: %s on resource: %s"
NO_ECS = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None}


def exec_app(world, *options, **more):
    return world.run("exec", *options, "app", **more)


def store_says(code, message="said the test", **more):
    def situation(world):
        world.ssm.always(aws_error(code, message=message))
        return exec_app(world, **more)

    return situation


def with_env(**variables):
    return lambda world: exec_app(world, env=variables)


def without_identity(world):
    world.imds.mode(REFUSE)
    return exec_app(world, env=NO_ECS)


def without_association(world):
    text = "[1a2b]: (ResourceNotFoundException): No Pod Identity Association found for the service account\n"
    world.vault.always(answer(text, 404, type="text/plain"))
    return exec_app(world, env=world.full_uri_env("http://127.0.0.1:9911"))


def behind_a_hop_limit(world):
    world.imds.always(hang)
    return exec_app(world, env=NO_ECS)


def without_memory(world):
    return exec_app(world, under=["prlimit", "--as=80000000"])


def without_agent(world):
    world.ecs.mode(REFUSE)
    return exec_app(world, "-r", "2")


def without_right_to_the_token(world):
    env = world.irsa_env
    os.chmod(env["AWS_WEB_IDENTITY_TOKEN_FILE"], 0)
    return exec_app(world, env=env, uid=65534)


def without_server(world):
    world.ssm.mode(REFUSE)
    return exec_app(world, "-r", "2")


def without_route(world):
    world.ssm.mode(BLACKHOLE)
    return exec_app(world, "--timeout", "0.7")


def throttled(world):
    world.ssm.always(aws_error("ThrottlingException"))
    return exec_app(world, "-r", "1")


def certificate(make):
    def situation(world):
        world.ssm.context = world.pki.context(make(world.pki))
        return exec_app(world)

    return situation


HOST = "ssm.eu-west-1.amazonaws.com"


def emulator_elsewhere(world):
    return exec_app(world, env={"AWS_ENDPOINT_URL_SSM": "http://192.0.2.1:4566"})


def overwriting(world):
    world.ssm.put("/app/key", "loaded")
    return exec_app(world, env={"KEY": "inherited"})


def loader(world):
    world.ssm.put("/app/ld-preload", "/tmp/evil.so")
    return exec_app(world)


def without_interpreter(world):
    script = world.file("script", "#!/no/such/interpreter\n")
    os.chmod(script, 0o755)
    return world.run("exec", "app", "--", script)


def empty(world):
    return world.run("exec", "nothing-there")


def layer_missing(world):
    """A kernel whose Landlock may not be used."""
    call = "landlock_create_ruleset"
    strace = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:error=EPERM"]
    return exec_app(world, under=strace)


SITUATIONS = {
    "AccessDeniedException: ... ssm:GetParametersByPath": store_says(
        "AccessDeniedException", DENIED % ("ssm:GetParametersByPath", "arn:aws:ssm:parameter/app/")
    ),
    "AccessDeniedException: ... service control policy": store_says(
        "AccessDeniedException",
        DENIED % ("ssm:GetParametersByPath", "arn:aws:ssm:parameter/app/")
        + " with an explicit deny in a service control policy",
    ),
    "No Pod Identity Association": without_association,
    "AccessDeniedException: ... kms:Decrypt": store_says(
        "AccessDeniedException", DENIED % ("kms:Decrypt", "arn:aws:kms:key/1")
    ),
    "credentials: none are configured": without_identity,
    "the connection was accepted and the token never came": behind_a_hop_limit,
    "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not": with_env(AWS_ACCESS_KEY_ID="AKIDEXAMPLE"),
    "AWS_ACCESS_KEY_ID: ... is a line break": with_env(
        AWS_ACCESS_KEY_ID="AKIDEXAMPLE\n", AWS_SECRET_ACCESS_KEY="a-secret-key"
    ),
    "UnrecognizedClientException": store_says("UnrecognizedClientException"),
    "ExpiredTokenException": store_says("ExpiredTokenException"),
    "get credentials: ... connect to 169.254.170.2:80: ...": without_agent,
    "AWS_WEB_IDENTITY_TOKEN_FILE: open ...": without_right_to_the_token,
    "Permission denied": without_right_to_the_token,
    "region: none is configured": with_env(AWS_REGION=None),
    "an availability zone, not a region": with_env(AWS_REGION="eu-west-1a"),
    "name resolution: ...": with_env(AWS_ENDPOINT_URL_SSM="https://nowhere.test", ANTECHAMBER_RETRIES="1"),
    "Connection refused": without_server,
    "timed out ... connecting to ...": without_route,
    "ThrottlingException": throttled,
    "gave up after ... attempts": without_server,
    "(--timeout)": without_route,
    "TLS: the certificate is not signed by a trusted CA": certificate(lambda pki: pki.from_stranger(HOST)),
    "TLS: the certificate's subjectAltName lacks this host": certificate(lambda pki: pki.good("other.example")),
    "TLS: the certificate has expired or is not valid yet": certificate(lambda pki: pki.expired(HOST)),
    "http://... is not this machine: nothing is sent in the clear": emulator_elsewhere,
    "0 parameters from ...": empty,
    "... has no parameters": lambda world: world.run("exec", "app", "nothing-there"),
    "the name was lower-cased, as chamber does": lambda world: world.run("exec", "Prod/WebApp"),
    "ANTECHAMBER_SERVICES is ignored: the command line names services": with_env(ANTECHAMBER_SERVICES="web"),
    "no room for the fetcher's memory": without_memory,
    "warning: service ... overwriting environment variable ...": overwriting,
    "the dynamic loader obeys it": loader,
    "run ...: not found in PATH ...": lambda world: world.run("exec", "app", "--", "no-such-command"),
    "run ...: its interpreter is missing": without_interpreter,
    "sandbox: missing: ...": layer_missing,
}

MESSAGES = [message for row in ROWS for message in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("message", MESSAGES)
def test_the_message_is_printed(world, message):
    """Within one line, with any text for the dots."""
    world.ssm.put_many("/app/", 3)
    result = SITUATIONS[message](world)
    pattern = ".+".join(re.escape(part) for part in message.split("..."))
    assert any(re.search(pattern, line) for line in result.lines), str(result)


def test_every_situation_is_in_the_table():
    assert SITUATIONS.keys() == set(MESSAGES)
