"""Functions that worker processes run in tests/contract/test_pool.py: importable by name, and badly behaved."""

import ctypes
import os
import resource
import signal
import sys
import time
from pathlib import Path

from newswire.errors import InvalidRecord, Reject, Retry
from newswire.runtime import child

_leak = []


def measure(blob):
    return len(blob)


def pid():
    return os.getpid()


def nap(seconds):
    time.sleep(seconds)
    return os.getpid()


def spin(started=None):
    if started is not None:
        with Path(started).open("a") as file:
            file.write(f"{os.getpid()}\n")
    while True:
        pass


def hang_in_c():
    """Hold the interpreter lock inside C code, where no Python signal handler ever runs."""
    ctypes.PyDLL(None).sleep(1000)


def eat_memory():
    hoard = []
    while True:
        hoard.append(bytearray(10_000_000))


def eat_memory_and_hide_it():
    try:
        eat_memory()
    except MemoryError:
        raise ValueError("something else went wrong") from None


def leak(size):
    _leak.append(bytearray(size))
    return os.getpid()


def crash():
    ctypes.string_at(0)


def leave(code):
    os._exit(code)


def quit_python():
    sys.exit(3)


def stop_own_process_once(path):
    """Freeze the process at the first try: it does not even hear its alarm."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return "second try"
    os.kill(os.getpid(), signal.SIGSTOP)
    return "not reached"


class UnreadableError(Exception):
    """Pickles, but cannot be unpickled."""

    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def fail(kind):
    raise {
        "retry": Retry("timeout", "took too long", retry_after_s=7.5),
        "reject": Reject("not-an-article", "a video"),
        "invalid": InvalidRecord("no JSON"),
        "value": ValueError("a bug in a library"),
        "unreadable": UnreadableError("a", "b"),
    }[kind]


def give_unpicklable():
    return lambda: None


def limits_after_a_task():
    child.attempt(int, (), 100.0, 200_000_000)
    return resource.getrlimit(resource.RLIMIT_DATA)[0], signal.getitimer(signal.ITIMER_REAL)[0]


def limits():
    return resource.getrlimit(resource.RLIMIT_DATA), signal.getitimer(signal.ITIMER_REAL)[0] > 0
