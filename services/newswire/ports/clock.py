"""Time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time. Decisions never ask for it themselves; they are handed `now`."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        ...
