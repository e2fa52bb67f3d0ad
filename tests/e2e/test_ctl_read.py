"""antechamberctl read: one GetParameter, chamber's table, and errors that say what is wrong."""

import json
import re

import pytest

from support.ctl import Refusal


def test_table(ctl, store):
    store.put("/app/db-password", "first")
    store.put("/app/db-password", "second value", Overwrite=True)
    lines = ctl.run("read", "app", "db-password").ok().out.splitlines()
    assert lines[0] == "Key\t\tValue\t\tVersion\t\tLastModified"
    assert re.fullmatch(r"db-password\tsecond value\t2\t\t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", lines[1])
    assert store.operations == ["GetParameter"]


def test_value_alone(ctl, store):
    store.put("/app/key", "a b\tc\n")
    assert ctl.run("read", "-q", "app", "key").ok().out == "a b\tc\n\n"


def test_json(ctl, store):
    store.put("/app/key", 'quoted "\n')
    (row,) = json.loads(ctl.run("read", "app", "key", "--format", "json").ok().out)
    assert row["key"] == "key" and row["value"] == 'quoted "\n' and row["version"] == 1


def test_an_earlier_version(ctl, store):
    for value in ("one", "two", "three"):
        store.put("/app/key", value, Overwrite=True)
    assert ctl.run("read", "-q", "app", "key", "-v", "2").ok().out == "two\n"
    assert ctl.run("read", "-q", "-v3", "app", "key").ok().out == "three\n"
    ctl.run("read", "app", "key", "--version", "9").failed(100, "version 9: there is no key key in app")


def test_names_are_lowered_unless_told_otherwise(ctl, store):
    store.put("/app/key", "lower")
    store.put("/App/KEY", "as written")
    assert ctl.run("read", "-q", "App", "KEY").ok().out == "lower\n"
    assert ctl.run("read", "-q", "--keep-case", "App", "KEY").ok().out == "as written\n"


def test_a_key_that_is_not_there(ctl):
    ctl.run("read", "app", "key").failed(100, "there is no key key in app", "hint:")


@pytest.mark.parametrize("code", ["AccessDeniedException", "AccessDenied"])
def test_access_denied_is_reported_as_that(ctl, store, code):
    store.on("GetParameter", Refusal(code, "not authorized to perform: ssm:GetParameter"))
    result = ctl.run("read", "app", "key")
    result.failed(100, "read key of app", code, "not authorized", "hint: allow ssm:GetParameter")


def test_throttling_is_ridden_out(ctl, store):
    store.put("/app/key", "value")
    store.on("GetParameter", Refusal("ThrottlingException", times=2))
    assert ctl.run("read", "-q", "app", "key").ok().out == "value\n"
    assert len(store.requests) == 3


@pytest.mark.parametrize("service", ["", "/app", "app/", "a//b", "a b", "app:label"])
def test_bad_services(ctl, store, service):
    ctl.run("read", service, "key").failed(100)
    assert store.requests == []


@pytest.mark.parametrize("key", ["", "a/b", "a b", "schl\u00fcssel"])
def test_bad_keys(ctl, store, key):
    ctl.run("read", "app", key).failed(100, "key")
    assert store.requests == []


@pytest.mark.parametrize("words", [[], ["app"], ["app", "key", "more"]])
def test_the_number_of_words(ctl, words):
    ctl.run("read", *words).failed(100, "read takes SERVICE KEY", "hint:")
