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
PROGRAMS = ("antechamber", "antechamberctl")
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


def executables(version):
    return [f"{p}-{version}-linux-{a}" for p in PROGRAMS for a in ARCHITECTURES]


def test_what_there_is(release, version):
    name = f"antechamber-{version}"
    assert files_of(release).keys() == {
        *executables(version),
        f"{name}-oci.tar",
        f"{name}.spdx.json",
        f"{name}.cdx.json",
        *("LICENSE", "NOTICE", "SHA256SUMS", "antechamber.1", "antechamberctl.1"),
        *(f"completions/{c}" for p in PROGRAMS for c in (f"{p}.bash", f"_{p}", f"{p}.fish")),
    }


@pytest.mark.parametrize("program", PROGRAMS)
def test_executables(release, version, program):
    ours = release / f"{program}-{version}-linux-amd64"
    assert run(ours, "--version") == f"{program} {version}\n"
    other = release / f"{program}-{version}-linux-arm64"
    assert run("qemu-aarch64-static", other, "--version") == f"{program} {version}\n"


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
    assert len(described) == len(executables(version))


def test_cyclonedx(release, version):
    text = (release / f"antechamber-{version}.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    names = {c["name"] for c in json.loads(text)["components"]}
    assert names == PARTS | set(executables(version))


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


def run_image(podman, image, *arguments):
    # The default raises limits, which not every machine allows.
    limits = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024")
    jail = ("--rm", "--network", "none", "--read-only", "--cap-drop", "ALL")
    return run(*podman, "run", *jail, *limits, image, *arguments)


def test_the_image_runs(podman, version):
    image = f"antechamber:{version}"
    assert run_image(podman, image, "version") == f"antechamber {version}\n"
    assert run_image(podman, image, "init", "--", "/antechamber", "version") == f"antechamber {version}\n"


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


# The kernel starts programs for arm64 through the emulator in a user namespace, which no other process of this machine
# is in (binfmt_misc belongs to one since Linux 6.7). crun refuses a host with both versions of control groups, and who
# owns the mounts of a namespace may take them away.
EMULATE = r"""
umount /sys/fs/cgroup/unified 2>/dev/null
exec unshare --user --mount --ipc sh -euc '
echo ready
read mapped
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
magic="\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
mask="\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
printf %s ":arm64:M::$magic:$mask:$1:F" >/proc/sys/fs/binfmt_misc/register
echo ready
exec cat' sh "$1"
"""


@pytest.fixture
def emulation():
    """The process whose namespaces have the emulator."""
    if os.geteuid() != 0:
        pytest.skip("only root may give a user namespace 65,536 ids without an entry in /etc/subuid")
    emulator = shutil.which("qemu-aarch64-static")
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", EMULATE, "sh", emulator]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"ready\n"
        for kind in ("uid", "gid"):
            Path(f"/proc/{holder.pid}/{kind}_map").write_text("0 0 65536")
        holder.stdin.write(b"mapped\n")
        holder.stdin.flush()
        if holder.stdout.readline() != b"ready\n":
            pytest.skip("this kernel has no binfmt_misc for a user namespace (Linux 6.7)")
        yield holder
    finally:
        holder.stdin.close()
        holder.wait()


def test_the_image_of_the_other_architecture_runs(release, version, emulation, tmp_path_factory):
    folder = tmp_path_factory.mktemp("arm64")
    enter = ["nsenter", f"--target={emulation.pid}", "--user", "--mount", "--ipc", "--"]
    podman = [*enter, "podman", "--root", folder / "root", "--runroot", folder / "run", "--runtime", "crun"]
    podman += ["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]
    archive = f"oci-archive:{release}/antechamber-{version}-oci.tar"
    image = run(*podman, "pull", "--quiet", "--arch=arm64", archive).strip()
    assert json.loads(run(*podman, "inspect", image))[0]["Architecture"] == "arm64"
    assert run_image(podman, image, "version") == f"antechamber {version}\n"
    assert run_image(podman, image, "init", "--", "/antechamber", "version") == f"antechamber {version}\n"
    # The whole launcher, with no parameters; the emulator lacks the layers of the sandbox.
    nothing = ["exec", "--backend", "null", "kops", "--", "/antechamber", "version"]
    assert run_image(podman, image, *nothing) == f"antechamber {version}\n"


# Completions


def complete(release, *words, program="antechamber"):
    """What bash offers for the last of the words."""
    script = f'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _{program}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    path = release / "completions" / f"{program}.bash"
    return run("bash", "-c", script, "bash", path, program, *words).split()


def test_bash_completion(release):
    assert "exec" in complete(release, "")
    assert complete(release, "ch") == ["check"]
    assert complete(release, "exec", "--sand") == ["--sandbox"]
    assert complete(release, "exec", "--sandbox", "") == ["auto", "require", "off"]
    # The help of these is on the line after them.
    assert complete(release, "exec", "-b", "") == ["ssm", "secretsmanager", "file:", "null"]
    assert complete(release, "init", "--supervise", "") == ["auto", "always", "never"]
    assert complete(release, "init", "--sand") == []
    assert complete(release, "exec", "--timeout", "") == []
    assert "grep" in complete(release, "exec", "kops", "--", "gre")


def test_bash_completion_of_antechamberctl(release):
    def ctl(*words):
        return complete(release, *words, program="antechamberctl")

    assert ctl("li") == ["list", "list-services"]
    assert ctl("ex") == ["export"]
    assert ctl("tag", "") == ["read", "write", "delete"]
    assert ctl("tag", "write", "--del") == ["--delete-other-tags"]
    assert ctl("write", "--tier", "A") == ["Advanced"]
    # One option, two meanings.
    assert ctl("list", "--format", "") == ["table", "json"]
    assert ctl("export", "--format", "") == []


def test_services_and_keys_are_completed(release, monkeypatch, tmp_path):
    """By what the program lists where it has credentials."""
    fake = tmp_path / "antechamberctl"
    fake.write_text("#!/bin/sh\n[ $1 = list ] && printf 'Key\\tVersion\\n%s-key\\t1\\n' $2 || printf 'Service\\nkops\\nprod/web\\n'\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def ctl(*words):
        return complete(release, *words, program="antechamberctl")

    assert ctl("list", "") == ["kops", "prod/web"]
    assert ctl("export", "kops", "pr") == ["prod/web"]
    assert ctl("read", "-q", "kops", "") == ["kops-key"]
    assert ctl("tag", "read", "k") == ["kops"]
    assert ctl("tag", "read", "kops", "") == ["kops-key"]
    # Files are offered in their place.
    assert ctl("find", "") == ctl("import", "kops", "file", "") == []


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("shell, name", [("zsh", "_{}"), ("fish", "{}.fish")])
def test_completions_are_read_by_their_shells(release, shell, name, program):
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    run(shell, "-n", release / "completions" / name.format(program))
