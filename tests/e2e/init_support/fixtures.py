"""Fixtures of the init's tests; each test module imports them."""

import os

import pytest

from init_support.box import Run
from init_support.build import build
from init_support.inits import init_under_test


class Boxes:
    """Makes runs and ends them all after the test."""

    def __init__(self, init, box, payload):
        self.init = init
        self.box = box
        self.payload = payload
        self.runs = []

    def command(self, words, **wanted):
        """The init's command line for a payload that does these words (a string is split)."""
        words = words.split() if isinstance(words, str) else list(words)
        return self.init.command([self.payload, *words], **wanted)

    def start(self, words, box=(), popen=None, **wanted):
        """Runs the payload under the init; box: options of box.c, wanted: options of the init."""
        return self.start_command(self.command(words, **wanted), box, **(popen or {}))

    def start_command(self, command, box=(), **popen):
        run = Run(self.box, [*box, "--", *command], **popen)
        self.runs.append(run)
        return run

    def end(self):
        for run in self.runs:
            run.close()
        self.runs.clear()


@pytest.fixture(scope="session")
def boxes_of_session(scratch, request):
    if os.geteuid() != 0:
        pytest.skip("PID namespaces need root")
    init = init_under_test(lambda: request.getfixturevalue("binary"))
    return Boxes(init, build("box", scratch), build("payload", scratch))


@pytest.fixture
def boxes(boxes_of_session):
    yield boxes_of_session
    boxes_of_session.end()


@pytest.fixture
def init_name(boxes):
    return boxes.init.name
