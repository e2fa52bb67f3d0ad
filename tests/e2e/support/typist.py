"""A program with a terminal of its own, and a person who types at it."""

import contextlib
import fcntl
import os
import termios

from init_support.terminal import Terminal


class Typist:
    """
    Starts programs in a session of their own, whose controlling terminal this is:

        typist.run(ctl, "write", "app", "key")
        typist.until("again: ")
        typist.type("value\n")
        assert typist.code() == 0
    """

    def __init__(self):
        self.terminal = Terminal()
        self.found = self.modes()
        self.process = None

    def modes(self):
        return termios.tcgetattr(self.terminal.slave)

    def is_as_found(self):
        return self.modes() == self.found

    def hides(self):
        return not self.modes()[3] & (termios.ECHO | termios.ICANON)

    def run(self, ctl, *words, **streams):
        """Standard streams that are not named are the terminal."""

        def take_terminal():
            os.setsid()
            fcntl.ioctl(self.terminal.slave, termios.TIOCSCTTY, 0)

        ours = dict.fromkeys(("stdin", "stdout", "stderr"), self.terminal.slave)
        self.process = ctl.start(*words, preexec_fn=take_terminal, **(ours | streams))
        return self.process

    def type(self, keys):
        self.terminal.type(keys)

    def until(self, pattern):
        """Waits for output that matches, and forgets it and what came before."""
        return self.terminal.until(pattern)

    def code(self):
        """Of the program, as subprocess has it: -2 for SIGINT."""
        return self.process.wait(60)

    def rest(self):
        """What the terminal shows after what was waited for; the program has ended."""
        # The kernel hands on in its own time what was written to a terminal, but in order.
        os.write(self.terminal.slave, b"<end>")
        return self.until("(?s)(.*)<end>")[1]

    def hang_up(self):
        self.terminal.hang_up()

    def close(self):
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait()
        self.terminal.close()
