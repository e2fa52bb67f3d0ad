"""The fetcher is confined while it talks, and the command is not."""

import os
import re
import signal
import subprocess
import threading

import pytest

from support.proc import children, descriptors, environ, eventually, fields, limits, maps, memory
from support.steps import hang, when


def is_as_found(pid, uid=0):
    """Nothing of the jail is on this process, and root does not own what its user should."""
    status, own = fields(pid), fields("self")
    for name in ("NoNewPrivs", "Seccomp", "CapBnd"):
        assert status[name] == own[name], name
    assert set(status["Uid"].split()) == {str(uid)}
    if uid == 0:
        assert status["CapEff"] == own["CapEff"]
    assert os.stat(f"/proc/{pid}/mem").st_uid == uid, "dumpable"
    others, usual = limits(pid), limits("self")
    del others["Max stack size"], usual["Max stack size"]  # `enter` sets that
    assert others == usual


@pytest.fixture
def talking(world):
    """Starts antechamber and returns the fetcher's pid while it waits for the store's response."""

    def start(*arguments, **options):
        world.ssm.put_many("/app/", 2)
        world.ssm.then(hang)
        running = world.start("exec", *arguments, "app", **options)
        assert world.ssm.wait_for_requests(1)
        (fetcher,) = children(running.pid)
        return running, fetcher

    return start


@pytest.mark.parametrize("options", [{}, {"pid1": False}, {"uid": 65534}], ids=["pid1", "plain", "user"])
def test_the_fetcher_is_confined(talking, options):
    running, fetcher = talking(**options)
    status = fields(fetcher)
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    assert set(status["Uid"].split()) != {"0"}, "root is given up"
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    bounds = limits(fetcher)
    assert bounds["Max core file size"] == bounds["Max processes"] == "0"
    assert bounds["Max open files"] == "80" and bounds["Max file size"] == str(6 * 1024 * 1024)
    # What it had mapped, and a little to grow.
    mapped = 1024 * int(fields(fetcher)["VmSize"].split()[0])
    assert mapped < int(bounds["Max address space"]) < mapped + 1024 * 1024
    # Not dumpable: the kernel gives its /proc files to root.
    assert os.stat(f"/proc/{fetcher}/mem").st_uid == 0
    # PID 1 itself is not: the command would inherit it.
    is_as_found(running.pid, options.get("uid", 0))


def test_the_fetcher_holds_few_descriptors(talking):
    """The standard streams, the memory file and sockets; nothing that was inherited."""
    inherited, other = os.pipe()
    _, fetcher = talking(pass_fds=(inherited,))
    os.close(inherited)
    os.close(other)
    links = descriptors(fetcher)
    others = [link for fd, link in links.items() if fd > 2]
    assert sum("memfd:" in link for link in others) == 1, links
    kinds = ("memfd:", "socket:", "anon_inode:")
    assert all(any(kind in link for kind in kinds) for link in others), links


def test_off_means_off(talking):
    _, fetcher = talking("--sandbox=off")
    assert fields(fetcher)["Seccomp"] == fields("self")["Seccomp"]


@pytest.mark.parametrize("options", [{}, {"pid1": False}], ids=["pid1", "plain"])
def test_the_command_is_not_confined(world, options):
    world.ssm.put_many("/app/", 2)
    running = world.start("exec", "app", command=["pause"], **options).wait_started()
    pid = children(running.pid)[0] if options == {} else running.pid
    is_as_found(pid)
    assert fields(pid)["SigBlk"] == fields("self")["SigBlk"]
    is_as_found(running.pid)
    running.kill()


def test_what_is_missing_is_one_warning_and_require_refuses(world):
    """What a kernel has differs; auto and require have to agree about it."""
    world.ssm.put_many("/app/", 2)
    result = world.run("exec", "app").succeeded()
    missing = [w for w in result.messages("warning") if "sandbox" in w.lower()]
    assert len(missing) <= 1
    strict = world.run("exec", "--sandbox=require", "app")
    if missing:
        strict.failed(100, "sandbox")
    else:
        strict.succeeded()


def test_a_fetcher_that_hangs_below_a_stopped_parent_ends(talking):
    """Where neither keeps the deadline, the kernel's alarm is left."""
    running, fetcher = talking("--timeout=2")
    for pid in (running.pid, fetcher):
        os.kill(pid, signal.SIGSTOP)
    assert eventually(lambda: fields(fetcher)["State"].startswith("Z"))
    os.kill(running.pid, signal.SIGCONT)
    assert running.finish().code == 111


@pytest.mark.parametrize("uid, written", [(0, 65534), (1234, 1234)])
def test_verbose_says_which_layers_hold(world, uid, written):
    world.ssm.put_many("/app/", 2)
    result = world.run("exec", "-v", "app", uid=uid).succeeded()
    (line,) = [m for m in result.messages("debug") if m.startswith("sandbox: ")]
    layers = f"limits, no_new_privs, uid {written}, no capabilities, not dumpable(, Landlock ABI [1-9]\\d*)?, seccomp"
    assert re.fullmatch("sandbox: " + layers, line)
    assert ("Landlock" in line) != any("Landlock" in w for w in result.messages("warning"))


def in_user_namespace(world, tmp_path, *options):
    """As root of a user namespace that maps no other uid, as `unshare -Ur` makes one."""
    (tmp_path / "parameters.json").write_text('{"Parameters":[{"Name":"/app/a","Value":"1"}]}')
    backend = f"--backend=file:{tmp_path}/parameters.json"
    line = ["unshare", "-Ur", world.sandbox.binary, "exec", *options, backend, "app", "--", "printenv", "A"]
    return subprocess.run(line, capture_output=True, text=True, timeout=60)


def test_root_of_a_user_namespace(world, tmp_path):
    """It has every capability there and no uid to go to: that is named, and the capabilities go all the same."""
    done = in_user_namespace(world, tmp_path)
    assert done.returncode == 0 and done.stdout == "1\n"
    assert re.search(r"^antechamber: warning: sandbox: missing: (supplementary groups|gid|uid): ", done.stderr, re.M)
    assert "capabilities" not in done.stderr, "they can be dropped"
    done = in_user_namespace(world, tmp_path, "--sandbox=require")
    assert done.returncode == 100 and done.stdout == ""
    assert re.search(r"^antechamber: error: sandbox: (supplementary groups|gid|uid): ", done.stderr, re.M)
    done = in_user_namespace(world, tmp_path, "--sandbox=off")
    assert done.returncode == 0 and "sandbox" not in done.stderr


# Where the secrets are while they are fetched.


@pytest.mark.parametrize("options", [{}, {"pid1": False}], ids=["pid1", "plain"])
def test_only_the_fetcher_knows_secrets(world, options):
    """The first page has arrived, the second one is waited for."""
    world.ssm.put_many("/app/", 15)
    world.ssm.then(None, hang)
    running = world.start("exec", "--timeout=0", "app", **options)
    assert world.ssm.wait_for_requests(2)
    (fetcher,) = children(running.pid)
    for pid in (running.pid, fetcher):  # so that no silence is too long while there is much to read
        os.kill(pid, signal.SIGSTOP)
    planted = {secret.encode() for secret in world.planted}

    def known(data):
        return {secret for secret in planted if secret in data}

    assert len(known(memory(fetcher))) > 10, "the scan sees what is there"
    everything = memory(running.pid)
    assert b"AWS_REGION" in everything and not known(everything)
    for pid in (running.pid, fetcher):
        assert b"AWS_REGION" in environ(pid) and not known(environ(pid))
        for name in ("cmdline", "comm"):
            with open(f"/proc/{pid}/{name}", "rb") as file:
                assert not known(file.read())
    running.kill()


def test_static_keys_are_where_the_container_has_them(world):
    """In the environment that every process of it inherits: that is no leak of ours, and stays so."""
    world.ssm.put_many("/app/", 15)
    world.ssm.then(None, hang)
    running = world.start("exec", "app", env=world.static_env)
    assert world.ssm.wait_for_requests(2)
    for pid in (running.pid, *children(running.pid)):
        assert world.identity.secret.encode() in environ(pid)
    running.kill()


CORE_PATTERN = open("/proc/sys/kernel/core_pattern").read()


@pytest.mark.parametrize("sandbox", ["auto", "off"])
def test_a_crash_leaves_no_core(world, tmp_path, sandbox):
    """
    The fetcher loses its code in mid-fetch. Off is the proof that a core would be seen, where the
    kernel writes it into the working directory.
    """
    os.chmod(tmp_path, 0o777)
    gate = threading.Event()
    world.ssm.put_many("/app/", 15)
    world.ssm.then(None, when(gate))
    script = f'ulimit -c unlimited; cd {tmp_path}; exec "$0" exec --sandbox={sandbox} app -- true'
    line = ["-c", script, str(world.sandbox.binary)]
    running = world.start(*line, program="/bin/sh", command=None)
    assert world.ssm.wait_for_requests(2)
    (fetcher,) = children(running.pid)
    assert limits(fetcher)["Max core file size"] == ("0" if sandbox == "auto" else "unlimited")
    with open(f"/proc/{fetcher}/mem", "r+b", 0) as mem:
        for start, end in maps(fetcher, "r-x"):
            mem.seek(start)
            mem.write(bytes(end - start))
    gate.set()
    running.finish().failed(111, "signal (4|7|11) ")
    cores = os.listdir(tmp_path)
    if sandbox == "auto":
        assert cores == []
    elif not CORE_PATTERN.startswith(("|", "/")):
        assert len(cores) == 1
