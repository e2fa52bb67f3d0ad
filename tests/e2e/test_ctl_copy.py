"""antechamberctl copy: what is replaced is asked for, and nothing is half written."""

import signal

import pytest

from support.ctl import Hold


@pytest.fixture
def filled(store):
    store.put("/a/same", "planted same")
    store.put("/b/same", "planted same")
    store.put("/a/new", "planted new")
    store.put("/a/Upper.Case", "planted case")
    return store


def puts(store):
    return [r.body["Name"] for r in store.requests if r.operation == "PutParameter"]


def test_copy(ctl, filled):
    assert "new" in ctl.run("copy", "a", "b", "--dry-run").ok().out and puts(filled) == []
    result = ctl.run("copy", "a", "b").ok()
    assert "2 written, 1 unchanged" in result.err and "planted" not in result.err + result.out
    assert puts(filled) == ["/b/Upper.Case", "/b/new"] and filled.values("/a/") == filled.values("/b/")
    ctl.run("copy", "a", "b").ok()
    ctl.run("copy", "a", "a").ok()
    assert len(puts(filled)) == 2


def test_what_is_replaced(ctl, filled):
    filled.put("/b/new", "planted other")
    ctl.run("copy", "a", "b").failed(100, "new would be replaced: nothing was written", "--overwrite")
    filled.put("/b/Upper.Case", "planted other")
    ctl.run("copy", "a", "b").failed(100, "and 1 more would be replaced", "--dry-run")
    assert puts(filled) == []
    ctl.run("copy", "a", "b", "--overwrite").ok()
    assert filled.values("/a/") == filled.values("/b/")


def test_types_are_kept(ctl, store):
    for kind in ("String", "StringList", "SecureString"):
        store.client().put_parameter(Name=f"/a/{kind}", Value="x,y", Type=kind)
    ctl.run("copy", "a", "b").ok()
    found = store.client().get_parameters_by_path(Path="/b/")["Parameters"]
    assert all(p["Type"] == p["Name"].rpartition("/")[2] for p in found) and len(found) == 3


def test_types_that_differ_are_seen_first(ctl, filled):
    filled.client().put_parameter(Name="/b/new", Value="x", Type="String")
    result = ctl.run("copy", "a", "b", "--overwrite").failed(100, "new is of type String", "delete it first")
    assert puts(filled) == [] and "--type" not in result.err


@pytest.mark.parametrize("words", [["nothing", "b"], ["a", "aws/b"], ["a", "b:label"], ["a"]])
def test_bad_words(ctl, filled, words):
    ctl.run("copy", *words).failed(100)
    assert puts(filled) == []


def test_interrupted(ctl, filled):
    hold = filled.on("PutParameter", Hold(after=1))
    process = ctl.start("copy", "a", "b")
    assert hold.arrived.wait(60)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    hold.go.set()
    assert process.returncode == -signal.SIGINT and b"1 of 2 keys were written, and perhaps new" in err
