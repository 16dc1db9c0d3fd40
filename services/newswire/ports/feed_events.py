"""Events about feeds that wait to be published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.feeds.state import RecordedFeedEvent


class FeedEvents(Protocol):
    """Events about feeds: recorded with the poll that they are about, published afterwards, then marked."""

    async def untold(self, limit: int) -> tuple[RecordedFeedEvent, ...]:
        """Recorded events that nobody has marked as told, oldest first."""
        ...

    async def mark_told(self, event_ids: Sequence[UUID], now: datetime) -> None:
        """Note that these were published."""
        ...
