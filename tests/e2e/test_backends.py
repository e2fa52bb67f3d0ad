"""The other backends: secretsmanager, file:PATH, null; and chamber's that we do not have."""

import json
import re

import pytest

from support.second_client import boto3_reads
from support.steps import answer, aws_error

SM = ("-b", "secretsmanager")
HOST = r"secretsmanager\.eu-west-1\.amazonaws\.com"


# Secrets Manager.


def test_a_flat_object(world):
    world.secretsmanager.put("app", {"db-url": "postgres " + world.marker, "Key_2": "ž\n\t\"'"})
    result = world.run("exec", *SM, "APP").succeeded()
    assert result.loaded == {"DB_URL": "postgres " + world.marker, "KEY_2": "ž\n\t\"'"}
    (request,) = world.secretsmanager.requests
    assert request.json == {"SecretId": "app"}
    assert request.header("x-amz-target") == "secretsmanager.GetSecretValue"
    assert not world.ssm.connections, "nobody else is asked"
    assert result.summary["count"] == "2"


@pytest.mark.parametrize("text, value", [
    ("1", "1"), ("-0.5e+10", "-0.5e+10"), ("12345678901234567890123", "12345678901234567890123"),
    ("1.10", "1.10"), ("true", "true"), ("false", "false"), ('""', ""), ('"\\u0041"', "A"),
])  # fmt: skip
def test_members_as_text(world, text, value):
    world.secretsmanager.put("app", '{"key": %s}' % text)
    assert world.run("exec", *SM, "app").succeeded().loaded == {"KEY": value}


@pytest.mark.parametrize("text", ["null", "[]", "{}", '["a"]', '{"a": "b"}'])
def test_members_that_are_no_text(world, text):
    world.secretsmanager.put("app", '{"fine": "1", "odd-one": %s}' % text)
    world.run("exec", *SM, "app").failed(100, "odd-one")


@pytest.mark.parametrize("text", ["hello", "", "[1]", '"text"', "12", '{"a": "1", "a": "2"}', '{"a"}'])
def test_a_secret_that_is_no_flat_object(world, text):
    world.secretsmanager.put("app", text)
    result = world.run("exec", *SM, "-r", "1", "app")
    assert result.code in (100, 111) and not result.started and len(result.errors) == 1, result
    assert "app" in result.errors[0]


def test_chambers_metadata_is_dropped(world):
    secret = {"key": "value 12345", "_chamber_metadata": '{"key": {"version": 3}}'}
    world.secretsmanager.put("app", secret)
    assert world.run("exec", *SM, "app").succeeded().loaded == {"KEY": "value 12345"}


def test_chambers_metadata_as_an_object(world):
    world.secretsmanager.put("app", '{"key": "v", "_chamber_metadata": {"key": {"version": 3}}}')
    assert world.run("exec", *SM, "app").succeeded().loaded == {"KEY": "v"}


@pytest.mark.parametrize("name", ["a b", "a/b", "", "ž", "a=b"])
def test_names_that_do_not_fit(world, name):
    world.secretsmanager.put("app", {name: "odd value here", "good": "value"})
    result = world.run("exec", *SM, "app").succeeded()
    assert result.loaded == {"GOOD": "value"} and len(result.warnings) == 1


def test_a_binary_secret(world):
    world.secretsmanager.put("app", "unused", binary="AAECAw==")
    world.run("exec", *SM, "app").failed(100, "SecretBinary|binary", "app")


def test_a_missing_secret(world):
    world.secretsmanager.expect_refusals = True
    world.run("exec", *SM, "nothing").failed(100, HOST, "ResourceNotFoundException", "nothing")


@pytest.mark.parametrize("status", [400, 404])
def test_a_missing_secret_by_either_status(world, status):
    world.secretsmanager.always(aws_error("ResourceNotFoundException", status))
    world.run("exec", *SM, "app").failed(100, "ResourceNotFoundException")
    assert len(world.secretsmanager.requests) == 1


def test_a_label_is_the_version_stage(world):
    world.secretsmanager.put("app", {"key": "current"})
    world.secretsmanager.put("app", {"key": "previous"}, stage="AWSPREVIOUS", version="v0")
    assert world.run("exec", *SM, "app").succeeded().loaded == {"KEY": "current"}
    assert world.run("exec", *SM, "app:AWSPREVIOUS").succeeded().loaded == {"KEY": "previous"}
    assert world.secretsmanager.requests[1].json == {"SecretId": "app", "VersionStage": "AWSPREVIOUS"}


def test_services_in_order(world):
    world.secretsmanager.put("base", {"url": "value of base"})
    world.secretsmanager.put("app", {"url": "value of app"})
    result = world.run("exec", *SM, "base", "app").succeeded()
    assert result.loaded == {"URL": "value of app"}
    assert result.overwritten == ["warning: service app overwriting environment variable URL"]


def test_an_empty_secret(world):
    world.secretsmanager.put("app", {})
    assert world.run("exec", *SM, "app").succeeded().loaded == {}
    world.run("exec", *SM, "--fail-if-empty", "app").failed(100, "app")


def test_access_denied(world):
    world.secretsmanager.always(aws_error("AccessDeniedException"))
    world.run("exec", *SM, "app").failed(
        100, HOST, "AccessDeniedException", hint="secretsmanager:GetSecretValue"
    )


@pytest.mark.parametrize("body", [{}, {"SecretString": 7}, {"SecretString": None}, [], b"{", b""])
def test_malformed_answers(world, body):
    world.secretsmanager.always(answer(body))
    world.run("exec", *SM, "-r", "2", "app").failed(111, HOST)
    assert len(world.secretsmanager.requests) == 2


# file:PATH.


def entry(name, value, **more):
    return {"Name": name, "Type": "SecureString", "Value": value, "Version": 1, **more}


def as_file(world, *entries, **more):
    for e in entries:
        world.plant(e.get("Value"))
    return world.file("parameters.json", json.dumps({"Parameters": entries, **more}, indent=4))


def test_a_file(world):
    path = as_file(
        world,
        entry("/app/db-url", "postgres ž"),
        entry("/base/x", "1"),
        entry("/app/deep/er", "2"),
        entry("/application/no", "3"),
        LastModified=None,
    )
    bare = {"PATH": "/usr/bin:/bin"}
    result = world.run("exec", "-b", f"file:{path}", "base", "app", env=bare, bare=True).succeeded()
    assert result.loaded == {"X": "1", "DB_URL": "postgres ž"}
    assert result.summary["from"] == "base, app"
    assert not any(s.connections for s in world.servers) and not world.dns.queries


def test_a_file_recursively(world):
    path = as_file(world, entry("/app/a", "1"), entry("/app/deep/er", "2"))
    result = world.run("exec", "-b", f"FILE:{path}", "--recursive", "app").succeeded()
    assert result.loaded == {"A": "1", "DEEP_ER": "2"}


def test_a_file_by_the_variable(world):
    path = as_file(world, entry("/app/a", "1"))
    result = world.run("exec", "app", env={"ANTECHAMBER_BACKEND": f"file:{path}"}).succeeded()
    assert result.env["A"] == "1" and not world.ecs.connections


def test_a_file_and_a_label(world):
    path = as_file(world, entry("/app/a", "1"))
    world.run("exec", "-b", f"file:{path}", "app:live").failed(100, "label")


def test_a_file_and_fail_if_empty(world):
    path = as_file(world, entry("/app/a", "1"))
    done = world.run("exec", "-b", f"file:{path}", "--fail-if-empty", "other")
    done.failed(100, "other", hint="name and the file")


def test_a_file_with_too_many_parameters(world):
    """Its form is good, so no hint at what aws prints."""
    path = as_file(world, *(entry(f"/app/k{i:05d}", "1") for i in range(16385)))
    result = world.run("exec", "-b", f"file:{path}", "app").failed(100, "more than 16384")
    assert result.hints == []


def test_a_large_file(world):
    entries = [entry(f"/app/k{i:04d}", f"{i:04d}" * 60) for i in range(4000)]
    path = as_file(world, *entries)
    result = world.run("exec", "-b", f"file:{path}", "app").succeeded()
    assert result.loaded == {f"K{i:04d}": f"{i:04d}" * 60 for i in range(4000)}


FILES = {
    "not there": None,
    "empty": b"",
    "no JSON": b"a: b",
    "an array": b"[]",
    "no Parameters": b"{}",
    "a broken entry": b'{"Parameters": [{"Name": "/app/a", "Value": "12345678"}, {"Name": "/app/b"}]}',
    "a number": b'{"Parameters": [{"Name": "/app/a", "Value": 12345678}]}',
    "twice": b'{"Parameters": [{"Name": "/app/a", "Value": "12345678", "Value": "x"}]}',
    "not UTF-8": b'{"Parameters": [{"Name": "/app/a", "Value": "\xff"}]}',
    "a NUL": b'{"Parameters": [{"Name": "/app/a", "Value": "a\\u0000b"}]}',
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used(world, name):
    world.plant("12345678")
    data = FILES[name]
    path = "/no/such.json" if data is None else world.pki.write("bad.json", data)
    world.run("exec", "-b", f"file:{path}", "app").failed(100, "/no/such.json|bad.json|NUL")


def test_a_file_that_is_a_folder(world):
    world.run("exec", "-b", "file:/usr", "app").failed(100, "/usr")


@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/fd/0", "/dev/fd/9", "/proc/self/fd/0"])
def test_a_file_of_a_descriptor(world, path):
    """The process that fetches does not have it."""
    hint = "stdin and inherited descriptors"
    world.run("exec", "-b", f"file:{path}", "app").failed(100, path, hint=hint)
    world.run("exec", "app", env={"AWS_CA_BUNDLE": path}).failed(100, path, hint=hint)


def test_what_the_aws_command_prints(world):
    """The same text as `aws ssm get-parameters-by-path --recursive`, here from boto3."""
    variables = world.ssm.put_many("/app/", 12)
    answer = boto3_reads(
        world, "ssm", "get_parameters_by_path", Path="/app/", Recursive=True, WithDecryption=True
    )
    pages = answer["answer"]
    text = json.dumps(pages, indent=4)
    path = world.file("aws.json", text)
    result = world.run("exec", "-b", f"file:{path}", "app").succeeded()
    assert result.loaded == variables


# null, and what we do not have.


@pytest.mark.parametrize("name", ["null", "NULL", "Null"])
def test_null(world, name):
    result = world.run("exec", "-b", name, "app", env={"AWS_REGION": None}).succeeded()
    assert result.env == {k: v for k, v in world.base_env.items() if k != "AWS_REGION"}
    assert result.lines == []
    assert not any(s.connections for s in world.servers)


@pytest.mark.parametrize("command", ["exec", "check"])
@pytest.mark.parametrize("service, said", [
    ("/app", "slash"), ("app/", "slash"), ("a//b", "slash"), ("a b", "not allowed"), ("", "empty"), ("app:", "label"),
    ("a:b:c", "label"), ("app:" + "x" * 101, "101"), ("x" * 1025, "1025"), ("{", "{"), ("a}", "}"), ("{}", "{}"),
    ("{UNSET}", "UNSET"), ("{nowhere:x}", "nowhere:x"), ("{BAD}", "not allowed"), ("{ecs:family}/{BAD}", "not allowed"),
])  # fmt: skip
def test_null_takes_no_name_that_others_refuse(world, command, service, said):
    """What works without a store has to work with one."""
    words = [command, "--backend=null", "good", service]
    world.run(*words, env={"BAD": "a*"}).failed(100, re.escape(said))
    assert not any(s.connections for s in world.servers)


@pytest.mark.parametrize("service", [
    "App/{NAME}:{NAME}", "{k8s:namespace}", "{ecs:service}:x", "{ecs:family}-{ecs:cluster}", "x" * 1024,
    "{LONG}:" + "y" * 100,
])  # fmt: skip
def test_null_asks_for_no_placeholder(world, service):
    env = {"NAME": "b.c", "LONG": "x" * 1024}
    for command in ("exec", "check"):
        result = world.run(command, "-bnull", service, env=env)
        assert result.code == 0 and result.lines == []
    assert not any(s.connections for s in world.servers)


@pytest.mark.parametrize("name", ["s3", "S3-KMS", "s3-kms"])
def test_chambers_others_are_refused_by_name(world, name):
    world.run("exec", "-b", name, "app").failed(100, name, "backend")


@pytest.mark.parametrize("name", ["vault", "", "file:", "ssmx", "file"])
def test_no_such_backend(world, name):
    world.run("exec", f"--backend={name}", "app").failed(100, "backend")


@pytest.mark.parametrize("env", [
    {"ANTECHAMBER_BACKEND": "SecretsManager"},
    {"CHAMBER_SECRET_BACKEND": "secretsmanager"},
    {"CHAMBER_SECRET_BACKEND": "SSM", "ANTECHAMBER_BACKEND": "secretsmanager"},
])  # fmt: skip
def test_the_backend_by_variables(world, env):
    world.secretsmanager.put("app", {"key": "value"})
    assert world.run("exec", "app", env=env).succeeded().env["KEY"] == "value"
