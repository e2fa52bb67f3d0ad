"""antechamberctl delete: one key, or a service in batches of ten."""

import signal

import pytest

from support.ctl import Hold, Refusal


@pytest.fixture
def filled(store):
    for n in range(25):
        store.put(f"/app/key{n:02}", "planted")
    store.put("/app/sub/key", "of another service")
    return store


def deletions(store):
    return [len(r.body["Names"]) for r in store.requests if r.operation == "DeleteParameters"]


def test_one_key(ctl, store):
    store.put("/app/key", "v")
    store.put("/app/Key", "v")
    ctl.run("delete", "app", "KEY").ok()
    ctl.run("delete", "app", "key").failed(100, "there is no key key in app")
    ctl.run("delete", "app", "Key", "--exact-key").ok()
    assert store.values("/app/") == {}


@pytest.mark.parametrize("words", [[], ["--exact-key"], ["--exact-key", "--keep-case"]])
@pytest.mark.parametrize("key", ["", "a/b", "/key", "a b", "key\u202e", "*", "a:1", "x" * 3000])
def test_keys_that_no_parameter_can_have(ctl, store, key, words):
    ctl.run("delete", "app", key, *words).failed(100, "key")
    assert store.requests == []


def test_an_expected_version(ctl, store):
    store.put("/app/key", "v")
    ctl.run("delete", "app", "key", "--expect-version", "2").failed(100, "has version 1, but 2 was expected")
    ctl.run("delete", "app", "key", "--expect-version", "1").ok()
    ctl.run("delete", "app", "--all", "--yes", "--expect-version", "1").failed(100, "--expect-version")


@pytest.mark.parametrize(
    "words", [["app"], ["app", "key", "--all"], ["app", "key", "--dry-run"], ["a", "b", "c"], [], ["--all"]]
)
def test_bad_words(ctl, store, words):
    ctl.run("delete", *words).failed(100, "usage")
    assert store.requests == []


def test_all_in_batches(ctl, filled):
    lines = ctl.run("delete", "app", "--all", "--dry-run").ok().out.splitlines()
    assert len(lines) == 26 and deletions(filled) == []
    result = ctl.run("delete", "app", "--all", "--yes").ok()
    assert "deleted 25 keys of app" in result.err and deletions(filled) == [10, 10, 5]
    assert filled.values("/app/") == {} and filled.values("/app/sub/") != {}
    result = ctl.run("delete", "app", "--all", "--yes")
    result.failed(100, "there are no keys in app")


def test_interrupted(ctl, filled):
    hold = filled.on("DeleteParameters", Hold(after=1))
    process = ctl.start("delete", "app", "--all", "--yes")
    assert hold.arrived.wait(60)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    hold.go.set()
    assert process.returncode == -signal.SIGTERM
    assert b"10 of 25 keys were deleted, and perhaps those after them" in err
    filled.rules.clear()
    ctl.run("delete", "app", "--all", "--yes").ok()
    assert filled.values("/app/") == {}


def test_denied_in_the_middle(ctl, filled):
    filled.on("DeleteParameters", Refusal("AccessDeniedException", "no", after=2))
    result = ctl.run("delete", "app", "--all", "--yes")
    assert result.code == 100 and "20 of 25 keys were deleted: " in result.err
    assert "allow ssm:DeleteParameters" in result.err


def test_somebody_else_deletes_meanwhile(ctl, filled):
    hold = filled.on("DeleteParameters", Hold(after=1))
    process = ctl.start("delete", "app", "--all", "--yes")
    assert hold.arrived.wait(60)
    filled.client().delete_parameters(Names=["/app/key12", "/app/key13"])
    hold.go.set()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"deleted 23 keys of app" in err and b"somebody else deleted 2 keys" in err
