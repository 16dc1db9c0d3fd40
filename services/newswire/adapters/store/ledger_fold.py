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
from newswire.ports.ledger_fold import Foldable, FoldedPage
from newswire.ports.time_place import TimePlace

CountedAs = tuple[str, str]
"""Kind and reason by which a line is counted."""

_OPEN: Final = sightings.c.folded_into.is_(None)
_RECHECK: Final = and_(
    sightings.c.reason == "recheck", sightings.c.feed_id.is_(None), sightings.c.fingerprint.startswith("recheck-")
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


class DatabaseLedgerFold:
    """`newswire.ports.LedgerFold`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fold(self, until: datetime, behind: TimePlace | None, limit: int) -> FoldedPage:
        """One transaction. Its outcomes stay, so that a record that comes again finds them; re-checks lose their line.

        Rows that another transaction has locked are skipped. Two that fold take turns.
        """
        page = select(sightings, _RECHECK.label("is_recheck")).where(_OPEN, sightings.c.found_at < until)
        if behind is not None:
            place = (sightings.c.found_at, sightings.c.entry_id)
            page = page.where(tuple_(*place) > tuple_(behind.at, behind.row_id, types=[each.type for each in place]))
        page = page.order_by(sightings.c.found_at, sightings.c.entry_id).limit(limit)
        async with self._database.write() as connection:
            await self._database.lock(connection, "ledger-fold")
            rows = (await connection.execute(page.with_for_update(skip_locked=True))).all()
            counted = await _counted(connection, rows)
            folded = [row for row in rows if row.entry_id in counted]
            await _add_up(connection, folded, counted)
            deleted = await _delete(connection, [row.entry_id for row in folded if row.is_recheck])
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


async def _counted(connection: AsyncConnection, rows: Collection[AnyRow]) -> dict[UUID, CountedAs]:
    """By what each of the lines is counted, as far as they can be folded; their outcomes are marked."""
    own = (
        select(outcomes.c.entry_id, outcomes.c.kind, outcomes.c.reason)
        .where(outcomes.c.folded_as.is_(None), or_(outcomes.c.kind != "rejected", outcomes.c.reason > ""))
        .with_for_update(skip_locked=True)
    )
    ended = await select_in(connection, own, outcomes.c.entry_id, (row.entry_id for row in rows))
    rejected_as = case((outcomes.c.kind == "rejected", outcomes.c.reason), else_="")
    for among in one_of(connection, outcomes.c.entry_id, (row.entry_id for row in ended)):
        await connection.execute(update(outcomes).where(among).values(folded_as=rejected_as))
    counted = {row.entry_id: (row.kind, row.reason if row.kind == "rejected" else "") for row in ended}
    # A follower is counted by what the followed line was counted by: what became of that since, the audit adds to both.
    leads = {row.entry_id: row.follows for row in rows if row.follows is not None and row.entry_id not in counted}
    known = select(outcomes.c.entry_id, outcomes.c.folded_as).where(outcomes.c.folded_as.is_not(None))
    shared = {
        row.entry_id: ("rejected", row.folded_as) if row.folded_as else ("unchanged", "")
        for row in await select_in(connection, known, outcomes.c.entry_id, leads.values())
    }
    return counted | {entry_id: shared[lead] for entry_id, lead in leads.items() if lead in shared}


async def _add_up(connection: AsyncConnection, folded: Iterable[AnyRow], counted: dict[UUID, CountedAs]) -> None:
    sums = Counter((_month(row), *counted[row.entry_id]) for row in folded)
    if sums:
        statement = insert(connection, ledger_totals)
        more = statement.on_conflict_do_update(
            index_elements=["month", "kind", "reason"], set_={"n": ledger_totals.c.n + statement.excluded.n}
        )
        rows = [dict(zip(("month", "kind", "reason", "n"), (*key, n), strict=True)) for key, n in sums.items()]
        await execute_rows(connection, more, rows)


async def _delete(connection: AsyncConnection, entry_ids: Iterable[UUID]) -> set[UUID]:
    """Delete those of these lines that no look-up by URL needs."""
    deleted: set[UUID] = set()
    for among in one_of(connection, sightings.c.entry_id, entry_ids):
        gone = await connection.execute(delete(sightings).where(among, _LEADS_BEFORE).returning(sightings.c.entry_id))
        deleted.update(gone.scalars())
    return deleted


async def _mark(connection: AsyncConnection, rows: Iterable[AnyRow]) -> None:
    months: dict[str, list[UUID]] = {}
    for row in rows:
        months.setdefault(_month(row), []).append(row.entry_id)
    for month, entry_ids in months.items():
        for among in one_of(connection, sightings.c.entry_id, entry_ids):
            await connection.execute(update(sightings).where(among).values(folded_into=month))


def _month(row: AnyRow) -> str:
    return f"{row.found_at:%Y-%m}"
