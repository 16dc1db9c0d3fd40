"""How long each process of a run may take, so that the whole run ends in time."""

import threading
import time
from collections.abc import Callable

LEAST_S = 5.0


class Budget:
    """Shares out what is left of the time: up to three fair shares each, and what is not used goes to those after."""

    def __init__(self, seconds: float, plans: int, jobs: int, now: Callable[[], float] = time.monotonic) -> None:
        """``plans`` processes, ``jobs`` of them at once, within ``seconds`` from now on."""
        self._now = now
        self._ends = now() + seconds
        self._left = plans
        self._jobs = jobs
        self._lock = threading.Lock()

    def share(self) -> float:
        """Seconds for the next process."""
        with self._lock:
            remaining = self._ends - self._now()
            fair = remaining * self._jobs / max(1, self._left)
            self._left -= 1
        return max(LEAST_S, min(remaining, 3 * fair))
