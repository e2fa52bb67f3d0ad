"""Every option: its forms, its variable, who wins, what is refused."""

import re

import pytest

from support.steps import answer


@pytest.fixture
def app(world):
    world.ssm.put("/app/key-a", "value")
    world.ssm.put("/app/deep/key", "below")
    return world


# Booleans: (option, variable, does it hold?)


def recursive(result):
    return "DEEP_KEY" in result.env


def pristine(result):
    return "PATH" not in result.env


def no_clobber(result):
    return result.env["KEY_A"] == "old"


def quiet(result):
    return not result.lines


def verbose(result):
    return bool(result.messages("debug"))


FLAGS = [
    ("recursive", recursive, {}),
    ("pristine", pristine, {}),
    ("no-clobber", no_clobber, {"KEY_A": "old"}),
    ("quiet", quiet, {"KEY_A": "old"}),
    ("verbose", verbose, {}),
]
TRUE = ["1", "true", "TRUE", "True", "yes", "Yes", "on", "ON"]
FALSE = ["0", "false", "FALSE", "no", "No", "off", "OFF"]


def variable(option):
    return "ANTECHAMBER_" + option.upper().replace("-", "_")


@pytest.mark.parametrize("option, holds, env", FLAGS)
def test_flags(app, option, holds, env):
    def outcome(*arguments, **more):
        return holds(app.run("exec", *arguments, "app", env={**env, **more}).succeeded())

    twin = variable(option)
    assert outcome() is False
    assert outcome(f"--{option}") is True
    assert outcome(f"--{option}=true") is True
    assert outcome(**{twin: "1"}) is True
    assert outcome(**{twin: ""}) is False, "an empty variable is unset"
    assert outcome(f"--{option}=false", **{twin: "1"}) is False, "the command line wins"
    assert outcome(f"--{option}", **{twin: "0"}) is True
    assert outcome(f"--{option}", f"--{option}=off") is False, "the last one wins"


@pytest.mark.parametrize("value, expected", [(v, True) for v in TRUE] + [(v, False) for v in FALSE])
def test_booleans(app, value, expected):
    assert recursive(app.run("exec", f"--recursive={value}", "app").succeeded()) is expected
    env = {"ANTECHAMBER_RECURSIVE": value}
    assert recursive(app.run("exec", "app", env=env).succeeded()) is expected


ALL_FLAGS = [
    "references", "recursive", "pristine", "strict", "no-clobber", "fail-if-empty", "keep-case", "allow-http",
    "signal-group", "subreaper", "quiet", "verbose",
]  # fmt: skip


@pytest.mark.parametrize("value", ["2", "maybe", "t", "tru", "truee", " 1", "-1", "yes no"])
def test_values_that_are_no_boolean(app, value):
    app.run("exec", f"--recursive={value}", "app").failed(100, "--recursive")
    app.run("exec", "app", env={"ANTECHAMBER_RECURSIVE": value}).failed(100, "ANTECHAMBER_RECURSIVE")
    assert not app.ecs.requests


@pytest.mark.parametrize("option", ALL_FLAGS)
def test_every_flag_refuses_nonsense_by_its_name(app, option):
    app.run("exec", f"--{option}=maybe", "app").failed(100, f"--{option}", "maybe")
    app.run("exec", "app", env={variable(option): "maybe"}).failed(100, variable(option), "maybe")


def test_a_flag_does_not_eat_the_next_word(app):
    """`--pristine false` is the flag and a service called false."""
    result = app.run("exec", "--pristine", "app").succeeded()
    assert pristine(result) and result.summary["from"] == "app"


# Values that are refused, by option and by variable.

BAD = [
    ("backend", ["s3", "s3-kms", "S3", "vault", "file:", "ssm "]),
    ("env-names", ["upper", "lower", "keep "]),
    ("retries", ["0", "-1", "3x", "1.5", " 3", "0x3", "99999999999999999999", "ten"]),
    ("timeout", ["-1", "1s", "1.2.3", ".", "inf", "nan", "1e3", " 1", "99999999999999999999",
                 "0.0004", ".0009", "0.00000000000000000000001"]),
    ("sandbox", ["on", "AUTO ", "none", "yes"]),
    ("supervise", ["yes", "sometimes", "1"]),
    ("grace", ["-1", "2s", "x", "0.0004"]),
    ("log-format", ["xml", "json ", "logfmt"]),
    ("parent-death-signal", ["NOPE", "65", "-1", "SIG", "TERM,", "1.0", "RTMIN+99"]),
    ("remap-exit", ["-1", "256", "x", "1.0", "143x"]),
    ("rewrite-signal", ["15", "15:", ":15", "TERM:NOPE", "99:1", "TERM-INT", "TERM:INT:HUP"]),
    ("keep", ["A=B", "A=", "*A", "A*B"]),
    ("unset", ["A=B", "A="]),
]


@pytest.mark.parametrize(
    "option, value", [pytest.param(o, v, id=f"{o}={v}") for o, values in BAD for v in values]
)
def test_bad_values(app, option, value):
    """A usage error that names the option, or the variable; nobody is asked for anything."""
    app.run("exec", f"--{option}={value}", "app").failed(100, f"--{option}")
    env = {variable(option): value}
    app.run("exec", "app", env=env).failed(100, variable(option))
    assert not app.ecs.requests and not app.ssm.connections


@pytest.mark.parametrize("option", [o for o, _ in BAD])
def test_an_empty_value(app, option):
    """On the command line an error, in the environment as good as unset."""
    app.run("exec", f"--{option}=", "app").failed(100, f"--{option}")
    assert app.run("exec", "app", env={variable(option): ""}).succeeded()


@pytest.mark.parametrize("option", [o for o, _ in BAD] + ["strict-value"])
def test_a_missing_value(app, option):
    app.run("exec", "app", f"--{option}").failed(100, f"--{option}")


@pytest.mark.parametrize("arguments", [["-r"], ["-b"], ["-e"], ["-p"], ["-qr"]])
def test_a_missing_value_of_a_short_one(app, arguments):
    app.run("exec", "app", *arguments).failed(100, arguments[0][-1])


# Numbers that count: attempts, seen at the server.


def attempts(app, *arguments, env=None):
    app.ssm.always(answer("oops", 500))
    before = len(app.ssm.requests)
    app.run("exec", *arguments, "app", env=env).failed(111, "500")
    return len(app.ssm.requests) - before


@pytest.mark.parametrize("arguments", [["-r", "2"], ["-r2"], ["--retries", "2"], ["--retries=2"], ["-qr2"],
                                       ["-q", "-r", "2"], ["-r", "9", "-r", "2"]])  # fmt: skip
def test_forms_of_an_option(app, arguments):
    assert attempts(app, *arguments) == 2


@pytest.mark.parametrize("arguments, env, expected", [
    (["-r", "1"], {"ANTECHAMBER_RETRIES": "2", "CHAMBER_RETRIES": "3", "AWS_MAX_ATTEMPTS": "4"}, 1),
    ([], {"ANTECHAMBER_RETRIES": "2", "CHAMBER_RETRIES": "3", "AWS_MAX_ATTEMPTS": "4"}, 2),
    ([], {"CHAMBER_RETRIES": "3", "AWS_MAX_ATTEMPTS": "4"}, 3),
    ([], {"AWS_MAX_ATTEMPTS": "4"}, 4),
    ([], {"ANTECHAMBER_RETRIES": "", "CHAMBER_RETRIES": "", "AWS_MAX_ATTEMPTS": "2"}, 2),
])  # fmt: skip
def test_precedence(app, arguments, env, expected):
    assert attempts(app, *arguments, env=env) == expected


@pytest.mark.parametrize("name", ["CHAMBER_RETRIES", "AWS_MAX_ATTEMPTS", "CHAMBER_SECRET_BACKEND"])
def test_bad_values_of_other_peoples_variables(app, name):
    app.run("exec", "app", env={name: "x1"}).failed(100, name)


def test_a_losing_bad_value(app):
    """What is overruled needs no judgement, or is refused by name: nothing between."""
    result = app.run("exec", "-r", "2", "app", env={"ANTECHAMBER_RETRIES": "x"})
    if result.started:
        assert result.code == 0
    else:
        result.failed(100, "ANTECHAMBER_RETRIES")


# Short options.


def test_bundles(app):
    result = app.run("exec", "-gsq", "app").succeeded()
    assert result.lines == []
    app.run("exec", "-gsZ", "app").failed(100, "Z")


def test_a_bundle_with_a_value_at_its_end(app):
    app.secretsmanager.put("app", {"k": "v"})
    assert app.run("exec", "-qbsecretsmanager", "app").succeeded().env["K"] == "v"


def test_chambers_options_without_effect(app):
    arguments = ["--retry-mode", "adaptive", "--min-throttle-delay=500ms"]
    result = app.run("exec", *arguments, "app").succeeded()
    for option in ("--retry-mode", "--min-throttle-delay"):
        said = [line for line in result.lines if option in line]
        assert len(said) == 1 and re.search("no effect|without effect|ignored", said[0])


def test_chambers_command_line_as_it_stands(app):
    """What an image that used chamber has in its entry point."""
    result = app.run("exec", "--backend", "SSM", "-r", "5", "--pristine", "app").succeeded()
    assert result.env == {"KEY_A": "value"}


# Services.


def test_the_command_line_hides_the_variable_with_a_warning(app):
    app.ssm.put("/web/b", "of web")
    env = {"ANTECHAMBER_SERVICES": "web"}
    result = app.run("exec", "app", env=env).succeeded()
    assert result.loaded == {"KEY_A": "value"}
    assert [w for w in result.warnings if "ANTECHAMBER_SERVICES" in w], result.lines
    assert app.run("exec", env=env).succeeded().warnings == []
    assert app.run("exec", "app", env={"ANTECHAMBER_SERVICES": ""}).succeeded().warnings == []


def test_keep_case(app):
    app.ssm.put("/Prod/WebApp/key", "upper")
    app.ssm.put("/prod/webapp/key", "lower")
    assert app.run("exec", "Prod/WebApp").succeeded().loaded == {"KEY": "lower"}
    assert app.run("exec", "--keep-case", "Prod/WebApp").succeeded().loaded == {"KEY": "upper"}
    env = {"ANTECHAMBER_KEEP_CASE": "yes"}
    assert app.run("exec", "Prod/WebApp", env=env).succeeded().loaded == {"KEY": "upper"}


# What goes with which command.


@pytest.mark.parametrize("option", ["--pristine", "--backend=null", "-r2", "--timeout=5", "--strict"])
def test_init_knows_no_options_of_the_fetch(app, option):
    app.run("init", option).failed(100, option.split("=")[0][:2])


def test_init_ignores_the_variables_of_the_fetch(app):
    env = {"ANTECHAMBER_PRISTINE": "1", "ANTECHAMBER_SERVICES": "app", "ANTECHAMBER_TIMEOUT": "1"}
    result = app.run("init", env=env).succeeded()
    assert result.env == {**app.base_env, **env}


# Timeouts as they are written.


@pytest.mark.parametrize("value", ["0.4", ".4", "0.40", "00.4"])
def test_fractions(app, value):
    from support.steps import hang

    app.ssm.always(hang)
    result = app.run("exec", f"--timeout={value}", "app")
    if value.startswith("."):
        assert result.code in (100, 111)
    else:
        result.failed(111, "0.4|400|timeout|deadline")


@pytest.mark.parametrize("mode", ["auto", "off"])
def test_sandbox(app, mode):
    result = app.run("exec", "--sandbox", mode, "app").succeeded()
    assert result.env["KEY_A"] == "value"
    if mode == "off":
        assert not [line for line in result.lines if "sandbox" in line]


@pytest.mark.parametrize("mode, supervised", [("auto", True), ("always", True), ("never", False)])
def test_supervise_as_pid_1(app, mode, supervised):
    result = app.run("exec", f"--supervise={mode}", "app").succeeded()
    assert (result.ids[0] != 1) is supervised
