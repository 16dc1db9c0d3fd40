"""One heap for all threads of the process."""

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
