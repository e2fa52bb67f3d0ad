"""antechamberctl beside chamber v3, which the variable CHAMBER names: each writes, and the other reads."""

import json
import os
import subprocess

import pytest

VALUES = {
    "plain": "value",
    "quotes": """single ' double " back ` dollar $HOME \\ bang !""",
    "lines": "one\ntwo\n\nthree\n",
    "unicode": "sch\u00f6n \u6f22\u5b57 \U0001f511",
    "json": '{"a": [1, 2], "b": "<&>"}',
    "blanks": "  both ends  ",
    "number": "0123",
    "word": "yes",
    "long": "x" * 4096,
}


@pytest.fixture
def chamber(ctl):
    """Runs chamber in the environment of `ctl`, and returns what it prints."""

    def run(*words, input=None):
        done = subprocess.run([os.environ["CHAMBER"], *words], env=ctl.env, input=input, stdout=-1, text=True)
        assert done.returncode == 0, done
        return done.stdout

    return run


@pytest.fixture
def same(ctl, chamber):
    """That both print the same."""

    def compare(*words):
        theirs, ours = chamber(*words), ctl.run(*words).ok().out
        assert sorted(theirs.split()) == sorted(ours.split()), (theirs, ours)

    return compare


def test_each_reads_what_the_other_wrote(ctl, chamber, store):
    for key, value in VALUES.items():
        ctl.run("write", "ours", key, "-", input=value).ok()
        chamber("write", "theirs", key, "-", input=value)
        assert chamber("read", "-q", "ours", key) == value + "\n"
        assert ctl.run("read", "-q", "theirs", key).ok().out == value + "\n"
    assert store.values("/ours/") == store.values("/theirs/") == VALUES


def test_versions_go_on(ctl, chamber):
    """Chamber counts in the description, and finds there what we have counted."""
    for number in range(1, 7):
        (ctl.run if number % 2 else chamber)("write", "app", "key", f"value {number}")
    for number in range(1, 7):
        value = f"value {number}\n"
        assert chamber("read", "-q", "app", "key", "-v", str(number)) == value
        assert ctl.run("read", "-q", "app", "key", "-v", str(number)).ok().out == value


def test_listings(ctl, chamber):
    for key in ("b", "a-longer-name", "c"):
        ctl.run("write", "prod/app", key, "v").ok()
    chamber("write", "prod/app", "b", "second")
    chamber("write", "other", "b", "v")
    for words in (
        ["list", "prod/app"],
        ["list", "-e", "prod/app"],
        ["list", "-v", "prod/app"],
        ["list-services"],
        ["list-services", "prod"],
        ["list-services", "-s"],
        ["history", "prod/app", "b"],
    ):
        assert ctl.run(*words).ok().out == chamber(*words), words
    # Chamber's order is that of a map.
    for words in (["find", "b"], ["find", "-v", "second"]):
        assert sorted(ctl.run(*words).ok().out.splitlines()) == sorted(chamber(*words).splitlines())


# Yaml, tfvars and properties differ on purpose where chamber's file does not read back: test_ctl_formats.py.
@pytest.mark.parametrize("name", ["json", "csv", "tsv", "dotenv"])
def test_export(ctl, chamber, name):
    for key, value in VALUES.items():
        ctl.run("write", "app", key, "-", input=value).ok()
    ctl.run("write", "more", "plain", "of the second").ok()
    words = ["export", "--format", name, "app", "more"]
    assert ctl.run(*words).ok().out == chamber(*words)


@pytest.mark.parametrize("words", [[], ["-p"], ["-e"], ["-p", "-e"]])
def test_env(ctl, chamber, words):
    for key, value in VALUES.items():
        ctl.run("write", "app", key, "-", input=value).ok()
    assert ctl.run("env", *words, "app").ok().out == chamber("env", *words, "app")


def test_import_and_delete(ctl, chamber, store, tmp_path):
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps(VALUES))
    assert ctl.run("import", "ours", file).ok().out == chamber("import", "theirs", str(file))
    assert store.values("/ours/") == store.values("/theirs/") == VALUES
    ctl.run("delete", "theirs", "plain").ok()
    chamber("delete", "ours", "plain")
    assert store.values("/ours/") == store.values("/theirs/")


def test_tags(ctl, chamber):
    ctl.run("write", "app", "key", "v", "--tags", "a=1").ok()
    chamber("tag", "write", "app", "key", "b=2")
    assert ctl.run("tag", "read", "app", "key").ok().out == "Key\tValue\na\t1\nb\t2\n"
    ctl.run("tag", "write", "app", "key", "c=3", "--delete-other-tags").ok()
    assert chamber("tag", "read", "app", "key") == "Key\tValue\nc\t3\n"
    ctl.run("tag", "delete", "app", "key", "c").ok()
    assert chamber("tag", "read", "app", "key") == "Key\tValue\n"


def test_access_denied_is_not_hidden(ctl, store):
    """Chamber says "secret not found" here."""
    from support.ctl import Refusal

    store.on("GetParameter", Refusal("AccessDeniedException", "no"))
    ctl.run("read", "app", "key").failed(100, "AccessDeniedException")


def test_secrets_manager(ctl, chamber, same):
    """Values, versions, users, the history."""
    ctl.env["CHAMBER_SECRET_BACKEND"] = "secretsmanager"
    ctl.run("write", "app", "a", "one").ok()
    chamber("write", "app", "a", "two")
    ctl.run("write", "app", "a", "three").ok()
    chamber("write", "app", "b", "b by chamber")
    ctl.run("write", "app", "c", 'quoted "\\\u00fc').ok()
    chamber("write", "theirs", "key", "value")
    ctl.run("write", "theirs", "key", "ours").ok()
    for words in (
        ("list", "app"),
        ("list", "app", "--expand"),
        ("history", "app", "a"),
        ("history", "app", "b"),
        ("read", "app", "a"),
        ("read", "app", "a", "--version", "1"),
        ("read", "app", "c"),
        ("list", "theirs"),
        ("history", "theirs", "key"),
    ):
        same(*words)
    ctl.run("delete", "app", "a").ok()
    chamber("delete", "app", "b")
    same("list", "app")
    chamber("write", "app", "a", "again")
    same("read", "app", "a")
    chamber("delete", "theirs", "key")
    assert ctl.run("list", "theirs").ok().out.count("\n") == 1
