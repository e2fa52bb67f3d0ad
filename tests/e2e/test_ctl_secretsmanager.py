"""antechamberctl with --backend secretsmanager: a secret for each service, as chamber v3 keeps it."""

import json
import re
import threading

import pytest

from support.ctl import Hold, Refusal

ARN = "arn:aws:sts::123456789012:user/moto"
METADATA = "_chamber_metadata"


@pytest.fixture
def secrets(store):
    return store.client("secretsmanager")


@pytest.fixture
def sm(ctl):
    """antechamberctl, for this backend by chamber's variable."""
    ctl.env["CHAMBER_SECRET_BACKEND"] = "SECRETSMANAGER"
    return ctl


def text_of(secrets, name):
    return secrets.get_secret_value(SecretId=name)["SecretString"]


def members(secrets, name):
    """The keys of a secret, and what its metadata say."""
    found = json.loads(text_of(secrets, name))
    return found, json.loads(found.pop(METADATA, "{}"))


def chambers(**versions):
    """A secret as chamber writes it."""
    notes = {
        key: {"created": "2024-02-29T12:30:45.123456789Z", "created_by": "arn:chamber", "version": version}
        for key, version in versions.items()
    }
    values = {key: f"{key} of chamber" for key in versions}
    return json.dumps({METADATA: json.dumps(notes), **values})


def rows(result):
    return json.loads(result.ok().out)


def test_a_new_secret(sm, store, secrets):
    sm.run("write", "App/web", "DB", "value one").ok()
    values, notes = members(secrets, "app/web")
    assert values == {"db": "value one"}
    assert notes["db"]["version"] == 1 and notes["db"]["created_by"] == ARN
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", notes["db"]["created"])
    (stages,) = secrets.describe_secret(SecretId="app/web")["VersionIdsToStages"].values()
    assert set(stages) == {"AWSCURRENT", "CHAMBER1"}
    (created,) = [r.body for r in store.requests if r.operation == "CreateSecret"]
    assert "KmsKeyId" not in created  # chamber's alias is for parameters


def test_the_next_version(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=4, b=9))
    sm.run("write", "app", "a", "mine").ok()
    values, notes = members(secrets, "app")
    assert values == {"a": "mine", "b": "b of chamber"}
    assert notes["a"]["version"] == 5 and notes["a"]["created_by"] == ARN
    assert notes["b"] == json.loads(json.loads(chambers(b=9))[METADATA])["b"]
    (put,) = [r.body for r in store.requests if r.operation == "PutSecretValue"]
    assert put["VersionStages"] == ["AWSCURRENT", "CHAMBER5"]


def test_what_is_foreign_stays_as_it_was(sm, secrets):
    foreign = '{ "port": 5432, "big": 12345678901234567890.10, "o": {"a": [1, null]}, "n": null, "u": "\\u00fc\\ud83d\\ude00" }'
    secrets.create_secret(Name="rds", SecretString=foreign)
    sm.run("write", "rds", "mine", "x").ok()
    text = text_of(secrets, "rds")
    for part in ('"port":5432', '"big":12345678901234567890.10', '"o":{"a": [1, null]}', '"n":null'):
        assert part in text
    assert sm.run("read", "-q", "rds", "port").ok().out == "5432\n"
    assert sm.run("read", "-q", "rds", "o").ok().out == '{"a": [1, null]}\n'
    assert sm.run("read", "-q", "rds", "u").ok().out == "\u00fc\U0001f600\n"
    listed = rows(sm.run("list", "rds", "--format", "json"))
    assert {row["key"]: row["version"] for row in listed} == {"port": 0, "big": 0, "o": 0, "n": 0, "u": 0, "mine": 1}


def test_list_and_read_what_chamber_wrote(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=4, b=9))
    (a, b) = rows(sm.run("list", "app", "--expand", "--format", "json"))
    assert a == {
        "key": "a",
        "version": 4,
        "last_modified": "2024-02-29T12:30:45Z",
        "user": "arn:chamber",
        "value": "a of chamber",
    }
    assert b["version"] == 9
    assert "_chamber" not in sm.run("export", "app").ok().out
    assert store.operations == ["GetSecretValue"] * 3


def test_earlier_versions(sm, store, secrets):
    for value in ("one", "two", "three"):
        sm.run("write", "app", "key", value).ok()
        sm.run("write", "app", "other", "x" + value).ok()
    for version, value in enumerate(("one", "two", "three"), 1):
        assert sm.run("read", "-q", "app", "key", "-v", version).ok().out == value + "\n"
    sm.run("read", "app", "key", "-v", "4").failed(100, "version 4: there is no key key in app")
    history = rows(sm.run("history", "app", "key", "--format", "json"))
    assert [(row["event"], row["version"]) for row in history] == [("Created", 1), ("Updated", 2), ("Updated", 3)]
    assert {row["user"] for row in history} == {ARN}


def test_a_version_costs_one_request_by_its_stage(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=1))
    version = secrets.get_secret_value(SecretId="app")["VersionId"]
    secrets.update_secret_version_stage(SecretId="app", VersionStage="CHAMBER1", MoveToVersionId=version)
    assert sm.run("read", "-q", "app", "a", "-v", "1").ok().out == "a of chamber\n"
    assert store.operations == ["GetSecretValue"]


def test_versions_that_are_no_services_are_passed_over(sm, secrets):
    secrets.create_secret(Name="app", SecretBinary=b"bytes")
    secrets.put_secret_value(SecretId="app", SecretString="plain text")
    secrets.put_secret_value(SecretId="app", SecretString=chambers(a=1))
    assert len(rows(sm.run("history", "app", "a", "--format", "json"))) == 1


@pytest.mark.parametrize("words", [("read", "app", "key"), ("read", "app", "key", "-v1"), ("history", "app", "key"), ("delete", "app", "key")])
def test_nothing_there(sm, words):
    sm.run(*words).failed(100, "there is no key key in app", "hint:")


def test_history_reads_each_version_once(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=1))
    for number in range(2, 5):
        secrets.put_secret_value(SecretId="app", SecretString=chambers(a=number))
    assert len(rows(sm.run("history", "app", "a", "--format", "json"))) == 4
    assert sorted(store.operations) == ["GetSecretValue"] * 4 + ["ListSecretVersionIds"]


def test_delete(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=4, b=9))
    sm.run("delete", "app", "a").ok()
    values, notes = members(secrets, "app")
    assert values == {"b": "b of chamber"} and list(notes) == ["b"]
    (put,) = [r.body for r in store.requests if r.operation == "PutSecretValue"]
    assert put["VersionStages"] == ["AWSCURRENT"]
    sm.run("delete", "app", "b").ok()
    assert members(secrets, "app") == ({}, {})
    sm.run("delete", "app", "b").failed(100, "there is no key b in app")


def test_delete_all_leaves_an_empty_secret(sm, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(**{f"k{n}": n for n in range(23)}))
    sm.run("delete", "app", "--all", "--yes").ok()
    assert members(secrets, "app") == ({}, {})


def test_rotation_is_refused(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=1))
    front = store.front.RequestHandlerClass.pass_on

    def rotating(self, body):
        if store.operations[-1] == "DescribeSecret":
            return self.reply(200, "application/json", b'{"Name":"app","RotationEnabled":true}')
        return front(self, body)

    store.front.RequestHandlerClass.pass_on = rotating
    try:
        for words in (("write", "app", "a", "new"), ("delete", "app", "a")):
            sm.run(*words).failed(100, "rotation enabled", "hint: turn it off first")
    finally:
        store.front.RequestHandlerClass.pass_on = front
    assert text_of(secrets, "app") == chambers(a=1)
    assert "PutSecretValue" not in store.operations


@pytest.mark.parametrize("words", [("read", "app", "a"), ("list", "app"), ("write", "app", "a", "new-value-1")])
@pytest.mark.parametrize(
    "secret", ["hunter2-plain", '"hunter2"', "[1]", '{"a":1,"a":2}', '{"_chamber_metadata":"{"}', '{"_chamber_metadata":1}']
)
def test_secrets_that_are_no_services(sm, store, secrets, words, secret):
    secrets.create_secret(Name="app", SecretString=secret)
    result = sm.run(*words)
    result.failed(100, "error:")
    assert "hunter2" not in result.err and "new-value-1" not in result.err
    assert text_of(secrets, "app") == secret


def test_a_binary_secret(sm, secrets):
    secrets.create_secret(Name="app", SecretBinary=b"bytes")
    sm.run("write", "app", "key", "value").failed(100, "key of app", "binary")


def test_a_secret_without_a_value(sm, secrets):
    secrets.create_secret(Name="app", KmsKeyId="alias/mine")
    sm.run("write", "app", "key", "value").ok()
    assert members(secrets, "app")[0] == {"key": "value"}


def test_one_that_is_marked_for_deletion(sm, secrets):
    secrets.create_secret(Name="app", SecretString="{}")
    secrets.delete_secret(SecretId="app")
    sm.run("write", "app", "key", "value").failed(100, "InvalidRequestException", "restore-secret")


def test_the_kms_key_is_for_a_new_secret(sm, store, secrets):
    env = {"CHAMBER_KMS_KEY_ALIAS": "by_environment"}
    sm.run("write", "app", "key", "value", "--key-id", "mine", env=env).ok()
    assert secrets.describe_secret(SecretId="app")["KmsKeyId"] == "alias/mine"
    assert "keeps its KMS key" not in sm.run("write", "app", "key", "v2", "--key-id", "alias/mine").ok().err
    assert "keeps its KMS key" in sm.run("write", "app", "key", "v3", "--key-id", "other").ok().err
    sm.run("write", "second", "key", "value", env=env).ok()
    assert "KmsKeyId" not in [r.body for r in store.requests if r.operation == "CreateSecret"][-1]


def test_the_largest_secret(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=json.dumps({"pad": "x" * 65000}))
    big = "y" * 2000
    result = sm.run("write", "app", "key", big)
    result.failed(100, "Secrets Manager takes 65536", "hint:")
    assert "PutSecretValue" not in store.operations and big not in result.err
    sm.run("write", "app", "key", "y" * 200).ok()


@pytest.mark.parametrize("words", [("write", "app", METADATA, "{}"), ("delete", "app", METADATA)])
def test_the_metadata_are_no_key(sm, secrets, words):
    secrets.create_secret(Name="app", SecretString=chambers(a=1))
    sm.run(*words).failed(100, METADATA)
    assert text_of(secrets, "app") == chambers(a=1)


@pytest.mark.parametrize(
    "words",
    [
        ("write", "app", "key", "value", "--tier", "Advanced"),
        ("write", "app", "key", "value", "--type", "String"),
        ("write", "app", "key", "value", "--tags", "a=b"),
        ("tag", "read", "app", "key"),
        ("tag", "write", "app", "key", "a=b"),
        ("tag", "delete", "app", "key", "a"),
        ("list-services", "--secrets"),
    ],
)
def test_what_the_backend_does_not_have(sm, store, words):
    sm.run(*words).failed(100, "the backend secretsmanager has no", "hint: use --backend ssm")
    assert store.requests == []


@pytest.mark.parametrize("backend", ["secretsmanager", "SecretsManager"])
def test_the_option_chooses(ctl, secrets, backend):
    secrets.create_secret(Name="app", SecretString='{"key":"value"}')
    assert ctl.run("-b", backend, "read", "-q", "app", "key").ok().out == "value\n"


def test_a_backend_that_is_unknown(ctl):
    ctl.run("--backend", "s3", "read", "app", "key").failed(100, "--backend", "ssm|secretsmanager")


def test_expected_versions(sm, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=4))
    sm.run("write", "app", "a", "new", "--expect-version", "3").failed(100, "version 4", "3 was expected")
    sm.run("write", "app", "b", "new", "--expect-version", "0").ok()
    sm.run("write", "app", "a", "new", "--expect-version", "4").ok()
    assert members(secrets, "app")[1]["a"]["version"] == 5


def edit(secrets, name, **values):
    """What somebody else does at the same time."""
    found = json.loads(text_of(secrets, name))
    secrets.put_secret_value(SecretId=name, SecretString=json.dumps({**found, **values}))


@pytest.mark.parametrize("words", [("write", "app", "b", "mine"), ("delete", "app", "b")])
def test_a_write_between_our_reading_and_writing_is_kept(sm, store, secrets, words):
    secrets.create_secret(Name="app", SecretString=chambers(a=1, b=1))
    hold = store.on("PutSecretValue", Hold())
    process = sm.start(*words)
    assert hold.arrived.wait(30)
    edit(secrets, "app", theirs="kept")
    store.rules.clear()
    hold.go.set()
    process.communicate(timeout=60)
    assert process.returncode == 0
    values, _ = members(secrets, "app")
    expected = {"a": "a of chamber", "theirs": "kept"}
    assert values == (expected | {"b": "mine"} if words[0] == "write" else expected)


def test_a_write_that_replaces_ours_is_not_the_last(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=1))
    hold = store.on("DescribeSecret", Hold(after=1))
    before = text_of(secrets, "app")
    process = sm.start("write", "app", "b", "mine")
    assert hold.arrived.wait(30)
    assert members(secrets, "app")[0]["b"] == "mine"
    secrets.put_secret_value(SecretId="app", SecretString=json.dumps({**json.loads(before), "theirs": "kept"}))
    store.rules.clear()
    hold.go.set()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert members(secrets, "app")[0] == {"a": "a of chamber", "b": "mine", "theirs": "kept"}


def test_writers_at_the_same_time_lose_nothing(sm, secrets):
    secrets.create_secret(Name="app", SecretString="{}")
    codes = []

    def write(number):
        codes.append(sm.run("write", "app", f"key{number}", f"value{number}").code)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0, 0]
    assert members(secrets, "app")[0] == {"key0": "value0", "key1": "value1"}


def test_a_key_that_appears_meanwhile_is_not_replaced_unseen(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString="{}")
    hold = store.on("GetSecretValue", Hold(after=1))
    process = sm.start("write", "app", "a", "mine", "--expect-version", "0")
    assert hold.arrived.wait(30)
    secrets.put_secret_value(SecretId="app", SecretString=chambers(a=1))
    store.rules.clear()
    hold.go.set()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 100 and b"by somebody else meanwhile" in err
    assert members(secrets, "app")[0] == {"a": "a of chamber"}


def test_a_lost_response_writes_once(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=1))
    store.on("PutSecretValue", Refusal("InternalServiceError", status=500, times=1))
    sm.run("write", "app", "a", "mine").ok()
    tokens = [r.body["ClientRequestToken"] for r in store.requests if r.operation == "PutSecretValue"]
    assert len(tokens) == 2 and len(set(tokens)) == 1 and len(tokens[0]) == 32


@pytest.mark.parametrize("others, has_room", [(17, True), (18, False)])
def test_too_many_stages(sm, store, secrets, others, has_room):
    secrets.create_secret(Name="app", SecretString=chambers(a=30))
    version = secrets.get_secret_value(SecretId="app")["VersionId"]
    for number in range(others):
        secrets.update_secret_version_stage(SecretId="app", VersionStage=f"CHAMBER{number}", MoveToVersionId=version)
    result = sm.run("write", "app", "a", "mine").ok()
    (put,) = [r.body["VersionStages"] for r in store.requests if r.operation == "PutSecretValue"]
    assert put == (["AWSCURRENT", "CHAMBER31"] if has_room else ["AWSCURRENT"])
    assert ("gets no stage CHAMBER31" in result.err) is not has_room
    assert members(secrets, "app")[1]["a"]["version"] == 31


@pytest.mark.parametrize("operation", ["GetSecretValue", "DescribeSecret", "PutSecretValue"])
def test_access_denied_is_reported_as_that(sm, store, secrets, operation):
    secrets.create_secret(Name="app", SecretString=chambers(a=1))
    store.on(operation, Refusal("AccessDeniedException", "not authorized"))
    sm.run("write", "app", "a", "v").failed(100, "AccessDenied", f"hint: allow secretsmanager:{operation}")


def test_import_is_one_version(sm, store, secrets, tmp_path):
    secrets.create_secret(Name="app", SecretString=chambers(a=4, b=2))
    (tmp_path / "file.json").write_text(json.dumps({"a": "new", "b": "b of chamber", "c": "c"}))
    sm.run("import", "app", "file.json").ok()
    values, notes = members(secrets, "app")
    assert values == {"a": "new", "b": "b of chamber", "c": "c"}
    assert {key: note["version"] for key, note in notes.items()} == {"a": 5, "b": 2, "c": 1}
    assert store.operations.count("PutSecretValue") == 1
    sm.run("import", "app", "file.json").ok()
    assert store.operations.count("PutSecretValue") == 1


def test_copy(sm, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=4, b=2))
    sm.run("copy", "app", "other").ok()
    values, notes = members(secrets, "other")
    assert values == {"a": "a of chamber", "b": "b of chamber"}
    assert {note["version"] for note in notes.values()} == {1}


def test_a_label_is_a_stage(sm, secrets):
    secrets.create_secret(Name="app", SecretString='{"a":"old"}')
    sm.run("write", "app", "a", "new").ok()
    assert json.loads(sm.run("export", "app:AWSPREVIOUS").ok().out) == {"a": "old"}


def test_services(sm, store, secrets):
    for number in range(120):
        secrets.create_secret(Name=f"prod/{number:03}", SecretString=chambers(a=1))
    secrets.create_secret(Name="dev", SecretString=chambers(b=1))
    secrets.create_secret(Name="plain", SecretString="a of chamber")
    listed = [row["service"] for row in rows(sm.run("list-services", "--format", "json"))]
    assert listed == sorted(["dev", "plain", *(f"prod/{number:03}" for number in range(120))])
    assert store.operations == ["ListSecrets"] * 2
    assert len(rows(sm.run("list-services", "prod/01", "--format", "json"))) == 10
    assert rows(sm.run("find", "b", "--format", "json")) == [{"service": "dev"}]
    found = rows(sm.run("find", "--by-value", "--format", "json", "-", input="b of chamber"))
    assert found == [{"service": "dev", "key": "b"}]


def test_find_says_what_it_could_not_read(sm, store, secrets):
    secrets.create_secret(Name="app", SecretString=chambers(a=1))
    store.on("GetSecretValue", Refusal("AccessDeniedException", "not authorized"))
    result = sm.run("find", "a")
    assert result.code == 100 and "the search is not complete: 1 service could not be read" in result.err


def test_policy(sm):
    policy = json.loads(sm.run("policy", "app").ok().out)
    (statement,) = policy["Statement"]
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert statement["Resource"] == ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-??????"]
    both = json.loads(sm.run("policy", "app", "--key-id", "mine").ok().out)["Statement"]
    assert [s["Action"] for s in both] == ["secretsmanager:GetSecretValue", "kms:Decrypt"]
