"""The same under the runtimes below the engines, from bundles that no engine has softened."""

import os
import shutil

import pytest

from init_support.box import wait_until
from support.bundle import MIB, RUNTIMES, Bundle


@pytest.fixture(params=RUNTIMES)
def bundle(request, world, programs, scratch):
    if shutil.which(request.param) is None:
        pytest.skip(f"no {request.param}")
    folder = scratch / f"bundle-{next(world.runs)}"
    folder.mkdir()
    made = Bundle(request.param, world, programs, folder)
    yield made
    made.delete()


def test_the_main_job(world, bundle):
    variables = world.ssm.put_many("/kops/", 25)
    code, lines = bundle.run("exec", "--pristine", "kops", "--", "/probe", "/out", "exit", "42")
    assert code == 42, lines
    assert bundle.env == variables
    assert (bundle.out / "ids").read_text().split()[1] == "1"


@pytest.mark.parametrize("bundle", ["crun"], indirect=True)  # runc itself needs /proc in the container
def test_without_proc(world, bundle):
    world.ssm.put_many("/kops/", 2)
    code, lines = bundle.run("exec", "kops", "--", "/probe", "/out", "exit", "7", proc=False)
    assert code == 7, lines
    assert [line for line in lines if "error" in line] == []


def test_a_sandbox_that_is_required(world, bundle):
    """A runtime or kernel without a layer is named in one warning, or ends the start. gVisor has no Landlock."""
    world.ssm.put_many("/kops/", 2)
    command = ["kops", "--", "/probe", "/out", "exit", "42"]
    code, lines = bundle.run("exec", *command)
    assert code == 42, lines
    warnings = [line.partition("missing: ")[2] for line in lines if "warning: sandbox" in line]
    code, lines = bundle.run("exec", "--sandbox", "require", *command)
    if warnings:
        assert len(warnings) == 1 and code == 100
        assert lines[0] == f"antechamber: error: sandbox: {warnings[0].split(',')[0]}"
    else:
        assert code == 42, lines


def has_control_groups(bundle):
    return "--ignore-cgroups" not in bundle.command


@pytest.mark.parametrize("limits", [
    {"pids": {"limit": 5}},
    {"memory": {"limit": 16 * MIB, "swap": 16 * MIB}},
    {"memory": {"limit": 8 * MIB, "swap": 8 * MIB}},
], ids=["5 processes", "16 MiB", "8 MiB"])  # fmt: skip
def test_little_room(world, bundle, limits):
    if not has_control_groups(bundle):
        pytest.skip(f"{bundle.command[0]} runs without control groups")
    world.ssm.put_many("/kops/", 35)
    code, lines = bundle.run("exec", "kops", "--", "/probe", "/out", "exit", "7", limits=limits)
    assert code == 7, lines


@pytest.mark.parametrize("users", [65536, 1])
def test_in_a_user_namespace(world, bundle, users):
    """As rootless engines do it. With one id mapped there is no other that the fetcher could take."""
    variables = world.ssm.put_many("/kops/", 2)
    code, lines = bundle.run("exec", "--pristine", "kops", "--", "/probe", "/out", "exit", "7", users=users)
    assert code == 7, lines
    assert bundle.env == variables


def test_a_stop(world, bundle):
    world.ssm.put_many("/kops/", 2)
    process = bundle.start("exec", "kops", "--", "/probe", "/out", "pause")
    assert wait_until((bundle.out / "started").exists, 30)
    bundle.kill("TERM")
    assert process.wait(30) == 143


def test_a_stop_during_the_fetch(world, bundle):
    from support.steps import hang

    world.ssm.then(hang)
    process = bundle.start("exec", "kops", "--", "/probe", "/out")
    assert world.ssm.wait_for_requests(1, 30)
    bundle.kill("TERM")
    assert process.wait(30) == 143
    assert not (bundle.out / "started").exists()


def test_check_is_stopped(world, bundle):
    from support.steps import hang

    world.ssm.then(hang)
    process = bundle.start("check", "kops")
    assert world.ssm.wait_for_requests(1, 30)
    bundle.kill("INT")
    assert process.wait(30) == 130


def test_a_terminal_that_nobody_reads(world, bundle):
    """Much is said, more than a terminal holds."""
    for service in ("kops", "app_server"):
        world.ssm.put_many(f"/{service}/", 300)
    terminal = bundle.start_on_a_terminal("exec", "--verbose", "kops", "app_server", "--", "/probe", "/out", "exit", "7")
    try:
        assert wait_until((bundle.out / "started").exists, 30)
        assert wait_until(bundle.has_ended, 30)
        assert len(os.read(terminal, 65536)) >= 4000
    finally:
        os.close(terminal)
