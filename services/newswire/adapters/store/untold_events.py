"""`FeedEvents` over a database."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from newswire.adapters.database import Database
from newswire.adapters.store import feed_events
from newswire.domain.feeds.state import RecordedFeedEvent


class DatabaseFeedEvents:
    """`newswire.ports.FeedEvents`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database, *, about_sources: bool = False) -> None:
        """Either events about sources or events about feeds: each kind has its own stage, which publishes it."""
        self._database = database
        self._about_sources = about_sources

    async def untold(self, limit: int) -> tuple[RecordedFeedEvent, ...]:
        """Recorded events that nobody has marked as told, oldest first."""
        async with self._database.look() as connection:
            return await feed_events.untold(connection, limit, about_sources=self._about_sources)

    async def mark_told(self, event_ids: Sequence[UUID], now: datetime) -> None:
        """Note that these were published."""
        async with self._database.write() as connection:
            await feed_events.mark_told(connection, event_ids, now)
