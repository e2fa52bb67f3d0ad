"""ptrace(2), as much of it as a debugger needs to stop a process and let it go."""

import ctypes
import os

PTRACE_ATTACH = 16
PTRACE_DETACH = 17
WALL = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def _ptrace(request, pid):
    if _libc.ptrace(request, pid, None, None) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"ptrace {request} of {pid}: {os.strerror(number)}")


def attach(pid):
    _ptrace(PTRACE_ATTACH, pid)
    os.waitpid(pid, WALL)


def detach(pid):
    _ptrace(PTRACE_DETACH, pid)
