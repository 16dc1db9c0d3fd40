"""Functions that worker processes run in tests/contract/test_pool.py: importable by name, and badly behaved."""

import ctypes
import logging
import mmap
import os
import resource
import signal
import sys
import time
from pathlib import Path

from newswire.errors import InvalidRecord, Reject, Retry
from newswire.runtime import child

_leak = []
_prepared = []


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


def reserve(size):
    """Take addresses that cannot be written to, and a shared mapping that can: no private writable memory."""
    with (
        mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ) as reserved,
        mmap.mmap(-1, size, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS) as shared,
    ):
        return len(reserved) + len(shared)


def map_privately(size):
    """Take private memory that can be written to, without touching it."""
    try:
        with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as private:
            return len(private)
    except OSError as error:
        raise MemoryError(error.strerror) from error


def prepare(settings):
    _prepared.append((os.getpid(), settings))


def prepared():
    return _prepared, os.getpid()


def library_levels(*names):
    return [logging.getLogger(name).getEffectiveLevel() for name in names]


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
