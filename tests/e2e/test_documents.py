"""The files in the pages do what the pages say: task definition, policy, pods and example image agree."""

import configparser
import json
import re
import shlex
import subprocess
from pathlib import Path

import botocore
import botocore.session
import pytest
import yaml
from botocore.validate import ParamValidator

from support.steps import aws_error
from test_services import run_folder

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
DEPLOYMENT = (DOCKER / "README.md").read_text()
README = (ROOT / "README.md").read_text()
DOCKERFILE = (DOCKER / "Dockerfile.example").read_text()

# Of a Fargate task: the memory that each amount of CPU goes with (ECS Developer Guide, "Task size").
FARGATE_MEMORY = {"256": {"512", "1024", "2048"}, "512": {"1024", "2048", "3072", "4096"}}


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def service_model(name):
    return botocore.session.get_session().get_service_model(name)


def task_definition():
    return json.loads((DOCKER / "ecs" / "fargate.json").read_text())


def pod(name):
    manifest = yaml.safe_load((DOCKER / "kubernetes" / name).read_text())
    return manifest["spec"].get("template", manifest)["spec"]


def images():
    """The targets of the example Dockerfile: name to instructions, without ENV; and ENV apart."""
    targets = {}
    for name, body in re.findall(r"^FROM \S+ AS (\w+)\n((?:\w.*\n)+)", DOCKERFILE, re.M):
        lines = [line.split(" ", 1) for line in body.splitlines()]
        environment = dict(words.split("=", 1) for instruction, words in lines if instruction == "ENV")
        targets[name] = {k: v for k, v in lines if k != "ENV"} | {"ENV": environment}
    return targets


def image_options(name):
    """What the image's entrypoint has before the command."""
    entrypoint = json.loads(images()[name]["ENTRYPOINT"])
    assert entrypoint[0] == "/antechamber" and entrypoint[-1] == "--"
    return entrypoint[1:-1]


def environment_of(container, key="env"):
    return {variable["name"]: variable["value"] for variable in container.get(key, [])}


def test_the_task_definition_can_be_registered():
    definition = task_definition()
    shape = service_model("ecs").operation_model("RegisterTaskDefinition").input_shape
    report = ParamValidator().validate(definition, shape)
    assert not report.has_errors(), report.generate_report()
    # What the model does not know, and Fargate requires.
    assert definition["requiresCompatibilities"] == ["FARGATE"]
    assert definition["networkMode"] == "awsvpc"
    assert definition["memory"] in FARGATE_MEMORY[definition["cpu"]]
    assert definition["executionRoleArn"] and definition["taskRoleArn"]
    for container in definition["containerDefinitions"]:
        assert container["stopTimeout"] <= 120
        options = container["logConfiguration"]["options"]
        assert {"awslogs-group", "awslogs-region", "awslogs-stream-prefix"} <= options.keys()


def parse_lines(pattern):
    def parse(text):
        for line in re.sub(r"\\\n\s*", " ", text).splitlines():
            assert re.match(pattern, line), line

    return parse


def parse_shell(text):
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    for folder in re.findall(r"^kubectl apply -k (\S+)$", text, re.M):
        assert (ROOT / folder / "kustomization.yaml").is_file()


# What reads the blocks of each language. Text is output, which other tests compare.
PARSERS = {
    "diff": parse_lines(r"[-+ ](FROM|COPY|ENTRYPOINT|CMD) "),
    "dockerfile": parse_lines(r"(FROM|COPY|USER|ENV|ENTRYPOINT|CMD|HEALTHCHECK) "),
    "ini": lambda text: configparser.ConfigParser().read_string(text),
    "json": json.loads,
    "sh": parse_shell,
    "sql": parse_lines(r"(SELECT|FROM|WHERE|GROUP BY|ORDER BY|  )"),
    "text": lambda text: None,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
}
PAGES = sorted({*ROOT.glob("*.md"), *DOCKER.glob("*.md"), *ROOT.glob("src/*.md"), *ROOT.glob("tests/*.md")})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_a_page_can_be_read(page):
    text = page.read_text()
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        PARSERS[language or "text"](block)


AWS_LINES = [
    line
    for page in (README, DEPLOYMENT, (DOCKER / "MIGRATION.md").read_text())
    for block in blocks(page, "sh")
    for line in re.sub(r"\\\n\s*", " ", block).splitlines()
    if line.startswith("aws ")
]
# What the AWS CLI adds to the operations of the service models.
CLI_OPTIONS = {"cli-input-json", "output"}
DEPLOY_OPTIONS = {"template-file", "stack-name", "capabilities", "parameter-overrides"}


@pytest.mark.parametrize("line", AWS_LINES)
def test_the_options_of_aws_are_members_of_the_operation(line):
    _, service, operation, *rest = shlex.split(line.partition(" >")[0])
    options = {word.removeprefix("--") for word in rest if word.startswith("--")}
    if (service, operation) == ("cloudformation", "deploy"):
        assert options == DEPLOY_OPTIONS
        template = (DOCKER / "cloudformation" / "service.yaml").read_text()
        assert all(re.search(rf"^  {word.partition('=')[0]}:$", template, re.M) for word in rest if "=" in word)
        return
    model = service_model(service)
    (name,) = [n for n in model.operation_names if botocore.xform_name(n, "-") == operation]
    members = {botocore.xform_name(member, "-") for member in model.operation_model(name).input_shape.members}
    assert options <= CLI_OPTIONS | members
    for word in rest:
        if word.startswith("file://"):
            assert (ROOT / word.removeprefix("file://")).is_file()


def test_the_dockerfile_installs_what_the_readme_says():
    (line,) = re.findall(r"^sudo apt-get install (.*musl-tools.*)$", README, re.M)
    (packages,) = re.findall(r"--no-install-recommends \\\n +(.*)$", (DOCKER / "Dockerfile").read_text(), re.M)
    assert set(packages.split()) == {*line.split(), "ca-certificates"}


def test_the_contents_list_every_section():
    contents = DEPLOYMENT.partition("\nContents: ")[2].partition("\n\n")[0]
    listed = [text.lower() for text in re.findall(r"\[(.*?)\]", contents)]
    assert listed == [heading.lower() for heading in re.findall(r"^## (.*)$", DEPLOYMENT, re.M)]


def test_the_outputs_of_the_module_that_the_page_names():
    outputs = re.findall(r'^output "(\w+)"', (DOCKER / "terraform" / "service" / "outputs.tf").read_text(), re.M)
    section = DEPLOYMENT.partition("\nWith Terraform, ")[2].partition("\n\n")[0]
    named = [word for word in re.findall(r"`([a-z_]+)`", section)]
    assert named and set(named) <= set(outputs)


def test_the_sample_of_cloudtrail_is_what_is_sent(world):
    (event,) = [e for e in map(json.loads, blocks(DEPLOYMENT, "json")) if "eventName" in e]
    world.ssm.put("/kops/key", "the value")
    world.run("exec", "kops", env={"AWS_SDK_UA_APP_ID": "web"}).succeeded()
    (request,) = world.ssm.requests
    assert request.operation == event["eventName"]
    assert {key[0].lower() + key[1:]: value for key, value in request.json.items()} == event["requestParameters"]
    said = request.header("user-agent")
    assert re.sub(r"/[\d.]+ ", "/VERSION ", said) == re.sub(r"/[\d.]+ ", "/VERSION ", event["userAgent"])


def test_the_policy_names_actions_of_aws():
    (policy,) = map(json.loads, blocks(README, "json"))
    actions = [statement["Action"] for statement in policy["Statement"]]
    assert actions == ["ssm:GetParametersByPath", "kms:Decrypt"]
    for action in actions:
        service, _, operation = action.partition(":")
        assert operation in service_model(service).operation_names


@pytest.mark.parametrize("target", ["scratch", "distroless"])
def test_the_image_has_default_services(world, target):
    world.ssm.put("/kops/key", "of kops")
    world.ssm.put("/app_server/key", "of the server")
    result = world.run(*image_options(target), env=images()[target]["ENV"]).succeeded()
    assert result.loaded["KEY"] == "of the server"


@pytest.mark.parametrize("target", ["scratch", "distroless"])
def test_the_pod_chooses_the_services_of_the_image(world, target):
    """{k8s:namespace}/web of the pod, and not what the image names."""
    world.ssm.put("/team-a/web/key", "of the pod")
    world.ssm.put("/kops/key", "of the image")
    (container,) = pod("base/deployment.yaml")["containers"]
    assert "command" not in container and "args" not in container
    folder = run_folder(world)
    account = folder / "secrets/kubernetes.io/serviceaccount"
    account.mkdir(parents=True)
    (account / "namespace").write_text("team-a")
    variables = images()[target]["ENV"] | environment_of(container)
    result = world.run(*image_options(target), env=variables, binds=[(str(folder), "/run")]).succeeded()
    assert result.loaded == {"KEY": "of the pod"}
    assert not result.warnings


def test_the_task_chooses_the_services_of_the_image(world):
    world.ssm.put("/kops/key", "of the image")
    world.ssm.put("/web/key", "the value")
    (container,) = task_definition()["containerDefinitions"]
    assert "command" not in container and "entryPoint" not in container
    variables = images()["scratch"]["ENV"] | environment_of(container, "environment")
    result = world.run(*image_options("scratch"), env=variables)
    # ANTECHAMBER_FAIL_IF_EMPTY of the task definition: nothing is under /shared/ yet.
    result.failed(100, "shared")
    world.ssm.put("/shared/other", "another")
    result = world.run(*image_options("scratch"), env=variables).succeeded()
    assert result.loaded == {"KEY": "the value", "OTHER": "another"}


def without_times(text):
    return re.sub(r"\d+ ms", "N ms", text)


def fill_the_samples(world):
    world.ssm.put("/kops/database-url", "postgres://db.internal/kops")
    world.ssm.put("/kops/log-level", "info")
    world.ssm.put("/app_server/log-level", "debug")


def test_the_sample_of_a_start(world):
    sample, _, _ = blocks(README, "text")
    fill_the_samples(world)
    result = world.run("exec", "kops", "app_server").succeeded()
    assert without_times("\n".join(result.lines)) == without_times(sample.rstrip())


def test_the_sample_of_check(world):
    _, sample, _ = blocks(README, "text")
    fill_the_samples(world)
    result = world.run("check", "kops", "app_server", command=None)
    assert without_times(result.stdout.decode()) == without_times(sample)


def test_the_sample_of_a_failure(world):
    _, _, sample = blocks(README, "text")
    message = re.search(r"AccessDeniedException: (.*)\n", sample)[1]
    world.ssm.always(aws_error("AccessDeniedException", message=message))
    assert world.run("exec", "kops").lines == sample.splitlines()


def test_the_init_container_copies_to_where_the_command_is():
    spec = pod("copy/pod.yaml")
    (helper,) = spec["initContainers"]
    (container,) = spec["containers"]
    assert helper["args"][0] == "copy" and helper["args"][1] == container["command"][0]
    for one in (helper, container):
        (mount,) = one["volumeMounts"]
        assert helper["args"][1].startswith(mount["mountPath"] + "/")
        assert mount["name"] in {volume["name"] for volume in spec["volumes"]}


def test_a_process_of_docker_exec_gets_the_secrets(world):
    """docker exec CONTAINER /antechamber exec -- ...: not PID 1, with the container's environment."""
    world.ssm.put("/app_server/key", "the value")
    lines = re.findall(r"^docker exec CONTAINER /antechamber exec (.*?)-- ", DEPLOYMENT, re.M)
    assert lines == ["", "kops "]
    result = world.run("exec", env={"ANTECHAMBER_SERVICES": "app_server"}, pid1=False).succeeded()
    assert result.loaded == {"KEY": "the value"}
