"""Where the region comes from and which endpoint follows from it."""

import pytest

from support.metadata import METADATA
from support.sandbox import untouched
from support.server import REFUSE

NO_REGION = {"AWS_REGION": None}


def asked_host(world):
    """The store's name: in DNS, SNI and Host alike; and the region of the signature."""
    (request,) = world.ssm.requests
    host = request.header("host")
    assert request.connection.sni == host.partition(":")[0]
    assert host.partition(":")[0] in {name for name, _ in world.dns.queries}
    return host, world.ssm.scopes[0].region


@pytest.mark.parametrize(
    "env, region",
    [
        ({"AWS_REGION": "us-east-1"}, "us-east-1"),
        ({"AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
        ({"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"}, "us-east-1"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
        ({"CHAMBER_AWS_REGION": "us-west-2", "AWS_REGION": "us-east-1"}, "us-west-2"),
        ({"CHAMBER_AWS_REGION": "", "AWS_REGION": "us-east-1"}, "us-east-1"),
    ],
)
def test_variables(world, env, region):
    world.ssm.put("/app/key", "the value", region=region)
    assert world.run("exec", "app", env={**NO_REGION, **env}).succeeded().loaded == {"KEY": "the value"}
    assert asked_host(world) == (f"ssm.{region}.amazonaws.com", region)


def test_a_zone_is_no_region(world):
    env = {**world.static_env, "AWS_REGION": "us-east-1a"}
    world.run("exec", "app", env=env).failed(100, "us-east-1a.*availability zone", hint="us-east-1$")
    untouched(world.ssm)


def test_task_metadata(world):
    world.ecs.task["TaskARN"] = "arn:aws:ecs:ap-southeast-2:123456789012:task/blue/158d1c80"
    world.ssm.put("/app/key", "the value", region="ap-southeast-2")
    env = {**NO_REGION, **world.metadata_env}
    world.run("exec", "app", env=env).succeeded()
    assert asked_host(world)[1] == "ap-southeast-2"
    assert METADATA + "/task" in world.ecs.targets


def test_variables_come_before_the_task_metadata(world):
    world.run("exec", "app", env=world.metadata_env).succeeded()
    assert METADATA + "/task" not in world.ecs.targets


@pytest.mark.parametrize("arn", ["", "arn:aws:ecs", "nonsense", "arn:aws:ecs::1:task/x", 7, None])
def test_task_metadata_of_no_use(world, arn):
    world.ecs.task["TaskARN"] = arn
    result = world.run("exec", "-r", "1", "app", env={**NO_REGION, **world.metadata_env})
    assert result.code in (100, 111) and not result.started and len(result.errors) == 1, result
    assert not world.ssm.requests


def test_imds_region_when_the_credentials_are_its(world):
    world.imds.placement = "sa-east-1"
    world.ssm.put("/app/key", "the value", region="sa-east-1")
    env = {**NO_REGION, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None}
    assert world.run("exec", "app", env=env).succeeded().loaded == {"KEY": "the value"}
    assert asked_host(world)[1] == "sa-east-1"


def test_imds_region_is_not_asked_for_others(world):
    world.run("exec", "app", env=NO_REGION).failed(100, "region", hint="AWS_REGION")
    untouched(world.imds)
    assert not world.ssm.requests


def test_imds_says_no_region(world):
    world.imds.placement = ""
    env = {**NO_REGION, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None}
    result = world.run("exec", "-r", "1", "app", env=env)
    assert result.code in (100, 111) and not result.started
    assert not world.ssm.requests


@pytest.mark.parametrize(
    "region", ["eu west 1", "eu-west-1/", "x.evil.test/", "-a", "a" * 100, "eu_west", "é", "a@b", "a:1"]
)
def test_a_region_that_is_none(world, region):
    """A region is part of a host name; what cannot be one is refused."""
    world.run("exec", "app", env={"AWS_REGION": region}).failed(100, "region", "AWS_REGION|region")
    assert not world.ssm.connections and not world.dns.queries


# Partitions (facts A7): plain, FIPS, dual-stack, both.

FIPS = {"AWS_USE_FIPS_ENDPOINT": "true"}
DUAL = {"AWS_USE_DUALSTACK_ENDPOINT": "true"}
PARTITIONS = [
    ("eu-central-1", {}, "ssm.eu-central-1.amazonaws.com"),
    ("cn-north-1", {}, "ssm.cn-north-1.amazonaws.com.cn"),
    ("us-gov-west-1", {}, "ssm.us-gov-west-1.amazonaws.com"),
    ("eusc-de-east-1", {}, "ssm.eusc-de-east-1.amazonaws.eu"),
    ("us-iso-east-1", {}, "ssm.us-iso-east-1.c2s.ic.gov"),
    ("us-isob-east-1", {}, "ssm.us-isob-east-1.sc2s.sgov.gov"),
    ("eu-isoe-west-1", {}, "ssm.eu-isoe-west-1.cloud.adc-e.uk"),
    ("us-isof-south-1", {}, "ssm.us-isof-south-1.csp.hci.ic.gov"),
    ("xx-new-9", {}, "ssm.xx-new-9.amazonaws.com"),
    ("us-east-1", FIPS, "ssm-fips.us-east-1.amazonaws.com"),
    ("us-gov-west-1", FIPS, "ssm.us-gov-west-1.amazonaws.com"),
    ("cn-north-1", FIPS, "ssm-fips.cn-north-1.amazonaws.com.cn"),
    ("us-east-1", DUAL, "ssm.us-east-1.api.aws"),
    ("cn-north-1", DUAL, "ssm.cn-north-1.api.amazonwebservices.com.cn"),
    ("eusc-de-east-1", DUAL, "ssm.eusc-de-east-1.api.amazonwebservices.eu"),
    ("us-gov-west-1", DUAL, "ssm.us-gov-west-1.api.aws"),
    ("us-iso-east-1", DUAL, "ssm.us-iso-east-1.api.aws.ic.gov"),
    ("us-isob-east-1", DUAL, "ssm.us-isob-east-1.api.aws.scloud"),
    ("eu-isoe-west-1", DUAL, "ssm.eu-isoe-west-1.api.cloud-aws.adc-e.uk"),
    ("us-isof-south-1", DUAL, "ssm.us-isof-south-1.api.aws.hci.ic.gov"),
    ("us-east-1", {**FIPS, **DUAL}, "ssm-fips.us-east-1.api.aws"),
    ("us-gov-west-1", {**FIPS, **DUAL}, "ssm-fips.us-gov-west-1.api.aws"),
    ("us-east-1", {"AWS_USE_FIPS_ENDPOINT": "false"}, "ssm.us-east-1.amazonaws.com"),
    ("us-east-1", {"AWS_USE_DUALSTACK_ENDPOINT": ""}, "ssm.us-east-1.amazonaws.com"),
]


@pytest.mark.parametrize("region, env, host", PARTITIONS)
def test_partitions(world, region, env, host):
    world.ssm.put("/app/key", "the value", region=region)
    result = world.run("exec", "app", env={"AWS_REGION": region, **env}).succeeded()
    assert result.loaded["KEY"] == "the value"
    assert asked_host(world) == (host, region)


@pytest.mark.parametrize(
    "region, env, host",
    [
        ("eu-west-1", {}, "sts.eu-west-1.amazonaws.com"),
        ("cn-north-1", {}, "sts.cn-north-1.amazonaws.com.cn"),
        ("us-east-1", FIPS, "sts-fips.us-east-1.amazonaws.com"),
        ("us-gov-west-1", FIPS, "sts.us-gov-west-1.amazonaws.com"),
        ("us-east-1", DUAL, "sts.us-east-1.api.aws"),
    ],
)
def test_sts_is_regional(world, region, env, host):
    world.run("exec", "app", env={"AWS_REGION": region, **world.irsa_env, **env}).succeeded()
    assert [r.header("host") for r in world.sts.requests] == [host]


# Given endpoints.


def custom(world, name="store.test", address="127.0.1.1"):
    world.dns.names[name] = [address]
    return name


@pytest.mark.parametrize(
    "variables, used",
    [
        (["AWS_ENDPOINT_URL"], 0),
        (["AWS_ENDPOINT_URL_SSM"], 0),
        (["AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL"], 0),
        (["CHAMBER_AWS_SSM_ENDPOINT", "AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL"], 0),
    ],
)
def test_which_endpoint_wins(world, variables, used):
    env = {}
    for number, variable in enumerate(variables):
        env[variable] = f"https://{custom(world, f'e{number}.test')}"
    world.ssm.put("/app/key", "the value")
    world.run("exec", "app", env=env).succeeded()
    assert asked_host(world) == (f"e{used}.test", "eu-west-1")


def test_endpoints_of_other_services_are_not_ours(world):
    world.ssm.put("/app/key", "the value")
    env = {"AWS_ENDPOINT_URL_STS": "https://sts.test", "AWS_ENDPOINT_URL_S3": "https://s3.test"}
    world.run("exec", "app", env=env).succeeded()
    assert asked_host(world)[0] == "ssm.eu-west-1.amazonaws.com"


def test_configured_endpoints_may_be_ignored(world):
    env = {
        "AWS_ENDPOINT_URL_SSM": f"https://{custom(world)}",
        "AWS_ENDPOINT_URL": f"https://{custom(world)}",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    }
    world.run("exec", "app", env=env).succeeded()
    assert asked_host(world)[0] == "ssm.eu-west-1.amazonaws.com"


def test_sts_and_secrets_manager_endpoints(world):
    custom(world, "identity.test", "127.0.1.2")
    custom(world, "vault.test", "127.0.1.3")
    world.secretsmanager.put("app", {"key": "the value"})
    env = {
        **world.irsa_env,
        "AWS_ENDPOINT_URL_STS": "https://identity.test:8443",
        "CHAMBER_AWS_SECRETS_MANAGER_ENDPOINT": "https://vault.test:8443",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": "https://other.test",
    }
    result = world.run("exec", "-b", "secretsmanager", "app", env=env).succeeded()
    assert result.loaded == {"KEY": "the value"}
    assert world.sts.requests[0].header("host") == "identity.test:8443"
    assert world.secretsmanager.requests[0].header("host") == "vault.test:8443"


@pytest.mark.parametrize("path", ["/base", "/base/", "/a/b%20c/"])
def test_a_base_path(world, path):
    world.ssm.put("/app/key", "the value")
    env = {"AWS_ENDPOINT_URL_SSM": f"https://{custom(world)}:8443{path}"}
    world.ssm.base_path = path
    running = world.start("exec", "app", env=env)
    result = running.finish()
    assert result.succeeded().loaded == {"KEY": "the value"}


@pytest.mark.parametrize("env", [FIPS, DUAL])
def test_a_given_endpoint_with_fips_or_dualstack(world, env):
    env = {"AWS_ENDPOINT_URL_SSM": f"https://{custom(world)}", **env}
    world.run("exec", "app", env=env).failed(100, "FIPS|DUALSTACK|dual-stack", "endpoint|store.test")
    assert not world.ssm.connections


@pytest.mark.parametrize(
    "url", ["store.test", "ftp://store.test", "https://", "https://a b", "https://store.test:0",
            "https://store.test#x", "//store.test", "https://store.test:99999"]
)  # fmt: skip
def test_an_endpoint_that_is_no_url(world, url):
    world.run("exec", "app", env={"AWS_ENDPOINT_URL_SSM": url}).failed(100, "AWS_ENDPOINT_URL_SSM")
    assert not world.ssm.connections


@pytest.mark.parametrize("host", ["127.0.1.1", "localhost", "loop.test"])
def test_plain_http_on_loopback(world, host):
    custom(world, "loop.test")
    world.ssm.put("/app/key", "the value")
    hosts = world.file("hosts", "127.0.1.1 localhost\n")  # the store is not on 127.0.0.1
    env = {"AWS_ENDPOINT_URL_SSM": f"http://{host}:4566"}
    result = world.run("exec", "app", env=env, binds=[(hosts, "/etc/hosts")]).succeeded()
    assert result.loaded == {"KEY": "the value"}
    assert world.ssm.requests[0].header("host") == f"{host}:4566"


@pytest.mark.parametrize("addresses", [["10.9.9.9"], ["127.0.1.1", "10.9.9.9"], [*["127.0.1.1"] * 12, "10.9.9.9"]])
def test_plain_http_elsewhere(world, addresses):
    world.dns.names["store.test"] = addresses
    env = {"AWS_ENDPOINT_URL_SSM": "http://store.test:4566"}
    result = world.run("exec", "app", env=env)
    result.failed(100, "http", "store.test", hint="--allow-http|https")
    assert not world.ssm.connections
    world.ssm.put("/app/key", "the value")
    allowed = world.run("exec", "--allow-http", "app", env=env).succeeded()
    assert allowed.loaded == {"KEY": "the value"}


def test_an_emulator_that_is_not_there(world):
    world.ssm.mode(REFUSE)
    env = {"AWS_ENDPOINT_URL_SSM": "http://127.0.1.1:4566"}
    world.run("exec", "-r", "1", "app", env=env).failed(111, "127.0.1.1")
