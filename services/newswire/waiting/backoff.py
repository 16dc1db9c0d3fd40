"""Delays that grow from try to try."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays in seconds that double from ``first_s`` up to ``cap_s`` and stay there."""

    first_s: float = 0.25
    cap_s: float = 30.0

    def delays(self) -> Iterator[float]:
        """The delays, without an end."""
        delay = self.first_s
        while True:
            yield delay
            delay = min(delay * 2, self.cap_s)
