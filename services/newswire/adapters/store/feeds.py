"""`Feeds` over a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Text, cast, delete, select, update

from newswire.adapters.database import Database
from newswire.adapters.database.columns import as_json
from newswire.adapters.store.rows import feed_of, feed_row
from newswire.adapters.store.shown import feed_shown
from newswire.adapters.store.sql import insert_returning_new
from newswire.adapters.store.tables import feeds
from newswire.domain.feeds.memory import NO_OPTIONS, FeedOptions
from newswire.domain.feeds.state import FeedState
from newswire.domain.urls.canonical import registrable_domain


class DatabaseFeeds:
    """`newswire.ports.Feeds`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, new: Sequence[FeedState]) -> int:
        """Subscribe; a feed without a ``next_poll_at`` is due at once. Returns how many were new."""
        rows = [feed_row(replace(feed, next_poll_at=feed.next_poll_at or feed.added_at)) for feed in new]
        async with self._database.write() as connection:
            return len(await insert_returning_new(connection, feeds, rows, feeds.c.feed_id))

    async def remove(self, url: str) -> bool:
        """Unsubscribe. What came by the feed stays."""
        gone = delete(feeds).where(feeds.c.url == url).returning(feeds.c.feed_id)
        async with self._database.write() as connection:
            feed_id = (await connection.execute(gone)).scalar_one_or_none()
            await connection.execute(delete(feed_shown).where(feed_shown.c.feed_id == feed_id))
        return feed_id is not None

    async def set_options(self, url: str, options: FeedOptions) -> bool:
        """Set the operator's options for the feed at ``url``. False when there is no such feed."""
        decided = update(feeds).where(feeds.c.url == url).values(options=None if options == NO_OPTIONS else options)
        async with self._database.write() as connection:
            return bool((await connection.execute(decided)).rowcount)

    async def enable(self, url: str, now: datetime) -> bool:
        """Poll the feed at ``url`` again, from ``now`` on. False when there is no such feed."""
        found = select(feeds).where(feeds.c.url == url).with_for_update()
        async with self._database.write() as connection:
            row = (await connection.execute(found)).one_or_none()
            if row is None:
                return False
            memory = replace(feed_of(row).memory, gone_since=None, move=None)
            again = {"disabled": None, "next_poll_at": now, "errors": 0, "memory": memory}
            await connection.execute(update(feeds).where(feeds.c.feed_id == row.feed_id).values(again))
        return True

    async def all(self) -> tuple[FeedState, ...]:
        """Every feed, by URL."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(feeds))).all()
        return tuple(sorted(map(feed_of, rows), key=lambda feed: feed.url))  # here: collations differ by engine

    async def of_domain(self, domain: str) -> tuple[FeedState, ...]:
        """The feeds whose address is of this registrable domain, by URL."""
        named = select(feeds).where(feeds.c.url.contains(domain, autoescape=True))
        async with self._database.read() as connection:
            found = [feed_of(row) for row in await connection.execute(named)]
        return tuple(sorted((feed for feed in found if _domain(feed.url) == domain), key=lambda feed: feed.url))

    async def by_url(self, url: str) -> FeedState | None:
        """The feed that is polled at this address."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(feeds).where(feeds.c.url == url))).one_or_none()
        return None if row is None else feed_of(row)

    async def find(self, url: str) -> FeedState | None:
        """The feed that is polled at this address, or else the one that was until it moved."""
        if (here := await self.by_url(url)) is not None:
            return here
        named = select(feeds).where(cast(feeds.c.memory, Text).contains(as_json(url), autoescape=True))
        async with self._database.read() as connection:
            found = [feed_of(row) for row in await connection.execute(named)]
        return next((feed for feed in found if url in feed.memory.former_urls), None)


def _domain(url: str) -> str | None:
    try:
        return registrable_domain(url)
    except ValueError:
        return None
