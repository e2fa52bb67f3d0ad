"""The main job in a real container FROM scratch."""

import json
import os

import pytest

from support.engine import docker, need_engine, new_name, scratch_image
from support.metadata import RELATIVE_URI

IN_CONTAINER = "/etc/antechamber"


@pytest.fixture(scope="module")
def image(programs):
    """Two executables, nothing else."""
    need_engine()
    binary, _, probe = programs
    with scratch_image({"antechamber": binary, "probe": probe}, '["/antechamber"]') as name:
        yield name


@pytest.fixture(scope="module")
def pod(image, programs, scratch):
    """
    A container that holds the network namespace, and our servers in it at their real addresses,
    as a task's containers see them.
    """
    from support.fake_aws import World
    from support.netns import NetworkNamespace

    holder = docker(
        "run", "-d", "--network", "none", "--entrypoint", "/probe", image, "/", "pause"
    ).stdout.strip()
    try:
        pid = docker("inspect", "-f", "{{.State.Pid}}", holder).stdout.strip()
        fd = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        folder = scratch / new_name()
        folder.mkdir()
        world = World(folder, programs, NetworkNamespace(fd))
        world.holder = holder
        yield world
    finally:
        docker("rm", "-f", holder)


@pytest.fixture
def container(pod, image):
    """Runs the image, or another one, beside the servers; returns a function and cleans up."""
    pod.reset()
    names = []

    def run(*arguments, options=(), env=None, of=image):
        name = new_name()
        names.append(name)
        folder = pod.folder / name
        folder.mkdir()
        folder.chmod(0o777)
        everything = {
            "AWS_REGION": pod.region,
            "AWS_CA_BUNDLE": f"{IN_CONTAINER}/ca.pem",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": RELATIVE_URI,
            **(env or {}),
        }
        line = ["run", "-d", "--name", name, "--network", f"container:{pod.holder}"]
        line += ["-v", f"{folder}:/out", "-v", f"{pod.pki.bundle}:{IN_CONTAINER}/ca.pem:ro"]
        line += ["-v", f"{pod.resolv_conf}:/etc/resolv.conf:ro", "-v", f"{pod.hosts}:/etc/hosts:ro"]
        for variable, value in everything.items():
            line += ["-e", f"{variable}={value}"]
        docker(*line, *options, of, *arguments)
        return Container(pod, name, folder)

    yield run
    for name in names:
        docker("rm", "-f", name, check=False)


class Container:
    def __init__(self, world, name, folder):
        self.world = world
        self.name = name
        self.folder = folder

    def wait(self):
        code = int(docker("wait", self.name).stdout)
        logs = docker("logs", self.name)
        for secret in self.world.planted:
            assert secret not in logs.stdout + logs.stderr, "a secret was printed"
        assert not self.world.journal.complaints, self.world.journal.complaints
        return code, logs.stderr.splitlines()

    @property
    def env(self):
        entries = (self.folder / "environ").read_bytes().split(b"\0")[:-1]
        return dict(e.decode().split("=", 1) for e in entries)

    def wait_started(self):
        import time

        deadline = time.monotonic() + 30
        while not (self.folder / "started").exists():
            assert time.monotonic() < deadline, docker("logs", self.name).stderr
            time.sleep(0.02)


def test_the_image_is_scratch(image):
    (entry,) = json.loads(docker("image", "inspect", image).stdout)
    assert len(entry["RootFS"]["Layers"]) == 1
    assert entry["Size"] < 400_000


def test_the_main_job(pod, container):
    pod.ssm.put_many("/kops/", 25)
    code, lines = container("exec", "kops", "--", "/probe", "/out", "exit", "42").wait()
    assert code == 42
    assert lines[-1].startswith("antechamber: 25 parameters from kops in ")


def test_what_the_command_gets(pod, container):
    variables = pod.ssm.put_many("/kops/", 25)
    run = container("exec", "--pristine", "kops", "--", "/probe", "/out")
    assert run.wait()[0] == 0
    assert run.env == variables
    assert (run.folder / "ids").read_text().split()[1] == "1"
    assert len(pod.ssm.connections) == 1 and len(pod.ssm.requests) == 3


@pytest.mark.parametrize("options", [
    ("--user", "65534:65534"),
    ("--read-only",),
    ("--cap-drop", "ALL"),
    ("--security-opt", "no-new-privileges"),
    ("--user", "1000", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
], ids=" ".join)  # fmt: skip
def test_confined_containers(pod, container, options):
    variables = pod.ssm.put_many("/kops/", 2)
    run = container("exec", "--pristine", "kops", "--", "/probe", "/out", options=options)
    assert run.wait()[0] == 0
    assert run.env == variables


@pytest.mark.parametrize("options", [
    ("--pids-limit", "5"),
    ("--memory", "16m", "--memory-swap", "16m"),
    ("--memory", "8m", "--memory-swap", "8m"),
], ids=" ".join)  # fmt: skip
def test_little_room(pod, container, options):
    pod.ssm.put_many("/kops/", 35)
    run = container("exec", "kops", "--", "/probe", "/out", "exit", "7", options=options)
    code, lines = run.wait()
    assert code == 7, lines


def test_below_the_engines_init(pod, container):
    """docker run --init: antechamber is not process 1, and becomes the command."""
    pod.ssm.put_many("/kops/", 2)
    run = container("exec", "kops", "--", "/probe", "/out", "pause", options=["--init"])
    run.wait_started()
    assert (run.folder / "ids").read_text().split()[1] == "1"
    docker("stop", "-t", "20", run.name)
    assert run.wait()[0] == 143


def test_docker_exec(pod, container):
    """A second process loads its own parameters and becomes the command."""
    pod.ssm.put("/kops/key", "of kops")
    pod.ssm.put("/other/key", "of the other")
    run = container("exec", "kops", "--", "/probe", "/out", "pause")
    run.wait_started()
    second = run.folder / "second"
    second.mkdir()
    second.chmod(0o777)
    line = ["/antechamber", "exec", "other", "--", "/probe", "/out/second", "exit", "7"]
    assert docker("exec", run.name, *line, check=False).returncode == 7
    assert run.env["KEY"] == "of kops"
    assert b"KEY=of the other\0" in (second / "environ").read_bytes()
    docker("kill", "-s", "TERM", run.name)
    assert run.wait()[0] == 143


def test_docker_stop_reaches_the_command(pod, container):
    pod.ssm.put_many("/kops/", 2)
    run = container("exec", "kops", "--", "/probe", "/out", "pause")
    run.wait_started()
    docker("stop", "-t", "20", run.name)
    assert run.wait()[0] == 143


def test_docker_stop_during_the_fetch(pod, container):
    from support.steps import hang

    pod.ecs.then(hang)
    run = container("exec", "kops", "--", "/probe", "/out")
    assert pod.ecs.wait_for_requests(1, 30)
    docker("stop", "-t", "20", run.name)
    assert run.wait()[0] == 143
    assert not (run.folder / "started").exists()


def test_a_failing_start(pod, container):
    from support.steps import aws_error

    pod.ssm.always(aws_error("AccessDeniedException"))
    run = container("exec", "kops", "--", "/probe", "/out")
    code, lines = run.wait()
    assert code == 100 and not (run.folder / "args").exists()
    assert any("AccessDeniedException" in line for line in lines)


def test_a_command_that_is_not_there(pod, container):
    code, lines = container("exec", "kops", "--", "/bin/sh").wait()
    assert code == 127 and not pod.ecs.requests


def test_copy_into_a_volume(pod, container, binary):
    run = container("copy", "/out/antechamber")
    assert run.wait()[0] == 0
    assert (run.folder / "antechamber").read_bytes() == binary.read_bytes()
