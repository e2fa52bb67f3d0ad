"""Pseudo-terminals, and a shell with job control to type to."""

import fcntl
import os
import re
import select
import struct
import termios
import time

from init_support.box import LIMIT

CTRL_C = b"\x03"
CTRL_Z = b"\x1a"
CTRL_BACKSLASH = b"\x1c"


class Terminal:
    def __init__(self):
        self.master, self.slave = os.openpty()
        self.seen = ""

    def type(self, keys):
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def set_flag(self, flag):
        attributes = termios.tcgetattr(self.slave)
        attributes[3] |= flag
        termios.tcsetattr(self.slave, termios.TCSANOW, attributes)

    def hang_up(self):
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def foreground(self):
        return struct.unpack("i", fcntl.ioctl(self.master, termios.TIOCGPGRP, b"\0" * 4))[0]

    def read(self, limit):
        if not select.select([self.master], [], [], limit)[0]:
            return False
        self.seen += os.read(self.master, 65536).decode(errors="replace").replace("\r", "")
        return True

    def until(self, pattern, limit=LIMIT):
        """Waits for output that matches, and forgets it and what came before."""
        end = time.monotonic() + limit
        while not (found := re.search(pattern, self.seen)):
            if not self.read(max(0, end - time.monotonic())):
                raise AssertionError(f"no {pattern!r} on the terminal in {limit} s: {self.seen!r}")
        self.seen = self.seen[found.end() :]
        return found

    def is_quiet(self, seconds):
        return not self.seen and not self.read(seconds)

    def close(self):
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)


class Shell:
    """bash as the leader of a session with a controlling terminal."""

    PROMPT = "<prompt>"

    def __init__(self, boxes, terminal):
        self.terminal = terminal
        command = ["/bin/bash", "--norc", "--noprofile", "--noediting", "-i"]
        self.run = boxes.start_command(
            command,
            ["-n", "-t", str(terminal.slave)],
            pass_fds=(terminal.slave,),
            env={"PATH": "/usr/bin:/bin", "PS1": self.PROMPT, "HISTFILE": "", "HOME": "/"},
            stdin=terminal.slave,
            stdout=terminal.slave,
            stderr=terminal.slave,
            output=os.dup(terminal.master),
        )
        terminal.until(self.PROMPT)

    def type(self, line):
        """Types a line; its echo is taken away."""
        self.terminal.type(line + "\n")
        self.terminal.until(re.escape(line.split()[-1]) + r"\n")

    def prompt(self):
        self.terminal.until(self.PROMPT)

    def ask(self, line, answer):
        """Types a line and waits for the answer and the next prompt."""
        self.type(line)
        found = self.terminal.until(answer)
        self.prompt()
        return found
