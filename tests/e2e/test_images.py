"""docker/Dockerfile and the targets of docker/Dockerfile.example, each built and run beside the servers."""

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from support.engine import debian_image, docker, need_engine, new_name, scratch_image
from test_docker import container, image, pod  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "docker" / "Dockerfile"
EXAMPLE = ROOT / "docker" / "Dockerfile.example"
PACKAGES = re.search(r"--no-install-recommends \\\n +(.*)", DOCKERFILE.read_text())[1].split()
TARGETS = re.findall(r"^FROM .* AS (\w+)$", EXAMPLE.read_text(), re.M)[1:]
NOBODY = "65532:65532"


@pytest.fixture(scope="module")
def distribution(root_only):
    with debian_image(PACKAGES) as name:
        yield name


@pytest.fixture(scope="module")
def build():
    """Runs docker build; the image's name. Nothing is downloaded: the bases have what they need."""
    need_engine()
    names = []

    def run(file, context, target=None, **arguments):
        names.append(new_name())
        options = [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
        options += ["--target", target] if target else []
        docker("build", "--network", "none", "-f", file, *options, "-t", names[-1], context)
        return names[-1]

    yield run
    for name in reversed(names):
        docker("rmi", "-f", name, check=False)


@pytest.fixture(scope="module")
def antechamber(programs):
    """What docker/Dockerfile makes, of the executable that the tests run."""
    need_engine()
    with scratch_image({"antechamber": programs[0]}, '["/antechamber"]') as name:
        yield name


@pytest.fixture(scope="module")
def context(programs, scratch):
    folder = scratch / "context"
    folder.mkdir()
    shutil.copy(programs[2], folder / "app")
    return folder


def settings(name):
    (entry,) = json.loads(docker("image", "inspect", name).stdout)
    return entry["Config"], entry["RootFS"]["Layers"]


def check_the_main_job(pod, container, name):
    pod.ssm.put("/kops/key", "of kops")
    pod.ssm.put("/app_server/key", "of the server")
    run = container("/app", "/out", "exit", "7", of=name, options=["--read-only"])
    code, lines = run.wait()
    assert code == 7, lines
    assert run.env["KEY"] == "of the server"
    assert (run.folder / "ids").read_text().split()[1] == "1"
    assert (run.folder / "environ").stat().st_uid == 65532


def test_the_targets():
    assert TARGETS == ["scratch", "distroless", "alpine", "debian"]


def test_the_image_of_scratch(pod, container, build, antechamber, context):
    """Needs no base; there is nothing else in the image."""
    name = build(EXAMPLE, context, "scratch", ANTECHAMBER=antechamber)
    assert settings(name)[0]["User"] == NOBODY
    check_the_main_job(pod, container, name)
    missing = docker("run", "--rm", "--network", "none", "-e", "ANTECHAMBER_BACKEND=null", name, "/bin/sh", check=False)
    assert missing.returncode == 127 and "/bin/sh" in missing.stderr


@pytest.mark.parametrize("target", TARGETS[1:])
def test_the_image_of(pod, container, build, antechamber, context, distribution, target, tmp_path):
    """The base replaces those of the registries; distroless's sets the user itself."""
    base = tmp_path / "Dockerfile"
    base.write_text(f"FROM {distribution}\nUSER {NOBODY}\n")
    nonroot = build(base, tmp_path)
    bases = {"DISTROLESS": nonroot, "ALPINE": distribution, "DEBIAN": distribution}
    name = build(EXAMPLE, context, target, ANTECHAMBER=antechamber, **bases)
    assert settings(name)[0]["User"] == NOBODY
    check_the_main_job(pod, container, name)
    # A program of the base runs under it too, linked with the base's C library.
    shell = ["/bin/sh", "-c", "test $KEY = loaded && test $PPID = 1"]
    pod.reset()
    pod.ssm.put("/kops/key", "loaded")
    assert container(*shell, of=name).wait()[0] == 0


@pytest.fixture(scope="module")
def built(build, distribution):
    """The image of docker/Dockerfile, by the distribution's compiler."""
    # The first stage gets a name of its own, by which it is removed; the second build takes it as it is.
    build(DOCKERFILE, ROOT, "build", BASE=distribution)
    return build(DOCKERFILE, ROOT, BASE=distribution)


def test_the_dockerfile_builds_one_file(built):
    config, layers = settings(built)
    assert config["User"] == NOBODY and config["Entrypoint"] == ["/antechamber"] and len(layers) == 1
    version = docker("run", "--rm", "--network", "none", built, "--version").stdout
    assert re.fullmatch(r"antechamber \d+\.\d+\.\d+\n", version)


def test_what_the_dockerfile_builds_does_the_main_job(pod, container, built, build, context):
    check_the_main_job(pod, container, build(EXAMPLE, context, "scratch", ANTECHAMBER=built))


def test_the_built_image_copies_itself_into_a_volume(built, tmp_path):
    """As the init container of docker/kubernetes/copy does, with its arguments and user."""
    pod = yaml.safe_load((ROOT / "docker" / "kubernetes" / "copy" / "pod.yaml").read_text())
    (helper,) = pod["spec"]["initContainers"]
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o777)
    docker("run", "--rm", "--network", "none", "--read-only", "-v", f"{folder}:/shared", built, *helper["args"])
    copy = folder / "antechamber"
    assert copy.stat().st_mode & 0o777 == 0o755 and copy.stat().st_uid == 65532
