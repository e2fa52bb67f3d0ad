"""References in inherited variables."""

import pytest

from support.aws_ssm import ACCOUNT
from support.steps import Together, answer, edit

ARN = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret"


def resolved(world, reference, *arguments, **options):
    result = world.run("exec", "--references", *arguments, env={"REF": reference}, **options)
    return result.succeeded().env["REF"]


FORMS = [
    ("ssm:plain", "plain", "of plain"),
    ("ssm://plain", "plain", "of plain"),
    ("ssm:/a/b", "/a/b", "of /a/b"),
    ("ssm:a/b", "/a/b", "of /a/b"),
    ("ssm://a/b", "/a/b", "of /a/b"),
    ("ssm:///a/b", "/a/b", "of /a/b"),
    ("ssm:/a/b:3", "/a/b:3", "of /a/b"),
    ("ssm:/a/b:2", "/a/b:2", "older of /a/b"),
    ("ssm://a/b:Live", "/a/b:Live", "of /a/b"),
    ("ssm:plain:Live", "plain:Live", "of plain"),
    (f"{ARN}/a/b", None, "of /a/b"),
    (f"{ARN}/a/b:2", None, "older of /a/b"),
    (f"{ARN}/plain", None, "of plain"),
]


@pytest.mark.parametrize("reference, asked, value", FORMS)
def test_parameters(world, reference, asked, value):
    for name in ("plain", "/a/b"):
        world.ssm.put(name, "of " + name, version=3, labels=["Live"], older={2: "older of " + name})
    assert resolved(world, reference) == value
    (request,) = world.ssm.requests
    assert request.operation == "GetParameters"
    assert request.json == {"Names": [asked or reference], "WithDecryption": True}


@pytest.mark.parametrize("reference", ["ssm:/a/b:3", "ssm:/a/b:Live", "ssm:/a/b", f"{ARN}/a/b:3"])
@pytest.mark.parametrize("how", ["no selector", "by ARN", "selector in the name", "ARN and selector"])
def test_names_in_responses(world, reference, how):
    """What was asked for is taken, however the response names it, and asked for once."""
    world.ssm.put("/a/b", "good", version=3, labels=["Live"])

    def rename(body):
        for entry in body["Parameters"]:
            if how != "ARN and selector":
                entry.pop("Selector", None)
            if "ARN" in how:
                entry["Name"] = f"{ARN}/a/b"
            _, colon, selector = reference.removeprefix(ARN).removeprefix("ssm:").partition(":")
            if how == "selector in the name":
                entry["Name"] += colon + selector

    world.ssm.always(edit(rename))
    assert resolved(world, reference) == "good"
    assert len(world.ssm.requests) == 1


def test_versions_of_one_parameter(world):
    """They go into requests of their own: a response need not say which of them it is about."""
    world.ssm.put("/a/b", "new", version=3, labels=["Live"], older={2: "old"})

    def forget(body):
        for entry in body["Parameters"]:
            entry.pop("Selector", None)

    world.ssm.always(edit(forget))
    env = {"NEW": "ssm:/a/b", "OLD": "ssm:/a/b:2", "LIVE": "ssm:/a/b:Live", "SAME": "ssm://a/b"}
    result = world.run("exec", "--references", env=env).succeeded()
    assert result.loaded == {"NEW": "new", "OLD": "old", "LIVE": "new", "SAME": "new"}
    assert len(world.ssm.requests) == 3


@pytest.mark.parametrize("value", [
    "the ssm:/a/b", "ssm:/a/b ", " ssm:/a/b", "SSM:/a/b", "ssmx:/a/b", "arn:aws:s3:::bucket",
    "https://x/ssm:/a", "arn:aws:ssm:eu-west-1:1:document/x",
])  # fmt: skip
def test_what_is_no_reference_stays(world, value):
    result = world.run("exec", "--references", env={"REF": value})
    if result.started:
        assert result.env["REF"] == value and not world.ssm.requests
    else:
        # Blanks at the edges of a name are no name of a parameter: refused by name, not guessed.
        result.failed(100, "REF")


def test_off_by_default(world):
    world.ssm.put("/app/x", "1")
    result = world.run("exec", "app", env={"REF": "ssm:/a/b"}).succeeded()
    assert result.env["REF"] == "ssm:/a/b"


@pytest.mark.parametrize("count, requests", [(1, 1), (10, 1), (11, 2), (35, 4)])
def test_batches_of_ten(world, count, requests):
    env = {}
    for i in range(count):
        world.ssm.put(f"/r/k{i:02d}", f"value {i}")
        env[f"REF_{i:02d}"] = f"ssm:/r/k{i:02d}"
    result = world.run("exec", "--references", env=env).succeeded()
    assert result.loaded == {f"REF_{i:02d}": f"value {i}" for i in range(count)}
    assert [len(r.json["Names"]) for r in world.ssm.requests] == [
        min(10, count - 10 * i) for i in range(requests)
    ]
    assert result.summary["references"] == str(count) and result.summary["count"] is None


def test_the_same_name_twice(world):
    """Asked for once: GetParameters takes no name twice."""
    world.ssm.put("/r/k", "value 1")
    env = {"A": "ssm:/r/k", "B": "ssm:/r/k", "C": "ssm://r/k"}
    assert world.run("exec", "--references", env=env).succeeded().loaded == dict.fromkeys("ABC", "value 1")
    assert [r.json["Names"] for r in world.ssm.requests] == [["/r/k"]]


def test_answers_may_name_the_arn(world):
    """As for shared parameters."""
    world.ssm.put("/r/k", "value 1")
    world.ssm.names_as_arn = True
    assert resolved(world, f"{ARN}/r/k") == "value 1"


def test_another_region(world):
    world.ssm.put("/r/k", "here")
    world.ssm.put("/r/k", "there", region="us-east-2")
    env = {"A": "ssm:/r/k", "B": f"arn:aws:ssm:us-east-2:{ACCOUNT}:parameter/r/k"}
    result = world.run("exec", "--references", env=env).succeeded()
    assert result.loaded == {"A": "here", "B": "there"}
    assert {r.header("host") for r in world.ssm.requests} == {
        "ssm.eu-west-1.amazonaws.com",
        "ssm.us-east-2.amazonaws.com",
    }
    assert {s.region for s in world.ssm.scopes} == {"eu-west-1", "us-east-2"}


def test_another_partition(world):
    """The region of the ARN decides, so does its partition's suffix."""
    world.ssm.put("/r/k", "there", region="cn-north-1")
    arn = f"arn:aws-cn:ssm:cn-north-1:{ACCOUNT}:parameter/r/k"
    assert resolved(world, arn) == "there"
    assert world.ssm.requests[0].header("host") == "ssm.cn-north-1.amazonaws.com.cn"


@pytest.mark.parametrize("reference, said", [
    ("ssm:/r/missing", "/r/missing"),
    ("ssm:/r/k:9", "/r/k:9"),
    ("ssm:/r/k:nolabel", "/r/k:nolabel"),
    (f"{ARN}/r/missing", "missing"),
])  # fmt: skip
def test_an_unresolved_reference_names_its_variable(world, reference, said):
    world.ssm.put("/r/k", "value 1")
    env = {"GOOD": "ssm:/r/k", "MY_REF": reference}
    world.run("exec", "--references", env=env).failed(100, "MY_REF", said)


@pytest.mark.parametrize("reference", [
    "ssm:", "ssm://", "ssm:a b", "ssm:/a/b:", "ssm:/a/b:c:d", "ssm:ž", "secretsmanager:",
    "arn:aws:ssm:eu-west-1:1:parameter/", f"arn:aws:ssm::{ACCOUNT}:parameter/x", "arn:aws:ssm:eu_west:1:parameter/x",
])  # fmt: skip
def test_a_broken_reference_names_its_variable(world, reference):
    world.run("exec", "--references", env={"MY_REF": reference}).failed(100, "MY_REF")


@pytest.mark.parametrize("value", [
    "arn:aws:ssm:eu-west-1", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:document/AWS-RunShellScript",
    f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:other:x", "arn:aws:s3:::bucket", "arn:aws:iam::1:role/secret",
])  # fmt: skip
def test_another_arn_is_left_alone(world, value):
    run = world.run("exec", "--references", env={"NOT_MINE": value}).succeeded()
    assert run.env["NOT_MINE"] == value


# Secrets Manager.

SECRETS = [
    ("secretsmanager:prod/db", '{"user": "u", "port": 5432}'),
    (f"{SECRET}:prod/db-AbCdEf", '{"user": "u", "port": 5432}'),
    ("secretsmanager:prod/db:user", "u"),
    ("secretsmanager:prod/db:user:AWSPREVIOUS:", "old user"),
    (f"{SECRET}:prod/db-AbCdEf:user", "u"),
    (f"{SECRET}:prod/db-AbCdEf:user::", "u"),
    (f"{SECRET}:prod/db-AbCdEf:port::", "5432"),
    (f"{SECRET}:prod/db-AbCdEf:user:AWSPREVIOUS:", "old user"),
    (f"{SECRET}:prod/db-AbCdEf:user::v0", "old user"),
    (f"{SECRET}:prod/db-AbCdEf::AWSPREVIOUS:", '{"user": "old user"}'),
]


@pytest.mark.parametrize("reference, value", SECRETS)
def test_secrets(world, reference, value):
    world.secretsmanager.put("prod/db", '{"user": "u", "port": 5432}')
    world.secretsmanager.put("prod/db", '{"user": "old user"}', stage="AWSPREVIOUS", version="v0")
    assert resolved(world, reference) == value
    assert len(world.secretsmanager.requests) == 1 and not world.ssm.requests


@pytest.mark.parametrize("reference, said", [
    ("secretsmanager:missing", "missing|ResourceNotFound"),
    (f"{SECRET}:prod/db-AbCdEf:nokey::", "nokey"),
    (f"{SECRET}:prod/db-AbCdEf:inner::", "inner"),
])  # fmt: skip
def test_secrets_that_do_not_resolve(world, reference, said):
    world.secretsmanager.expect_refusals = True
    world.secretsmanager.put("prod/db", '{"user": "u", "inner": {"a": 1}}')
    world.run("exec", "--references", env={"MY_REF": reference}).failed(100, "MY_REF", said)


def test_a_secret_with_the_member_twice(world):
    """Which of them counts is anybody's guess, as in the backend secretsmanager."""
    world.secretsmanager.put("prod/db", '{"a": "one", "a": "two", "b": "three"}')
    run = world.run("exec", "--references", "-r1", env={"MY_REF": "secretsmanager:prod/db:a"})
    run.failed(111, "MY_REF", "member a twice")
    assert resolved(world, "secretsmanager:prod/db:b") == "three"


def test_a_binary_secret(world):
    world.secretsmanager.put("bin", "unused", binary="AAECAw==")
    env = {"MY_REF": "secretsmanager:bin"}
    world.run("exec", "--references", env=env).failed(100, "MY_REF", "binary|SecretBinary")


def test_a_secret_of_another_region(world):
    world.secretsmanager.put("prod/db", "there 1234", region="us-east-2")
    arn = f"arn:aws:secretsmanager:us-east-2:{ACCOUNT}:secret:prod/db-AbCdEf"
    assert resolved(world, arn) == "there 1234"


# With services, and the rules of the environment.


def test_with_services(world):
    world.ssm.put("/r/k", "value 1")
    world.ssm.put_many("/kops/", 42)
    result = world.run("exec", "--references", "kops", env={"A": "ssm:/r/k"}).succeeded()
    assert result.loaded["A"] == "value 1" and len(result.loaded) == 43
    assert result.summary[0].startswith("antechamber: 42 parameters from kops, 1 reference in ")


def test_the_summary_without_services(world):
    world.ssm.put("/r/k", "value 1")
    env = {name: "ssm:/r/k" for name in "ABC"}
    result = world.run("exec", "--references", env=env).succeeded()
    assert result.summary[0].startswith("antechamber: 3 references in ")


def test_services_and_references_side_by_side(world):
    world.ssm.put("/r/k", "value 1")
    world.ssm.put("/app/x", "2")
    world.secretsmanager.put("db", "value 3")
    together = Together(3)
    world.ssm.always(together)
    world.secretsmanager.always(together)
    env = {"A": "ssm:/r/k", "B": "secretsmanager:db"}
    result = world.run("exec", "--references", "app", env=env).succeeded()
    assert result.loaded == {"A": "value 1", "B": "value 3", "X": "2"}
    assert together.met


def test_pristine_keeps_a_resolved_reference(world):
    world.ssm.put("/r/k", "value 1")
    env = {"A": "ssm:/r/k", "OTHER": "gone"}
    result = world.run("exec", "--references", "--pristine", env=env).succeeded()
    assert result.env == {"A": "value 1"}


def test_a_service_overwrites_a_reference(world):
    world.ssm.put("/r/k", "from reference")
    world.ssm.put("/app/a", "from service")
    env = {"A": "ssm:/r/k"}
    result = world.run("exec", "--references", "app", env=env).succeeded()
    assert result.env["A"] == "from service"
    assert result.overwritten == ["warning: service app overwriting environment variable A"]
    kept = world.run("exec", "--references", "--no-clobber", "app", env=env).succeeded()
    assert kept.env["A"] == "from reference" and kept.warnings == []


def test_no_services_and_no_references_found(world):
    result = world.run("exec", "--references").succeeded()
    assert result.env == world.base_env


def test_no_services_without_the_option(world):
    world.run("exec", env={"A": "ssm:/r/k"}).failed(100, "service")


def test_a_nul_in_a_reference(world):
    world.ssm.put("/r/k", "a\0b")
    world.run("exec", "--references", env={"MY_REF": "ssm:/r/k"}).failed(100, "MY_REF|/r/k", "NUL")


def test_a_loader_variable_by_reference(world):
    world.ssm.put("/r/k", "/evil.so")
    world.run("exec", "--references", env={"LD_PRELOAD": "ssm:/r/k"}).failed(100, "LD_PRELOAD")


@pytest.mark.parametrize("change", [
    lambda b: b["Parameters"].pop(),
    lambda b: b["Parameters"].append({"Name": "/other", "Value": "12345678"}),
    lambda b: b["Parameters"].append(dict(b["Parameters"][0])),
    lambda b: b["Parameters"][0].update(Name="/r/x"),
    lambda b: b["Parameters"][0].pop("Value"),
    lambda b: b.update(Parameters=None),
    lambda b: b.update(InvalidParameters="x"),
], ids=["too few", "one more", "one twice", "another name", "no value", "null", "wrong type"])  # fmt: skip
def test_malformed_answers(world, change):
    world.ssm.put("/r/k", "value 1")
    world.ssm.always(edit(change))
    result = world.run("exec", "--references", "-r", "2", env={"MY_REF": "ssm:/r/k"})
    if result.started:
        # What nobody asked for may be passed over; what was asked for is right.
        assert result.env["MY_REF"] == "value 1"
    else:
        assert result.code in (100, 111) and len(result.errors) == 1, result


def test_no_answer_at_all(world):
    world.ssm.always(answer("oops", 500))
    env = {"MY_REF": "ssm:/r/k"}
    world.run("exec", "--references", "-r", "2", env=env).failed(111, "500")
