"""podman with crun: run by root, or rootless by a user whom only its own mount namespace knows."""

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from init_support.box import wait_until

from .bundle import SECRETS
from .engine import new_name

USER, ID = "antechamber-e2e", 47110
FIRST_SUBID = 200000
# What podman asks about a user, each with a line for ours.
ACCOUNT = {
    "passwd": f"{USER}:x:{ID}:{ID}::/nonexistent:/bin/sh",
    "group": f"{USER}:x:{ID}:",
    "subuid": f"{USER}:{FIRST_SUBID}:65536",
    "subgid": f"{USER}:{FIRST_SUBID}:65536",
}
# crun refuses a host with both versions of control groups; podman warns about a root that is not shared.
PREPARE = """
mount --make-rshared /
umount /sys/fs/cgroup/unified 2>/dev/null
for file in passwd group subuid subgid; do
    mount --bind "$1/$file" "/etc/$file" || exit
done
echo ready
exec cat
"""
GROUPS = Path("/sys/fs/cgroup")
# By version of control groups: the files of a limit.
LIMIT_FILES = {
    1: {"pids": ["pids/{}/pids.max"], "memory": ["memory/{}/memory.limit_in_bytes", "memory/{}/memory.memsw.limit_in_bytes"]},
    2: {"pids": ["{}/pids.max"], "memory": ["{}/memory.max"]},
}  # fmt: skip


def need_podman(rootless):
    """Skips, with the name of what is missing."""
    for program in ["podman", "crun", *(["newuidmap"] if rootless else [])]:
        if shutil.which(program) is None:
            pytest.skip(f"no {program}")
    for file in ACCOUNT:
        if not Path("/etc", file).exists():
            pytest.skip(f"no /etc/{file}")
    if rootless:
        try_it = ["setpriv", f"--reuid={ID}", f"--regid={ID}", "--clear-groups", "unshare", "--user", "true"]
        if subprocess.run(try_it, capture_output=True).returncode != 0:
            pytest.skip("this kernel does not let an unprivileged user make a user namespace")


class Podman:
    """One storage with one image: our executable and the probe."""

    def __init__(self, folder, world, programs, rootless):
        self.folder = folder
        self.world = world
        self.rootless = rootless
        self.home = folder / "home"
        self.runtime = folder / "run"  # podman refuses a path of more than 50 bytes
        for path in (self.home, self.runtime):
            path.mkdir()
            path.chmod(0o700)
            if rootless:
                os.chown(path, ID, ID)
        self.holder = self._hold_namespace()
        binary, _, probe = programs
        layer = ["tar", "-C", binary.parent, "-cf", "-", binary.name, probe.name]
        content = subprocess.run(layer, check=True, capture_output=True).stdout
        self.image = new_name()
        self("import", "--change", 'ENTRYPOINT ["/antechamber"]', "-", self.image, input=content, text=False)

    def _hold_namespace(self):
        for file, line in ACCOUNT.items():
            path = self.folder / file
            path.write_text(Path("/etc", file).read_text() + line + "\n")
            path.chmod(0o644)
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", PREPARE, "sh", self.folder]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert holder.stdout.readline() == b"ready\n"
        return holder

    def command(self, *arguments):
        """A line of podman, by its user, in the servers' network."""
        line = ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt"]
        line += [f"--net=/proc/{os.getpid()}/fd/{self.world.netns.fd}", f"--wdns={self.home}"]
        if self.rootless:
            line += ["setpriv", f"--reuid={ID}", f"--regid={ID}", "--clear-groups"]
        line += ["env", "-i", f"PATH={os.environ['PATH']}", f"HOME={self.home}", f"XDG_RUNTIME_DIR={self.runtime}"]
        line += ["podman", "--root", self.home / "storage", "--runroot", self.runtime]
        line += ["--runtime", "crun", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]
        return [*map(str, line), *map(str, arguments)]

    def __call__(self, *arguments, check=True, text=True, **options):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=text, timeout=60, **options)
        assert not check or done.returncode == 0, done.stderr
        return done

    def close(self):
        self("rm", "--all", "--force", "--time", "0", check=False)
        if self.rootless:
            # Ends the process that keeps the user's namespaces, which would stay for ever.
            self("system", "migrate", check=False)
        self.holder.stdin.close()
        self.holder.wait()


class Container:
    """One container of a test, and what its command wrote."""

    def __init__(self, podman):
        self.podman = podman
        self.name = new_name()
        self.out = podman.folder / self.name
        self.out.mkdir()
        self.out.chmod(0o777)
        self.groups = []

    def line(self, verb, *arguments, options=(), env=None):
        """The arguments of podman that make a container of ours: create or run."""
        world = self.podman.world
        everything = {**world.base_env, "AWS_CA_BUNDLE": f"{SECRETS}/ca.pem", **(env or {})}
        line = [verb, "--name", self.name, "--network", "host", "--no-hosts", "--user", "65532:65532"]
        # The default raises limits, which not every machine allows.
        line += ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]
        for source, target in (
            (self.out, "/out"),
            (world.pki.bundle, f"{SECRETS}/ca.pem:ro"),
            (world.resolv_conf, "/etc/resolv.conf:ro"),
            (world.hosts, "/etc/hosts:ro"),
        ):
            line += ["--volume", f"{source}:{target}"]
        for variable, value in everything.items():
            line += ["--env", f"{variable}={value}"]
        return [*line, *options, self.podman.image, *arguments]

    def run(self, *arguments, **wanted):
        """The exit code and the lines of stderr."""
        done = self.podman(*self.line("run", *arguments, **wanted), check=False)
        return self._judge(done.returncode, done.stdout + done.stderr)

    def start(self, *arguments, options=(), **wanted):
        self.podman(*self.line("run", *arguments, options=["--detach", *options], **wanted))

    def run_limited(self, *arguments, **limits):
        """
        With a limit on pids or memory. Where podman has no control groups, which is so for a rootless one on their
        first version, the test makes one and puts the container into it before its process 1 becomes ours.
        """
        if not self.podman.rootless:
            options = [word for kind, value in limits.items() for word in LIMITS[kind](value)]
            return self.run(*arguments, options=options)
        self.podman(*self.line("create", *arguments))
        self.podman("init", self.name)
        self._put_into_group(self.inspect("State")["Pid"], limits)
        done = self.podman("start", "--attach", self.name, check=False)
        return self._judge(done.returncode, done.stdout + done.stderr)

    def _put_into_group(self, pid, limits):
        version = 1 if (GROUPS / "pids").is_dir() else 2
        for kind, value in limits.items():
            files = [GROUPS / file.format(self.name) for file in LIMIT_FILES[version][kind]]
            files[0].parent.mkdir(exist_ok=True)
            self.groups.append(files[0].parent)
            for file in files:
                file.write_text(str(value))
            (files[0].parent / "cgroup.procs").write_text(str(pid))

    def wait(self):
        """The same of a container that was started."""
        code = int(self.podman("wait", self.name).stdout)
        logs = self.podman("logs", self.name)
        return self._judge(code, logs.stdout + logs.stderr)

    def _judge(self, code, said):
        for secret in self.podman.world.planted:
            assert secret not in said, "a secret was printed"
        assert not self.podman.world.journal.complaints, self.podman.world.journal.complaints
        return code, said.replace("\r", "").splitlines()

    def wait_started(self):
        assert wait_until((self.out / "started").exists, 30), self.podman("logs", self.name).stderr

    def inspect(self, member):
        (entry,) = json.loads(self.podman("inspect", self.name).stdout)
        return entry[member]

    @property
    def env(self):
        entries = (self.out / "environ").read_bytes().split(b"\0")[:-1]
        return dict(e.decode().split("=", 1) for e in entries)

    @property
    def ids(self):
        """The process and its parent, as the container numbers them."""
        return tuple(map(int, (self.out / "ids").read_text().split()))

    def delete(self):
        self.podman("rm", "--force", "--time", "0", self.name, check=False)
        for group in self.groups:
            with contextlib.suppress(OSError):
                group.rmdir()


LIMITS = {
    "pids": lambda count: ["--pids-limit", count],
    "memory": lambda size: ["--memory", f"{size}b", "--memory-swap", f"{size}b"],
}
