"""What goes to stdout, and what happens when it cannot."""

import json
import re
import pathlib
import platform
import signal
import threading

import pytest

from support.proc import children, descriptors, eventually, fields
from support.steps import hang, when

WRITERS = [["--help"], ["exec", "--help"], ["--version"], ["check", "app"]]


@pytest.fixture
def app(world):
    world.ssm.put("/app/key", "value")
    return world


def script(world, text, *arguments, pid1=True):
    """A shell that prepares its descriptors or limits and becomes antechamber."""
    line = ["-c", text + ' "$0" "$@"', str(world.sandbox.binary), *arguments]
    return world.start(*line, program="/bin/sh", command=None, pid1=pid1)


@pytest.mark.parametrize("arguments", WRITERS, ids=lambda a: "-".join(a))
@pytest.mark.parametrize("redirect, code, said", [
    (">/dev/full", 111, "No space left on device"),
    (">&-", 111, "Bad file descriptor"),
    ("</dev/null", 0, None),
])  # fmt: skip
def test_a_write_that_fails(app, arguments, redirect, code, said):
    """An error line and a code that is not 0, never half a success."""
    result = script(app, f"exec {redirect} &&  exec", *arguments).finish()
    assert result.code == code, result
    if said:
        result.failed(code, said)


@pytest.mark.parametrize("arguments", WRITERS, ids=lambda a: "-".join(a))
@pytest.mark.parametrize("pid1", [True, False])
def test_a_reader_that_has_gone(app, arguments, pid1):
    """EPIPE is an error; nobody dies of SIGPIPE."""
    text = "mkfifo /tmp/$$.fifo && exec 3<>/tmp/$$.fifo 4>/tmp/$$.fifo && exec 3>&- >&4 4>&- && rm /tmp/$$.fifo && exec"
    script(app, text, *arguments, pid1=pid1).finish().failed(111, "Broken pipe")


@pytest.mark.parametrize("arguments", WRITERS, ids=lambda a: "-".join(a))
@pytest.mark.parametrize("pid1", [True, False])
def test_a_file_at_its_limit(app, tmp_path, arguments, pid1):
    """`ulimit -f`, and a file that is already larger: EFBIG by its name, never SIGXFSZ."""
    tmp_path.chmod(0o777)
    text = f"head -c 8192 /dev/zero >{tmp_path}/out && ulimit -f 4 && exec >>{tmp_path}/out && exec"
    script(app, text, *arguments, pid1=pid1).finish().failed(111, "File too large")


def test_a_report_behind_six_mebibytes(app, tmp_path):
    """The limit of the fetcher's files does not reach stdout."""
    tmp_path.chmod(0o777)
    out = tmp_path / "out"
    text = f"head -c 7000000 /dev/zero >{out} && exec >>{out} && exec"
    assert script(app, text, "check", "app").finish().code == 0
    assert out.read_bytes()[7000000:].startswith(b"region: ")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_large_report(world, tmp_path, log_format):
    """More than a block may have, which holds one name of each parameter and not two."""
    tmp_path.chmod(0o777)
    out = tmp_path / "out"
    names = [f"/app/{i:05d}-" + "long" * 60 for i in range(13000)]
    parameters = [{"Name": name, "Type": "String", "Value": "v"} for name in names]
    path = world.file("parameters.json", json.dumps({"Parameters": parameters}))
    text = f"ulimit -s unlimited && exec >{out} && exec"
    arguments = [f"--log-format={log_format}", f"--backend=file:{path}", "app"]
    assert script(world, text, "exec", *arguments, "--", "true").finish().code == 0
    result = script(world, text, "check", *arguments).finish()
    assert result.code == 0, result
    report = out.read_text()
    assert len(report) > 6 * 1024 * 1024
    if log_format == "json":
        assert [v["parameter"] for v in json.loads(report)["variables"]] == names
    else:
        assert re.findall(r" from (\S+), added\n", report) == names


def test_copy_at_its_limit(world, tmp_path):
    tmp_path.chmod(0o777)
    result = script(world, "ulimit -f 8 && exec", "copy", str(tmp_path / "copy")).finish()
    result.failed(100, "File too large")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("pid1, arguments", [(True, []), (False, []), (False, ["--supervise=always"])])
@pytest.mark.parametrize("backend", ["ssm", "null"])
@pytest.mark.parametrize("arrange", ["head -c 8192 /dev/zero >{file} && ulimit -f 4 && exec 2>>{file}", "exec 2>{fifo}"])
def test_log_lines_that_cannot_be_written(app, tmp_path, pid1, arguments, arrange, backend):
    """The start goes on, and the command finds the signals that they cause neither pending nor changed."""
    tmp_path.chmod(0o777)
    text = "mkfifo {fifo} && exec 3<>{fifo} 4>{fifo} 3>&- 2>&4 4>&-" if "fifo" in arrange else arrange
    text = text.format(file=tmp_path / "log", fifo=tmp_path / "fifo")
    command = ["sh", "-c", "grep -E '^(SigPnd|ShdPnd|SigIgn|SigBlk)' /proc/self/status; echo alive"]
    words = ["exec", *arguments, "--verbose", f"--backend={backend}", "--retry-mode=x", "app", "--", *command]
    result = script(app, f"{text} && exec", *words, pid1=pid1).finish()
    assert result.code == 0 and result.stdout.endswith(b"alive\n"), result
    masks = dict(line.split(":\t") for line in result.stdout.decode().splitlines()[:-1])
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        for name, mask in masks.items():
            assert not int(mask, 16) >> (number - 1) & 1, (name, mask)


# check as PID 1.

ENDING = [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP]
NOBODY_READS = "mkfifo /tmp/$$.f && exec 3<>/tmp/$$.f && rm /tmp/$$.f && head -c 65536 /dev/zero >&3 && exec >&3 && exec"


@pytest.mark.parametrize("number", ENDING, ids=lambda s: s.name)
@pytest.mark.parametrize("pid1", [True, False])
def test_a_signal_ends_check_while_it_fetches(app, number, pid1):
    app.ssm.then(hang)
    running = app.start("check", "--remap-exit=143", "app", command=None, pid1=pid1)
    assert app.ssm.wait_for_requests(1)
    running.signal(number)
    result = running.finish()
    assert result.code == 128 + number and result.stdout == b"", result


def test_check_fetches_in_a_jail_of_its_own(app):
    """PID 1 has no socket and no filter; its child has both."""
    app.ssm.then(hang)
    running = app.start("check", "app", command=None)
    assert app.ssm.wait_for_requests(1)
    (fetcher,) = children(running.pid)
    assert (fields(running.pid)["Seccomp"], fields(fetcher)["Seccomp"]) == ("0", "2")
    assert not [name for name in descriptors(running.pid).values() if name.startswith("socket:")]
    assert [name for name in descriptors(fetcher).values() if name.startswith("socket:")]
    running.signal(signal.SIGTERM)
    assert running.finish().code == 143


@pytest.mark.parametrize("number", ENDING, ids=lambda s: s.name)
@pytest.mark.parametrize("supervise", ["auto", "never", "always"])
def test_a_signal_ends_check_while_nobody_reads(app, number, supervise):
    gate = threading.Event()
    app.ssm.then(when(gate))
    running = script(app, NOBODY_READS, "check", f"--supervise={supervise}", "--timeout=0", "app")
    assert app.ssm.wait_for_requests(1)
    fetcher = children(running.pid)
    gate.set()
    assert eventually(lambda: children(running.pid) not in ([], fetcher)), "nobody prints"
    running.signal(number)
    assert running.finish().code == 128 + number


@pytest.mark.parametrize("number", ENDING, ids=lambda s: s.name)
@pytest.mark.parametrize("pid1", [True, False])
@pytest.mark.parametrize("words", [["--help"], ["exec", "--help"], ["--version"]], ids=" ".join)
def test_a_signal_ends_a_text_that_nobody_reads(app, words, pid1, number):
    """PID 1 has no default actions."""
    running = script(app, NOBODY_READS, *words, pid1=pid1)
    assert eventually(lambda: waits_in_write(running.pid))
    running.signal(number)
    assert running.finish().code in (128 + number, -number)


def waits_in_write(pid):
    call = pathlib.Path(f"/proc/{pid}/syscall").read_text().split()
    return call[:2] == [{"x86_64": "1", "aarch64": "64"}[platform.machine()], "0x1"]


def test_check_keeps_its_timeout(app):
    app.ssm.always(hang)
    app.run("check", "--timeout=0.4", "app", command=None).failed(111, r"0\.4 s \(--timeout\)")


@pytest.mark.parametrize("pid1", [True, False])
def test_check_keeps_its_timeout_while_nobody_reads(app, pid1):
    running = script(app, NOBODY_READS, "check", "--timeout=1.5", "app", pid1=pid1)
    running.finish().failed(111, r"1\.5 s \(--timeout\)")


@pytest.mark.parametrize("closed", ["2>&-", "0<&- 1>&- 2>&-"])
def test_no_message_reaches_a_server(app, closed):
    """A closed descriptor 2 is not the number of a socket."""
    app.ssm.always(hang)
    running = script(app, f"exec {closed}; exec", "check", "--verbose", "app")
    assert app.ssm.wait_for_requests(1)
    running.signal(signal.SIGTERM)
    assert running.finish().code == 143
    assert b"antechamber: " not in b"".join(
        bytes(r.body) + str(r.headers).encode() for r in app.ssm.requests + app.ecs.requests
    )


# Too little memory.


@pytest.mark.parametrize("kib", [1024, 2048, 4096, 8192, 12288, 16384, 24576, 32768, 49152, 65536])
@pytest.mark.parametrize("words", [
    ["exec", "app"], ["exec", "--sandbox=off", "app"], ["exec", "--backend=null", "app"], ["check", "app"],
    ["check", "--sandbox=off", "app"], ["init"],
], ids=" ".join)  # fmt: skip
def test_too_little_address_space(app, kib, words):
    """It works, or a message says that it does not; nothing dies by a signal."""
    words = [*words, "--", str(app.sandbox.binary), "--version"]
    result = script(app, f"ulimit -v {kib} && exec", *words).finish()
    assert result.code in ((0,) if words[0] == "init" else (0, 111)), result
    assert result.code == 0 or (len(result.errors) == 1 and "memory" in result.errors[0].lower()), result
