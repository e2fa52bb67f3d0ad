"""
The init under test. It is antechamber, or with INIT_PEER=tini, dumb-init or catatonit one of those:
the same tests, so that they are known to be able to fail (peers.py makes the table).
"""

import os
import shutil

import pytest

NAMES = ("antechamber", "tini", "dumb-init", "catatonit")


class Init:
    """The options by which an init does what a test wants; a test that it has no option for is skipped."""

    OPTIONS = {}  # what a test asks for -> the words of this init

    def __init__(self, path):
        self.path = str(path)

    def command(self, words, **wanted):
        options = []
        for what, value in wanted.items():
            if value is False or value is None:
                continue
            if what not in self.OPTIONS:
                pytest.skip(f"{self.name} has no option for {what.replace('_', ' ')}")
            words_of = self.OPTIONS[what]
            options += words_of(value) if callable(words_of) else words_of
        return [self.path, *self.FIRST, *options, *self.LAST, *map(str, words)]


class Antechamber(Init):
    name = "antechamber"
    FIRST = ["init"]
    LAST = ["--"]
    OPTIONS = {
        "group": ["--signal-group"],
        "subreaper": ["--supervise=always"],
        "always": ["--supervise=always"],
        "no_subreaper": ["--supervise=always", "--subreaper=false"],
        "never": ["--supervise=never"],
        "plain": [],  # not PID 1 and not told to supervise: the command takes its place
        "grace": lambda seconds: [f"--grace={seconds}"],
        "remap": lambda code: [f"--remap-exit={code}"],
        "rewrite": lambda pair: [f"--rewrite-signal={pair}"],
        "parent_death": lambda name: [f"--parent-death-signal={name}"],
        "verbose": ["--verbose"],
    }


class Tini(Init):
    name = "tini"
    FIRST = []
    LAST = ["--"]
    OPTIONS = {
        "group": ["-g"],
        "subreaper": ["-s"],
        "always": ["-s"],
        "remap": lambda code: ["-e", str(code)],
        "parent_death": lambda name: ["-p", f"SIG{name}"],
    }


class DumbInit(Init):
    name = "dumb-init"
    FIRST = []
    LAST = ["--"]
    # Its default is the group in a session of its own; without that it is --single-child.
    OPTIONS = {"group": ["--verbose"], "rewrite": lambda pair: ["--rewrite", pair]}

    def command(self, words, **wanted):
        if wanted.pop("group", False):
            return [self.path, *Init.command(self, words, **wanted)[1:]]
        return [self.path, "--single-child", *Init.command(self, words, **wanted)[1:]]


class Catatonit(Init):
    name = "catatonit"
    FIRST = []
    LAST = ["--"]
    OPTIONS = {"group": ["-g"], "subreaper": [], "always": []}


def init_under_test(find_antechamber):
    name = os.environ.get("INIT_PEER", "antechamber")
    if name == "antechamber":
        return Antechamber(find_antechamber())
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return {"tini": Tini, "dumb-init": DumbInit, "catatonit": Catatonit}[name](path)
