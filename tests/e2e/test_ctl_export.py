"""antechamberctl env, export and policy: what is printed, and files of --output-file."""

import csv
import fnmatch
import io
import json
import stat
import subprocess

import pytest

from support.ctl import Refusal

FORMATS = ["json", "yaml", "csv", "tsv", "dotenv", "tfvars", "java-properties", "properties", "JSON"]


@pytest.mark.parametrize("name", FORMATS)
def test_formats(ctl, store, name):
    store.put("/app/db-password", "se cret")
    store.put("/app/b", "2")
    out = ctl.run("export", "--format", name, "app").ok().out
    assert "se cret" in out and out.index("2") < out.index("se cret")
    assert ctl.run("export", "-f", name, "nothing").ok().out in ("", "{}\n")


def test_an_unknown_format_asks_nobody(ctl, store, tmp_path):
    target = tmp_path / "kept"
    target.write_text("as it was")
    ctl.run("export", "app", "-f", "toml", "-o", target).failed(100, "--format is not one of", "tfvars")
    assert store.requests == [] and target.read_text() == "as it was"


def test_later_services_count(ctl, store):
    store.put("/a/key", "of a")
    store.put("/b/key", "of b")
    store.put("/a/other", "x")
    result = ctl.run("export", "a", "b").ok()
    assert json.loads(result.out) == {"key": "of b", "other": "x"}
    assert "warning: parameter key specified more than once (overridden by service b)" in result.err
    assert json.loads(ctl.run("export", "b", "a").ok().out)["key"] == "of a"


def test_a_label(ctl, store):
    for value in ("one", "two"):
        store.put("/app/key", value, Overwrite=True)
    store.client().label_parameter_version(Name="/app/key", ParameterVersion=1, Labels=["stable"])
    ctl.run("export", "app:stable").ok()
    filters = store.requests[-1].body["ParameterFilters"]
    assert filters == [{"Key": "Label", "Option": "Equals", "Values": ["stable"]}]
    assert store.requests[-1].body["Path"] == "/app/"


def test_output_file(ctl, store, tmp_path):
    store.put("/app/key", "v")
    target = tmp_path / "secrets.json"
    target.write_text("old and longer than what comes\n")
    target.chmod(0o644)
    assert ctl.run("export", "app", "-o", target).ok().out == ""
    assert json.loads(target.read_text()) == {"key": "v"}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    store.on("GetParametersByPath", Refusal("AccessDeniedException", "no"))
    ctl.run("export", "app", "-o", target).failed(100, "AccessDeniedException")
    assert json.loads(target.read_text()) == {"key": "v"} and len(list(tmp_path.iterdir())) == 1
    store.rules.clear()
    ctl.run("env", "app", "-o", tmp_path / "no" / "folder").failed(100, "No such file")


def test_env_in_a_shell(ctl, store):
    values = {"plain": "v", "quotes": "a'b\"c$HOME`x`\\", "lines": "one\ntwo\n", "dotted.key": "d"}
    for key, value in values.items():
        store.put(f"/app/{key}", value)
    lines = ctl.run("env", "app").ok().out
    script = lines + 'printf "%s|" "$PLAIN" "$QUOTES" "$LINES" "$DOTTED_KEY"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "|".join(values.values()) + "|"
    assert "export lines=" in ctl.run("env", "-p", "app").ok().out
    assert 'export LINES="one\\ntwo\\n"' in ctl.run("env", "-e", "app").ok().out


def test_keys_that_are_no_variables(ctl, store):
    store.put("/app/1st", "secret value")
    for words in (["env", "app"], ["export", "-f", "dotenv", "app"]):
        result = ctl.run(*words).failed(100, "1st")
        assert "secret value" not in result.err
    assert json.loads(ctl.run("export", "app").ok().out) == {"1st": "secret value"}


def test_csv(ctl, store):
    values = {"a": 'q"u,o\nte', "b": " blank"}
    for key, value in values.items():
        store.put(f"/app/{key}", value)
    out = ctl.run("export", "-f", "csv", "app").ok().out
    assert dict(csv.reader(io.StringIO(out))) == values


def allows(policy, action, resource):
    return any(
        action == s["Action"] and any(fnmatch.fnmatchcase(resource, r) for r in s["Resource"])
        for s in policy["Statement"]
        if isinstance(s["Resource"], list)
    )


def test_policy(ctl, store):
    policy = json.loads(ctl.run("policy", "app", "prod/web").ok().out)
    arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/"
    for service in ("app", "prod/web"):
        assert allows(policy, "ssm:GetParametersByPath", arn + service)
        assert allows(policy, "ssm:GetParametersByPath", arn + service + "/key")
    for name in ("apple", "prod", "prod/webx/key", "other/key"):
        assert not allows(policy, "ssm:GetParametersByPath", arn + name)
    assert store.operations == ["GetCallerIdentity"]


@pytest.mark.parametrize(
    "key,resource,aliases",
    [
        ("alias/mine", "arn:aws:kms:eu-west-1:123456789012:key/*", "alias/mine"),
        ("arn:aws:kms:eu-west-1:1:key/x", "arn:aws:kms:eu-west-1:1:key/x", None),
    ],
)
def test_policy_of_a_key(ctl, key, resource, aliases):
    (_, decrypt) = json.loads(ctl.run("policy", "app", "--key-id", key).ok().out)["Statement"]
    assert decrypt["Action"] == "kms:Decrypt" and decrypt["Resource"] == resource
    assert decrypt["Condition"]["StringEquals"] == {"kms:ViaService": "ssm.eu-west-1.amazonaws.com"}
    assert decrypt["Condition"].get("ForAnyValue:StringEquals") == (aliases and {"kms:ResourceAliases": aliases})
