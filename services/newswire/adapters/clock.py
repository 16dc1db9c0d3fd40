"""The machine's clock."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """The present, and real waiting."""

    def now(self) -> datetime:
        """The present, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        await asyncio.sleep(seconds)
