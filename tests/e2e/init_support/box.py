"""Starts programs as PID 1 (or not) of a PID namespace, and watches what comes of it."""

import contextlib
import os
import re
import select
import signal
import subprocess
import time
from pathlib import Path

# Seconds after which a run has hung. Of the others many do, and nobody waits for them (peers.py).
LIMIT = 30 if os.environ.get("INIT_PEER", "antechamber") == "antechamber" else 1
ALL = set(range(1, 65))
# What no process can catch.
UNCATCHABLE = {signal.SIGKILL, signal.SIGSTOP}


def wait_until(condition, limit=LIMIT):
    """Whether it came true in time; looks often, since most of it takes less than a millisecond."""
    end = time.monotonic() + limit
    pause = 0.0005
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)
    return True


class Lines:
    """Lines from a descriptor, with a limit on the patience."""

    def __init__(self, fd):
        self.fd = fd
        self.rest = b""
        self.seen = []
        self.ended = False

    def next(self, limit=LIMIT):
        """The next line, None at the end; nothing in time fails the test."""
        end = time.monotonic() + limit
        while b"\n" not in self.rest and not self.ended:
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"no line in {limit} s after {self.seen[-5:]}")
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # the other end of a terminal is closed
                data = b""
            self.ended = not data
            self.rest += data
        if b"\n" not in self.rest:
            return None
        line, _, self.rest = self.rest.partition(b"\n")
        self.seen.append(line.decode().rstrip("\r"))
        return self.seen[-1]

    def until(self, wanted, limit=LIMIT):
        """The lines up to one that is this, or matches this regular expression; it is the last."""
        lines = []
        while True:
            line = self.next(limit)
            if line is None:
                raise AssertionError(f"no {wanted!r} in {self.seen}")
            lines.append(line)
            if line == wanted or re.fullmatch(wanted, line):
                return lines

    def all(self, limit=LIMIT):
        lines = []
        while (line := self.next(limit)) is not None:
            lines.append(line)
        return lines

    def is_quiet(self, seconds):
        return b"\n" not in self.rest and not select.select([self.fd], [], [], seconds)[0]


class Run:
    """One program in its namespace."""

    def __init__(self, box, arguments, pass_fds=(), env=None, output=None, **popen):
        report, report_end = os.pipe()
        stdout = None
        if output is None:
            output, stdout = os.pipe()
            popen["stdout"] = stdout
        self.process = subprocess.Popen(
            [box, "-r", str(report_end), *map(str, arguments)],
            pass_fds=(report_end, *pass_fds),
            env=env if env is not None else {"PATH": "/usr/bin:/bin"},
            stdin=popen.pop("stdin", subprocess.DEVNULL),
            **popen,
        )
        os.close(report_end)
        if stdout is not None:
            os.close(stdout)
        self.report = Lines(report)
        self.lines = Lines(output)
        self.first = int(self.report.next())  # PID 1 of the namespace, as we see it
        self.is_child = "-n" in arguments

    def next(self, limit=LIMIT):
        return self.lines.next(limit)

    def until(self, wanted, limit=LIMIT):
        return self.lines.until(wanted, limit)

    def expect(self, *lines):
        for line in lines:
            assert self.next() == line

    @property
    def init(self):
        """The init's pid as we see it."""
        if not self.is_child:
            return self.first
        assert wait_until(lambda: children(self.first))
        return children(self.first)[0]

    def kill(self, signo):
        os.kill(self.init, signo)

    def end(self, limit=LIMIT):
        """("exit", code) or ("signal", number); fails when it does not end."""
        line = self.report.next(limit)
        assert line is not None, "the namespace ended without a word"
        word, number = line.split()
        self.process.wait(LIMIT)
        return word, int(number)

    def code(self, limit=LIMIT):
        word, number = self.end(limit)
        assert word == "exit", f"killed by signal {number}"
        return number

    @property
    def has_ended(self):
        return not self.report.is_quiet(0) or self.process.poll() is not None

    def stderr(self):
        return self.process.stderr.read().decode()

    def state(self):
        """What the payload's `state` says."""
        return dict(line.split(" ", 1) for line in self.until("end")[:-1])

    def close(self):
        self.process.kill()  # the namespace dies with it
        self.process.wait()
        for lines in (self.report, self.lines):
            with contextlib.suppress(OSError):
                os.close(lines.fd)
        for stream in (self.process.stdin, self.process.stderr):
            if stream is not None:
                stream.close()


def children(pid):
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def status(pid, field):
    """A field of /proc/PID/status; None when the process is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return re.search(rf"^{field}:\s*(.*)$", text, re.M)[1]


def is_stopped(pid):
    return (status(pid, "State") or "")[:1] in ("T", "t")


def is_idle(pid):
    """
    Whether it sleeps and no signal is left for it: it has done all that it had to. Two readings that say the
    same, counts of switches included, are one moment.
    """
    try:
        first, again = (Path(f"/proc/{pid}/status").read_text() for _ in range(2))
    except (FileNotFoundError, ProcessLookupError):
        return False
    pending = re.findall(r"^S\w+Pnd:\s*(\w+)$", first, re.M)
    return first == again and "State:\tS" in first and not any(int(mask, 16) for mask in pending)


def descendants(pid):
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def processes_of(pid):
    """All processes of the namespace of which pid is PID 1, but for itself."""
    namespace = os.readlink(f"/proc/{pid}/ns/pid")
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if entry.isdigit() and os.readlink(f"/proc/{entry}/ns/pid") == namespace:
                found.append(int(entry))
    return [p for p in found if p != pid]


def zombies_of(pid):
    return [p for p in children(pid) if (status(p, "State") or "").startswith("Z")]
