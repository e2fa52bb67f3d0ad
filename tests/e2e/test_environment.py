"""The child's environment: who wins, what is removed, what is refused."""

import pytest


def test_inherited_and_loaded(world):
    world.ssm.put("/app/new", "loaded")
    env = {"KEEP": "this", "EMPTY": "", "ODD.name-": "x"}
    result = world.run("exec", "app", env=env).succeeded()
    assert result.env == {**world.base_env, **env, "NEW": "loaded"}


def test_bytes_that_are_no_text_are_inherited(world):
    world.ssm.put("/app/new", "loaded")
    result = world.run("exec", "app", env={b"RAW": b"\xff\xfe=\x01"}).succeeded()
    assert "RAW=\udcff\udcfe=\x01" in result.environ


def test_antechambers_own_variables_are_inherited(world):
    world.ssm.put("/app/a", "1")
    env = {"ANTECHAMBER_RETRIES": "3", "CHAMBER_RETRIES": "4"}
    assert env.items() <= world.run("exec", "app", env=env).succeeded().env.items()


def test_pristine(world):
    variables = world.ssm.put_many("/app/", 12)
    result = world.run("exec", "--pristine", "app", env={"OTHER": "x"}).succeeded()
    assert result.env == variables


def test_pristine_still_finds_the_command(world):
    """The command is looked up in antechamber's own PATH."""
    world.ssm.put("/app/a", "1")
    result = world.run("exec", "--pristine", "app", "--", "sh", "-c", 'exit "$((A + 40))"')
    assert result.code == 41


@pytest.mark.parametrize("inherited, wins", [("old", "old"), ("", "")])
def test_no_clobber(world, inherited, wins):
    world.ssm.put("/app/url", "loaded")
    world.ssm.put("/app/new", "too")
    result = world.run("exec", "--no-clobber", "app", env={"URL": inherited}).succeeded()
    assert result.env["URL"] == wins and result.env["NEW"] == "too"
    assert result.warnings == []


def test_no_clobber_between_services(world):
    """It is about inherited variables; the later service still wins over the earlier one."""
    world.ssm.put("/a/url", "from a")
    world.ssm.put("/b/url", "from b")
    assert world.run("exec", "--no-clobber", "a", "b").succeeded().loaded == {"URL": "from b"}


def test_no_clobber_with_pristine(world):
    world.ssm.put("/a/url", "from a")
    env = {"URL": "inherited"}
    result = world.run("exec", "--no-clobber", "--pristine", "a", env=env).succeeded()
    assert result.env == {"URL": "from a"}


# --unset.


@pytest.mark.parametrize(
    "arguments, env, gone",
    [
        (["--unset", "AA"], {}, {"AA"}),
        (["--unset=AA", "--unset=BB"], {}, {"AA", "BB"}),
        (["--unset", "A*"], {}, {"AA", "AB", "AWS_REGION", "AWS_CA_BUNDLE",
                                 "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}),
        (["--unset", "NOTHERE"], {}, set()),
        ([], {"ANTECHAMBER_UNSET": "AA,BB"}, {"AA", "BB"}),
        ([], {"ANTECHAMBER_UNSET": "ANTECHAMBER_*"}, {"ANTECHAMBER_UNSET"}),
        (["--unset", "*"], {}, None),
    ],
)  # fmt: skip
def test_unset(world, arguments, env, gone):
    world.ssm.put("/app/new", "loaded")
    env = {"AA": "1", "AB": "2", "BB": "3", **env}
    result = world.run("exec", *arguments, "app", env=env).succeeded()
    before = {**world.base_env, **env}
    left = {k: v for k, v in before.items() if gone is not None and k not in gone}
    assert result.env == {**left, "NEW": "loaded"}


def test_unset_credentials_still_work(world):
    """What is removed from the child was there for antechamber."""
    world.ssm.put("/app/new", "loaded")
    arguments = ["--unset", "AWS_SECRET_ACCESS_KEY", "--unset", "AWS_ACCESS_KEY_ID"]
    arguments += ["--unset", "AWS_SESSION_TOKEN"]
    result = world.run("exec", *arguments, "app", env=world.static_env).succeeded()
    assert not [k for k in result.env if k.startswith("AWS_S") or k == "AWS_ACCESS_KEY_ID"]


def test_a_loaded_variable_survives_its_unset(world):
    world.ssm.put("/app/url", "loaded")
    result = world.run("exec", "--unset", "URL", "app", env={"URL": "old"}).succeeded()
    assert result.env["URL"] == "loaded" and result.warnings == []


# --keep.


@pytest.mark.parametrize("arguments, env", [
    (["--keep", "URL"], {}),
    (["--keep=NOTHERE", "--keep=URL"], {}),
    (["--keep", "U*"], {}),
    (["--keep", "*"], {}),
    ([], {"ANTECHAMBER_KEEP": "X, URL"}),
])  # fmt: skip
@pytest.mark.parametrize("inherited", ["old", ""])
def test_keep(world, arguments, env, inherited):
    world.ssm.put("/app/url", "loaded")
    world.ssm.put("/app/new", "too")
    result = world.run("exec", *arguments, "app", env={"URL": inherited, **env}).succeeded()
    assert result.env["URL"] == inherited and result.env["NEW"] == "too"
    assert result.warnings == []


def test_keep_of_what_is_not_inherited(world):
    world.ssm.put("/app/url", "loaded")
    assert world.run("exec", "--keep", "URL", "app").succeeded().env["URL"] == "loaded"


def test_unset_wins_over_keep(world):
    world.ssm.put("/app/url", "loaded")
    arguments = ["--keep", "U*", "--unset", "URL", "--unset", "UGH"]
    result = world.run("exec", *arguments, "app", env={"URL": "old", "UGH": "old"}).succeeded()
    assert result.env["URL"] == "loaded" and "UGH" not in result.env and result.warnings == []


def test_pristine_keeps_what_is_kept(world):
    world.ssm.put("/app/url", "loaded")
    arguments = ["--pristine", "--keep", "PATH", "--keep", "URL"]
    result = world.run("exec", *arguments, "app", env={"URL": "old", "OTHER": "x"}).succeeded()
    assert result.env == {"PATH": world.base_env["PATH"], "URL": "old"}


def test_strict_does_not_judge_what_is_kept(world):
    world.ssm.put("/app/url", "loaded")
    world.ssm.put("/app/one", "1")
    env = {"URL": "mine", "EXAMPLE": "chamberme", "ONE": "chamberme"}
    arguments = ["--strict", "--keep", "URL", "--keep", "EXAMPLE"]
    result = world.run("exec", *arguments, "app", env=env).succeeded()
    assert result.env == {**world.base_env, **env, "ONE": "1"}


def test_references_in_what_is_kept_stay(world):
    env = {"DOC": "ssm:/not/there"}
    world.run("exec", "--references", "--keep", "DOC", env=env).succeeded()
    assert world.run("exec", "--references", "--keep", "DOC", env=env).env["DOC"] == "ssm:/not/there"
    world.run("exec", "--references", env=env).failed(100, "DOC")


# --verbose.


def test_verbose_has_a_line_for_each_variable(world):
    world.plant("planted " + world.marker)
    for name in ("fresh", "old", "mine", "also-mine"):
        world.ssm.put(f"/app/{name}", "planted " + world.marker)
    env = {"OLD": "o", "MINE": "m", "ALSO_MINE": "m", "GONE": "planted " + world.marker, "KEPT": "k"}
    arguments = ["-v", "--keep=MINE", "--keep=KEPT", "--unset=GONE"]
    result = world.run("exec", *arguments, "app", env=env).succeeded()
    said = [m for m in result.messages("debug") if m.startswith("variable ")]
    assert sorted(said) == [
        "variable ALSO_MINE: parameter /app/also-mine loaded, overwrites the inherited one",
        "variable FRESH: parameter /app/fresh loaded",
        "variable GONE: removed (--unset)",
        "variable KEPT: kept as inherited (--keep)",
        "variable MINE: parameter /app/mine ignored: the variable is kept (--keep)",
        "variable OLD: parameter /app/old loaded, overwrites the inherited one",
    ]
    result = world.run("exec", "-v", "--no-clobber", "app", env={"OLD": "o"}).succeeded()
    kept = "variable OLD: parameter /app/old ignored: the variable is kept (--no-clobber)"
    assert kept in result.messages("debug")
    for more in [[], ["--pristine"], ["--no-clobber"]]:
        env = {"OLD": "chamberme", "MINE": "mine"}
        result = world.run("exec", "-v", "--strict", "--keep=MINE", *more, "app", env=env).succeeded()
        assert result.env["OLD"] == "planted " + world.marker and "FRESH" not in result.env
        said = [m for m in result.messages("debug") if m.startswith("variable ")]
        assert said == [
            "variable ALSO_MINE: parameter /app/also-mine ignored: the variable is not inherited (--strict)",
            "variable FRESH: parameter /app/fresh ignored: the variable is not inherited (--strict)",
            "variable MINE: parameter /app/mine ignored: the variable is kept (--keep)",
            "variable OLD: parameter /app/old loaded, overwrites the inherited one",
        ], more


def test_names_are_printed_as_they_are(world):
    """Whatever the values are: they garble no name of a service, variable or parameter."""

    def run(*arguments, json_log=False, **options):
        running = world.start(*arguments, env=env, **options)
        running.inspected = False  # the names are the values
        running.json_log = json_log
        return running.finish()

    names = ["app_server", "APP_SERVER", "database-url", "DATABASE_URL", "/app_server/database-url", "e", "a", "1"]
    for i, value in enumerate(names):
        world.ssm.put(f"/app_server/k{i}", value)
    world.ssm.put("/app_server/database-url", "eu-west-1")
    env = {"DATABASE_URL": "app_server"}
    result = run("exec", "-v", "app_server").succeeded()
    assert "warning: service app_server overwriting environment variable DATABASE_URL" in result.lines
    line = "variable DATABASE_URL: parameter /app_server/database-url loaded, overwrites the inherited one"
    assert line in result.messages("debug")
    report = run("check", "app_server", command=None).stdout.decode()
    assert "region: eu-west-1 (" in report
    assert "  DATABASE_URL from /app_server/database-url, overwrites the inherited one\n" in report
    assert "***" not in report and b"***" not in result.stderr
    result = run("exec", "--log-format=json", "app_server", json_log=True).succeeded()
    (warning,) = [o for o in result.objects if o["level"] == "warning" and "overwriting" in o["message"]]
    assert (warning["service"], warning["variable"]) == ("app_server", "DATABASE_URL")
    assert warning["message"] == "warning: service app_server overwriting environment variable DATABASE_URL"


# --strict.


def test_strict_fills_the_sentinels_and_only_those(world):
    world.ssm.put("/a/one", "1 of a")
    world.ssm.put("/a/extra", "nobody asked")
    world.ssm.put("/b/two", "2 of b")
    env = {"ONE": "chamberme", "TWO": "chamberme", "OTHER": "stays"}
    result = world.run("exec", "--strict", "a", "b", env=env).succeeded()
    assert result.env == {**world.base_env, **env, "ONE": "1 of a", "TWO": "2 of b"}
    assert result.warnings == []


def test_strict_names_what_was_not_filled(world):
    world.ssm.put("/a/one", "1 of a")
    env = {"ONE": "chamberme", "TWO": "chamberme"}
    world.run("exec", "--strict", "a", env=env).failed(100, "TWO")


def test_strict_refuses_another_value(world):
    world.ssm.put("/a/one", "loaded value")
    old = "inherited " + world.marker
    world.plant(old)
    world.run("exec", "--strict", "a", env={"ONE": old}).failed(100, "ONE")


def test_strict_overwriting_between_services_is_silent(world):
    world.ssm.put("/a/one", "of a")
    world.ssm.put("/b/one", "of b")
    result = world.run("exec", "--strict", "a", "b", env={"ONE": "chamberme"}).succeeded()
    assert result.env["ONE"] == "of b" and result.warnings == []


@pytest.mark.parametrize(
    "arguments, env",
    [
        (["--strict", "--strict-value=fill me"], {}),
        (["--strict", "--strict-value", "fill me"], {}),
        (["--strict"], {"ANTECHAMBER_STRICT_VALUE": "fill me"}),
        ([], {"ANTECHAMBER_STRICT": "yes", "ANTECHAMBER_STRICT_VALUE": "fill me"}),
    ],
)
def test_strict_value(world, arguments, env):
    """ANTECHAMBER_STRICT_VALUE itself is no variable that wants to be filled."""
    world.ssm.put("/a/one", "loaded")
    env = {"ONE": "fill me", "NOT": "chamberme", **env}
    result = world.run("exec", *arguments, "a", env=env).succeeded()
    assert result.env["ONE"] == "loaded" and result.env["NOT"] == "chamberme"


def test_strict_after_unset(world):
    env = {"ONE": "chamberme"}
    result = world.run("exec", "--strict", "--unset", "ONE", "a", env=env).succeeded()
    assert "ONE" not in result.env


def test_strict_with_pristine(world):
    world.ssm.put("/a/one", "loaded")
    world.ssm.put("/a/extra", "nobody asked")
    result = world.run("exec", "--strict", "--pristine", "a", env={"ONE": "chamberme"}).succeeded()
    assert result.env == {"ONE": "loaded"}


# Refusals.


@pytest.mark.parametrize("name", ["ld-preload", "LD_LIBRARY_PATH", "ld_x", "glibc_tunables"])
def test_names_that_the_dynamic_loader_obeys(world, name):
    world.ssm.put(f"/app/{name}", "/tmp/evil")
    world.run("exec", "app").failed(100, name.upper().replace("-", "_"))


@pytest.mark.parametrize("name", ["ld", "old_path", "l_d", "ldap-url", "path", "ifs", "aws_region"])
def test_names_that_are_good(world, name):
    world.ssm.put(f"/app/{name}", "value")
    assert world.run("exec", "app").succeeded().env[name.upper().replace("-", "_")] == "value"


def test_lower_case_ld_is_no_loader_variable(world):
    world.ssm.put("/app/ld_preload", "value")
    result = world.run("exec", "--env-names=keep", "app").succeeded()
    assert result.loaded == {"ld_preload": "value"}


def test_inherited_loader_variables_are_the_users_business(world):
    world.ssm.put("/app/a", "value")
    env = {"LD_LIBRARY_PATH": "/lib"}
    assert world.run("exec", "app", env=env).succeeded().env["LD_LIBRARY_PATH"] == "/lib"


@pytest.mark.parametrize("value", ["\0", "a\0", "\0b", "a\0b"])
def test_nul_in_a_value(world, value):
    world.ssm.put("/app/good", "fine")
    world.ssm.put("/app/key", value)
    world.run("exec", "app").failed(100, "NUL", "key")


def test_a_thousand_parameters(world):
    variables = world.ssm.put_many("/app/", 1000)
    assert world.run("exec", "app").succeeded().loaded == variables
    assert len(world.ssm.requests) == 100 and len(world.ssm.connections) == 1


def test_a_large_environment_that_fits(world):
    """A megabyte of values in one go."""
    values = {f"k{i}": f"{i:04d}" * 2048 for i in range(128)}
    for name, value in values.items():
        world.ssm.put(f"/app/{name}", value)
    result = world.run("exec", "app").succeeded()
    assert result.loaded == {name.upper(): value for name, value in values.items()}
