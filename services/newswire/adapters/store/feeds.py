"""`FeedStore` over a database: feeds, their schedule, the sightings of their entries."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.database.columns import as_json
from newswire.adapters.store import feed_events
from newswire.adapters.store.rechecks import booked, hurry
from newswire.adapters.store.rows import feed_of, feed_row, options_of, outcome_row, sighting_row, validators_of
from newswire.adapters.store.sql import chunks, insert_new, insert_returning_new, select_in
from newswire.adapters.store.tables import article_urls, articles, feeds, outcomes, sightings
from newswire.domain.entries import Identified, KnownEntry
from newswire.domain.feed_memory import NO_OPTIONS, FeedOptions
from newswire.domain.feed_watch import FAILING
from newswire.domain.ledger import Sighting
from newswire.ports.feeds import FeedCounts, FeedState, PollSaved, Recheck, RecordedFeedEvent


class DatabaseFeeds:
    """`newswire.ports.FeedStore`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

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

    async def claim(self, now: datetime, limit: int, lease_s: float) -> tuple[FeedState, ...]:
        """Lease up to ``limit`` due feeds, longest overdue first."""
        until = now + timedelta(seconds=lease_s)
        due = (
            select(feeds)
            .where(feeds.c.disabled.is_(None), feeds.c.next_poll_at <= now)
            .order_by(feeds.c.next_poll_at, feeds.c.feed_id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLite has no such clause: there is one writer only
        )
        async with self._database.write() as connection:
            claimed = [feed_of(row) for row in await connection.execute(due)]
            lease = update(feeds).where(feeds.c.feed_id == bindparam("id")).values(next_poll_at=until)
            if claimed:
                await connection.execute(lease, [{"id": feed.id} for feed in claimed])
        return tuple(replace(feed, next_poll_at=until) for feed in claimed)

    async def next_due(self) -> datetime | None:
        """When the next feed or re-check is due; None when nothing is scheduled."""
        feed = select(func.min(feeds.c.next_poll_at)).where(feeds.c.disabled.is_(None))
        recheck = select(func.min(articles.c.recheck_at)).where(articles.c.kind != "withdrawn")
        async with self._database.read() as connection:
            due = [await connection.scalar(feed), await connection.scalar(recheck)]
        return min((moment for moment in due if moment is not None), default=None)

    async def known(self, feed_id: UUID, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        """What is known of these entries of this feed; unknown keys are left out."""
        seen = select(sightings.c.entry_key, sightings.c.fingerprint, sightings.c.updated).where(
            sightings.c.feed_id == feed_id
        )
        async with self._database.read() as connection:
            rows = await select_in(connection, seen, sightings.c.entry_key, keys)
        known: dict[str, KnownEntry] = {}
        for key, fingerprint, updated in rows:
            before = known.get(key, KnownEntry(frozenset(), None))
            newest = max((moment for moment in (before.updated, updated) if moment), default=None)
            known[key] = KnownEntry(before.fingerprints | {fingerprint}, newest)
        return known

    async def known_urls(self, urls: Sequence[str]) -> Mapping[str, UUID]:
        """For each URL the oldest sighting that follows no other and was not rejected."""
        age = func.row_number().over(
            partition_by=sightings.c.url, order_by=(sightings.c.found_at, sightings.c.entry_id)
        )
        leading = (
            select(sightings.c.url, sightings.c.entry_id, age.label("age"))
            .outerjoin(outcomes, outcomes.c.entry_id == sightings.c.entry_id)
            .where(sightings.c.follows.is_(None), or_(outcomes.c.kind.is_(None), outcomes.c.kind != "rejected"))
        )
        found: dict[str, UUID] = {}
        async with self._database.read() as connection:
            for chunk in chunks(dict.fromkeys(urls)):
                first = leading.where(sightings.c.url.in_(chunk)).subquery()
                rows = await connection.execute(select(first.c.url, first.c.entry_id).where(first.c.age == 1))
                found.update((url, entry_id) for url, entry_id in rows)
        return found

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
        seen = select(sightings.c.entry_id).where(sightings.c.feed_id == feed_id, sightings.c.found_at <= until)
        keys, urls = [entry.key for entry in entries], [entry.url for entry in entries if entry.url]
        async with self._database.read() as connection:
            return bool(
                await select_in(connection, seen, sightings.c.entry_key, keys)
                or await select_in(connection, seen, sightings.c.url, urls)
            )

    async def save(self, poll: PollSaved) -> None:
        """One transaction. Of a feed that was removed meanwhile the sightings are booked all the same."""
        state = feed_row(poll.feed)
        for not_polls in ("feed_id", "added_at", "options", "pushed_until"):
            del state[not_polls]
        async with self._database.write() as connection:
            taken = select(feeds.c.feed_id).where(feeds.c.url == poll.feed.url, feeds.c.feed_id != poll.feed.id)
            if (await connection.execute(taken)).first() is not None:
                del state["url"]
            await connection.execute(update(feeds).where(feeds.c.feed_id == poll.feed.id).values(state))
            await feed_events.record(connection, poll.events)
            await insert_new(connection, sightings, [sighting_row(sighting) for sighting in poll.sightings])
            await _outcomes(connection, poll.sightings)
            await _touch(connection, poll.feed.id, poll.touched)
            await hurry(connection, poll.hurry, poll.feed.last_polled_at)

    async def untold(self, limit: int) -> tuple[RecordedFeedEvent, ...]:
        """Recorded events that nobody has marked as told, oldest first."""
        async with self._database.read() as connection:
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
            await _outcomes(connection, new)
            await booked(connection, [s for s in new if s.reason == "recheck" and s.entry_id in fresh])


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


async def _outcomes(connection: AsyncConnection, new: Sequence[Sighting]) -> None:
    rows = [outcome_row(sighting.entry_id, sighting.outcome) for sighting in new if sighting.outcome]
    await insert_new(connection, outcomes, rows)


async def _touch(connection: AsyncConnection, feed_id: UUID, touched: Mapping[str, datetime]) -> None:
    updated = bindparam("at", type_=sightings.c.updated.type)
    newer: Any = (
        update(sightings)
        .where(
            sightings.c.feed_id == feed_id,
            sightings.c.entry_key == bindparam("key"),
            or_(sightings.c.updated.is_(None), sightings.c.updated < updated),
        )
        .values(updated=updated)
    )
    if touched:
        await connection.execute(newer, [{"key": key, "at": at} for key, at in touched.items()])
