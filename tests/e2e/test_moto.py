"""Against moto: a Parameter Store and an STS that somebody else wrote, which checks signatures."""

import json

import pytest


def store(moto, parameters):
    def put(client):
        ssm = client("ssm")
        for name, value in parameters.items():
            ssm.put_parameter(Name=name, Value=value, Type="SecureString")

    moto.call(put)


def parameters(world, path, count):
    """name -> value, and variable -> value."""
    stored = {f"{path}key-{i:03d}": f"{world.marker}-{i:03d}" for i in range(count)}
    for value in stored.values():
        world.plant(value)
    variables = {name.rpartition("/")[2].upper().replace("-", "_"): v for name, v in stored.items()}
    return stored, variables


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 43])
def test_every_number_of_pages(world, moto, count):
    stored, variables = parameters(world, "/shop/", count)
    store(moto, stored)
    result = world.run("exec", "shop", env=moto.env).succeeded()
    assert result.loaded == variables


def test_task_role_and_signatures(world, moto):
    stored, variables = parameters(world, "/shop/", 12)
    store(moto, stored)
    moto.task_role()
    moto.require_signatures()
    result = world.run("exec", "shop", env=moto.env).succeeded()
    assert result.loaded == variables


def test_a_wrong_secret_is_noticed(world, moto):
    """So that the test above can fail: moto really looks at the signature (and refuses in XML)."""
    store(moto, {"/shop/key": "value"})
    moto.task_role().secret = "not" + world.identity.secret[3:]
    moto.require_signatures()
    world.run("exec", "shop", env=moto.env).failed(100, "403|SignatureDoesNotMatch")


def test_two_services(world, moto):
    store(moto, {"/base/url": "from base " + world.marker, "/base/only": "one"})
    store(moto, {"/app/url": "from app " + world.marker})
    result = world.run("exec", "base", "app", env=moto.env).succeeded()
    assert result.loaded == {"URL": "from app " + world.marker, "ONLY": "one"}
    assert result.overwritten == ["warning: service app overwriting environment variable URL"]


def test_types_and_texts(world, moto):
    values = {
        "list": ("StringList", "a,b,c"),
        "plain": ("String", "plain " + world.marker),
        "unicode": ("SecureString", "žluťoučký 🐎 " + world.marker),
        "json": ("SecureString", '{"a": "\\"b\\"", "c": [1, 2]}\n\ttail'),
    }

    def put(client):
        for name, (kind, value) in values.items():
            client("ssm").put_parameter(Name=f"/app/{name}", Value=value, Type=kind)

    moto.call(put)
    result = world.run("exec", "app", env=moto.env).succeeded()
    assert result.loaded == {name.upper(): value for name, (_, value) in values.items()}


def test_labels(world, moto):
    def put(client):
        ssm = client("ssm")
        ssm.put_parameter(Name="/app/a", Value="labelled", Type="String")
        ssm.put_parameter(Name="/app/b", Value="without", Type="String")
        ssm.label_parameter_version(Name="/app/a", ParameterVersion=1, Labels=["Live"])

    moto.call(put)
    result = world.run("exec", "app:Live", env=moto.env).succeeded()
    assert result.loaded == {"A": "labelled"}


def test_recursive(world, moto):
    store(moto, {"/app/a": "top", "/app/db/password": "below"})
    assert world.run("exec", "app", env=moto.env).loaded == {"A": "top"}
    result = world.run("exec", "--recursive", "app", env=moto.env).succeeded()
    assert result.loaded == {"A": "top", "DB_PASSWORD": "below"}


def test_web_identity(world, moto):
    stored, variables = parameters(world, "/shop/", 3)
    store(moto, stored)

    def make(client):
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=trust)["Role"]
        return role["Arn"]

    role = moto.call(make)
    env = {**moto.env, **world.irsa_env, "AWS_ROLE_ARN": role}
    assert world.run("exec", "shop", env=env).succeeded().loaded == variables
    assert not world.ecs.requests


def test_secrets_manager(world, moto):
    secret = {"db-url": "postgres " + world.marker, "port": 5432, "on": True}

    def put(client):
        client("secretsmanager").create_secret(Name="app", SecretString=json.dumps(secret))

    moto.call(put)
    result = world.run("exec", "-b", "secretsmanager", "app", env=moto.env).succeeded()
    assert result.loaded == {"DB_URL": secret["db-url"], "PORT": "5432", "ON": "true"}
    missing = world.run("exec", "-b", "secretsmanager", "other", env=moto.env)
    missing.failed(100, "ResourceNotFoundException", "other")


def test_references(world, moto):
    stored, _ = parameters(world, "/shop/", 12)
    store(moto, stored)
    env = {f"REF_{i}": f"ssm:{name}" for i, name in enumerate(stored)}
    result = world.run("exec", "--references", env={**moto.env, **env}).succeeded()
    assert result.loaded == {f"REF_{i}": value for i, value in enumerate(stored.values())}


def test_an_error_that_is_not_json(world, moto):
    """moto responds to a bad token with an HTML page and 500; here a whole wrong path does."""
    env = {**moto.env, "AWS_ENDPOINT_URL_SSM": moto.endpoint + "/no/such/place"}
    result = world.run("exec", "-r", "2", "app", env=env)
    assert result.code in (100, 111) and not result.started
    assert "<" not in "".join(result.lines), "a raw body was printed"
