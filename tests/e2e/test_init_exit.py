"""How the command ends is how the init ends."""

import os
import signal
import subprocess

import pytest

from init_support.box import ALL, UNCATCHABLE
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401

# Those whose default is to be ignored, to stop or to continue.
HARMLESS = {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH}
STOPPING = {signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
DEADLY = sorted(ALL - HARMLESS - STOPPING)


def test_all_exit_codes(boxes):
    codes = {}
    for code in range(256):
        codes[code] = boxes.start(f"exit {code}").code()
        boxes.end()
    assert codes == {code: code for code in range(256)}


def test_death_by_each_signal(boxes):
    codes = {}
    for number in DEADLY:
        codes[number] = boxes.start(f"die {number}").code()
        boxes.end()
    assert codes == {number: 128 + number for number in DEADLY}


@pytest.mark.parametrize("number", sorted(UNCATCHABLE - {signal.SIGSTOP}))
def test_killed_from_outside(boxes, number):
    run = boxes.start("say ready pause")
    run.expect("ready")
    from init_support.box import children

    os.kill(children(run.init)[0], number)
    assert run.code() == 128 + number


def test_all_codes_when_not_pid_1(boxes):
    for code in (0, 1, 42, 126, 127, 128, 143, 255):
        assert boxes.start(f"exit {code}", ["-n"], always=True).code() == code
    assert boxes.start("die 9", ["-n"], always=True).code() == 137


@pytest.mark.parametrize("words, code", [("exit 3", 3), ("die 15", 143)])
def test_remapped_to_0(boxes, words, code):
    assert boxes.start(words, remap=code).code() == 0
    assert boxes.start(words, remap=code + 1).code() == code


def failing(boxes, command, **popen):
    run = boxes.start_command(command, stderr=subprocess.PIPE, **popen)
    return run.code(), run.stderr()


@pytest.mark.parametrize("box", [[], ["-n"]], ids=["pid1", "child"])
def test_not_found(boxes, box):
    code, stderr = failing(boxes, boxes.init.command(["no-such-command"]), box=box)
    assert code == 127 and "no-such-command" in stderr


@pytest.mark.parametrize("name", ["no-such-" + "x" * 248, "./no-such-" + "x" * 248, "no-such-" + "x" * 8000])
def test_no_file_has_a_name_that_long(boxes, name):
    code, stderr = failing(boxes, boxes.init.command([name]))
    assert code == 127 and "no-such-" in stderr


@pytest.mark.parametrize("box", [[], ["-n"]], ids=["pid1", "child"])
def test_not_executable(boxes, box, tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("#!/bin/sh\n")
    code, stderr = failing(boxes, boxes.init.command([plain]), box=box)
    assert code == 126 and "plain" in stderr


@pytest.mark.parametrize("box", [[], ["-n"]], ids=["pid1", "child"])
def test_interpreter_is_missing(boxes, box, tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    code, stderr = failing(boxes, boxes.init.command([script]), box=box)
    assert code == 127 and "interpreter" in stderr


def test_wrong_format(boxes, tmp_path):
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x7fELFgarbage")
    garbage.chmod(0o755)
    assert failing(boxes, boxes.init.command([garbage]))[0] == 126
    # A script without a #! line too: there may be no shell in the image, so none is tried.
    garbage.write_text("exit 3\n")
    assert failing(boxes, boxes.init.command([garbage]))[0] == 126


def test_argv_0_is_as_typed(boxes, tmp_path):
    (tmp_path / "named").symlink_to(boxes.payload)
    command = boxes.init.command(["named", "say", "here"])
    run = boxes.start_command(command, env={"PATH": f"/nowhere:{tmp_path}"})
    run.expect("here")
    assert run.code() == 0


def test_silent(boxes):
    """A normal run writes nothing of its own."""
    run = boxes.start("say mine exit 3", popen={"stderr": subprocess.STDOUT})
    assert run.lines.all() == ["mine"] and run.code() == 3
