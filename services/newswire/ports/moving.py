"""A store as one end of a move to another database."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Protocol

from newswire.domain.moving.mark import MoveMark, MoveRole

TableRows = AsyncIterator[Sequence[tuple[Any, ...]]]
"""The rows of a table, some at a time. A row is the values of its columns, in the order of the table."""


class MovableTables(Protocol):
    """Reads the tables of a store. Every method raises `Wait` when the database is away."""

    def tables(self, *, with_log: bool) -> tuple[str, ...]:
        """The tables that a move carries, in an order in which they can be filled.

        ``with_log``: with those of the embedded log.
        """
        ...

    async def counts(self, *, with_log: bool) -> Mapping[str, int]:
        """How many rows each of these tables has. It may take minutes."""
        ...

    async def filled_tables(self) -> tuple[str, ...]:
        """The names of the tables that have rows, but for those that have some from the beginning."""
        ...

    def rows(self, table: str) -> TableRows:
        """All rows of a table, in any order."""
        ...


class MovableStore(MovableTables, Protocol):
    """A store that can be fenced and filled. Every method raises `Wait` when the database is away."""

    async def mark(self, role: MoveRole) -> MoveMark | None:
        """The mark of the move that this store is, or was last, the source or the target of."""
        ...

    async def fence(self, mark: MoveMark) -> None:
        """Keep every writer of every process out, with the mark's note as the reason, and keep the mark.

        Returns when the last writer has ended. From then on a writer gets `Stop`. One transaction. Raises `UsageError`
        where the mark may not follow the one that is there; so does `lift`.
        """
        ...

    async def lift(self, mark: MoveMark) -> None:
        """Let writers go on, and keep the mark, in one transaction."""
        ...

    async def fill(self, tables: Sequence[str], rows_of: Callable[[str], TableRows], mark: MoveMark) -> None:
        """Take in the rows of these tables, fence the store and keep the mark, all in one transaction.

        What an earlier attempt of the same move filled in is replaced. Raises `UsageError` where others have written.
        """
        ...

    async def empty(self) -> None:
        """Remove what `fill` brought, with the fence and the mark."""
        ...
