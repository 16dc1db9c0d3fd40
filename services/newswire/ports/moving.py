"""A store as one end of a move to another database."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Protocol

from newswire.domain.moving.mark import MoveMark, MoveRole

TableRows = AsyncIterator[Sequence[tuple[Any, ...]]]
"""The rows of a table, some at a time. A row is the values of its columns, in the order of the table."""


class MovableStore(Protocol):
    """Reads, fills and fences a store. Every method raises `Wait` when the database is away."""

    async def mark(self, role: MoveRole) -> MoveMark | None:
        """The mark of the move that this store is, or was last, the source or the target of."""
        ...

    async def fence(self, mark: MoveMark) -> None:
        """Keep every writer of every process out, with the mark's note as the reason, and keep the mark.

        Returns when the last writer has ended. From then on a writer gets `Stop`. One transaction; it may be repeated.
        """
        ...

    async def lift(self, mark: MoveMark) -> None:
        """Let writers go on, and keep the mark, in one transaction."""
        ...

    async def counts(self, *, with_log: bool) -> Mapping[str, int]:
        """How many rows each table has that a move carries, in an order in which the tables can be filled.

        ``with_log``: with the tables of the embedded log.
        """
        ...

    async def filled_tables(self) -> tuple[str, ...]:
        """The names of the tables that have rows, but for those that have some from the beginning."""
        ...

    def rows(self, table: str) -> TableRows:
        """All rows of a table, in any order."""
        ...

    async def fill(self, tables: Sequence[str], rows_of: Callable[[str], TableRows], mark: MoveMark) -> None:
        """Take in the rows of these tables, fence the store and keep the mark, all in one transaction.

        What an earlier attempt of the same move filled in is replaced. Raises `UsageError` where others have written.
        """
        ...

    async def empty(self) -> None:
        """Remove what `fill` brought, with the fence and the mark."""
        ...
