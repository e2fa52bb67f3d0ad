"""A network namespace that threads of this process enter one by one: it belongs to a thread."""

import ctypes
import os
import subprocess
import threading

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)

LOOPBACK_ADDRESSES = [
    "169.254.170.2/32",
    "169.254.170.23/32",
    "169.254.169.254/32",
    "fd00:ec2::23/128",
    "fd00:ec2::254/128",
    # Places where nobody may ask for credentials; somebody listens there to notice.
    "169.254.0.1/32",
    "169.1.2.3/32",
    "192.168.10.120/32",
    "192.168.1.10/32",
    "10.9.9.9/32",
    "fd00:ec2:0:1::23/128",
]


def _check(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class NetworkNamespace:
    def __init__(self, fd=None):
        """fd: an open /proc/PID/ns/net of somebody else's namespace; None makes a new one."""
        self.fd = self._in_thread(self._create) if fd is None else fd
        self.run(self._configure)

    @staticmethod
    def _create():
        _check(libc.unshare(CLONE_NEWNET))
        return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    @staticmethod
    def _configure():
        for interface in ("all", "lo"):  # Docker turns IPv6 off in containers without a network
            with open(f"/proc/sys/net/ipv6/conf/{interface}/disable_ipv6", "w") as switch:
                switch.write("0")
        lines = ["link set lo up"]
        for address in LOOPBACK_ADDRESSES:
            lines.append(f"addr replace {address} dev lo" + (" nodad" if ":" in address else ""))
        subprocess.run(["ip", "-batch", "-"], input="\n".join(lines) + "\n", text=True, check=True)

    @staticmethod
    def _in_thread(function):
        outcome = []

        def body():
            try:
                outcome.append((function(), None))
            except BaseException as problem:  # handed to the caller below
                outcome.append((None, problem))

        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        value, problem = outcome[0]
        if problem is not None:
            raise problem
        return value

    def enter(self):
        """Moves the calling thread, for good."""
        _check(libc.setns(self.fd, CLONE_NEWNET))

    def run(self, function):
        """Calls the function in this namespace and returns its result."""

        def body():
            self.enter()
            return function()

        return self._in_thread(body)

    def thread(self, function, *arguments):
        """Starts a thread that lives in this namespace."""

        def body():
            self.enter()
            function(*arguments)

        thread = threading.Thread(target=body, daemon=True)
        thread.start()
        return thread

    def close(self):
        os.close(self.fd)
