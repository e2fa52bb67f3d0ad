"""OCI bundles written by hand, for runtimes without an engine (OCI Runtime Specification 1.0)."""

import json
import os
import shutil
import socket
import subprocess

from .engine import new_name

SECRETS = "/etc/antechamber"
MIB = 1024 * 1024
FIRST_HOST_ID = 100000

# The container runtimes of the distribution. crun refuses a host with both versions of control groups, so it gets
# a view without the second.
ONE_VERSION = "umount /sys/fs/cgroup/unified 2>/dev/null; exec crun \"$@\""
RUNTIMES = {"runc": ["runc"], "crun": ["unshare", "--mount", "sh", "-c", ONE_VERSION, "crun"]}
# gVisor's is in no distribution, so it is left out where it is not, instead of skipped. It has a kernel of its own in
# each container, whose memory counts too: it gets no control groups.
if shutil.which("runsc"):
    RUNTIMES["runsc"] = ["runsc", "--network=host", "--ignore-cgroups", "--overlay2=none"]


def _mount(target, kind, *options, source=None):
    return {"destination": target, "type": kind, "source": source or kind, "options": ["nosuid", "nodev", *options]}


def _bind(source, target, *options):
    return {"destination": target, "type": "bind", "source": str(source), "options": ["bind", *options]}


class Bundle:
    """A read-only root with our two executables, no capabilities, no_new_privs, an unprivileged user."""

    def __init__(self, runtime, world, programs, folder):
        self.command = RUNTIMES[runtime]
        self.world = world
        self.folder = folder
        self.name = new_name()
        self.out = folder / "out"
        binary, _, probe = programs
        root = folder / "rootfs"
        for inner in ("dev", "out", "proc", "etc/antechamber"):
            (root / inner).mkdir(parents=True)
        self.out.mkdir()
        self.out.chmod(0o777)
        shutil.copy(binary, root / "antechamber")
        shutil.copy(probe, root / "probe")
        for file in ("resolv.conf", "hosts", "antechamber/ca.pem"):
            (root / "etc" / file).touch()

    def _config(self, arguments, env, proc, limits, users, terminal):
        namespaces = [{"type": kind} for kind in ("pid", "mount", "ipc", "uts")]
        namespaces.append({"type": "network", "path": f"/proc/{os.getpid()}/fd/{self.world.netns.fd}"})
        mounts = [
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
            _bind(self.out, "/out", "rw"),
            _bind(self.world.pki.bundle, f"{SECRETS}/ca.pem", "ro"),
            _bind(self.world.resolv_conf, "/etc/resolv.conf", "ro"),
            _bind(self.world.hosts, "/etc/hosts", "ro"),
        ]
        if proc:
            mounts.append(_mount("/proc", "proc", "noexec"))
        if terminal:
            options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]
            mounts.append({"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": options})
        linux = {"namespaces": namespaces, "resources": limits or {}}
        if users:
            namespaces.append({"type": "user"})
            mapping = [{"containerID": 0, "hostID": FIRST_HOST_ID, "size": users}]
            linux.update(uidMappings=mapping, gidMappings=mapping)
        user = 0 if users == 1 else 65532
        return {
            "ociVersion": "1.0.2",
            "process": {
                "terminal": terminal,
                "user": {"uid": user, "gid": user},
                "args": ["/antechamber", *arguments],
                "env": [f"{name}={value}" for name, value in env.items()],
                "cwd": "/",
                "capabilities": {kind: [] for kind in ("bounding", "effective", "permitted")},
                "noNewPrivileges": True,
            },
            "root": {"path": "rootfs", "readonly": True},
            "mounts": mounts,
            "linux": linux,
        }

    def prepare(self, *arguments, proc=True, limits=None, users=0, terminal=False):
        """users: how many ids a user namespace maps, if there is to be one."""
        env = {**self.world.base_env, "AWS_CA_BUNDLE": f"{SECRETS}/ca.pem"}
        config = self._config(arguments, env, proc, limits, users, terminal)
        (self.folder / "config.json").write_text(json.dumps(config))

    def start(self, *arguments, **options):
        self.prepare(*arguments, **options)
        return subprocess.Popen(
            [*self.command, "run", "--bundle", self.folder, self.name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments, **options):
        """The exit code and the lines of stderr."""
        process = self.start(*arguments, **options)
        _, stderr = process.communicate(timeout=60)
        return process.returncode, stderr.splitlines()

    def start_on_a_terminal(self, *arguments):
        """Its other end, by which the container is read from and typed to. The runtime does not stay."""
        self.prepare(*arguments, terminal=True)
        path = self.folder / "console"
        with socket.socket(socket.AF_UNIX) as console:
            console.bind(str(path))
            console.listen()
            line = [*self.command, "run", "--detach", "--console-socket", path, "--bundle", self.folder, self.name]
            runtime = subprocess.Popen(line, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            console.settimeout(30)
            with console.accept()[0] as connection:
                _, terminals, _, _ = socket.recv_fds(connection, 4096, 1)
            _, stderr = runtime.communicate(timeout=30)
            assert runtime.returncode == 0 and terminals, stderr
        return terminals[0]

    def has_ended(self):
        state = subprocess.run([*self.command, "state", self.name], check=True, capture_output=True).stdout
        return json.loads(state)["status"] == "stopped"

    def kill(self, signal):
        subprocess.run([*self.command, "kill", self.name, signal], check=True, capture_output=True)

    def delete(self):
        subprocess.run([*self.command, "delete", "--force", self.name], capture_output=True)

    @property
    def env(self):
        entries = (self.out / "environ").read_bytes().split(b"\0")[:-1]
        return dict(e.decode().split("=", 1) for e in entries)
