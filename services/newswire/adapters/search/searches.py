"""`Searches` over a database."""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.database.failures import CANCELLED, sqlstate_of
from newswire.adapters.search.index import words_of
from newswire.adapters.search.tables import search_docs, search_state
from newswire.adapters.store.reading.article_conditions import ARTICLES_NOW, now_of
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import articles, wire_head
from newswire.domain.search.query import SearchQuery
from newswire.domain.search.tokens import VERSION
from newswire.errors import Wait
from newswire.ports import TooBroad
from newswire.ports.article_reads import ArticleNow
from newswire.ports.search import IndexState

LONGEST_S: Final = 5.0
"""How long one statement of a search may take on Postgres. A phrase of common words can take minutes there."""


class DatabaseSearches:
    """`newswire.ports.Searches`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database, longest_s: float = LONGEST_S) -> None:
        self._database = database
        self._longest_s = longest_s
        self._words = words_of(database)

    async def state(self) -> IndexState:
        """How far the index has come."""
        head = (wire_head.c.next - 1).label("head")
        asked = select(search_state.c.version, search_state.c.position, wire_head.c.epoch, head).join(
            wire_head, wire_head.c.next > 0
        )
        async with self._database.look() as connection:
            row = (await connection.execute(asked)).one()
        # The tokens of an earlier version are not those that a query asks for. Such an index is built anew.
        return IndexState(row.epoch, row.position if row.version >= VERSION else 0, row.head)

    async def newest(self, query: SearchQuery, below: int | None, limit: int) -> tuple[int, ...]:
        """The positions of at most ``limit`` articles that match, the greatest first."""
        async with self._bounded() as connection:
            return tuple(await self._words.newest(connection, query, below, limit))

    async def matching(self, query: SearchQuery, among: Collection[int]) -> frozenset[int]:
        """Those of these positions whose articles match the words of the query."""
        async with self._bounded() as connection:
            return await self._words.matching(connection, query, among)

    async def articles(self, positions: Sequence[int]) -> Mapping[int, ArticleNow]:
        """The articles at these positions as they are now."""
        at = ARTICLES_NOW.add_columns(search_docs.c.position).join(
            search_docs, search_docs.c.article_id == articles.c.article_id
        )
        async with self._database.read() as connection:
            rows = await select_in(
                connection, at.where(articles.c.kind != "withdrawn"), search_docs.c.position, positions
            )
        return {row.position: now_of(row) for row in rows}

    @asynccontextmanager
    async def _bounded(self) -> AsyncGenerator[AsyncConnection]:
        """One snapshot to search in. Raises `TooBroad` when a statement takes longer than it may."""
        try:
            async with self._database.read() as connection:
                if not self._database.is_sqlite:
                    for_this_transaction = True
                    limit = func.set_config("statement_timeout", f"{self._longest_s * 1000:.0f}", for_this_transaction)
                    await connection.execute(select(limit))
                yield connection
        except Wait as error:
            if sqlstate_of(error) == CANCELLED:
                raise TooBroad(f"the search was given up after {self._longest_s:g} seconds") from error
            raise
