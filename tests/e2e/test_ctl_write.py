"""antechamberctl write and tag: what is sent, what is refused before anything is sent, and races."""

import json

import pytest

from support.ctl import Refusal


def put(store):
    """The bodies of all PutParameter requests."""
    return [request.body for request in store.requests if request.operation == "PutParameter"]


def test_a_new_key(ctl, store):
    result = ctl.run("write", "app", "db-password", "s3cret").ok()
    assert result.out == "" and "db-password of app: wrote version 1" in result.err
    assert store.values("/app/") == {"db-password": "s3cret"}
    (body,) = put(store)
    assert body == {
        "Name": "/app/db-password",
        "Value": "s3cret",
        "Type": "SecureString",
        "Description": "1",
        "Overwrite": False,
        "KeyId": "alias/parameter_store_key",
    }
    # The refusal that says that it is new does not cost the connection.
    assert store.operations == ["GetParameter", "PutParameter"] and store.connections == 1


def test_a_second_version(ctl, store):
    ctl.run("write", "app", "key", "one").ok()
    assert "wrote version 2" in ctl.run("write", "App", "KEY", "two").ok().err
    assert put(store)[1]["Overwrite"] and put(store)[1]["Description"] == "2"
    assert store.values("/app/") == {"key": "two"}


@pytest.mark.parametrize(
    "key,sent",
    [
        ("my-key", "alias/my-key"),
        ("alias/other", "alias/other"),
        ("12345678-1234-1234-1234-123456789012", "12345678-1234-1234-1234-123456789012"),
        ("mrk-0123456789abcdef0123456789abcdef", "mrk-0123456789abcdef0123456789abcdef"),
        ("arn:aws:kms:eu-west-1:1:key/x", "arn:aws:kms:eu-west-1:1:key/x"),
    ],
)
def test_the_kms_key(ctl, store, key, sent):
    ctl.run("write", "app", "a", "v", "--key-id", key).ok()
    ctl.run("write", "app", "b", "v", env={"CHAMBER_KMS_KEY_ALIAS": key}).ok()
    assert [body["KeyId"] for body in put(store)] == [sent, sent]


def test_a_wrong_kms_key_is_named(ctl, store):
    store.on("PutParameter", Refusal("InvalidKeyId", "Alias is not found"))
    result = ctl.run("write", "app", "key", "value", "--key-id", "nothing")
    result.failed(100, "InvalidKeyId", "KMS key alias/nothing (--key-id)", "hint:")


@pytest.mark.parametrize(
    "data,words,value",
    [
        ("line one\nline two\n", ["-"], "line one\nline two\n"),
        ("line one\nline two\n", ["-", "-s"], "line one"),
        ("no line break", ["--singleline", "-"], "no line break"),
        ("x", ["-"], "x"),
    ],
)
def test_standard_input(ctl, store, data, words, value):
    ctl.run("write", "app", "key", *words, input=data).ok()
    assert store.values("/app/") == {"key": value}


def test_a_value_that_begins_with_a_dash(ctl, store):
    ctl.run("write", "app", "key", "--", "-----BEGIN").ok()
    assert store.values("/app/") == {"key": "-----BEGIN"}


def test_no_value_and_no_terminal(ctl, store):
    result = ctl.run("write", "app", "key", start_new_session=True)
    result.failed(100, "hint:", "-")
    assert store.requests == []


@pytest.mark.parametrize(
    "value,words",
    [
        ("", ["empty"]),
        ("x" * 4097, ["4097 bytes", "4096", "--tier"]),
        ("x" * 8193, ["8193 bytes"]),
        (b"\xff\xfe", ["not UTF-8", "byte 1"]),
        (b"ok\x00", ["NUL", "byte 3"]),
    ],
)
def test_values_that_no_parameter_can_have(ctl, store, value, words):
    result = ctl.run("write", "app", "key", "-", input=value)
    result.failed(100, "key", *words)
    assert store.requests == []


@pytest.mark.parametrize("size", [4096, 8192])
def test_the_largest_values(ctl, store, size):
    words = [] if size == 4096 else ["--tier", "advanced"]
    ctl.run("write", "app", "key", "-", *words, input="x" * size).ok()
    assert store.values("/app/") == {"key": "x" * size}
    assert put(store)[0].get("Tier") == (None if size == 4096 else "Advanced")


def test_a_value_of_control_characters(ctl, store):
    """Each byte of it is six in the request."""
    value = "\x01\x1f" * 4096
    ctl.run("write", "app", "key", "-", "--tier", "Advanced", input=value).ok()
    assert store.values("/app/") == {"key": value}


@pytest.mark.parametrize("service", ["aws", "aws/x", "SSM", "ssm-things", "awsome"])
def test_names_that_aws_refuses(ctl, store, service):
    ctl.run("write", service, "key", "v").failed(100, '"aws" or "ssm"')
    assert store.requests == []


def test_skip_unchanged(ctl, store):
    ctl.run("write", "app", "key", "v").ok()
    assert "unchanged" in ctl.run("write", "app", "key", "v", "--skip-unchanged").ok().err
    ctl.run("write", "app", "key", "w", "--skip-unchanged").ok()
    assert len(put(store)) == 2


def test_expected_versions(ctl, store):
    ctl.run("write", "app", "key", "one", "--expect-version", "0").ok()
    ctl.run("write", "app", "key", "two", "--expect-version", "1").ok()
    ctl.run("write", "app", "key", "x", "--expect-version", "0").failed(100, "has version 2, but 0 was expected")
    ctl.run("write", "app", "key", "x", "--expect-version", "1").failed(100, "has version 2, but 1 was expected")
    ctl.run("write", "app", "new", "x", "--expect-version", "1").failed(100, "there is no key new")
    assert store.values("/app/") == {"key": "two"}


def test_somebody_else_writes_in_between(ctl, store):
    """After our look, before our write: the result shows it."""
    store.put("/app/key", "one")
    rule = store.on("PutParameter", Refusal("InternalServerError", status=500, times=1))

    def interfere():
        store.put("/app/key", "theirs", Overwrite=True)
        rule.times = 0
        return rule

    pass_on = store._obey
    store._obey = lambda operation: interfere() and None if operation == "PutParameter" else pass_on(operation)
    try:
        result = ctl.run("write", "app", "key", "ours", "--expect-version", "1")
    finally:
        store._obey = pass_on
    result.failed(100, "written by somebody else meanwhile", "your value is version 3")


def test_a_key_that_appears_meanwhile(ctl, store):
    """Refused as it exists by now: written as its next version, unless it was to be new."""
    store.put("/app/key", "theirs")
    store.on("GetParameter", Refusal("ParameterNotFound", times=2))
    ctl.run("write", "app", "key", "x", "--expect-version", "0").failed(100, "ParameterAlreadyExists")
    ctl.run("write", "app", "key", "ours").ok()
    assert store.values("/app/") == {"key": "ours"}


def test_types(ctl, store):
    ctl.run("write", "app", "plain", "v", "--type", "string").ok()
    assert put(store)[0]["Type"] == "String" and "KeyId" not in put(store)[0]
    ctl.run("write", "app", "plain", "secret").failed(100, "is of type String", "--type String")
    ctl.run("write", "app", "plain", "w", "--type", "String").ok()
    assert store.values("/app/") == {"plain": "w"}


def test_tags_of_a_new_key(ctl, store):
    ctl.run("write", "app", "key", "v", "-t", "team=core,cost center=a:b/c").ok()
    ctl.run("write", "app", "key", "w", "--tags", "a=b").failed(100, "tag write")
    rows = json.loads(ctl.run("tag", "read", "app", "key", "--format", "json").ok().out)
    assert rows == [{"key": "cost center", "value": "a:b/c"}, {"key": "team", "value": "core"}]


@pytest.mark.parametrize("tags", ["a", "=b", "a=", "a=b,a=c", "a=b,,", "a=" + "x" * 257, "a" * 129 + "=b", "a=b;"])
def test_bad_tags(ctl, store, tags):
    ctl.run("write", "app", "key", "v", "--tags", tags).failed(100, "tag")
    assert store.requests == []


def test_tags(ctl, store):
    store.put("/app/key", "v")
    assert ctl.run("tag", "write", "app", "key", "a=1", "b=2").ok().out == "Key\tValue\na\t1\nb\t2\n"
    assert ctl.run("tag", "write", "app", "key", "b=3", "--delete-other-tags").ok().out == "Key\tValue\nb\t3\n"
    assert ctl.run("tag", "delete", "app", "key", "b").ok().out == ""
    assert ctl.run("tag", "read", "app", "key").ok().out == "Key\tValue\n"
    ctl.run("tag", "read", "app", "nothing").failed(100, "InvalidResourceId", "no such key")
    ctl.run("tag").failed(100, "tag")
    ctl.run("tag", "eat", "app", "key").failed(100, '"eat" is not a command')


@pytest.mark.parametrize("word", ["s3cret-value", "x"])
def test_a_value_is_never_shown(ctl, store, word):
    """Not by --verbose, not in an error that AWS sends back, not to ps(1) once the program runs."""
    value = word * 4
    store.on("PutParameter", Refusal("ValidationException", f"'{value}' is bad"))
    result = ctl.run("--verbose", "write", "app", "key", "--", value)
    assert result.code == 100
    assert len(value) < 8 or value not in result.err + result.out


def test_the_words_of_the_process(ctl, store):
    """The value on the command line is blanked."""
    from support.ctl import Hold

    hold = store.on("GetParameter", Hold())
    process = ctl.start("write", "app", "key", "s3cret-value")
    assert hold.arrived.wait(30)
    words = open(f"/proc/{process.pid}/cmdline", "rb").read().split(b"\0")
    hold.go.set()
    assert process.wait(30) == 0
    assert words[1:4] == [b"write", b"app", b"key"] and set(words[4]) == {ord("*")}
    assert store.values("/app/") == {"key": "s3cret-value"}


def test_no_core(ctl, store):
    from support.ctl import Hold

    hold = store.on("GetParameter", Hold())
    process = ctl.start("read", "app", "key")
    assert hold.arrived.wait(30)
    process.send_signal(6)  # SIGABRT, whose default action is a core
    hold.go.set()
    assert process.wait(30) == -6
    assert not any("core" in name.name for name in ctl.home.iterdir())
