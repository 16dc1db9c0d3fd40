"""`SearchIndex` over a database: articles are indexed some moments after their recording, in the order of positions."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.search.fts5 import Fts5Words
from newswire.adapters.search.tables import search_docs, search_state
from newswire.adapters.search.tsvector import TsvectorWords
from newswire.adapters.search.words import WordsAt, WordStore
from newswire.adapters.store.reading.article_conditions import ARTICLES_NOW
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import insert_fresh, select_in
from newswire.adapters.store.tables import articles, changes, revisions, wire_head
from newswire.domain.search.document import day_facets, facets, indexed_text
from newswire.domain.search.tokens import VERSION

_NEWEST: Final = (changes.c.article_id == articles.c.article_id) & (changes.c.revision == articles.c.revision)
_NOW: Final[Select[*tuple[Any, ...]]] = (
    ARTICLES_NOW.add_columns(articles.c.published, revisions.c.revision.label("text_revision"), changes.c.position)
    .join(changes, _NEWEST)
    .where(articles.c.kind != "withdrawn")
)
_INDEXED: Final[Select[*tuple[Any, ...]]] = select(search_docs, revisions.c.article).join(
    revisions,
    (revisions.c.article_id == search_docs.c.article_id) & (revisions.c.revision == search_docs.c.revision),
)
_STATE: Final = select(search_state.c.version, search_state.c.position, (wire_head.c.next - 1).label("head")).join(
    wire_head, wire_head.c.next > 0
)


class DatabaseSearchIndex:
    """`newswire.ports.SearchIndex`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._words = words_of(database)

    async def index_next(self, limit: int) -> bool:
        """Index the articles of the next changes, at most ``limit``; False where there was nothing to do."""
        async with self._database.look() as connection:  # most times there is nothing, and nothing need be locked
            state = (await connection.execute(_STATE)).one()
        if state.version > VERSION or (state.version == VERSION and state.position >= state.head):
            return False
        async with self._database.write() as connection:
            return await self._index(connection, limit)

    async def clear(self) -> None:
        """Empty the index."""
        async with self._database.write() as connection:
            await lock_index(connection)
            await _clear(connection, self._words)

    async def _index(self, connection: AsyncConnection, limit: int) -> bool:
        if not await lock_index(connection, wait=False):
            return False  # another process is at it
        state = (await connection.execute(_STATE)).one()
        if state.version > VERSION:
            return False
        after = state.position
        if state.version < VERSION:
            await _clear(connection, self._words)
            after = 0
        await self._words.begin(connection, state.head)
        page = select(changes.c.position, changes.c.article_id).where(
            changes.c.position > after, changes.c.position <= state.head
        )
        rows = (await connection.execute(page.order_by(changes.c.position).limit(limit))).all()
        await self._bring_up_to_date(connection, {row.article_id for row in rows})
        to = rows[-1].position if len(rows) == limit else state.head
        await connection.execute(update(search_state).values(version=VERSION, position=to))
        return True

    async def _bring_up_to_date(self, connection: AsyncConnection, article_ids: Collection[UUID]) -> None:
        """Index the articles as they are now, which may be newer than the changes that were read."""
        indexed = await select_in(connection, _INDEXED, search_docs.c.article_id, article_ids)
        now = await select_in(connection, _NOW, articles.c.article_id, article_ids)
        there, wanted = {row.position for row in indexed}, {row.position for row in now}
        await _remove(connection, self._words, [row for row in indexed if row.position not in wanted])
        await self._add(connection, [row for row in now if row.position not in there])

    async def _add(self, connection: AsyncConnection, rows: Sequence[AnyRow]) -> None:
        docs = [
            {
                "article_id": row.article_id,
                "position": row.position,
                "revision": row.text_revision,
                "facets": " ".join(facets(row.kind, row.article)),
                "published": row.published,
                "changed_at": row.changed_at,
            }
            for row in rows
        ]
        await insert_fresh(connection, search_docs, docs)
        await self._words.add(
            connection,
            [_words_at(row, doc["facets"]) for doc, row in zip(docs, rows, strict=True)],
        )


def words_of(database: Database) -> WordStore:
    """The engine's part of the index."""
    return Fts5Words() if database.is_sqlite else TsvectorWords()


async def lock_index(connection: AsyncConnection, *, wait: bool = True) -> bool:
    """Let no other transaction write to the index until this one ends; on SQLite a writer is alone anyway.

    Without ``wait`` it returns at once: False where another transaction holds the lock.
    """
    locked = select(search_state.c.version).with_for_update(skip_locked=not wait)
    return (await connection.execute(locked)).one_or_none() is not None


async def forget(database: Database, connection: AsyncConnection, article_id: UUID) -> None:
    """Remove an article from the index, before its text is erased: its words must be known for that.

    An index with the tokens of another version is emptied: FTS5 removes only the very words that it was given.
    """
    words, found = await _indexed(database, connection, [article_id])
    await _remove(connection, words, found)


async def forget_texts(database: Database, connection: AsyncConnection, texts: Collection[tuple[UUID, int]]) -> None:
    """Leave the titles alone of these texts in the index, before the texts are dropped: see `forget`.

    A text is an article's id and the number of a revision. Those that are not indexed are passed over.
    """
    words, found = await _indexed(database, connection, [article_id for article_id, _ in texts])
    found = [row for row in found if (row.article_id, row.revision) in texts]
    if found:
        await words.remove(connection, [_words_at(row, row.facets) for row in found])
        await words.add(connection, [_words_at(row, row.facets, with_text=False) for row in found])


async def _indexed(
    database: Database, connection: AsyncConnection, article_ids: Sequence[UUID]
) -> tuple[WordStore, list[AnyRow]]:
    """Lock the index; gives what it has of these articles, with the texts as they were indexed."""
    await lock_index(connection)
    words = words_of(database)
    if database.is_sqlite and (await connection.execute(select(search_state.c.version))).scalar_one() != VERSION:
        await _clear(connection, words)
        return words, []
    return words, await select_in(connection, _INDEXED, search_docs.c.article_id, article_ids)


async def _clear(connection: AsyncConnection, words: WordStore) -> None:
    await words.clear(connection)
    await connection.execute(delete(search_docs))
    await connection.execute(update(search_state).values(version="", position=0, generation=0))


async def _remove(connection: AsyncConnection, words: WordStore, rows: Sequence[AnyRow]) -> None:
    if not rows:
        return
    await words.remove(connection, [_words_at(row, row.facets) for row in rows])
    await connection.execute(delete(search_docs).where(search_docs.c.article_id.in_([row.article_id for row in rows])))


def _words_at(row: AnyRow, facts: str, *, with_text: bool = True) -> WordsAt:
    text = indexed_text(row.article.get("title"), row.article.get("text") if with_text else None)
    return WordsAt(row.position, text, (*facts.split(" "), *day_facets(row.published, row.changed_at)))
