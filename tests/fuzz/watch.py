"""Every input is watched: counted, written down before it runs, and cut when it takes too long."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

LIMIT_S: Final = float(os.environ.get("NEWSWIRE_TEST_FUZZ_LIMIT_S", "5"))
"""Processor time that one input may take; more is a hang. Not the wall's time: machines are busy."""


class HangError(BaseException):
    """An input took longer than `LIMIT_S`. No ``except Exception`` on the way may swallow it."""


class Watch:
    """Runs a check over inputs, one after the other, in this process alone."""

    def __init__(self, check: Callable[[bytes], None], last: Path, limit_s: float = LIMIT_S) -> None:
        """``last`` keeps the input that is being run, for when the process dies of it."""
        self._check = check
        self._last = os.open(last, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        self._limit_s = limit_s
        self.count = 0
        signal.signal(signal.SIGPROF, _hang)

    def __call__(self, data: bytes) -> None:
        """Run the check on one input.

        Raises whatever the check does; `HangError` after the limit.
        """
        self.count += 1
        os.pwrite(self._last, self.count.to_bytes(8) + len(data).to_bytes(4) + data, 0)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, self._limit_s)
        try:
            self._check(data)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        if (took := time.process_time() - began) > self._limit_s:  # inside one call of C code no signal is heard
            raise HangError(f"{took:.1f} s")


def last_input(path: Path) -> bytes:
    """The input that a process was at."""
    kept = path.read_bytes() if path.exists() else b""
    return kept[12 : 12 + int.from_bytes(kept[8:12])]


def inputs_so_far(path: Path) -> int:
    """The number of inputs that a process has begun, while it runs; 0 before its first."""
    if not path.exists():
        return 0
    with path.open("rb") as kept:
        return int.from_bytes(kept.read(8))


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise HangError("more processor time than one input may take")
