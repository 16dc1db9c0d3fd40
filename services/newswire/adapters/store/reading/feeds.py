"""`FeedReads` over a database."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select

from newswire.adapters.database import Database
from newswire.adapters.store.rows import feed_of
from newswire.adapters.store.tables import feeds
from newswire.domain.feeds.memory import WELL
from newswire.domain.feeds.state import FeedState

_CONDITION: Final = func.coalesce(feeds.c.memory["condition"].as_string(), WELL)
_GAP: Final = feeds.c.memory[("gap", "id")].as_string()


class DatabaseFeedReads:
    """`newswire.ports.FeedReads`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def feed(self, feed_id: UUID) -> FeedState | None:
        """One feed."""
        found = await self._feeds(select(feeds).where(feeds.c.feed_id == feed_id))
        return found[0] if found else None

    async def listed(self, condition: str | None, behind: UUID | None, limit: int) -> tuple[FeedState, ...]:
        """At most ``limit`` feeds by their ids, those behind ``behind`` that are in this condition."""
        page = select(feeds).order_by(feeds.c.feed_id).limit(limit)
        if condition is not None:
            page = page.where(_CONDITION == condition)  # noqa: SIM300  # a column, in spite of its letters
        if behind is not None:
            page = page.where(feeds.c.feed_id > behind)
        return await self._feeds(page)

    async def with_gap(self) -> tuple[FeedState, ...]:
        """The feeds that have an open gap, by URL."""
        found = await self._feeds(select(feeds).where(_GAP.is_not(None)))
        return tuple(sorted(found, key=lambda feed: feed.url))  # here: collations differ by engine

    async def _feeds(self, statement: Select[Any]) -> tuple[FeedState, ...]:
        async with self._database.look() as connection:
            return tuple(map(feed_of, await connection.execute(statement)))
