"""--log-format json: every message one object with the same fields."""

import json

import pytest

from support.steps import aws_error

JSON = ("--log-format", "json")


def test_a_good_start(world):
    world.ssm.put_many("/app/", 12)
    result = world.run("exec", *JSON, "app").succeeded()
    (info,) = [o for o in result.objects if o["level"] == "info"]
    assert info["message"].startswith("12 parameters from app in ")
    assert info["role"]


def test_the_warning_is_chambers_text(world):
    world.ssm.put("/app/url", "new")
    result = world.run("exec", *JSON, "app", env={"URL": "old"}).succeeded()
    messages = [o["message"] for o in result.objects if o["level"] == "warning"]
    assert "warning: service app overwriting environment variable URL" in messages


def test_an_error_with_its_hint(world):
    world.ssm.always(aws_error("AccessDeniedException", message='no "quotes" \\ é'))
    result = world.run("exec", *JSON, "app").failed(
        100, "AccessDeniedException", 'no "quotes"', hint="ssm:GetParametersByPath"
    )
    assert len(result.lines) == len(result.objects)


@pytest.mark.parametrize("arguments, env", [
    (["--log-format=json"], {}),
    (["--log-format", "json"], {}),
    ([], {"ANTECHAMBER_LOG_FORMAT": "json"}),
])  # fmt: skip
def test_how_it_is_asked_for(world, arguments, env):
    world.ssm.put("/app/a", "1")
    running = world.start("exec", *arguments, "app", env=env)
    running.json_log = True
    assert running.finish().succeeded().objects


def test_errors_of_the_command_line(world):
    """The format is known as soon as it was read."""
    world.run("exec", *JSON, "/bad/").failed(100, "bad")
    world.run("exec", "app", env={"ANTECHAMBER_LOG_FORMAT": "json", "ANTECHAMBER_RETRIES": "x"}).failed(
        100, "ANTECHAMBER_RETRIES"
    )


def test_every_line_of_verbose_is_an_object(world):
    world.ssm.put_many("/app/", 25)
    result = world.run("exec", *JSON, "-v", "app").succeeded()
    assert len(result.objects) > 5
    for entry in result.objects:
        assert list(entry)[:3] == ["level", "role", "message"]
        assert entry["level"] in ("error", "warning", "info", "debug")
        assert all(isinstance(v, str) for v in entry.values())


def test_launcher_errors(world):
    world.run("exec", *JSON, "app", "--", "no-such-command").failed(127, "no-such-command")


def test_quiet(world):
    world.ssm.put("/app/url", "new")
    assert world.run("exec", *JSON, "-q", "app", env={"URL": "old"}).succeeded().lines == []


def test_check_gives_one_object(world):
    world.ssm.put("/app/db-url", "the value " + world.marker)
    result = world.run("check", *JSON, "app", command=None)
    assert result.code == 0
    text = result.stdout.decode("ascii")
    assert len(text.splitlines()) == 1
    whole = json.dumps(json.loads(text))
    for part in ("eu-west-1", "DB_URL", "/app/db-url"):
        assert part in whole
