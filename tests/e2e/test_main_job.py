"""The main job: as PID 1 with the task role, parameters become the command's environment."""

import pytest

from support.metadata import RELATIVE_URI


def test_parameters_become_the_environment(world):
    variables = world.ssm.put_many("/kops/", 3)
    result = world.run("exec", "kops").succeeded()
    assert result.env == {**world.base_env, **variables}
    assert result.ids[1] == 1, "antechamber is PID 1 and the command its child"


def test_what_goes_over_the_wire(world):
    world.ssm.put_many("/kops/", 1)
    world.run("exec", "kops").succeeded()
    (credentials,) = world.ecs.requests
    assert (credentials.method, credentials.target) == ("GET", RELATIVE_URI)
    assert credentials.header("host") == "169.254.170.2"
    assert credentials.header("authorization") is None
    (request,) = world.ssm.requests
    assert request.method == "POST" and request.target == "/"
    assert request.header("host") == "ssm.eu-west-1.amazonaws.com"
    assert request.header("x-amz-target") == "AmazonSSM.GetParametersByPath"
    assert request.header("x-amz-security-token") == world.identity.token
    assert request.json == {"Path": "/kops/", "WithDecryption": True, "MaxResults": 10}
    assert request.connection.sni == "ssm.eu-west-1.amazonaws.com"
    assert request.connection.version == "TLSv1.2"
    assert world.ssm.scopes[0].region == "eu-west-1"
    assert not world.imds.requests and not world.sts.requests


VALUES = {
    "plain": "postgres://user:pass@db/app",
    "empty-looking": " ",
    "spaces": "  leading and trailing  ",
    "newlines": "first\nsecond\r\nthird\n",
    "tab": "a\tb",
    "quotes": "\"double\" 'single' `back` \\ slash \\n",
    "unicode": "žluťoučký kůň 🐎 \u2028 \ufeff",
    "control": "".join(chr(c) for c in range(1, 32)) + "\x7f",
    "json": '{"a": ["\\u0041", {"b": null}]}',
    "equals": "a=b=c",
    "dollar": "$HOME ${PATH} $(id) %s %n",
    "long": "x" * 8192,
    "escapes-only": "\x01" * 8192,
    "replacement": "\ufffd\uffff",
}


@pytest.mark.parametrize("name", VALUES)
def test_values_arrive_byte_for_byte(world, name):
    world.ssm.put(f"/app/{name}", VALUES[name])
    result = world.run("exec", "app").succeeded()
    assert result.loaded == {name.upper().replace("-", "_"): VALUES[name]}


def test_every_type_is_loaded(world):
    world.ssm.put("/app/a", "a,b,c", type="StringList")
    world.ssm.put("/app/b", "plain", type="String")
    world.ssm.put("/app/c", "secure", type="SecureString")
    assert world.run("exec", "app").succeeded().loaded == {"A": "a,b,c", "B": "plain", "C": "secure"}


def test_the_command_is_untouched(world):
    world.ssm.put("/app/a", "one")
    words = ["exit", "0", "", "--help", "--", "-q", "a b", "$A", "{A}", "*", "č"]
    result = world.run("exec", "app", command=words).succeeded()
    assert result.args[2:] == [w.encode() for w in words]


@pytest.mark.parametrize("code", [0, 1, 2, 42, 100, 111, 126, 127, 128, 255])
def test_the_code_is_the_commands(world, code):
    world.ssm.put("/app/a", "one")
    world.run("exec", "app", command=["exit", code]).succeeded(code)


@pytest.mark.parametrize(
    "services, text",
    [
        ({"kops": 1}, ("1", "kops")),
        ({"kops": 12, "app_server": 3}, ("15", "kops, app_server")),
        ({"a/b": 2, "c.d": 0}, ("2", "a/b, c.d")),
    ],
)
def test_the_one_line_of_a_good_start(world, services, text):
    for number, (service, count) in enumerate(services.items()):
        world.ssm.put_many(f"/{service}/", count, stem=f"key{number}")
    result = world.run("exec", *services).succeeded()
    assert (result.summary["count"], result.summary["from"]) == text
    noun = "parameter" if text[0] == "1" else "parameters"
    assert f" {noun} from " in result.summary[0]
    quiet = [line for line in result.lines if "sandbox" not in line]
    empty = [service for service, count in services.items() if count == 0]
    assert len(quiet) == 1 + len(empty), result
    for service in empty:
        assert any(f"service {service}: /{service}/ has no parameters" in line for line in quiet)


def test_quiet_says_nothing(world):
    world.ssm.put("/app/path", "/overwritten")
    result = world.run("exec", "-q", "app").succeeded()
    assert result.lines == [] and result.stdout == b""


def test_verbose_names_requests_and_no_values(world):
    world.ssm.put_many("/app/", 12)
    result = world.run("exec", "--verbose", "app").succeeded()
    debug = "\n".join(result.messages("debug"))
    for text in ("ssm.eu-west-1.amazonaws.com", "169.254.170.2", "/app/", "GetParametersByPath"):
        assert text in debug, f"{text} is not in: {result}"


def test_init_contacts_nobody(world):
    result = world.run("init", command=["exit", "7"]).succeeded(7)
    assert result.env == world.base_env and result.lines == []
    assert not any(server.connections for server in world.servers) and not world.dns.queries


def test_not_pid_1_becomes_the_command(world):
    variables = world.ssm.put_many("/app/", 2)
    running = world.start("exec", "app", pid1=False, command=["exit", "5"])
    result = running.finish().succeeded(5)
    assert result.ids[0] == 2, "plain execve: no process of ours stays"
    assert result.loaded == variables


def test_not_pid_1_but_supervising(world):
    variables = world.ssm.put_many("/app/", 2)
    running = world.start("exec", "--supervise=always", "app", pid1=False, command=["exit", "5"])
    result = running.finish().succeeded(5)
    assert result.ids[0] != 2 and result.ids[1] == 2
    assert result.loaded == variables


@pytest.mark.parametrize("pid1", [True, False])
def test_without_privileges(world, pid1):
    variables = world.ssm.put_many("/app/", 2)
    assert world.run("exec", "app", uid=65534, pid1=pid1).succeeded().loaded == variables


def test_a_command_found_in_path(world):
    world.ssm.put("/app/a", "the value " + world.marker)
    result = world.run("exec", "app", "--", "sh", "-c", 'test "$A" = "$1" && exit 33', "sh",
                       "the value " + world.marker)  # fmt: skip
    assert result.code == 33


def test_a_loaded_path_does_not_choose_the_command(world):
    world.ssm.put("/app/path", "/nowhere-" + world.marker)
    result = world.run("exec", "app", "--", "sh", "-c", "exit 34")
    assert result.code == 34


def test_the_regions_endpoint_may_be_given(world):
    variables = world.ssm.put_many("/app/", 11)
    world.dns.names["store.test"] = ["127.0.1.1"]
    env = {"AWS_ENDPOINT_URL_SSM": "https://store.test:8443"}
    assert world.run("exec", "app", env=env).succeeded().loaded == variables
    assert {r.header("host") for r in world.ssm.requests} == {"store.test:8443"}
    assert world.ssm.connections[0].sni == "store.test"


def test_fail_if_empty(world):
    world.ssm.put("/full/a", "one")
    assert world.run("exec", "full", "hollow").succeeded().loaded == {"A": "one"}
    world.run("exec", "--fail-if-empty", "full", "hollow").failed(100, "hollow", "no parameters|empty")


def test_nothing_of_a_failing_start_runs(world):
    """Any failing service ends the start: the command never runs on part of its secrets."""
    world.ssm.put_many("/good/", 3)
    from support.steps import aws_error

    world.ssm.always(aws_error("AccessDeniedException"), when=lambda r: "/bad/" in r.json["Path"])
    world.run("exec", "good", "bad").failed(100, "AccessDeniedException", "bad")
