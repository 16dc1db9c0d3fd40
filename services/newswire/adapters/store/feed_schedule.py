"""`FeedSchedule` over a database."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from newswire.adapters.database import Database
from newswire.adapters.store import schedule
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.rows import feed_of
from newswire.adapters.store.tables import feeds
from newswire.domain.feeds.health import FAILING
from newswire.domain.feeds.state import FeedCounts, FeedState


class DatabaseFeedSchedule:
    """`newswire.ports.FeedSchedule`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        recheck = select(func.min(rechecks.c.due))
        async with self._database.look() as connection:
            due = [await connection.scalar(schedule.EARLIEST), await connection.scalar(recheck)]
        return min((moment for moment in due if moment is not None), default=None)

    async def count(self) -> FeedCounts:
        """How many feeds there are; a disabled one counts as that alone."""
        polled, fails = feeds.c.disabled.is_(None), feeds.c.errors >= FAILING
        numbers = select(
            func.count().filter(polled, ~fails), func.count().filter(polled, fails), func.count().filter(~polled)
        ).select_from(feeds)
        async with self._database.read() as connection:
            return FeedCounts(*(await connection.execute(numbers)).one())
