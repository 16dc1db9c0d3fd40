"""Prove that both ends of a move hold the same: every table, and the books."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from newswire.domain.ledger import Balance
from newswire.domain.moving.table_sum import TableSum, differences
from newswire.errors import Stop
from newswire.operations.audit import audit
from newswire.operations.moving.ends import MoveEnd, MoveEnds
from newswire.ports import MovableTables


class SummedTables:
    """The rows of a store's tables, summed as they are read."""

    def __init__(self, store: MovableTables) -> None:
        self._store = store
        self.sums: dict[str, TableSum] = {}

    async def rows(self, table: str) -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        """All rows of a table; its sum is in `sums` when the last one was read."""
        total = TableSum()
        async for rows in self._store.rows(table):
            total = total.plus(rows)
            yield rows
        self.sums[table] = total


@dataclass(frozen=True, slots=True)
class Proof:
    """What both ends hold alike."""

    rows: int
    balance: Balance


async def prove(ends: MoveEnds, tables: Iterable[str], known: dict[str, TableSum]) -> Proof:
    """Compare the tables and the audits of both ends. ``known`` are sums of the source, where it was read already.

    Raises `Stop` where they differ.
    """
    here = {table: known.get(table) or await _sum(ends.source, table) for table in tables}
    there = {table: await _sum(ends.target, table) for table in here}
    found = list(differences(here, there))
    balance = await audit(ends.source.ledger, ends.source.bus)
    moved = await audit(ends.target.ledger, ends.target.bus)
    if balance != moved:
        found.append(f"the audit says {balance} here and {moved} there")
    if found:
        raise Stop(
            "the two ends do not hold the same, so the move is not made: "
            + "; ".join(found)
            + ". The store is still fenced; 'newswire move --abort' lets writers go on here"
        )
    return Proof(sum(each.rows for each in here.values()), balance)


async def _sum(end: MoveEnd, table: str) -> TableSum:
    summed = SummedTables(end.movable)
    async for _ in summed.rows(table):
        pass
    return summed.sums[table]
