"""Bad input, and what it gets: exit code, one line that says what, where and why, and no command."""

import json
import os

import pytest

from support.metadata import credentials_body
from support.server import REFUSE
from support.steps import answer, aws_error, change, truncate

SERVICE = "/app/"


def row(name, arguments, code, *said, hint=None, env=None, setup=None, requests=0, asks=True):
    """
    said: patterns of the error line; hint: of the hint line; requests: how many reach the store;
    asks: whether the credentials may have been asked for.
    """
    return pytest.param(arguments, code, said, hint, env, setup, requests, asks, id=name)


def no_command(world):
    return {"command": None}


USAGE = [
    row("no service", ["exec"], 100, "service", hint="ANTECHAMBER_SERVICES|exec", asks=False),
    row("empty service", ["exec", ""], 100, "service", asks=False),
    row("leading slash", ["exec", "/app"], 100, "/app", "slash|begin|lead", asks=False),
    row("trailing slash", ["exec", "app/"], 100, "app/", "slash|end|trail", asks=False),
    row("double slash", ["exec", "a//b"], 100, "a//b", asks=False),
    row("blank in service", ["exec", "a b"], 100, "a b", asks=False),
    row("star in service", ["exec", "a*"], 100, r"a\*", asks=False),
    row("not ASCII", ["exec", "žába"], 100, r"\\x", asks=False),
    row("empty label", ["exec", "app:"], 100, "label", asks=False),
    row("bad label", ["exec", "app:a/b"], 100, "label", asks=False),
    row("two labels", ["exec", "app:a:b"], 100, "label|app:a:b", asks=False),
    row("long label", ["exec", "app:" + "x" * 101], 100, "label", asks=False),
    row("no --", ["exec", "app", "true"], 100, "--", setup=no_command, asks=False),
    row("nothing after --", ["exec", "app", "--"], 100, "command", setup=no_command, asks=False),
    row("check: nothing after --", ["check", "app", "--"], 100, "command", setup=no_command, asks=False),
    row("init: nothing after --", ["init", "--"], 100, "command", setup=no_command, asks=False),
    row("init with a service", ["init", "app"], 100, "app", asks=False),
    row("unknown option", ["exec", "--frobnicate", "app"], 100, "--frobnicate", asks=False),
    row("unknown short option", ["exec", "-Z", "app"], 100, "Z", asks=False),
    row("unknown command", ["fetch", "app"], 100, "fetch", asks=False),
    row("no command at all", [], 100, "command", setup=no_command, asks=False),
    row("too many services", ["exec", *(f"s{i}" for i in range(33))], 100, "32", asks=False),
]


def no_identity(world):
    world.imds.mode(REFUSE)


def credentials_say(*steps):
    return lambda world: world.ecs.then(*steps)


ECS_GONE = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None}
NO_SUCH_ID = answer({"code": "InvalidIdInRequest", "message": "Credentials not found"}, 400)
NONSENSE = answer("<html>This is no JSON at all</html>", type="text/html")

CONFIGURATION = [
    row("no region", ["exec", "app"], 100, "region", hint="AWS_REGION", env={"AWS_REGION": None}),
    row(
        "no credentials",
        ["exec", "app"],
        100,
        "credentials",
        "AWS_ACCESS_KEY_ID",
        "AWS_CONTAINER_CREDENTIALS",
        env=ECS_GONE,
        setup=no_identity,
    ),
    row(
        "only a profile",
        ["exec", "app"],
        100,
        "credentials",
        hint="aws-vault exec.*export-credentials|export-credentials.*aws-vault",
        env={**ECS_GONE, "AWS_PROFILE": "dev"},
        setup=no_identity,
    ),
    row("bundle not there", ["exec", "app"], 100, "AWS_CA_BUNDLE|/no/ca.pem", "No such file",
        env={"AWS_CA_BUNDLE": "/no/ca.pem"}),
    row("empty bundle", ["exec", "app"], 100, "/dev/null", env={"AWS_CA_BUNDLE": "/dev/null"}),
]  # fmt: skip

CREDENTIALS = [
    row("agent refuses", ["exec", "app"], 100, "169.254.170.2", "InvalidIdInRequest",
        setup=credentials_say(NO_SUCH_ID)),
    row("agent refuses in words", ["exec", "app"], 100, "169.254.170.2", "403",
        setup=credentials_say(answer("invalid service account token\n", 403, type="text/plain"))),
    row("agent answers nonsense", ["exec", "-r", "2", "app"], 111, "169.254.170.2",
        setup=credentials_say(NONSENSE, NONSENSE)),
    row("agent answers something else", ["exec", "-r", "1", "app"], 111, "AccessKeyId",
        setup=credentials_say(answer({"NotTheExpectedDocumentFormat": True}))),
    row("agent not there", ["exec", "-r", "2", "app"], 111, "169.254.170.2", "refused",
        setup=lambda world: world.ecs.mode(REFUSE)),
    row("agent redirects", ["exec", "app"], 111, "169.254.170.2", "redirect|302",
        setup=credentials_say(answer(b"", 302, headers=[("Location", "http://169.254.0.1/x")]))),
]  # fmt: skip


def certificate(kind):
    def setup(world):
        issued = getattr(world.pki, kind)("ssm.eu-west-1.amazonaws.com")
        world.ssm.context = world.pki.context(issued)

    return setup


def wrong_name(world):
    world.ssm.context = world.pki.context(world.pki.good("other.example"))


def store_says(*steps):
    return lambda world: world.ssm.then(*steps)


def stored(name, value):
    return lambda world: world.ssm.put(name, value) and None


DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/task/x is not authorized to perform: "
    "ssm:GetParametersByPath on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/app/"
)
HOST = r"ssm\.eu-west-1\.amazonaws\.com"

STORE = [
    row("access denied", ["exec", "app"], 100, HOST, "AccessDeniedException", "not authorized",
        hint="ssm:GetParametersByPath", requests=1,
        setup=store_says(aws_error("AccessDeniedException", message=DENIED))),
    row("unknown CA", ["exec", "app"], 100, HOST, "certificate|trust", hint="AWS_CA_BUNDLE",
        setup=certificate("from_stranger")),
    row("wrong host name", ["exec", "app"], 100, HOST, "name", setup=wrong_name),
    row("expired certificate", ["exec", "app"], 100, HOST, "expired|valid", setup=certificate("expired")),
    row("cut in the middle of a page", ["exec", "-r", "1", "app"], 111, HOST, requests=1,
        setup=store_says(truncate(100))),
    row("reset in the middle of a page", ["exec", "-r", "1", "app"], 111, HOST, "reset", requests=1,
        setup=store_says(truncate(100, end="reset"))),
    row("not JSON", ["exec", "-r", "1", "app"], 111, HOST, "JSON", requests=1,
        setup=store_says(answer("hello"))),
    row("HTML and 500", ["exec", "-r", "1", "app"], 111, HOST, "500", requests=1,
        setup=store_says(answer("<h1>oops</h1>", 500, type="text/html"))),
    row("redirect", ["exec", "app"], 111, HOST, "redirect|301", requests=1,
        setup=store_says(answer(b"", 301, headers=[("Location", "https://elsewhere.test/")]))),
    row("store not there", ["exec", "-r", "2", "app"], 111, HOST, "refused",
        setup=lambda world: world.ssm.mode(REFUSE)),
    row("no such host", ["exec", "-r", "2", "app"], 111, "nowhere.test",
        env={"AWS_ENDPOINT_URL_SSM": "https://nowhere.test"}),
    row("NUL in a value", ["exec", "app"], 100, "NUL", "/app/key|KEY", requests=1,
        setup=stored("/app/key", "before\0after")),
    row("a name for the dynamic loader", ["exec", "app"], 100, "LD_PRELOAD", requests=1,
        setup=stored("/app/ld-preload", "/tmp/evil.so")),
]  # fmt: skip

COMMAND = [
    row("command not there", ["exec", "app", "--", "no-such-command"], 127, "no-such-command",
        "not found|No such file", asks=False),
    row("path not there", ["exec", "app", "--", "/no/such/file"], 127, "/no/such/file", asks=False),
    row("empty command", ["exec", "app", "--", ""], 127, "name is empty|not found|No such file", asks=False),
    row("a folder", ["exec", "app", "--", "/usr"], 126, "/usr", asks=False),
    row("not executable", ["exec", "app", "--", "/etc/passwd"], 126, "/etc/passwd", "denied|executable",
        asks=False),
    row("init: command not there", ["init", "--", "no-such-command"], 127, "no-such-command", asks=False),
]  # fmt: skip


@pytest.mark.parametrize(
    "arguments, code, said, hint, env, setup, requests, asks",
    USAGE + CONFIGURATION + CREDENTIALS + STORE + COMMAND,
)
@pytest.mark.parametrize("level", [{}, {"ANTECHAMBER_VERBOSE": "1"}], ids=["usual", "verbose"])
def test_bad_input(world, arguments, code, said, hint, env, setup, requests, asks, level):
    """At every level the same error, and no secret beside it."""
    world.ssm.put_many("/app/", 3)
    options = (setup(world) if setup else None) or {}
    result = world.run(*arguments, env={**(env or {}), **level}, **options)
    result.failed(code, *said, hint=hint)
    assert len(world.ssm.requests) == requests
    if not asks:
        assert not world.ecs.requests and not world.ssm.connections, "nobody was to be asked"


def test_error_answers_are_not_printed_raw(world):
    """Of an error response only the parsed code and message, escaped, cut, without our secrets."""
    poison = "\x1b[31mred\n\tantechamber: error: forged " + world.identity.token + "é" * 300
    world.ssm.then(aws_error("ValidationException", message=poison))
    result = world.run("exec", "app").failed(100, "ValidationException", r"\\x1b\[31mred")
    assert r"\*\*\*" in repr(result.errors[0]) or "***" in result.errors[0]
    assert result.errors[0].count(r"\xc3\xa9") > 50, "up to 1,024 bytes of an AWS error's message"
    assert len(result.errors[0]) < 1024 + 200
    assert len([line for line in result.lines if "error:" in line]) == 1


def test_a_secret_in_a_credentials_error_is_masked(world):
    token = "Bearer-" + world.marker
    world.plant(token)
    world.vault.authorization = "something else"
    world.vault.then(answer({"Message": f"bad token {token} given"}, 403, type="application/json"))
    env = world.full_uri_env("http://127.0.0.1:9911", AWS_CONTAINER_AUTHORIZATION_TOKEN=token)
    result = world.run("exec", "app", env=env).failed(100, "403")
    assert "***" in result.errors[0] or "bad token" not in result.errors[0]


def test_secrets_of_a_malformed_credentials_answer_stay_unsaid(world):
    body = credentials_body(world.identity)
    del body["AccessKeyId"]
    world.ecs.then(change(body=body))
    world.run("exec", "-r", "1", "app").failed(111, "AccessKeyId")


def test_an_environment_too_large(world):
    """The kernel takes 128 KiB in one variable; the error says both sizes."""
    value = "x" * (131072 - len("BIG=") - 1)
    for text, fits in ((value, True), (value + "x", False)):
        entry = {"Name": "/app/big", "Value": text}
        path = world.file("big.json", json.dumps({"Parameters": [entry]}))
        result = world.run("exec", "-b", f"file:{path}", "app")
        if fits:
            assert result.succeeded().loaded == {"BIG": value}
        else:
            result.failed(100, "BIG", "131072|128 KiB")


def test_an_environment_too_large_together(world):
    """Each variable fits, all of them do not."""
    for number in range(60):
        world.secretsmanager.put(f"app{number}", {f"part-{number}": f"{number:05d}" * 13000})
    services = [f"app{n}" for n in range(30)]
    env = {f"INHERITED_{n}": "y" * 120000 for n in range(6)}
    result = world.run("exec", "-b", "secretsmanager", *services, env=env)
    result.failed(100, r"\d{7} bytes.* 2097152")


def test_a_script_without_its_interpreter(world):
    script = world.file("script", "#!/no/such/interpreter\n")
    os.chmod(script, 0o755)
    world.run("exec", "app", "--", script).failed(127, "script")


def test_a_file_of_no_known_format(world):
    path = world.file("garbage", "\x7fELF but not really")
    os.chmod(path, 0o755)
    world.ssm.put("/app/a", "one")
    world.run("exec", "app", "--", path).failed(126, "garbage")
