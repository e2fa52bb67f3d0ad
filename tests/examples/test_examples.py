"""The files that people copy from docker/: each is parsed by a tool that knows its language."""

import json
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import hcl2
import iam
import kubernetes_validate
import pytest
import sqlglot
import yaml
from botocore.session import Session
from botocore.validate import ParamValidator

DOCKER = Path(__file__).resolve().parents[2] / "docker"
REGION, ACCOUNT = "eu-west-1", "123456789012"
PREFIX = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
KUBERNETES = ("1.29", "1.34")
FARGATE_MEMORY = {"256": ("512", "1024", "2048")}  # ECS Developer Guide, "Task size"


def read(*parts):
    return json.loads(DOCKER.joinpath(*parts).read_text())


def names(pattern):
    found = sorted(str(p.relative_to(DOCKER)) for p in DOCKER.glob(pattern))
    assert found, f"no {pattern}"
    return found


# ECS


@pytest.mark.parametrize("name", names("ecs/*.json"))
def test_task_definition(name):
    task = read(name)
    shape = Session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
    report = ParamValidator().validate(task, shape)
    assert not report.has_errors(), report.generate_report()
    for container in task["containerDefinitions"]:
        assert container["logConfiguration"]["options"].keys() >= {"awslogs-group", "awslogs-region"}
        if "FARGATE" in task["requiresCompatibilities"]:
            assert task["memory"] in FARGATE_MEMORY[task["cpu"]]
        else:
            assert container["memory"] >= container["memoryReservation"]


def test_the_tasks_differ_by_their_processor_alone():
    amd64, arm64 = read("ecs/fargate.json"), read("ecs/fargate-arm64.json")
    assert amd64.pop("runtimePlatform")["cpuArchitecture"] == "X86_64"
    assert arm64.pop("runtimePlatform")["cpuArchitecture"] == "ARM64"
    assert amd64 == arm64


# IAM


def by_path(service):
    """What GetParametersByPath is judged by: the path itself."""
    return "ssm:GetParametersByPath", f"{PREFIX}/{service}"


def decryption(service, via="ssm"):
    context = {
        "kms:ViaService": f"{via}.{REGION}.amazonaws.com",
        "kms:EncryptionContext:PARAMETER_ARN": f"{PREFIX}/{service}/db_url",
    }
    return "kms:Decrypt", KEY, context


def test_a_service_reads_its_own_path_only():
    policy = read("iam/service.json")
    assert iam.allows(policy, *by_path("web"))
    assert iam.allows(policy, *by_path("web/db"))
    for neighbour in ("worker", "webapp", "we", ""):
        assert not iam.allows(policy, *by_path(neighbour))
    for action in ("ssm:GetParameters", "ssm:PutParameter", "ssm:DeleteParameter", "ssm:DescribeParameters"):
        assert not iam.allows(policy, action, f"{PREFIX}/web/db_url")


def test_a_service_decrypts_its_own_parameters_only():
    policy = read("iam/service.json")
    assert iam.allows(policy, *decryption("web"))
    assert not iam.allows(policy, *decryption("worker"))
    assert not iam.allows(policy, *decryption("web", via="s3"))
    assert not iam.allows(policy, "kms:Decrypt", KEY)


def test_references_are_read_by_name():
    policy = read("iam/references.json")
    assert iam.allows(policy, "ssm:GetParameters", f"{PREFIX}/web/db_url")
    assert not iam.allows(policy, "ssm:GetParameters", f"{PREFIX}/web/other")
    assert not iam.allows(policy, *by_path("web"))


def test_a_secret_is_read_by_name():
    policy = read("iam/secretsmanager.json")
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"
    assert iam.allows(policy, "secretsmanager:GetSecretValue", f"{secret}:web-AbCdEf")
    assert not iam.allows(policy, "secretsmanager:GetSecretValue", f"{secret}:web-admin-AbCdEf")
    assert not iam.allows(policy, "secretsmanager:PutSecretValue", f"{secret}:web-AbCdEf")


def test_the_boundary_denies_other_services():
    boundary = read("iam/boundary.json")
    web = {"aws:PrincipalTag/service": "web"}
    assert iam.allows(boundary, *by_path("web"), web)
    assert iam.allows(boundary, *by_path("shared"), web)
    assert iam.allows(boundary, "s3:GetObject", "arn:aws:s3:::bucket/key", web)
    assert not iam.allows(boundary, *by_path("worker"), web)
    assert not iam.allows(boundary, "ssm:GetParameters", f"{PREFIX}/worker/db_url", web)
    assert not iam.allows(boundary, *by_path("web"))  # a role without the tag


# Terraform, CloudFormation


def terraform():
    return [p for p in DOCKER.joinpath("terraform").rglob("*.tf")]


@pytest.mark.parametrize("path", terraform(), ids=lambda p: str(p.relative_to(DOCKER)))
def test_terraform_is_hcl(path):
    with path.open() as file:
        assert hcl2.load(file)


def test_terraform_names_what_it_uses():
    """Every var., local. and output that a module names is defined in it."""
    for folder in {p.parent for p in terraform()}:
        source = "\n".join(p.read_text() for p in folder.glob("*.tf"))
        defined = set(re.findall(r'^variable "(\w+)"', source, re.M))
        assert set(re.findall(r"\bvar\.(\w+)", source)) == defined
        block = re.search(r"^locals \{\n(.*?)^\}", source, re.M | re.S)
        locals_ = set(re.findall(r"^  (\w+) +=", block[1], re.M)) if block else set()
        assert set(re.findall(r"\blocal\.(\w+)", source)) == locals_
    module = "\n".join(p.read_text() for p in DOCKER.joinpath("terraform/service").glob("*.tf"))
    outputs = set(re.findall(r'^output "(\w+)"', module, re.M))
    used = set(re.findall(r"module\.\w+\.(\w+)", DOCKER.joinpath("terraform/main.tf").read_text()))
    assert used <= outputs


def test_terraform_by_checkov():
    command = [sys.executable, "-m", "checkov.main", "--quiet", "--compact", "--framework", "terraform", "-o", "json"]
    done = subprocess.run([*command, "-d", DOCKER / "terraform"], capture_output=True, text=True)
    report = json.loads(done.stdout)
    failed = [(c["check_id"], c["check_name"], c["file_path"]) for c in report["results"]["failed_checks"]]
    assert report["summary"]["parsing_errors"] == 0 and report["summary"]["passed"] > 0
    assert failed == []


def test_cloudformation():
    command = [Path(sys.executable).parent / "cfn-lint", DOCKER / "cloudformation" / "service.yaml"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


# Kubernetes


def manifests(name):
    return list(yaml.safe_load_all(DOCKER.joinpath(name).read_text()))


def pod_of(manifest):
    spec = manifest["spec"]
    return spec["template"]["spec"] if manifest["kind"] == "Deployment" else spec


OBJECTS = [n for n in names("kubernetes/**/*.yaml") if not n.endswith("kustomization.yaml")]


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("name", OBJECTS)
def test_manifest(name, version):
    for manifest in manifests(name):
        kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("name", [n for n in OBJECTS if "service-account" not in n])
def test_pod_security_standard_restricted(name):
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/"""
    for manifest in manifests(name):
        pod = pod_of(manifest)
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] != 0
        assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        for container in pod["containers"] + pod.get("initContainers", []):
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}
            assert context["readOnlyRootFilesystem"] is True
        assert all(v.keys() <= {"name", "emptyDir"} for v in pod.get("volumes", []))


@pytest.mark.parametrize("name", names("kubernetes/**/kustomization.yaml"))
def test_kustomization(name):
    (content,) = manifests(name)
    folder = DOCKER.joinpath(name).parent
    for resource in content["resources"]:
        path = folder / resource
        assert path.is_file() or (path / "kustomization.yaml").is_file()
    for patch in content.get("patches", []):
        base = [m for n in OBJECTS if "/base/" in n for m in manifests(n)]
        target = patch["target"]
        assert any(m["kind"] == target["kind"] and m["metadata"]["name"] == target["name"] for m in base)
        assert yaml.safe_load(patch["patch"])


# CloudTrail


def page_block(language, mark):
    found = re.findall(rf"^```{language}\n(.*?)^```$", DOCKER.joinpath("README.md").read_text(), re.M | re.S)
    (block,) = [b for b in found if mark in b]
    return block


def rows_of_athena(event, **changes):
    """An event as Athena's table of CloudTrail has it: names in lower case, requestParameters as text."""
    event = {**event, "errorCode": None, **changes}
    parameters = json.dumps(event.pop("requestParameters"))
    identity = event.pop("userIdentity")
    return json.loads(json.dumps(identity).lower()), {k.lower(): v for k, v in event.items()}, parameters


def test_the_query_lists_who_read_which_path(tmp_path):
    sample = json.loads(page_block("json", "eventName"))
    other = {**sample["userIdentity"], "arn": sample["userIdentity"]["arn"] + "2"}
    old = {"eventTime": "2020-01-01T00:00:00Z"}
    recent = sample["eventTime"] = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    events = [
        rows_of_athena(sample),
        rows_of_athena(sample),
        rows_of_athena(sample, userIdentity=other),
        rows_of_athena(sample, errorCode="AccessDenied"),
        rows_of_athena(sample, **old),
        rows_of_athena(sample, eventName="GetParameter"),
        rows_of_athena(sample, eventSource="kms.amazonaws.com"),
    ]
    table = tmp_path / "events.json"
    rows = [{**rest, "useridentity": who, "requestparameters": what} for who, rest, what in events]
    table.write_text("\n".join(map(json.dumps, rows)))
    query = sqlglot.transpile(page_block("sql", "cloudtrail_logs"), read="athena", write="duckdb")[0]
    database = duckdb.connect()
    types = "{" + ", ".join(f"{name}: 'VARCHAR'" for name in rows[0] if name != "useridentity") + ", "
    types += "useridentity: 'STRUCT(arn VARCHAR, sessioncontext STRUCT(sessionissuer STRUCT(arn VARCHAR)))'}"
    database.execute(f"CREATE TABLE cloudtrail_logs AS SELECT * FROM read_json('{table}', columns = {types})")
    found = database.execute(query)
    assert [column[0] for column in found.description] == ["path", "role", "program", "error", "requests", "sessions", "last_read"]
    role = sample["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"]
    agent = sample["userAgent"]
    assert found.fetchall() == [
        ("/kops/", role, agent, None, 3, 2, recent),
        ("/kops/", role, agent, "AccessDenied", 1, 1, recent),
    ]
