"""`LedgerFold` over a database."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, and_, case, cast, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.balance import OWN, WITH_OPEN
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import execute_rows, insert, one_of, select_in
from newswire.adapters.store.tables import ledger_totals, outcomes, sightings
from newswire.domain.articles.recheck import LOOK
from newswire.ports.ledger_fold import Foldable, FoldedPage
from newswire.ports.time_place import TimePlace

CountedAs = tuple[str, str]
"""Kind and reason by which a line is counted."""

_OPEN: Final = sightings.c.folded_into.is_(None)
_RECHECK: Final = and_(
    sightings.c.reason == "recheck", sightings.c.feed_id.is_(None), sightings.c.fingerprint.startswith(LOOK)
)
"""A re-check by its number: never asked for again. A tombstone, withdrawal or redo is, by the id that it would get."""
_OLDER = sightings.alias("older")
_LEADS_BEFORE: Final = (
    exists()
    .where(
        _OLDER.c.url == sightings.c.url,
        _OLDER.c.follows.is_(None),
        tuple_(_OLDER.c.found_at, _OLDER.c.entry_id) < tuple_(sightings.c.found_at, sightings.c.entry_id),
        outcomes.c.entry_id == _OLDER.c.entry_id,
        outcomes.c.kind != "rejected",
    )
    .correlate(sightings)
)
"""An older line has brought the URL: `Entries.known_urls` gives that one, with the line and without it."""
_FOLLOWING: Final = sightings.alias("following")
_FOLLOWED: Final = exists().where(_FOLLOWING.c.follows == sightings.c.entry_id).correlate(sightings)


class DatabaseLedgerFold:
    """`newswire.ports.LedgerFold`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fold(self, until: datetime, behind: TimePlace | None, limit: int) -> FoldedPage:
        """One transaction. A re-check loses its line, and its outcome where it found nothing new.

        Such a one is known by its number should its record come again: see `newswire.adapters.store.folded_looks`.
        Rows that another transaction has locked are skipped. Two that fold take turns.
        """
        columns = (sightings.c.entry_id, sightings.c.found_at, sightings.c.follows, _RECHECK.label("is_recheck"))
        page = select(*columns).where(_OPEN, sightings.c.found_at < until)
        if behind is not None:
            place = (sightings.c.found_at, sightings.c.entry_id)
            page = page.where(tuple_(*place) > tuple_(behind.at, behind.row_id, types=[each.type for each in place]))
        page = page.order_by(sightings.c.found_at, sightings.c.entry_id).limit(limit)
        async with self._database.write() as connection:
            await self._database.lock(connection, "ledger-fold")
            rows = (await connection.execute(page.with_for_update(skip_locked=True))).all()
            ended = await _ended(connection, rows)
            counted = ended | await _shared(connection, rows, ended)
            folded = [row for row in rows if row.entry_id in counted]
            await _add_up(connection, folded, counted)
            deleted = await _delete(connection, [row.entry_id for row in folded if row.is_recheck], until)
            await _settle(connection, ended, deleted)
            await _mark(connection, [row for row in folded if row.entry_id not in deleted])
        last = TimePlace(rows[-1].found_at, rows[-1].entry_id) if len(rows) == limit else None
        return FoldedPage(len(folded), len(deleted), last)

    async def foldable(self, until: datetime) -> Foldable:
        """One statement over the open lines. All that follow another one are counted, whatever became of that."""
        lines = func.count().label("lines")
        rechecks = func.coalesce(func.sum(cast(_RECHECK, Integer)), 0).label("rechecks")
        ended = or_(OWN.c.entry_id.is_not(None), sightings.c.follows.is_not(None))
        counted = select(lines, rechecks).select_from(WITH_OPEN).where(_OPEN, sightings.c.found_at < until, ended)
        async with self._database.read() as connection:
            row = (await connection.execute(counted)).one()
        return Foldable(row.lines, row.rechecks)


async def _ended(connection: AsyncConnection, rows: Collection[AnyRow]) -> dict[UUID, CountedAs]:
    """By what those of the lines are counted that have an outcome of their own, which nobody else writes to."""
    own = (
        select(outcomes.c.entry_id, outcomes.c.kind, outcomes.c.reason)
        .where(outcomes.c.folded_as.is_(None), or_(outcomes.c.kind != "rejected", outcomes.c.reason > ""))
        .with_for_update(skip_locked=True)
    )
    ended = await select_in(connection, own, outcomes.c.entry_id, (row.entry_id for row in rows))
    return {row.entry_id: (row.kind, row.reason if row.kind == "rejected" else "") for row in ended}


async def _shared(
    connection: AsyncConnection, rows: Iterable[AnyRow], ended: dict[UUID, CountedAs]
) -> dict[UUID, CountedAs]:
    """By what the lines without an outcome of their own are counted that follow one that is folded, or now is.

    It is what that one was counted by: what became of it since, the audit adds to both.
    """
    leads = {row.entry_id: row.follows for row in rows if row.follows is not None and row.entry_id not in ended}
    known = select(outcomes.c.entry_id, outcomes.c.folded_as).where(outcomes.c.folded_as.is_not(None))
    before = await select_in(connection, known, outcomes.c.entry_id, leads.values())
    reasons = {row.entry_id: row.folded_as for row in before} | {each: reason for each, (_, reason) in ended.items()}
    return {
        entry_id: ("rejected", reasons[lead]) if reasons[lead] else ("unchanged", "")
        for entry_id, lead in leads.items()
        if lead in reasons
    }


async def _add_up(connection: AsyncConnection, folded: Iterable[AnyRow], counted: dict[UUID, CountedAs]) -> None:
    sums = Counter((_month(row), *counted[row.entry_id]) for row in folded)
    if sums:
        statement = insert(connection, ledger_totals)
        more = statement.on_conflict_do_update(
            index_elements=["month", "kind", "reason"], set_={"n": ledger_totals.c.n + statement.excluded.n}
        )
        rows = [dict(zip(("month", "kind", "reason", "n"), (*key, n), strict=True)) for key, n in sums.items()]
        await execute_rows(connection, more, rows)


async def _delete(connection: AsyncConnection, entry_ids: Iterable[UUID], until: datetime) -> set[UUID]:
    """Delete those of these lines that no look-up by URL and no other line needs."""
    deleted: set[UUID] = set()
    # The older line has led for as long: so none that follows the deleted one is on its way.
    unneeded = and_(_LEADS_BEFORE.where(outcomes.c.at < until), ~_FOLLOWED)
    for among in one_of(connection, sightings.c.entry_id, entry_ids):
        gone = await connection.execute(delete(sightings).where(among, unneeded).returning(sightings.c.entry_id))
        deleted.update(gone.scalars())
    return deleted


async def _settle(connection: AsyncConnection, ended: dict[UUID, CountedAs], deleted: set[UUID]) -> None:
    """Delete the outcomes without a line that say that nothing was new, and mark the others as counted."""
    needless = {entry_id for entry_id in deleted if ended.get(entry_id) == ("unchanged", "")}
    for among in one_of(connection, outcomes.c.entry_id, needless):
        await connection.execute(delete(outcomes).where(among))
    rejected_as = case((outcomes.c.kind == "rejected", outcomes.c.reason), else_="")
    for among in one_of(connection, outcomes.c.entry_id, ended.keys() - needless):
        await connection.execute(update(outcomes).where(among).values(folded_as=rejected_as))


async def _mark(connection: AsyncConnection, rows: Iterable[AnyRow]) -> None:
    months: dict[str, list[UUID]] = {}
    for row in rows:
        months.setdefault(_month(row), []).append(row.entry_id)
    for month, entry_ids in months.items():
        for among in one_of(connection, sightings.c.entry_id, entry_ids):
            await connection.execute(update(sightings).where(among).values(folded_into=month))


def _month(row: AnyRow) -> str:
    return f"{row.found_at.year:04}-{row.found_at.month:02}"  # strftime takes ten times as long
