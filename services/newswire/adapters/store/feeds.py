"""`FeedStore` over a database: feeds, their schedule, the sightings of their entries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.database.columns import as_json
from newswire.adapters.database.group_commit import GroupCommit
from newswire.adapters.store import feed_events, poll_saves, schedule, seen
from newswire.adapters.store.rechecks import booked
from newswire.adapters.store.rows import feed_of, feed_row, options_of, sighting_row, validators_of
from newswire.adapters.store.sql import insert_returning_new, select_in
from newswire.adapters.store.tables import article_urls, articles, feeds, sightings
from newswire.domain.feeds.entries import Identified, KnownEntry
from newswire.domain.feeds.health import FAILING
from newswire.domain.feeds.memory import NO_OPTIONS, FeedOptions
from newswire.domain.ledger import Sighting
from newswire.ports.feeds import FeedCounts, FeedState, PollSaved, Recheck, RecordedFeedEvent

LINGER_S: Final = 0.02
"""For how long a saved poll waits for others to share its transaction: one costs more than a hundred rows."""
CLOSE_S: Final = 5.0


class DatabaseFeeds:
    """`newswire.ports.FeedStore`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        """Whoever is done closes this one before the database, which is the caller's."""
        self._database = database
        self._saves = GroupCommit[PollSaved](self._write, weigh=poll_saves.weight, linger_s=LINGER_S, name="feed store")

    async def close(self) -> None:
        """Write what is being saved, for a bounded time."""
        await self._saves.close(CLOSE_S)

    async def add(self, new: Sequence[FeedState]) -> int:
        """Subscribe; a feed without a ``next_poll_at`` is due at once. Returns how many were new."""
        rows = [feed_row(replace(feed, next_poll_at=feed.next_poll_at or feed.added_at)) for feed in new]
        async with self._database.write() as connection:
            return len(await insert_returning_new(connection, feeds, rows, feeds.c.feed_id))

    async def remove(self, url: str) -> bool:
        """Unsubscribe. What came by the feed stays."""
        async with self._database.write() as connection:
            return bool((await connection.execute(delete(feeds).where(feeds.c.url == url))).rowcount)

    async def set_options(self, url: str, options: FeedOptions) -> bool:
        """What the operator decides for the feed at ``url``. False when there is no such feed."""
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

    async def count(self) -> FeedCounts:
        """How many feeds there are; a disabled one counts as that alone."""
        polled, fails = feeds.c.disabled.is_(None), feeds.c.errors >= FAILING
        numbers = select(
            func.count().filter(polled, ~fails), func.count().filter(polled, fails), func.count().filter(~polled)
        ).select_from(feeds)
        async with self._database.read() as connection:
            return FeedCounts(*(await connection.execute(numbers)).one())

    async def claim(
        self, now: datetime, limit: int, lease_s: float, *, among: Collection[UUID] | None = None
    ) -> tuple[FeedState, ...]:
        """Lease up to ``limit`` due feeds, longest overdue first."""
        until = now + timedelta(seconds=lease_s)
        async with self._database.write() as connection:
            rows = await schedule.claim(connection, now, limit, until, among)
        return tuple(replace(feed_of(row), next_poll_at=until) for row in rows)

    async def put_off(self, moments: Mapping[UUID, datetime], leased_until: datetime) -> None:
        """Give leases back: those that still stand are due at these moments."""
        async with self._database.write() as connection:
            await schedule.put_off(connection, moments, leased_until)

    async def hurry(self, feed_id: UUID, now: datetime) -> None:
        """Make a feed due now; ``hurried_at`` tells a poll under way that it was."""
        wanted = update(feeds).where(feeds.c.feed_id == feed_id, feeds.c.disabled.is_(None))
        async with self._database.write() as connection:
            await connection.execute(wanted.values(next_poll_at=now, hurried_at=now))

    async def next_due(self) -> datetime | None:
        """When the next feed or re-check is due; None when nothing is scheduled."""
        recheck = select(func.min(articles.c.recheck_at)).where(articles.c.kind != "withdrawn")
        async with self._database.look() as connection:
            due = [await connection.scalar(schedule.EARLIEST), await connection.scalar(recheck)]
        return min((moment for moment in due if moment is not None), default=None)

    async def known(self, feed_id: UUID, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        """What is known of these entries of this feed; unknown keys are left out."""
        async with self._database.look() as connection:
            return await seen.known(connection, feed_id, keys)

    async def known_urls(self, urls: Sequence[str]) -> Mapping[str, UUID]:
        """For each URL the oldest sighting that follows no other and was not rejected."""
        async with self._database.look() as connection:
            return await seen.known_urls(connection, urls)

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

    async def brought(self, feed_id: UUID, entries: Sequence[Identified], until: datetime) -> bool:
        """Whether this feed had brought any of these by then, under the same key or the same canonical URL."""
        async with self._database.look() as connection:
            return await seen.brought(connection, feed_id, entries, until)

    async def save(self, poll: PollSaved) -> None:
        """Durable when it returns, in one transaction with the polls that were saved at the same time.

        Of a feed that was removed meanwhile the sightings are booked all the same.
        """
        await self._saves.submit(poll)

    async def untold(self, limit: int) -> tuple[RecordedFeedEvent, ...]:
        """Recorded events that nobody has marked as told, oldest first."""
        async with self._database.look() as connection:
            return await feed_events.untold(connection, limit)

    async def mark_told(self, event_ids: Sequence[UUID], now: datetime) -> None:
        """Note that these were published."""
        async with self._database.write() as connection:
            await feed_events.mark_told(connection, event_ids, now)

    async def claim_rechecks(self, now: datetime, limit: int, lease_s: float) -> tuple[Recheck, ...]:
        """Lease up to ``limit`` due articles. Numbers rise by `book`: a crash before it repeats the same check."""
        due = (
            select(articles)
            .where(articles.c.recheck_at <= now, articles.c.kind != "withdrawn")
            .order_by(articles.c.recheck_at, articles.c.article_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(due)).all()
            lease = update(articles).where(articles.c.article_id == bindparam("id"))
            if rows:
                until = now + timedelta(seconds=lease_s)
                await connection.execute(lease.values(recheck_at=until), [{"id": row.article_id} for row in rows])
            unasked = await _without_robots(connection, [row.article_id for row in rows])
        return tuple(
            Recheck(
                row.article_id, row.url, row.rechecks + 1, validators_of(row), ignore_robots=row.article_id in unasked
            )
            for row in rows
        )

    async def book(self, new: Sequence[Sighting]) -> None:
        """One transaction; a re-check's ``entry_key`` is its article's id."""
        async with self._database.write() as connection:
            rows = [sighting_row(sighting) for sighting in new]
            fresh = await insert_returning_new(connection, sightings, rows, sightings.c.entry_id)
            await poll_saves.book_outcomes(connection, new)
            await booked(connection, [s for s in new if s.reason == "recheck" and s.entry_id in fresh])

    async def _write(self, polls: Sequence[PollSaved]) -> None:
        async with self._database.write() as connection:
            await poll_saves.write(connection, polls)


async def _without_robots(connection: AsyncConnection, article_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the articles that a feed brought, by whatever address, whose pages are had without asking robots.txt."""
    decided = (
        select(article_urls.c.article_id, feeds.c.options)
        .join(sightings, sightings.c.url == article_urls.c.url)
        .join(feeds, feeds.c.feed_id == sightings.c.feed_id)
        .where(feeds.c.options.is_not(None))
    )
    rows = await select_in(connection, decided, article_urls.c.article_id, article_ids)
    return {row.article_id for row in rows if options_of(row).ignore_robots}
