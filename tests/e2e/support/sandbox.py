"""Runs antechamber in namespaces of its own and says what came of it."""

import base64
import contextlib
import functools
import json
import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from urllib.parse import quote

from .proc import children, eventually, fields

LIMIT = 60  # seconds after which a run has hung
LEVELS = r"(error|hint|warning|debug)"
MESSAGE = re.compile(rf"antechamber: (?:{LEVELS}: )?(.*)")
SUMMARY = re.compile(
    r"antechamber: (?=\d)(?:(?P<count>\d+) parameters? from (?P<from>.+?))?"
    r"(?:(?:, )?(?P<references>\d+) references?)? in \d+ ms"
)
CHAMBER = re.compile(r"warning: service \S+ overwriting environment variable \S+")


@dataclass
class Result:
    code: int
    stdout: bytes
    stderr: bytes
    folder: object
    inherited: dict
    json_log: bool = False
    lines: list = field(default_factory=list)

    def __post_init__(self):
        # Everything that is printed is printable ASCII.
        self.lines = self.stderr.decode("ascii").splitlines()

    def __str__(self):
        return f"exit {self.code}, started: {self.started}, stderr:\n" + "\n".join(self.lines)

    def _read(self, name):
        path = self.folder / name
        return path.read_bytes() if path.exists() else None

    @property
    def started(self):
        return (self.folder / "args").exists()

    @property
    def environ(self):
        """The child's environment as a list of entries, in its order."""
        data = self._read("environ")
        assert data is not None, f"the command never started: {self}"
        return [e.decode("utf-8", "surrogateescape") for e in data.split(b"\0")[:-1]]

    @property
    def env(self):
        entries = [e.partition("=") for e in self.environ]
        names = [name for name, _, _ in entries]
        assert len(names) == len(set(names)), f"a variable is there twice: {names}"
        return {name: value for name, _, value in entries}

    @property
    def loaded(self):
        """What the child has and antechamber did not inherit, or with another value."""
        return {k: v for k, v in self.env.items() if self.inherited.get(k) != v}

    @property
    def args(self):
        return self._read("args").split(b"\0")[:-1]

    @property
    def fds(self):
        return [int(line) for line in self._read("fds").split()]

    @property
    def ids(self):
        return tuple(int(n) for n in self._read("ids").split())

    @property
    def objects(self):
        return [json.loads(line) for line in self.lines]

    def messages(self, level):
        if self.json_log:
            return [o["message"] for o in self.objects if o["level"] == level]
        found = [MESSAGE.fullmatch(line) for line in self.lines]
        return [m[2] for m in found if m and m[1] == level]

    @property
    def errors(self):
        return self.messages("error")

    @property
    def hints(self):
        return self.messages("hint")

    @property
    def warnings(self):
        """Without those about the sandbox, which depend on the kernel."""
        found = [line for line in self.lines if CHAMBER.fullmatch(line)]
        if self.json_log:
            found = []
        return found + [w for w in self.messages("warning") if "sandbox" not in w.lower()]

    @property
    def overwritten(self):
        return [line for line in self.lines if CHAMBER.fullmatch(line)]

    @property
    def summary(self):
        found = [m for m in map(SUMMARY.fullmatch, self.lines) if m]
        assert len(found) == 1, f"one summary line wanted: {self}"
        return found[0]

    @property
    def strange(self):
        return [line for line in self.lines if not (MESSAGE.fullmatch(line) or CHAMBER.fullmatch(line))]

    def succeeded(self, code=0):
        assert self.started and self.code == code and not self.errors, str(self)
        return self

    def failed(self, code, *fragments, hint=None):
        """
        Ended before the command: one error line that says what, where and why, with these
        fragments (regular expressions); hint: what the hint has to match.
        """
        assert not self.started, f"the command started: {self}"
        assert self.code == code, f"exit {code} wanted: {self}"
        assert len(self.errors) == 1, f"one error line wanted: {self}"
        for fragment in fragments:
            assert re.search(fragment, self.errors[0], re.I), f"no {fragment!r} in: {self}"
        hints = [o["hint"] for o in self.objects if "hint" in o] if self.json_log else self.hints
        assert len(hints) <= 1, f"more than one hint: {self}"
        if hint is not None:
            assert hints and re.search(hint, hints[0], re.I), f"no hint {hint!r}: {self}"
        return self


def only_child(pid):
    """The process below the PID 1 that enter made, when antechamber is not that itself."""
    while True:
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as children:
                found = children.read().split()
        except FileNotFoundError:
            return 0  # it has ended already
        if found:
            return int(found[0])
        time.sleep(0.001)


class Running:
    def __init__(self, sandbox, process, pids, result):
        self.sandbox = sandbox
        self.process = process
        self.first, self.pid = pids  # of the namespace's PID 1 and of antechamber, as the host sees them
        self.folder, self.inherited, self.json_log = result
        self.inspected = True

    def wait_started(self):
        """Until the command has written everything down."""
        deadline = time.monotonic() + LIMIT
        while not (self.folder / "started").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the command did not start: {self.finish()}")
            time.sleep(0.005)
        return self

    def signal(self, number):
        os.kill(self.pid, number)

    def status(self, name):
        """A field of /proc/PID/status."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(line.split(":", 1)[1].strip() for line in status if line.startswith(name + ":"))

    def finish(self):
        try:
            stdout, stderr = self.process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"antechamber hung: {self.process.communicate()}") from None
        result = Result(self.process.returncode, stdout, stderr, self.folder, self.inherited, self.json_log)
        if self.inspected:
            self.sandbox.inspect(result)
        return result

    def kill(self):
        """Everything in the PID namespace; when enter has ended, all of it has."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.first or self.process.pid, signal.SIGKILL)
        self.process.wait()


@functools.cache
def disguises(secret):
    """The forms in which a secret could slip out."""
    raw = secret.encode("utf-8", "surrogateescape")
    return {
        raw,
        raw.hex().encode(),
        base64.b64encode(raw),
        quote(secret, safe="", errors="surrogateescape").encode(),
        json.dumps(secret)[1:-1].encode("utf-8", "surrogateescape"),
    }


class Sandbox:
    def __init__(self, world, programs):
        self.world = world
        self.binary, self.enter, self.probe = programs
        self.folder = world.folder / "runs"
        self.folder.mkdir(mode=0o755)
        self.live = []

    def environment(self, env, bare):
        merged = {} if bare else dict(self.world.base_env)
        for name, value in (env or {}).items():
            if value is None:
                merged.pop(name, None)
            else:
                merged[name] = value
        return merged

    def start(self, *arguments, env=None, bare=False, pid1=True, uid=0, binds=(), command=(),
              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, pass_fds=(), program=None,
              under=(), inspect=True):  # fmt: skip
        """
        arguments: antechamber's. Without "--" among them the probe is the command, told to do
        `command`; command=None adds nothing. env: over the world's base_env (None removes), or all
        there is with bare=True. binds: (what, where) of files to be seen elsewhere. under: the words of a
        program that runs all this. inspect=False: the program is not antechamber, so its output is its
        own business.
        """
        folder = self.folder / str(next(self.world.runs))
        folder.mkdir()
        folder.chmod(0o777)
        inherited = self.environment(env, bare)
        arguments = [str(a) if not isinstance(a, bytes) else a for a in arguments]
        if command is not None and "--" not in arguments:
            arguments += ["--", str(self.probe), str(folder), *map(str, command)]
        reader, writer = os.pipe()
        line = [str(self.enter), "-n", str(self.world.netns.fd), "-r", str(writer)]
        line += ["-p"] if pid1 else []
        line += ["-u", str(uid)] if uid else []
        usual = [(self.world.resolv_conf, "/etc/resolv.conf"), (self.world.hosts, "/etc/hosts")]
        hidden = {where for _, where in binds}
        for what, where in [*binds, *(u for u in usual if u[1] not in hidden)]:
            line += ["-b", what, where]
        process = subprocess.Popen(
            [*under, *line, "--", program or str(self.binary), *arguments],
            env=inherited,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            pass_fds=(self.world.netns.fd, writer, *pass_fds),
        )
        os.close(writer)
        # One write; the end comes only with that of a program that all runs under, which has the pipe too.
        pid = int(os.read(reader, 32) or 0)
        os.close(reader)
        json_log = inherited.get("ANTECHAMBER_LOG_FORMAT") == "json"
        json_log = json_log or bool({"--log-format=json", "json"} & {a for a in arguments})
        first = pid
        if not pid1:
            pid = only_child(pid)
        running = Running(self, process, (first, pid), (folder, inherited, json_log))
        running.inspected = inspect
        self.live.append(running)
        return running

    def run(self, *arguments, **options):
        return self.start(*arguments, **options).finish()

    def inspect(self, result):
        """What holds for every run, whatever a test is about."""
        printed = result.stdout + result.stderr
        for secret in self.world.planted:
            for form in disguises(secret):
                assert form not in printed, f"a secret was printed: {result}"
        if not result.json_log:
            assert not result.strange, f"strange lines: {result}"
        else:
            assert all(o["level"] and o["role"] and "message" in o for o in result.objects)
        assert not self.world.journal.complaints, f"{self.world.journal.complaints}\n{result}"

    def await_fetcher(self, _stream=None):
        """
        Until the fetcher sleeps: it has sent all that it can send before it hears more. For a server's
        before_send, which then speaks when it is waited for, however busy the machine is.
        """

        def sleeps():
            with contextlib.suppress(OSError, ValueError):  # not there yet, or ended
                (running,) = self.live
                (fetcher,) = children(running.pid)
                return fields(fetcher)["State"].startswith("S")

        assert eventually(sleeps, LIMIT, 0.0005), "the fetcher never waits"

    def end_all(self):
        for running in self.live:
            if running.process.poll() is None:
                running.kill()
        self.live.clear()


def run_to_deadline(world, reached, *arguments, **options):
    """
    A run that --timeout ends where reached() is true: a busy machine may need more time to get there than an
    idle one. Returns the timeout too, as it was written.
    """
    for timeout in ("0.6", "3.2", "12.8"):
        result = world.run(arguments[0], "--timeout", timeout, *arguments[1:], **options)
        if reached():
            break
    return timeout, result


def knock(world, server):
    """
    Connects to each address of a server and waits until it noticed: whatever came earlier has been
    counted by then. Returns how many connections were there before.
    """

    def connect():
        for bind in server.binds:
            family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
            with socket.socket(family, socket.SOCK_STREAM) as sock:
                sock.connect((bind.host, bind.port))
                ours.append(sock.getsockname()[:2])
                assert world.journal.wait_for(lambda: ours[-1] in {c.peer for c in server.connections})

    ours = []
    world.netns.run(connect)
    return len([c for c in server.connections if c.peer not in ours])


def untouched(*servers):
    """That nobody connected to these."""
    for server in servers:
        assert knock(server.world, server) == 0, f"{server.name} was contacted"
