"""Feeds, for readers: one of them, a page of them, those with a gap."""

from typing import Protocol
from uuid import UUID

from newswire.domain.feeds.state import FeedState


class FeedReads(Protocol):
    """Reads feeds. Every method raises `Wait` when the database is away."""

    async def feed(self, feed_id: UUID) -> FeedState | None:
        """One feed."""
        ...

    async def listed(self, condition: str | None, behind: UUID | None, limit: int) -> tuple[FeedState, ...]:
        """At most ``limit`` feeds by their ids, behind the feed with the id ``behind``.

        ``condition`` picks the feeds in that condition; `WELL` stands for those in none.
        """
        ...

    async def with_gap(self) -> tuple[FeedState, ...]:
        """The feeds that have an open gap, by URL."""
        ...
