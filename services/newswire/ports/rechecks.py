"""Articles whose page is due to be fetched again."""

from datetime import datetime
from typing import Protocol

from newswire.domain.articles.recheck import Recheck


class Rechecks(Protocol):
    """The schedule of re-checks."""

    async def claim(self, now: datetime, limit: int, lease_s: float) -> tuple[Recheck, ...]:
        """Up to ``limit`` articles that are due to be looked at again, leased like feeds are."""
        ...
