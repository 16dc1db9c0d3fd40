"""`ConsoleReads` over a database."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from newswire.adapters.database import Database
from newswire.adapters.store.balance import COUNTED_KIND, COUNTED_REASON, FOLLOWED, OWN, WITH_OUTCOMES
from newswire.adapters.store.sql import newest_page, select_in
from newswire.adapters.store.tables import changes, dead_letters, sightings, wire_head
from newswire.domain.ledger import OutcomeKind
from newswire.ports.console_reads import BookedEntry, DeadGroup, DeadHead
from newswire.ports.time_place import TimePlace

_ENTRIES: Final = select(
    sightings.c.entry_id,
    sightings.c.entry_key,
    sightings.c.found_at,
    sightings.c.url,
    sightings.c.title,
    sightings.c.feed_id,
    COUNTED_KIND.label("outcome"),
    COUNTED_REASON.label("reason"),
    func.coalesce(OWN.c.article_id, FOLLOWED.c.article_id).label("article_id"),
).select_from(WITH_OUTCOMES)
_DEAD: Final = select(
    dead_letters.c.letter_id,
    dead_letters.c.stage,
    dead_letters.c.reason,
    dead_letters.c.letter["message"].as_string().label("message"),
    dead_letters.c.url,
    dead_letters.c.letter["attempts"].as_integer().label("attempts"),
    dead_letters.c.failed_at,
    dead_letters.c.retried_at,
)


class DatabaseConsoleReads:
    """`newswire.ports.ConsoleReads`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def arrivals(self, feed_ids: Sequence[UUID], since: datetime) -> Mapping[UUID, Mapping[date, int]]:
        """How many new entries each feed brought on each day."""
        found: dict[UUID, dict[date, int]] = {feed_id: {} for feed_id in feed_ids}
        async with self._database.read() as connection:
            moment: ColumnElement[Any] = sightings.c.found_at
            if connection.dialect.name == "postgresql":
                moment = func.timezone("UTC", moment)  # or else the day would be one of the session's zone
            day = func.date(moment)
            new = (
                select(sightings.c.feed_id, day.label("day"), func.count().label("n"))
                .where(sightings.c.reason == "new", sightings.c.found_at >= since)
                .group_by(sightings.c.feed_id, day)
            )
            for row in await select_in(connection, new, sightings.c.feed_id, feed_ids):
                found[row.feed_id][date.fromisoformat(str(row.day))] = row.n
        return found

    async def recent_changes(self, since: datetime, limit: int) -> tuple[tuple[str, datetime], ...]:
        """Kind and time of the newest changes, found by their positions."""
        after = select(wire_head.c.next - limit - 1).scalar_subquery()
        newest = (
            select(changes.c.kind, changes.c.at)
            .where(changes.c.position > after, changes.c.at >= since)
            .order_by(changes.c.position.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return tuple((row.kind, row.at) for row in await connection.execute(newest))

    async def entries(
        self, outcome: OutcomeKind | None, reason: str | None, behind: TimePlace | None, limit: int
    ) -> tuple[BookedEntry, ...]:
        """Sightings with one outcome, the newest first."""
        statement = _ENTRIES.where(COUNTED_KIND.is_not_distinct_from(outcome))
        if reason is not None:
            statement = statement.where(COUNTED_REASON.is_not_distinct_from(reason))
        page = newest_page(statement, sightings.c.found_at, sightings.c.entry_id, behind, limit)
        async with self._database.read() as connection:
            return tuple(BookedEntry(**row._mapping) for row in await connection.execute(page))  # noqa: SLF001  # SQLAlchemy's documented name

    async def dead_groups(self) -> tuple[DeadGroup, ...]:
        """Dead letters that nobody has sent again, counted by reason and stage."""
        count = func.count().label("count")
        grouped = (
            select(
                dead_letters.c.reason, dead_letters.c.stage, count, func.max(dead_letters.c.failed_at).label("newest")
            )
            .where(dead_letters.c.retried_at.is_(None))
            .group_by(dead_letters.c.reason, dead_letters.c.stage)
            .order_by(count.desc(), dead_letters.c.reason, dead_letters.c.stage)
        )
        async with self._database.read() as connection:
            return tuple(DeadGroup(**row._mapping) for row in await connection.execute(grouped))  # noqa: SLF001  # the same

    async def dead_heads(
        self, reason: str | None, behind: TimePlace | None, limit: int, *, retried: bool
    ) -> tuple[DeadHead, ...]:
        """Dead letters, the newest first."""
        statement = _DEAD if retried else _DEAD.where(dead_letters.c.retried_at.is_(None))
        if reason is not None:
            statement = statement.where(dead_letters.c.reason == reason)
        page = newest_page(statement, dead_letters.c.failed_at, dead_letters.c.letter_id, behind, limit)
        async with self._database.read() as connection:
            return tuple(DeadHead(**row._mapping) for row in await connection.execute(page))  # noqa: SLF001  # the same
