"""PID 1 while the launcher works: it can be reached, and it knows what became of the launcher."""

import json
import os
import signal
import subprocess

import pytest

from init_support.box import Lines, is_stopped, wait_until
from init_support.build import build
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401


@pytest.fixture(scope="module")
def hold(scratch):
    return build("hold", scratch)


class Held:
    """A start whose process of this number was stopped before it did anything."""

    def __init__(self, hold, number, command):
        self.process = subprocess.Popen(
            [hold, str(number), "--", *map(str, command)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin"},
            preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN}),
        )  # fmt: skip
        self.lines = Lines(self.process.stdout.fileno())
        self.init = int(self.lines.until("init \\d+")[-1].split()[1])
        self.held = int(self.lines.until("held \\d+")[-1].split()[1])
        assert wait_until(lambda: is_stopped(self.held))

    def end(self):
        """The last line, and the errors that were written."""
        line = self.lines.until("(exit|signal) \\d+")[-1]
        errors = self.process.stderr.read().decode().splitlines()
        return line, errors

    def close(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def held(hold, boxes):
    made = []

    def make(number, command):
        made.append(Held(hold, number, command))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("group", [False, True], ids=["single", "group"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
def test_a_stopped_launcher(boxes, held, number, group):
    start = held(1, boxes.command("exit 5", group=group))
    os.kill(start.init, number)
    wanted = f"antechamber: error: stopped by {number.name} while starting the command"
    assert start.end() == (f"exit {128 + number}", [wanted])


def test_it_goes_on_after_all(boxes, held):
    """What came meanwhile reaches the command, each of it: it is one that the command is to block."""
    start = held(1, boxes.command("listen 64 exit 5"))
    for _ in range(3):
        os.kill(start.init, signal.SIGRTMIN)
    os.kill(start.held, signal.SIGCONT)
    start.lines.until("listening")
    os.kill(start.init, signal.SIGRTMAX)
    assert start.end() == ("exit 5", [])
    assert sum(line.startswith("signal 34 ") for line in start.lines.seen) == 3


@pytest.mark.parametrize("word, number, name", [("USR1", 10, "SIGUSR1"), ("RTMIN+3", 37, "signal 37")])
def test_a_stop_that_is_rewritten(boxes, held, word, number, name):
    start = held(1, boxes.command("exit 5", rewrite=f"TERM:{word}"))
    os.kill(start.init, signal.SIGTERM)
    wanted = f"antechamber: error: stopped by {name} while starting the command"
    assert start.end() == (f"exit {128 + number}", [wanted])


def test_a_stop_of_the_report(boxes, held, tmp_path):
    """What check has in the launcher's place."""
    command = fetching(boxes, tmp_path)
    start = held(2, [command[0], "check", *command[2:]])
    os.kill(start.init, signal.SIGTERM)
    assert start.end() == ("exit 143", ["antechamber: error: stopped by SIGTERM while writing the report"])


def fetching(boxes, tmp_path, *options, words=("exit", "5")):
    """A start whose first process is the fetcher, the second the launcher."""
    store = tmp_path / "store.json"
    store.write_text(json.dumps({"Parameters": [{"Name": "/app/key", "Type": "String", "Value": "v"}]}))
    return [
        boxes.init.path, "exec", "--quiet", "--sandbox=off", f"-bfile:{store}", *options, "app", "--",
        boxes.payload, *words,
    ]  # fmt: skip


@pytest.mark.parametrize("number, what, timeout", [(1, "load parameters", 0.5), (2, "start the command", 3.0)])
def test_the_deadline(boxes, held, tmp_path, number, what, timeout):
    """Of whatever process: the time for the start has passed. The second begins in that time."""
    start = held(number, fetching(boxes, tmp_path, f"--timeout={timeout}"))
    line, errors = start.end()
    assert line == "exit 111"
    assert errors[0] == f"antechamber: error: {what}: timed out after {timeout} s (--timeout)"


@pytest.mark.parametrize("number, doing", [(1, "loading parameters"), (2, "starting the command")])
def test_a_stop(boxes, held, tmp_path, number, doing):
    start = held(number, fetching(boxes, tmp_path, "--remap-exit=130"))
    os.kill(start.init, signal.SIGINT)
    assert start.end() == ("exit 130", [f"antechamber: error: stopped by SIGINT while {doing}"])


def test_no_room_for_queued_signals(boxes):
    """The kernel then sends SIGIO for the notice, which is not the command's and would end it."""
    for _ in range(10):
        run = boxes.start_command(["/usr/bin/prlimit", "--sigpending=0", *boxes.command("sleep 50")])
        assert run.code() == 0


@pytest.mark.parametrize("box, wanted", [([], {}), (["-n"], {"always": True})], ids=["pid1", "supervising"])
def test_a_failed_start_is_not_remapped(boxes, tmp_path, box, wanted):
    """126: no executable format. The same code of a command is remapped."""
    text = tmp_path / "text"
    text.write_text("no program\n")
    text.chmod(0o755)
    for command, code in ([text], 126), ([boxes.payload, "exit", "126"], 0):
        run = boxes.start_command(boxes.init.command(command, remap=126, **wanted), box)
        assert run.code() == code


def test_a_large_environment_is_not_remapped(boxes, tmp_path):
    command = fetching(boxes, tmp_path, "--remap-exit=100")
    values = [{"Name": f"/app/key{i}", "Type": "String", "Value": "x" * 100_000} for i in range(30)]
    (tmp_path / "store.json").write_text(json.dumps({"Parameters": values}))
    run = boxes.start_command(command)
    assert run.code() == 100
