"""`Searches` over a database."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from newswire.adapters.database import Database
from newswire.adapters.search.index import words_of
from newswire.adapters.search.tables import search_docs, search_state
from newswire.adapters.store.reading.article_conditions import ARTICLES_NOW, now_of
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import articles, wire_head
from newswire.domain.search.query import SearchQuery
from newswire.domain.search.tokens import VERSION
from newswire.ports.article_reads import ArticleNow
from newswire.ports.search import IndexState


class DatabaseSearches:
    """`newswire.ports.Searches`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database
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
        async with self._database.read() as connection:
            return tuple(await self._words.newest(connection, query, below, limit))

    async def matching(self, query: SearchQuery, among: Collection[int]) -> frozenset[int]:
        """Those of these positions whose articles match the words of the query."""
        async with self._database.look() as connection:
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
