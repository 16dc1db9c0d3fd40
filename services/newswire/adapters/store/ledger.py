"""`Ledger` over a database."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, tuple_, update

from newswire.adapters.database import Database
from newswire.adapters.store.article_rows import stored_article_of
from newswire.adapters.store.balance import balance_of, tallies
from newswire.adapters.store.feed_events import recorded_of
from newswire.adapters.store.rows import AnyRow, dead_line_of
from newswire.adapters.store.sql import CHUNK
from newswire.adapters.store.tables import articles, dead_letters, feed_events, outcomes, sightings
from newswire.adapters.store.url_history import url_history
from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.domain.ledger import Balance
from newswire.ports.ledger import DeadLine, StoredArticle, UrlHistory

PENDING_AT_ONCE: Final = 50_000
"""Ids in a page of what is pending: each page reads all open lines again."""
_PENDING: Final = (
    select(sightings.c.entry_id)
    .outerjoin(outcomes, outcomes.c.entry_id == sightings.c.entry_id)
    .where(sightings.c.folded_into.is_(None), sightings.c.follows.is_(None), outcomes.c.entry_id.is_(None))
)


class DatabaseLedger:
    """`newswire.ports.Ledger`. Every method raises `Wait` when the database is away.

    The iterators read a page per transaction and hold nothing in between, however slow their reader:
    what does not change meanwhile is given exactly once, and nothing is skipped.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def balance(self) -> Balance:
        """Count every sighting by its outcome, in one statement and so of one moment. ``lost`` is left 0."""
        async with self._database.read() as connection:
            return balance_of((await connection.execute(tallies())).all())

    async def pending(self) -> AsyncIterator[UUID]:
        """The entry ids of sightings without an outcome; followers are left out."""
        async for row in self._pages(_PENDING, sightings.c.entry_id, size=PENDING_AT_ONCE):
            yield row.entry_id

    async def history(self, url: str) -> UrlHistory:
        """Everything about a canonical URL: as entry, as article, as an article's other address."""
        async with self._database.read() as connection:
            return await url_history(connection, url)

    async def articles(self, since: datetime | None = None) -> AsyncIterator[StoredArticle]:
        """Articles that changed at ``since`` or later; one that changes while they are read comes again."""
        changed = select(articles)
        if since is not None:
            changed = changed.where(articles.c.changed_at >= since)
        async for row in self._pages(changed, articles.c.changed_at, articles.c.article_id):
            yield stored_article_of(row)

    async def feed_events(
        self, feed_id: UUID | None = None, since: datetime | None = None, *, newest_first: bool = False
    ) -> AsyncIterator[RecordedFeedEvent]:
        """The recorded events about feeds, in the order in which they are published."""
        events = select(feed_events)
        if feed_id is not None:
            events = events.where(feed_events.c.feed_id == feed_id)
        if since is not None:
            events = events.where(feed_events.c.at >= since)
        key = (feed_events.c.at, feed_events.c.place, feed_events.c.event_id)
        async for row in self._pages(events, *key, newest_first=newest_first):
            yield recorded_of(row)

    async def dead(self, *, retried: bool = False, behind: UUID | None = None) -> AsyncIterator[DeadLine]:
        """Dead letters, oldest first.

        Those that were sent again are left out without ``retried``. ``behind`` is the id of a letter: only those that
        follow it are given.
        """
        letters = select(dead_letters)
        if behind is not None:
            place = select(dead_letters.c.failed_at).where(dead_letters.c.letter_id == behind).scalar_subquery()
            letters = letters.where(tuple_(dead_letters.c.failed_at, dead_letters.c.letter_id) > tuple_(place, behind))
        if not retried:
            letters = letters.where(dead_letters.c.retried_at.is_(None))
        async for row in self._pages(letters, dead_letters.c.failed_at, dead_letters.c.letter_id):
            yield dead_line_of(row)

    async def dead_letter(self, letter_id: UUID) -> DeadLine | None:
        """One dead letter."""
        async with self._database.read() as connection:
            found = await connection.execute(select(dead_letters).where(dead_letters.c.letter_id == letter_id))
            row = found.one_or_none()
        return dead_line_of(row) if row else None

    async def mark_retried(self, letter_id: UUID, now: datetime) -> None:
        """Note that it was sent again; the newest time stands."""
        async with self._database.write() as connection:
            sent = update(dead_letters).where(dead_letters.c.letter_id == letter_id).values(retried_at=now)
            await connection.execute(sent)

    async def _pages(
        self,
        statement: Select[*tuple[Any, ...]],
        *key: ColumnElement[Any],
        newest_first: bool = False,
        size: int = CHUNK,
    ) -> AsyncIterator[AnyRow]:
        """The rows in order of the unique ``key``, a page at a time, each page going on behind the last."""
        order = [each.desc() for each in key] if newest_first else key
        page = ordered = statement.order_by(*order).limit(size)
        while True:
            async with self._database.read() as connection:
                rows = (await connection.execute(page)).all()
            for row in rows:
                yield row
            if len(rows) < size:
                return
            last = rows[-1]._mapping  # noqa: SLF001  # SQLAlchemy's documented name
            place = tuple(last[column] for column in key)
            page = ordered.where(tuple_(*key) < place if newest_first else tuple_(*key) > place)
