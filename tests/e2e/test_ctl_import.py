"""antechamberctl import, copy and delete --all: many keys, all or nothing where that can be, and interruptions."""

import json
import os
import re
import signal

import pytest

from support.ctl import Canned, Hold, Refusal
from support.typist import Typist

MANY = {f"key-{n:03}": f"secret value {n}" for n in range(40)}


def puts(store):
    return [r.body["Name"].rpartition("/")[2] for r in store.requests if r.operation == "PutParameter"]


def write(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "name,text",
    [
        ("a.json", '{"one": "1", "two": 2, "three": true}'),
        ("a.yaml", "one: '1'\ntwo: 2\n# a comment\nthree: true\n"),
        (".env", "one=1\nexport two='2'\nthree=\"true\"\n"),
        ("unnamed", '{"one": "1", "two": 2, "three": true}'),
    ],
)
def test_kinds_of_files(ctl, store, tmp_path, name, text):
    path = write(tmp_path, name, text)
    assert ctl.run("import", "app", path).ok().out == "Successfully imported 3 secrets\n"
    assert store.values("/app/") == {"one": "1", "two": "2", "three": "true"}


def test_standard_input(ctl, store):
    ctl.run("import", "app", "-", input=json.dumps({"one": "a\nb"})).ok()
    assert store.values("/app/") == {"one": "a\nb"}


def test_case_of_keys(ctl, store):
    ctl.run("import", "app", "-", input='{"Mixed_Case": "v"}').ok()
    ctl.run("import", "lower", "-", "--normalize-keys", input='{"Mixed_Case": "v"}').ok()
    assert store.values("/app/") == {"Mixed_Case": "v"} and store.values("/lower/") == {"mixed_case": "v"}
    result = ctl.run("import", "app", "-", "--normalize-keys", input='{"A": "1", "a": "2"}')
    result.failed(100, 'key "a" is given twice in lower case')


@pytest.mark.parametrize(
    "text,message",
    [
        ('{"one": "1", "two": "', "line 1"),
        ('{"one": "1", "one": "2"}', "one"),
        ('{"one": {"two": "3"}}', "key one: an object"),
        ('{"one": null}', "key one: null"),
        ('{"one": "1"} more', "line 1"),
        ('{"a/b": "1"}', 'key "a/b"'),
        ('{"one": ""}', "the value of one is empty"),
        ("one: 1\n\ttwo: 2\n", "line 2"),
        ("one: [1, 2]\n", "one"),
        ("", "empty"),
        (b'{"one": "\xff"}', "UTF-8"),
        ('{"one": "1", "long": "%s"}' % ("x" * 5000), "the value of long has 5000 bytes"),
    ],
)
def test_files_with_a_fault(ctl, store, tmp_path, text, message):
    """Nothing is written of them, nor is anybody asked."""
    path = write(tmp_path, "secrets.yaml" if b"\t" in bytes(str(text), "utf8") or text == "one: [1, 2]\n" else "file", text)
    result = ctl.run("import", "app", path).failed(100, message)
    assert path.name in result.err and store.requests == []


def test_a_file_that_is_not_there(ctl, store):
    ctl.run("import", "app", "nowhere.json").failed(100, "nowhere.json", "No such file")


def test_dry_run(ctl, store):
    store.put("/app/same", "same value")
    store.put("/app/other", "before")
    values = {"same": "same value", "other": "after", "new": "v"}
    words = ["import", "app", "-", "--dry-run", "--format", "json"]
    rows = json.loads(ctl.run(*words, input=json.dumps(values)).ok().out)
    assert {row["key"]: row["change"] for row in rows} == {"same": "unchanged", "other": "update", "new": "new"}
    assert puts(store) == [] and store.values("/app/")["other"] == "before"


def test_what_is_there_is_not_written_again(ctl, store):
    text = json.dumps(MANY)
    ctl.run("import", "app", "-", input=text).ok()
    store.requests.clear()
    assert "0 written, 40 unchanged" in ctl.run("import", "app", "-", input=text).ok().err
    assert puts(store) == []


def test_requests_and_connections(ctl, store):
    """Of a thousand keys: one for each, on one connection, and the next time none but for the pages."""
    many = {f"key-{n:04}": f"secret value {n}" for n in range(1000)}
    text = json.dumps(many)
    ctl.run("import", "app", "-", input=text).ok()
    assert store.operations == ["GetParametersByPath"] + ["PutParameter"] * 1000
    assert store.connections == 1 and store.values("/app/") == many
    store.requests.clear()
    assert "0 written, 1000 unchanged" in ctl.run("import", "app", "-", input=text).ok().err
    assert set(store.operations) == {"GetParametersByPath"} and len(store.requests) < 110


def test_a_refusal_after_very_many_values_is_shown(ctl, store):
    """More values than are looked for in what AWS says at a time; the one that is refused is."""
    count = 18_000
    store.on("GetParametersByPath", Canned(lambda _: {"Parameters": []}))

    def put(body):
        if body["Name"] == f"/app/key-{count - 1}":
            return {"__type": "ValidationException", "message": f"this value is bad: {body['Value']}"}
        return {"Version": 1}

    store.on("PutParameter", Canned(put, status=lambda said: 400 if "__type" in said else 200))
    text = json.dumps({f"key-{n:05}": f"secret value {n:05}" for n in range(count)})
    result = ctl.run("import", "app", "-", input=text)
    assert result.code == 100 and "this value is bad: ***" in result.err and "secret value" not in result.err
    assert f"{count - 1} of {count} keys were written, the next one is key-{count - 1}" in result.err


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_interrupted(ctl, store, name):
    """The line says how far it came; the same command writes the rest."""
    signo = getattr(signal, name)
    text = json.dumps(MANY)
    hold = store.on("PutParameter", Hold(after=10))
    read, fed = os.pipe()
    os.write(fed, text.encode())
    os.close(fed)
    process = ctl.start("import", "app", "-", stdin=read)
    os.close(read)
    assert hold.arrived.wait(30)
    process.send_signal(signo)
    out, err = process.communicate(timeout=30)
    hold.go.set()
    assert process.returncode == -signo and out == b""
    assert re.search(rb"10 of 40 keys were written, .*key-010", err) and b"same command" in err
    store.rules.clear()
    store.requests.clear()
    ctl.run("import", "app", "-", input=text).ok()
    # The one that was under way has come through.
    assert store.values("/app/") == MANY and len(puts(store)) in (29, 30)


def test_throttled_in_the_middle(ctl, store):
    store.on("PutParameter", Refusal("ThrottlingException", after=3, times=2))
    ctl.run("import", "app", "-", input=json.dumps(dict(list(MANY.items())[:5]))).ok()
    assert len(store.values("/app/")) == 5 and len(puts(store)) == 7


def test_refused_in_the_middle(ctl, store):
    store.on("PutParameter", Refusal("AccessDeniedException", "no", after=3))
    result = ctl.run("import", "app", "-", input=json.dumps(MANY))
    result.failed(100, "3 of 40 keys were written, the next one is key-003", "AccessDeniedException", "hint:")
    assert len(store.values("/app/")) == 3 and len(puts(store)) == 4


def test_no_value_is_shown(ctl, store):
    store.on("PutParameter", Refusal("ValidationException", "'secret value 3' is bad", after=3))
    result = ctl.run("--verbose", "import", "app", "-", input=json.dumps(MANY))
    assert result.code == 100 and "secret value" not in result.err


def test_copy(ctl, store):
    for key, value in MANY.items():
        store.put(f"/a/{key}", value)
    store.put("/b/key-001", "of b")
    ctl.run("copy", "a", "b").failed(100, "key-001 would be replaced: nothing was written", "--overwrite")
    rows = ctl.run("copy", "a", "b", "--dry-run").ok().out
    assert rows.count("new") == 39 and puts(store) == []
    assert "40 written" in ctl.run("copy", "a", "b", "--overwrite").ok().err
    assert store.values("/b/") == MANY
    assert ctl.run("diff", "a", "b").code == 0
    ctl.run("copy", "nothing", "b").failed(100, "there are no keys in nothing")


@pytest.mark.parametrize("word", ["--yes", "-y"])
def test_delete_all(ctl, store, word):
    for n in range(25):
        store.put(f"/app/key{n:02}", "v")
    store.put("/other/key", "v")
    assert ctl.run("delete", "app", "--all", "--dry-run").ok().out.count("key") == 25
    assert len(store.values("/app/")) == 25
    assert "deleted 25 keys of app" in ctl.run("delete", "app", "--all", word).ok().err
    batches = [r.body["Names"] for r in store.requests if r.operation == "DeleteParameters"]
    assert [len(names) for names in batches] == [10, 10, 5]
    assert store.values("/app/") == {} and store.values("/other/") == {"key": "v"}


def test_delete_all_needs_an_answer(ctl, store):
    store.put("/app/key", "v")
    result = ctl.run("delete", "app", "--all", start_new_session=True)
    assert result.code == 100 and "--yes" in result.err and store.values("/app/") == {"key": "v"}
    ctl.run("delete", "app", "--all", "key").failed(100)
    ctl.run("delete", "app").failed(100, "delete takes SERVICE KEY, or SERVICE and --all")
    ctl.run("delete", "nothing", "--all", "--yes").failed(100, "there are no keys in nothing")


def test_delete_one(ctl, store):
    for _ in range(2):
        store.put("/app/key", "v", Overwrite=True)
    ctl.run("delete", "app", "key", "--expect-version", "1").failed(100, "has version 2, but 1 was expected")
    assert ctl.run("delete", "app", "KEY", "--expect-version", "2").ok().out == ""
    ctl.run("delete", "app", "key").failed(100, "there is no key key in app")


def test_deletion_is_refused_in_the_middle(ctl, store):
    for n in range(25):
        store.put(f"/app/key{n:02}", "v")
    store.on("DeleteParameters", Refusal("AccessDeniedException", "no", after=1))
    result = ctl.run("delete", "app", "--all", "--yes")
    assert result.code == 100 and "10 of 25 keys were deleted" in result.err
    assert len(store.values("/app/")) == 15


def test_a_type_that_cannot_change_is_seen_first(ctl, store):
    store.client().put_parameter(Name="/app/key-005", Value="v", Type="String")
    result = ctl.run("import", "app", "-", input=json.dumps(MANY))
    result.failed(100, "key-005 is of type String", "--type String")
    assert puts(store) == []


@pytest.mark.parametrize("key", ["", "z" * 1010, "with/slash", "control\u0007", "*"])
def test_keys_that_no_parameter_can_have(ctl, store, key):
    ctl.run("import", "app", "-", input=json.dumps({"a-good-one": "x", key: "y"})).failed(100, "key")
    assert store.requests == []


def test_an_ignored_signal_stays_ignored(ctl, store):
    """nohup(1)"""
    hold = store.on("PutParameter", Hold(after=4))
    (ctl.home / "many.json").write_text(json.dumps(MANY))
    ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN) and None  # noqa: E731
    process = ctl.start("import", "app", "many.json", preexec_fn=ignore)
    assert hold.arrived.wait(60)
    process.send_signal(signal.SIGHUP)
    hold.go.set()
    process.communicate(timeout=60)
    assert process.returncode == 0 and store.values("/app/") == MANY


def test_progress_is_for_a_terminal(ctl, store):
    (ctl.home / "many.json").write_text(json.dumps(MANY))
    hold = store.on("PutParameter", Hold(after=4))
    typist = Typist()
    try:
        process = typist.run(ctl, "import", "app", "many.json")
        typist.until("import: 0 of 40")
        assert hold.arrived.wait(60)
        process.send_signal(signal.SIGINT)
        assert typist.code() == -signal.SIGINT
        typist.until(r"^ +antechamberctl: error: import: 4 of 40 keys")
    finally:
        hold.go.set()
        typist.close()
