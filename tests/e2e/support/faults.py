"""Lets system calls of antechamber fail, one in each run (fault.c): all of them, in all ways."""

import errno
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .programs import build, compiler

ERRNOS = (errno.EINTR, errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.EIO, errno.EPERM, errno.ENOSYS)
SHOWN = 20  # complaints; what is wrong in one place is often wrong in many


def call_names():
    """number -> name, of this machine."""
    command = [compiler(), "-E", "-dM", "-include", "sys/syscall.h", "-x", "c", os.devnull]
    defined = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {int(number): name for name, number in re.findall(r"^#define __NR_(\w+) (\d+)$", defined, re.M)}


@dataclass
class Fault:
    """What went wrong in a run, and what the tool saw."""

    role: str
    number: int  # of the call, among those of its role that can fail
    error: int
    call: str = None  # None: there was no call of this number
    report: tuple = ()

    def __str__(self):
        return f"{self.role}, call {self.number}, {self.call}: {errno.errorcode[self.error]}: {self.report}"

    @property
    def strange(self):
        """Deaths by signal, processes that outlived their time, a hang."""
        return [line for line in self.report if line.startswith(("signal", "left", "early", "hung"))]


class Faults:
    """Walks and counts."""

    def __init__(self, folder, program):
        self.folder = folder
        self.program = program
        self.tool = build("fault", folder)
        self.names = call_names()
        self.calls = 0
        self.roles = set()
        self.outcomes = {"whole": 0, "refused": 0}

    def __str__(self):
        count = sum(self.outcomes.values())
        return (
            f"{count} faults at {self.calls} calls of {len(self.roles)} roles: "
            f"{self.outcomes['whole']} started whole, {self.outcomes['refused']} refused"
        )

    def _run(self, fault, scenario, judge):
        """One run; what is wrong with it, if anything."""
        report = self.folder / f"fault-{fault.role}-{fault.number}-{fault.error}"
        words = [self.tool, report, self.program, fault.role, fault.number, fault.error, "--"]
        result = scenario([str(word) for word in words])
        fault.report = tuple(report.read_text().splitlines())
        report.unlink()
        failed = [line.split()[1] for line in fault.report if line.startswith("failed")]
        fault.call = self.names[int(failed[0])] if failed else None
        try:
            self.outcomes[judge(result, fault)] += fault.call is not None
        except AssertionError as problem:
            return f"{fault}: {problem} {result}"
        finally:
            shutil.rmtree(result.folder)
        return None

    def _walk(self, role, error, scenario, judge):
        """The faults of one kind, from the first call to the last, and what was wrong."""
        faults, complaints = [], []
        while not faults or faults[-1].call is not None:
            fault = Fault(role, len(faults) + 1, error)
            complaint = self._run(fault, scenario, judge)
            faults.append(fault)
            complaints += [complaint] if complaint else []
        return faults[:-1], complaints

    def walk(self, role, scenario, judge, errors=ERRNOS):
        """
        Runs scenario(words of the program to run it under) -> Result with each call of the role failed
        with each of the errors. judge(result, fault) says "whole" or "refused", or asserts. Returns the names of
        the calls that failed.
        """
        with ThreadPoolExecutor(os.cpu_count() + 1) as pool:
            walks = [pool.submit(self._walk, role, error, scenario, judge) for error in errors]
            results = [walk.result() for walk in walks]
        complaints = [complaint for _, found in results for complaint in found]
        assert all(faults for faults, _ in results), f"no call of the {role} was seen"
        assert not complaints, "\n".join([f"{len(complaints)} faults:", *complaints[:SHOWN]])
        self.calls += max(len(faults) for faults, _ in results)
        self.roles.add(role)
        return {fault.call for faults, _ in results for fault in faults}
