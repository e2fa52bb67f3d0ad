"""What /proc says of a process."""

import os
import time


def fields(pid):
    """Of /proc/PID/status."""
    with open(f"/proc/{pid}/status") as status:
        return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)


def limits(pid):
    """The soft ones."""
    with open(f"/proc/{pid}/limits") as text:
        rows = [line for line in text][1:]
    return {row[:26].strip(): row[26:46].strip() for row in rows}


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as text:
        return [int(number) for number in text.read().split()]


def descriptors(pid):
    return {int(fd): os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}


def maps(pid, rights):
    """(start, end) of each map that gives these rights and is memory of the process itself."""
    with open(f"/proc/{pid}/maps") as lines:
        for line in lines:
            span, has, *_ = line.split()
            if rights in has and "[v" not in line:
                yield tuple(int(x, 16) for x in span.split("-"))


def memory(pid):
    """All that can be read, in one."""
    found = []
    with open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for start, end in maps(pid, "r"):
            mem.seek(start)
            found.append(mem.read(end - start))
    return b"".join(found)


def environ(pid):
    with open(f"/proc/{pid}/environ", "rb") as file:
        return file.read()


def eventually(condition, patience=30, pause=0.01):
    """Waits for a condition; whether it holds in the end is the caller's to assert."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
