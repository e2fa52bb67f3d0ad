"""antechamberctl policy: what it prints allows what antechamber asks for, and nothing else."""

import json
import sys
from pathlib import Path

import pytest

from support.ctl import Canned, Refusal

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests" / "examples"))

import iam  # noqa: E402

ACCOUNT = "123456789012"


def policy(ctl, *words, **options):
    return json.loads(ctl.run("policy", *words, **options).ok().out)


def arn(service, rest, region="eu-west-1", partition="aws"):
    return f"arn:{partition}:{service}:{region}:{ACCOUNT}:{rest}"


def decrypts(found, parameter, alias="alias/parameter_store_key", via="ssm.eu-west-1.amazonaws.com"):
    context = {
        "kms:ViaService": via,
        "kms:ResourceAliases": alias,
        "kms:EncryptionContext:PARAMETER_ARN": arn("ssm", "parameter" + parameter),
    }
    return iam.allows(found, "kms:Decrypt", arn("kms", "key/1234"), context)


def plain(found):
    """Without the set operator, which for a key with one alias is the plain one."""
    for statement in found["Statement"]:
        condition = statement.get("Condition", {})
        condition.get("StringEquals", {}).update(condition.pop("ForAnyValue:StringEquals", {}))
    return found


def test_parameters(ctl, store):
    found = plain(policy(ctl, "app", "Prod/Web"))
    for path in ("/app", "/app/", "/prod/web"):
        assert iam.allows(found, "ssm:GetParametersByPath", arn("ssm", f"parameter{path.rstrip('/')}"))
    for path in ("/apple", "/prod", "/prod/webb", "/"):
        assert not iam.allows(found, "ssm:GetParametersByPath", arn("ssm", f"parameter{path}"))
    assert not iam.allows(found, "ssm:GetParametersByPath", arn("ssm", "parameter/app", region="eu-west-2"))
    for action in ("ssm:PutParameter", "ssm:DeleteParameters", "kms:Encrypt"):
        assert not iam.allows(found, action, arn("ssm", "parameter/app"))
    assert decrypts(found, "/app/key") and decrypts(found, "/prod/web/key")
    assert not decrypts(found, "/apple/key")
    assert not decrypts(found, "/app/key", alias="alias/other")
    assert not decrypts(found, "/app/key", via="s3.eu-west-1.amazonaws.com")
    assert store.operations == ["GetCallerIdentity"]


def test_secrets(ctl):
    found = policy(ctl, "prod/app", "--backend", "secretsmanager")
    asked = arn("secretsmanager", "secret:prod/app-AbCdEf")
    assert iam.allows(found, "secretsmanager:GetSecretValue", asked)
    assert not iam.allows(found, "secretsmanager:GetSecretValue", asked.replace("app-", "app-two-"))
    assert [statement["Sid"] for statement in found["Statement"]] == ["ReadSecrets"]
    keyed = policy(ctl, "prod/app", "--backend", "secretsmanager", "--key-id", "alias/mine")
    assert [statement["Sid"] for statement in keyed["Statement"]] == ["ReadSecrets", "Decrypt"]


@pytest.mark.parametrize(
    "key", ["arn:aws:kms:eu-west-1:1:key/mrk-1", "12345678-1234-1234-1234-123456789012", "mrk-0123"]
)
def test_keys_that_are_no_alias(ctl, key):
    (_, decrypt) = policy(ctl, "app", "--key-id", key)["Statement"]
    assert decrypt["Resource"] in (key, arn("kms", f"key/{key}")) and "ForAnyValue" not in str(decrypt)


@pytest.mark.parametrize("key", ['a"b', "*", "alias/*", 'x", "Resource": "*', "a b", "${aws:x}", "a\\"])
def test_keys_that_are_none(ctl, store, key):
    ctl.run("policy", "app", "--key-id", key).failed(100, "--key-id")
    ctl.run("write", "app", "key", "v", env={"CHAMBER_KMS_KEY_ALIAS": key}).failed(100, "--key-id")
    assert store.requests == []


@pytest.mark.parametrize(
    "region,partition,suffix",
    [
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
    ],
)
def test_partitions(ctl, store, region, partition, suffix):
    caller = {"Account": ACCOUNT, "Arn": f"arn:{partition}:iam::{ACCOUNT}:user/u", "UserId": "u"}
    result = {"GetCallerIdentityResponse": {"GetCallerIdentityResult": caller}}
    store.on("GetCallerIdentity", Canned(lambda body: result))
    read, decrypt = policy(ctl, "app", env={"AWS_REGION": region})["Statement"]
    assert read["Resource"] == [
        arn("ssm", "parameter/app", region, partition),
        arn("ssm", "parameter/app/*", region, partition),
    ]
    assert decrypt["Resource"] == arn("kms", "key/*", region, partition)
    assert decrypt["Condition"]["StringEquals"] == {"kms:ViaService": f"ssm.{region}.{suffix}"}


def test_the_caller_is_not_known(ctl, store):
    store.on("GetCallerIdentity", Refusal("AccessDenied", "no", status=403))
    ctl.run("policy", "app").failed(100, "find out the account")


@pytest.mark.parametrize("words", [[], ["app:label"], ["/app"], ["app", "a*"], ["app", ""]])
def test_bad_words(ctl, store, words):
    ctl.run("policy", *words).failed(100)
    assert store.requests == []
