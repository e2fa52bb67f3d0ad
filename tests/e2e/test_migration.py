"""docker/MIGRATION.md: what each section writes for "after" loads what "before" loaded."""

import json
import re
from pathlib import Path

import botocore.session
import pytest
import yaml
from botocore.validate import ParamValidator

PAGE = (Path(__file__).resolve().parents[2] / "docker" / "MIGRATION.md").read_text()
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))


def blocks(section, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", SECTIONS[section], re.M | re.S)


def words_of(array):
    """antechamber's words of an entrypoint, before the --."""
    assert array[0] == "/antechamber" and array[-1] == "--"
    return array[1:-1]


def entrypoint(section, mark="+"):
    (block,) = blocks(section, "diff")
    (array,) = re.findall(rf"^\{mark}ENTRYPOINT (.*)$", block, re.M)
    return json.loads(array)


def variables(section):
    (block,) = blocks(section, "dockerfile")
    return dict(re.findall(r"^ENV (\w+)=(.*)$", block, re.M))


def fill(world):
    world.ssm.put("/kops/db-password", "of the database")
    world.ssm.put("/prod/cookie-secret", "of cookies")
    world.ssm.put("old-secret", "new", version=2, older={1: "old"})
    world.secretsmanager.put("kops", '{"api_key": "of the API"}')


def test_the_sections_are_in_the_table():
    table = PAGE.partition("\n## ")[0]
    assert set(re.findall(r"\]\(#([\w-]+)\)", table)) == {s.lower().replace(" ", "-") for s in SECTIONS}


def test_chamber(world):
    fill(world)
    before = entrypoint("chamber", "-")
    assert before[1:] == entrypoint("chamber")[1:]
    assert world.run(*words_of(entrypoint("chamber"))).succeeded().loaded == {"DB_PASSWORD": "of the database"}


@pytest.mark.parametrize("section", ["tini", "dumb-init"])
def test_inits(world, section):
    *array, program = entrypoint(section)
    assert program == entrypoint(section, "-")[-1]
    world.run(*words_of(array), command=["exit", "7"]).succeeded(7)


def test_secrets_init(world):
    fill(world)
    gcp = {"OTHER": "gcp:secretmanager:projects/1/secrets/x"}
    result = world.run(*words_of(entrypoint("secrets-init")), env=variables("secrets-init") | gcp).succeeded()
    wanted = {"DB_PASSWORD": "of the database", "API_KEY": '{"api_key": "of the API"}', **gcp}
    assert {name: result.env[name] for name in wanted} == wanted
    (key,) = re.findall(r"`(arn:aws:secretsmanager:.*?)`", SECTIONS["secrets-init"])
    result = world.run(*words_of(entrypoint("secrets-init")), env={"API_KEY": key}).succeeded()
    assert result.env["API_KEY"] == "of the API"


def test_ssm_env(world):
    fill(world)
    options = words_of(entrypoint("ssm-env"))
    result = world.run(*options, env=variables("ssm-env")).succeeded()
    assert result.env["COOKIE_SECRET"] == "of cookies" and result.env["OLD_SECRET"] == "old"
    missing = {"COOKIE_SECRET": "ssm:///prod/missing"}
    world.run(*options, env=missing).failed(100, "COOKIE_SECRET")
    result = world.run(*options, env={**missing, "ANTECHAMBER_KEEP": "COOKIE_SECRET"}).succeeded()
    assert result.env["COOKIE_SECRET"] == missing["COOKIE_SECRET"]
    off = {"ANTECHAMBER_REFERENCES": "false", "ANTECHAMBER_BACKEND": "null"}
    result = world.run("exec", "x", env={**missing, **off}).succeeded()
    assert result.env["COOKIE_SECRET"] == missing["COOKIE_SECRET"]


def test_ecs(world):
    before, one_for_one, path = map(json.loads, blocks("ECS valueFrom", "json"))
    shape = botocore.session.get_session().get_service_model("ecs").shape_for("ContainerDefinition")
    for container in (before, one_for_one, path):
        report = ParamValidator().validate(container, shape)
        assert not report.has_errors(), report.generate_report()
    environment = {variable["name"]: variable["value"] for variable in one_for_one["environment"]}
    assert environment == {secret["name"]: secret["valueFrom"] for secret in before["secrets"]}
    fill(world)
    result = world.run(*words_of(one_for_one["entryPoint"]), env=environment).succeeded()
    assert result.env["DB_PASSWORD"] == "of the database" and result.env["API_KEY"] == "of the API"
    result = world.run(*words_of(path["entryPoint"])).succeeded()
    assert result.loaded == {"DB_PASSWORD": "of the database"}
    result = world.run("exec", "--references", env={"DB": "ssm:/kops/db-password"}).succeeded()
    assert result.env["DB"] == "of the database"


def test_external_secrets(world):
    before, after = (list(yaml.safe_load_all(block)) for block in blocks("External Secrets", "yaml"))
    (secret,) = before[0]["spec"]["data"]
    (container,) = after[0]["spec"]["containers"]
    fill(world)
    result = world.run(*words_of(container["command"])).succeeded()
    assert secret["remoteRef"]["key"] == "/kops/db-password"
    assert result.loaded == {secret["secretKey"]: "of the database"}
