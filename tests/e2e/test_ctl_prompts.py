"""antechamberctl at a terminal: values that are typed, questions, and signals meanwhile."""

import os
import signal
import subprocess

import pytest

from support.typist import Typist

ASK = r"value of db-password \(not shown\): "
AGAIN = r"value of db-password, again: "


@pytest.fixture
def typist():
    typist = Typist()
    yield typist
    typist.close()


def type_value(typist, first, second=None):
    typist.until(ASK)
    assert typist.hides()
    typist.type(first + "\n")
    typist.until(AGAIN)
    assert typist.hides()
    typist.type((first if second is None else second) + "\n")


def test_a_value_is_asked_for_twice(ctl, store, typist):
    typist.run(ctl, "write", "app", "db-password")
    type_value(typist, "pässword with blanks ")
    assert typist.code() == 0
    assert "blanks" not in typist.rest()
    assert typist.is_as_found()
    assert store.values("/app") == {"db-password": "pässword with blanks "}


def test_values_that_differ(ctl, store, typist):
    typist.run(ctl, "write", "app", "db-password")
    type_value(typist, "one", "two")
    typist.until("do not match")
    type_value(typist, "three")
    assert typist.code() == 0
    assert store.values("/app") == {"db-password": "three"}


def test_values_that_differ_three_times(ctl, store, typist):
    typist.run(ctl, "write", "app", "db-password")
    for _ in range(3):
        type_value(typist, "secret one", "secret two")
    assert typist.code() == 100
    rest = typist.rest()
    assert "do not match, 3 times" in rest and "secret" not in rest
    assert typist.is_as_found()
    assert store.values("/app") == {}


def test_a_value_longer_than_a_line_of_the_kernel(ctl, store, typist):
    value = "".join(f"{number:08}" for number in range(1000))
    typist.run(ctl, "write", "app", "db-password", "--tier", "advanced")
    type_value(typist, value)
    assert typist.code() == 0
    assert store.values("/app") == {"db-password": value}


@pytest.mark.parametrize("name", ["INT", "TERM", "HUP", "QUIT"])
def test_signals_leave_the_terminal_as_found(ctl, store, typist, name):
    number = getattr(signal, f"SIG{name}")
    keys = {"INT": "\x03", "QUIT": "\x1c"}
    process = typist.run(ctl, "write", "app", "db-password")
    typist.until(ASK)
    typist.type("half")
    if name in keys:
        typist.type(keys[name])
    else:
        os.kill(process.pid, number)
    assert typist.code() == -number
    assert typist.is_as_found()
    assert "PutParameter" not in store.operations


def test_end_of_input(ctl, store, typist):
    typist.run(ctl, "write", "app", "db-password")
    typist.until(ASK)
    typist.type("\x04")
    assert typist.code() == 100
    assert "end of input" in typist.rest()
    assert typist.is_as_found()


def test_output_elsewhere(ctl, store, typist):
    """The prompt is for the person, not for the file."""
    process = typist.run(ctl, "write", "app", "db-password", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    type_value(typist, "value")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"not shown" not in out + err


def test_no_terminal(ctl, store):
    process = ctl.start("write", "app", "db-password", start_new_session=True)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 100
    assert b"the value is missing" in err and b"standard input" in err
    assert "PutParameter" not in store.operations


@pytest.mark.parametrize("answer, gone", [("y", True), ("n", False), ("", False)])
def test_deletion_asks(ctl, store, typist, answer, gone):
    store.put("/app/one", "1")
    store.put("/app/two", "2")
    typist.run(ctl, "delete", "app", "--all")
    typist.until(r"delete the 2 keys of app\? \[y/N\] ")
    typist.type(answer + "\n")
    assert (typist.code() == 0) == gone
    assert sorted(store.values("/app")) == ([] if gone else ["one", "two"])


def test_deletion_without_a_terminal(ctl, store):
    store.put("/app/one", "1")
    process = ctl.start("delete", "app", "--all", start_new_session=True)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 100
    assert b"--yes" in err
    assert store.values("/app") == {"one": "1"}


def test_interrupted_at_a_question(ctl, store, typist):
    store.put("/app/one", "1")
    typist.run(ctl, "delete", "app", "--all")
    typist.until(r"\[y/N\] ")
    typist.type("y\x03")
    assert typist.code() == -signal.SIGINT
    assert store.values("/app") == {"one": "1"}
