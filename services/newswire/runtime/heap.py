"""One heap for all threads of the process, no larger than what is in use."""

import ctypes
import os
from typing import Final

_M_ARENA_MAX: Final = -8  # malloc.h
_OWN_WISH: Final = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")


def one_heap() -> None:
    """Let every thread allocate from the main heap. Call it before the first thread starts.

    glibc gives each thread a heap ("arena", mallopt(3)), up to eight a processor. Each keeps the memory of its fullest
    moment: what the thread of a database connection allocates, the main thread frees later, in between what stays. So a
    process with 5 connections grew for as long as it was watched, though what it used did not. The threads seldom
    allocate at the same time, as Python lets one run at a time. Where the environment sets it, or the C library is
    another one, nothing is changed.
    """
    if any(name in os.environ for name in _OWN_WISH):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Return the memory that is free within the heap to the system, see malloc_trim(3).

    By itself glibc returns only what is free at the heap's end, so the memory of a large batch stays, where anything
    behind it lives on. It takes about 20 ms where 100 MiB are returned, and 4 ms where nothing is.
    """
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)
