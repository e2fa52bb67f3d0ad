"""Fixtures of the end-to-end tests, and the rule that under CI nothing may be skipped."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).resolve().parents[2]
IN_CI = os.environ.get("CI", "").lower() == "true"
# Left out, not skipped: no distribution has chamber.
collect_ignore = [] if os.environ.get("CHAMBER") else ["test_chamber.py", "test_ctl_chamber.py"]
summaries = []


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes seconds by its nature (timeouts that are the point)")
    config.addinivalue_line("markers", "alone: uses up what the machine has, so that nothing may run beside it")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped under CI=true: {reason.removeprefix('Skipped: ')}"
    return report


def pytest_sessionfinish(session):
    """A worker of pytest-xdist prints nothing: the process that does gets its summaries."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["summaries"] = [str(summary) for summary in summaries]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    summaries.extend(getattr(node, "workeroutput", {}).get("summaries", []))


def pytest_terminal_summary(terminalreporter):
    for summary in summaries:
        terminalreporter.write_line(str(summary))


@pytest.fixture(scope="session")
def binary():
    path = Path(os.environ.get("ANTECHAMBER", ROOT / "build" / "antechamber")).resolve()
    if not path.exists():
        pytest.exit(f"{path} is not there: build it, or name it in the variable ANTECHAMBER", 2)
    return path


@pytest.fixture(scope="session")
def at_the_end():
    """What is put into this list is printed when all tests have run."""
    return summaries


@pytest.fixture(scope="session")
def scratch():
    """A folder for the session that every user can look into (pytest's own are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="antechamber-e2e-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def root_only():
    if os.geteuid() != 0:
        pytest.skip("network and PID namespaces need root")


@pytest.fixture(scope="session")
def programs(root_only, binary, scratch):
    from support.programs import build

    copy = scratch / "antechamber"
    shutil.copy(binary, copy)  # where an unprivileged user finds it too
    copy.chmod(0o755)
    # Pages that are not on the disk yet would count as private dirty ones of the process that runs them.
    with open(copy, "rb") as file:
        os.fsync(file)
    return copy, build("enter", scratch), build("probe", scratch)


@pytest.fixture(scope="session")
def servers(programs, scratch):
    """One world for the session; tests take it through `world`, clean."""
    from support.fake_aws import World

    folder = scratch / "world"
    folder.mkdir()
    return World(folder, programs)


@pytest.fixture
def world(servers):
    servers.reset()
    yield servers
    servers.sandbox.end_all()


@pytest.fixture(scope="session")
def moto_session(servers):
    from support.moto_server import Moto

    moto = Moto(servers)
    yield moto
    moto.close()


@pytest.fixture
def moto(moto_session, world):
    """An empty moto, beside the world."""
    from support.moto_server import ADDRESS, NAME

    world.dns.names[NAME] = [ADDRESS]
    moto_session.reset()
    return moto_session


@pytest.fixture(scope="session")
def ctl_binary():
    path = Path(os.environ.get("ANTECHAMBERCTL", ROOT / "build" / "antechamberctl")).resolve()
    if not path.exists():
        pytest.exit(f"{path} is not there: build it, or name it in the variable ANTECHAMBERCTL", 2)
    return path


@pytest.fixture(scope="session")
def ctl_store_session():
    from support.ctl import Store

    store = Store()
    yield store
    store.close()


@pytest.fixture
def store(ctl_store_session):
    """An empty Parameter Store for antechamberctl."""
    ctl_store_session.reset()
    return ctl_store_session


@pytest.fixture
def ctl(ctl_binary, store, tmp_path):
    """antechamberctl, for `ctl.run("read", "service", "key")`."""
    from support.ctl import Ctl

    return Ctl(ctl_binary, store, tmp_path)
