"""The controlling terminal: foreground, keys, job control, hang-up."""

import os
import random
import shlex
import signal
import termios
import time

import pytest

from init_support.box import children, is_idle, is_stopped, status, wait_until
from init_support.fixtures import boxes, boxes_of_session, init_name  # noqa: F401
from init_support.terminal import CTRL_BACKSLASH, CTRL_C, CTRL_Z, Shell, Terminal

# PID 1 of a container with a terminal; and a session's leader that is not PID 1.
LEADERS = [
    pytest.param([], {}, id="pid1"),
    pytest.param(["-n"], {"always": True}, id="supervising"),
]


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.close()


@pytest.fixture
def start(boxes, terminal):
    """Starts the payload with the terminal as the controlling one; what it says comes by a pipe."""

    def start(words, box=(), streams=True, **wanted):
        popen = {"pass_fds": (terminal.slave,)}
        if streams:
            popen |= {"stdin": terminal.slave, "stderr": terminal.slave}
        return boxes.start(words, [*box, "-t", str(terminal.slave)], popen, **wanted)

    return start


@pytest.mark.parametrize("box, wanted", LEADERS)
@pytest.mark.parametrize("streams", [True, False], ids=["streams", "redirected"])
def test_the_command_is_in_the_foreground(start, box, wanted, streams):
    state = start("state", box, streams, **wanted).state()
    assert state["foreground"] == state["group"] == state["pid"]


@pytest.mark.parametrize("box, wanted", LEADERS)
@pytest.mark.parametrize("key, number", [(CTRL_C, 2), (CTRL_BACKSLASH, 3)])
def test_keys_reach_the_command_once(start, terminal, box, wanted, key, number):
    run = start(f"trap {number} say ready pause", box, **wanted)
    run.expect("ready")
    terminal.type(key)
    run.expect(f"got {number:02}")
    assert run.lines.is_quiet(0.1)


def test_ctrl_c_ends_it(start, terminal):
    run = start("say ready pause")
    run.expect("ready")
    terminal.type(CTRL_C)
    assert run.code() == 130


@pytest.mark.parametrize("box, wanted", LEADERS)
def test_typing_reaches_the_command(start, terminal, box, wanted):
    run = start("say ready read exit 7", box, **wanted)
    run.expect("ready")
    terminal.type("hello\n")
    run.expect("read hello")
    assert run.code() == 7


@pytest.mark.parametrize("box, wanted", LEADERS)
def test_ctrl_z_does_not_freeze_it(start, terminal, box, wanted):
    """No shell could continue it."""
    run = start("trap 10 say ready pause", box, **wanted)
    run.expect("ready")
    app = children(run.init)[0]
    for _ in range(5):
        terminal.type(CTRL_Z)
        assert wait_until(lambda: not is_stopped(app))
    os.kill(app, signal.SIGUSR1)
    run.expect("got 10")
    terminal.type(CTRL_C)
    assert run.code() == 130


def test_ctrl_z_is_the_commands_to_handle(start, terminal):
    run = start("trap 20 say ready pause")
    run.expect("ready")
    terminal.type(CTRL_Z)
    run.expect("got 20")
    assert run.lines.is_quiet(0.05)


def test_ctrl_z_during_the_start(start, terminal, boxes):
    """Whenever it comes; between the mask and the exec it must not stop us both."""
    for attempt in range(40):
        terminal.type("x\n")  # so that the line discipline has something to flush
        run = start("sleep 20 exit 7")
        time.sleep(random.uniform(0, 0.002))
        terminal.type(CTRL_Z)
        assert run.code() == 7, attempt
        boxes.end()


def test_a_stop_that_was_asked_for_stays(start):
    """Somebody sent SIGTSTP to the init: that is no key, and SIGCONT can be sent too."""
    run = start("trap 10 say ready pause")
    run.expect("ready")
    app = children(run.init)[0]
    run.kill(signal.SIGTSTP)
    assert wait_until(lambda: is_stopped(app))
    assert not wait_until(lambda: not is_stopped(app), 0.1)
    run.kill(signal.SIGCONT)
    assert wait_until(lambda: not is_stopped(app))


def test_the_size_of_the_window(start, terminal):
    run = start("trap 28 say ready pause")
    run.expect("ready")
    terminal.resize(50, 132)
    run.expect("got 28")
    assert run.lines.is_quiet(0.1)


@pytest.mark.parametrize("box, wanted", LEADERS)
def test_nothing_stray_at_the_start(start, box, wanted):
    run = start("trap 1 trap 18 trap 20 trap 21 trap 22 say ready pause", box, **wanted)
    run.expect("ready")
    assert run.lines.is_quiet(0.15)


def test_hang_up(start, terminal):
    """The kernel signals only the leader of the session, which is the init."""
    run = start("trap 1 say ready pause", streams=False)
    run.expect("ready")
    terminal.hang_up()
    run.expect("got 01")
    assert run.lines.is_quiet(0.1)


def test_hang_up_ends_it(start, terminal):
    run = start("say ready pause", streams=False)
    run.expect("ready")
    terminal.hang_up()
    assert run.code() == 129


def test_tostop(start, terminal):
    """In the background, and writing to the terminal would stop others."""
    terminal.set_flag(termios.TOSTOP)
    run = start("trap 10 say ready pause", verbose=True)
    run.expect("ready")
    run.kill(signal.SIGUSR1)
    run.expect("got 10")
    assert not is_stopped(run.init)
    terminal.until("signal 10 forwarded")


def test_a_terminal_that_is_not_controlling(boxes, terminal):
    popen = {"stdin": terminal.slave, "stderr": terminal.slave}
    run = boxes.start("state trap 15 say ready listen 15 exit 7", ["-S"], popen)
    assert run.state()["foreground"] == "-1"
    run.until("listening")
    run.kill(signal.SIGTERM)
    assert run.code() == 7


def test_reading_from_the_background_of_nobody(start, terminal):
    """The terminal's foreground is the init's own group, which does not read: the command gets it."""
    run = start("background read exit 7")
    terminal.type("hello\n")
    run.expect("read hello")
    assert run.code() == 7


def switches(pid):
    return int(status(pid, "voluntary_ctxt_switches"))


def test_reading_while_another_group_has_the_terminal(start, terminal):
    """The command stays stopped, and the init does not go in circles."""
    run = start("fork { group mine up say other pause } await 1 read exit 7")
    run.expect("other")
    app = children(run.init)[0]
    assert wait_until(lambda: is_stopped(app) and is_idle(run.init))
    before = switches(run.init)
    time.sleep(0.1)
    assert is_stopped(app) and switches(run.init) == before


def test_an_interactive_shell_as_the_command(boxes, terminal):
    """It does job control of its own, for commands of its own."""
    command = boxes.init.command(["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"])
    run = boxes.start_command(
        command,
        ["-t", str(terminal.slave)],
        pass_fds=(terminal.slave,),
        env={"PATH": "/usr/bin:/bin", "PS1": Shell.PROMPT, "HISTFILE": ""},
        stdin=terminal.slave,
        stdout=terminal.slave,
        stderr=terminal.slave,
        output=os.dup(terminal.master),
    )
    terminal.until(Shell.PROMPT)
    assert "job control" not in terminal.seen
    terminal.type("sleep 100\n")
    terminal.until("100\n")
    assert wait_until(lambda: len(children(children(run.init)[0])) == 1)
    (sleep,) = children(children(run.init)[0])
    assert wait_until(lambda: terminal.foreground() == sleep and status(sleep, "Name") == "sleep")
    terminal.type(CTRL_Z)
    terminal.until(r"Stopped +sleep 100")
    terminal.until(Shell.PROMPT)
    terminal.type("fg\n")
    terminal.until(r"fg\nsleep 100\n")
    assert wait_until(lambda: terminal.foreground() == sleep and not is_stopped(sleep))
    terminal.type(CTRL_C)
    terminal.until(Shell.PROMPT)
    terminal.type("exit 9\n")
    assert run.code() == 9


# Under a shell: the init is a job.


@pytest.fixture
def shell(boxes, terminal):
    if boxes.init.name == "dumb-init":
        pytest.skip("dumb-init leaves the shell's terminal")
    return Shell(boxes, terminal)


def line(boxes, words, **wanted):
    return shlex.join(boxes.command(words, always=True, **wanted))


def test_a_job_in_the_foreground(boxes, shell, terminal):
    shell.type(line(boxes, "trap 2 say ready listen 2 exit 7"))
    terminal.until("listening")
    terminal.type(CTRL_C)
    terminal.until("signal 2 ")
    shell.prompt()
    shell.ask("echo code $?", "code 7")


def test_a_job_that_is_stopped_and_continued(boxes, shell, terminal):
    shell.type(line(boxes, "trap 18 trap 2 say ready sleep 100 pause"))
    terminal.until("ready")
    for _ in range(3):
        time.sleep(0.02)
        terminal.type(CTRL_Z)
        terminal.until("Stopped")
        shell.prompt()
        shell.ask("jobs", r"\[1\]\+ +Stopped")
        shell.type("fg")
        terminal.until("got 18")
    terminal.type(CTRL_C)
    terminal.until("got 02")
    terminal.type(CTRL_BACKSLASH)
    shell.prompt()
    shell.ask("echo code $?", "code 131")


def test_a_job_that_goes_on_in_the_background(boxes, shell, terminal):
    shell.type(line(boxes, "trap 18 say ready sleep 300 say reads read exit 7"))
    terminal.until("ready")
    terminal.type(CTRL_Z)
    terminal.until("Stopped")
    shell.prompt()
    shell.type("bg")
    terminal.until("got 18")
    # There it must not read: it is stopped, and so is the job.
    terminal.until("reads")
    assert wait_until(lambda: is_stopped(children(shell.run.init)[0]))
    shell.type("jobs")
    terminal.until(r"Stopped")
    shell.prompt()
    shell.type("fg")
    time.sleep(0.1)
    terminal.type("hello\n")
    terminal.until("read hello")
    shell.prompt()
    shell.ask("echo code $?", "code 7")


def test_a_job_started_in_the_background(boxes, shell, terminal):
    shell.type(line(boxes, "say ready trap 10 read exit 7") + " &")
    terminal.until("ready")
    assert wait_until(lambda: is_stopped(children(shell.run.init)[0]))
    shell.type("fg")
    time.sleep(0.1)
    terminal.type("hello\n")
    terminal.until("read hello")
    shell.prompt()
    shell.ask("echo code $?", "code 7")


def test_stopped_by_kill(boxes, shell, terminal):
    """`kill -TSTP %1` stops the job, as the shell sees it too."""
    shell.type(line(boxes, "trap 10 trap 18 say ready pause") + " &")
    terminal.until("ready")
    shell.type("kill -TSTP %1")
    assert wait_until(lambda: is_stopped(children(shell.run.init)[0]))
    shell.type("jobs")
    terminal.until("Stopped")
    shell.type("bg")
    terminal.until("got 18")
    shell.type("kill -USR1 %1")
    terminal.until("got 10")
    shell.type("kill -KILL %1")


def test_the_terminal_is_given_back(boxes, shell, terminal, tmp_path):
    """A script goes on after us, in the same group, and reads."""
    script = tmp_path / "script"
    script.write_text(f"{line(boxes, 'say ready exit 7')}\necho code $?\nread word\necho word $word\n")
    shell.type(f"sh {script}")
    terminal.until("ready")
    terminal.until("code 7")
    terminal.type("hello\n")
    terminal.until("word hello")


def test_a_script_is_stopped_with_us(boxes, shell, terminal, tmp_path):
    script = tmp_path / "script"
    script.write_text(f"{line(boxes, 'trap 18 say ready sleep 100 pause')}\necho code $?\n")
    shell.type(f"sh {script}")
    terminal.until("ready")
    terminal.type(CTRL_Z)
    terminal.until("Stopped")
    shell.prompt()
    shell.type("fg")
    terminal.until("got 18")
    terminal.type(CTRL_BACKSLASH)
    terminal.until("code 131")


def test_a_plain_start_under_a_shell(boxes, shell, terminal):
    shell.type(shlex.join(boxes.command("trap 18 say ready sleep 100 pause", plain=True)))
    terminal.until("ready")
    terminal.type(CTRL_Z)
    terminal.until("Stopped")
    shell.prompt()
    shell.type("fg")
    terminal.until("got 18")
    terminal.type(CTRL_C)
    shell.prompt()
    shell.ask("echo code $?", "code 130")


def test_the_session_of_a_job(boxes, shell, terminal):
    shell.type(line(boxes, "state"))
    text = terminal.until(r"session (\d+)\nforeground (\d+)")
    assert text[1] != text[2]
    assert status(shell.run.init, "Name") == "bash"
