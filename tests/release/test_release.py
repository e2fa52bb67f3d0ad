"""docker/release/make: reproducible, complete, and each file is what it says it is."""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.model import RelationshipType
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURES = ("amd64", "arm64")
PARTS = {"BearSSL", "jsmn", "musl", "amazon-trust-services-roots"}


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def clone(folder):
    """The working tree as a commit of a repository of its own, with the sources of others beside it."""
    shutil.copytree(
        ROOT, folder, symlinks=True, ignore=shutil.ignore_patterns("build*", ".venv*", ".git", "__pycache__")
    )
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    moment = {**os.environ, "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z"}
    run("git", "init", "-q", folder)
    run("git", "-C", folder, "add", "-A")
    run("git", "-C", folder, *identity, "commit", "-qm", "release", env=moment)
    (folder / ".venv-release").symlink_to(ROOT / ".venv-release")


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first") / "antechamber"
    clone(folder)
    run(folder / "docker" / "release" / "make", folder.parent / "release")
    return folder.parent / "release"


@pytest.fixture(scope="session")
def version(release):
    (path,) = release.glob("antechamber-*-oci.tar")
    return path.name.removeprefix("antechamber-").removesuffix("-oci.tar")


def files_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_another_user_in_another_folder_at_another_time_gets_the_same_bytes(release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("second") / "a-longer-name" / "tree"
    folder.parent.mkdir()
    clone(folder)
    # In a user namespace, so that the new user may read what Python needs wherever that is installed.
    as_another = ("unshare", "--user", "--map-user=1234", "--map-group=1234")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    made = folder.parent / "release"
    run(*as_another, folder / "docker" / "release" / "make", made, env=environment)
    assert files_of(made) == files_of(release)


def test_checksums(release):
    listed = dict(reversed(line.split("  ")) for line in (release / "SHA256SUMS").read_text().splitlines())
    found = {n: hashlib.sha256(c).hexdigest() for n, c in files_of(release).items() if n != "SHA256SUMS"}
    assert listed == found


def test_what_there_is(release, version):
    name = f"antechamber-{version}"
    assert files_of(release).keys() == {
        *(f"{name}-linux-{a}" for a in ARCHITECTURES),
        f"{name}-oci.tar",
        f"{name}.spdx.json",
        f"{name}.cdx.json",
        *("LICENSE", "NOTICE", "SHA256SUMS", "antechamber.1"),
        *(f"completions/{c}" for c in ("antechamber.bash", "_antechamber", "antechamber.fish")),
    }


def test_executables(release, version):
    ours = release / f"antechamber-{version}-linux-amd64"
    assert run(ours, "version") == f"antechamber {version}\n"
    other = release / f"antechamber-{version}-linux-arm64"
    assert run("qemu-aarch64-static", other, "version") == f"antechamber {version}\n"


def test_spdx(release, version):
    document = parse_file(str(release / f"antechamber-{version}.spdx.json"))
    assert document.creation_info.spdx_version == "SPDX-2.3"
    assert validate_full_spdx_document(document) == []
    packages = {p.spdx_id: p for p in document.packages}
    assert PARTS <= {p.name for p in packages.values()}
    described = [r for r in document.relationships if r.relationship_type == RelationshipType.DESCRIBES]
    for relation in described:
        package = packages[relation.related_spdx_element_id]
        content = (release / package.name).read_bytes()
        assert package.checksums[0].value == hashlib.sha256(content).hexdigest()
        contained = {
            packages[r.related_spdx_element_id].name
            for r in document.relationships
            if r.spdx_element_id == package.spdx_id
        }
        assert contained == PARTS
    assert len(described) == len(ARCHITECTURES)


def test_cyclonedx(release, version):
    text = (release / f"antechamber-{version}.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    names = {c["name"] for c in json.loads(text)["components"]}
    assert names == PARTS | {f"antechamber-{version}-linux-{a}" for a in ARCHITECTURES}


def test_the_wraps_hashes_are_in_the_sbom(release, version):
    text = (release / f"antechamber-{version}.cdx.json").read_text()
    for wrap in (ROOT / "third_party").glob("*.wrap"):
        (line,) = [line for line in wrap.read_text().splitlines() if line.startswith("source_hash")]
        assert wrap.stem not in ("bearssl", "jsmn") or line.split()[-1] in text


# The image


@pytest.fixture(scope="session")
def podman(release, version, tmp_path_factory):
    folder = tmp_path_factory.mktemp("podman")
    command = ["podman", "--root", folder / "root", "--runroot", folder / "run", "--runtime", "runc"]
    command += ["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]
    run(*command, "load", "-i", release / f"antechamber-{version}-oci.tar")
    yield command
    subprocess.run([*command, "rmi", "--all", "--force"], capture_output=True)


def run_image(podman, version, *arguments):
    # The default raises limits, which not every machine allows.
    limits = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024")
    jail = ("--rm", "--network", "none", "--read-only", "--cap-drop", "ALL")
    return run(*podman, "run", *jail, *limits, f"antechamber:{version}", *arguments)


def test_the_image_runs(podman, version):
    assert run_image(podman, version, "version") == f"antechamber {version}\n"
    assert run_image(podman, version, "init", "--", "/antechamber", "version") == f"antechamber {version}\n"


def test_the_images_settings(release, version):
    archive = f"oci-archive:{release}/antechamber-{version}-oci.tar"
    for architecture in ARCHITECTURES:
        config = json.loads(run("skopeo", f"--override-arch={architecture}", "inspect", "--config", archive))
        assert config["architecture"] == architecture
        assert config["config"]["User"] == "65532"
        assert config["config"]["Entrypoint"] == ["/antechamber"]
        assert config["config"]["Labels"]["org.opencontainers.image.version"] == version
        assert len(config["rootfs"]["diff_ids"]) == 1


def test_the_image_is_one_file(release, version):
    with tarfile.open(release / f"antechamber-{version}-oci.tar") as layout:
        for blob in layout.getmembers():
            content = layout.extractfile(blob)
            try:
                layer = tarfile.open(fileobj=content, mode="r:")
            except tarfile.ReadError:
                continue  # JSON
            (file,) = layer.getmembers()
            assert (file.name, file.mode, file.uid, file.gid) == ("antechamber", 0o755, 0, 0)


def test_the_image_of_the_other_architecture(release, version, tmp_path):
    """Unpacked by skopeo as a runtime would, and started by the emulator."""
    archive = f"oci-archive:{release}/antechamber-{version}-oci.tar"
    run("skopeo", "--override-arch=arm64", "copy", "-q", archive, f"dir:{tmp_path}/image")
    manifest = json.loads((tmp_path / "image" / "manifest.json").read_text())
    layer = tmp_path / "image" / manifest["layers"][0]["digest"].partition(":")[2]
    with tarfile.open(layer) as files:
        files.extractall(tmp_path / "root", filter="data")
    assert run("qemu-aarch64-static", tmp_path / "root" / "antechamber", "version") == f"antechamber {version}\n"


# Completions


def complete(release, *words):
    """What bash offers for the last of the words."""
    script = f'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _antechamber; printf "%s\\n" "${{COMPREPLY[@]}}"'
    path = release / "completions" / "antechamber.bash"
    return run("bash", "-c", script, "bash", path, "antechamber", *words).split()


def test_bash_completion(release):
    assert "exec" in complete(release, "")
    assert complete(release, "ch") == ["check"]
    assert complete(release, "exec", "--sand") == ["--sandbox"]
    assert complete(release, "exec", "--sandbox", "") == ["auto", "require", "off"]
    assert complete(release, "init", "--sand") == []
    assert complete(release, "exec", "--timeout", "") == []
    assert "grep" in complete(release, "exec", "kops", "--", "gre")


@pytest.mark.parametrize("shell, name", [("zsh", "_antechamber"), ("fish", "antechamber.fish")])
def test_completions_are_read_by_their_shells(release, shell, name):
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    run(shell, "-n", release / "completions" / name)
