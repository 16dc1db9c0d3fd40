"""Fill a database with made articles and their search index in bulk: a million in some minutes.

The rows are those that `store` and the index would write, with the same tokens; only the way is a shorter one. On
SQLite the file is written without a journal, and FTS5 collects more words before it writes them out. On Postgres rows
go by COPY, and the indexes are built afterwards, the GIN index among them.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

from sqlalchemy import table, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.cloned import build_indexes, leave_indexes
from bench.made_articles import PIECE, MadeArticle, Prose, made_articles
from newswire.adapters.database import Database
from newswire.adapters.search.fts5 import Fts5Words
from newswire.adapters.search.index import words_of
from newswire.adapters.search.tables import search_docs, search_state
from newswire.adapters.search.tsvector import APART, vector_of
from newswire.adapters.search.words import WordsAt
from newswire.adapters.store.sql import insert_fresh
from newswire.adapters.store.tables import articles, changes, revisions, wire_head
from newswire.domain.search.document import IndexedText
from newswire.domain.search.tokens import VERSION

_BATCH: Final = 5_000
_TABLES: Final = (articles, revisions, changes, search_docs, table("search_words"))
_EMPTY: Final = f"TRUNCATE {', '.join(each.name for each in _TABLES)} CASCADE"
_HASH: Final = "INSERT INTO search_words (search_words, rank) VALUES ('hashsize', {})"
"""The bytes of words that FTS5 collects before it writes them."""
_BEFORE: Final = ("synchronous = OFF", "journal_mode = OFF", "cache_size = -2000000", "foreign_keys = OFF")


async def fill(url: str, prose: Prose, total: int, indexed: int) -> None:
    """Write ``total`` articles into an empty database, and the index of the first ``indexed`` of them."""
    database = Database(url, statement_timeout_s=3_600)
    try:
        async with _filling(database) as connection:
            await words_of(database).begin(connection, total)
            making = asyncio.create_task(_made(prose, 0, total, indexed, lines=not database.is_sqlite))
            for start in range(0, total, _BATCH):
                some, lines = await making  # the next ones are made while these are written
                making = asyncio.create_task(_made(prose, start + _BATCH, total, indexed, lines=not database.is_sqlite))
                await _insert(connection, some)
                await _insert_words(connection, some[: max(0, indexed - start)], lines)
                if start % 100_000 == 0:
                    print(f"{start} articles written, {time.process_time():.0f} s of CPU", flush=True)
            await making
            await connection.execute(update(wire_head).values(next=total + 1))
            await connection.execute(update(search_state).values(version=VERSION, position=indexed))
        async with database.look() as connection:
            await connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM (ANALYZE)"))
    finally:
        await database.close()


@asynccontextmanager
async def _filling(database: Database) -> AsyncGenerator[AsyncConnection]:
    """A connection that writes in bulk."""
    if database.is_sqlite:
        async with database.look() as connection:
            for pragma in _BEFORE:
                await connection.execute(text(f"PRAGMA {pragma}"))
            await connection.execute(text("BEGIN IMMEDIATE"))
            await connection.execute(text(_HASH.format(1 << 26)))
            yield connection
            await connection.execute(text(_HASH.format(1 << 20)))
            await connection.execute(text("COMMIT"))
        return
    async with database.write() as connection:
        await connection.execute(text(_EMPTY))  # with wal_level=minimal, rows of this transaction need no log then
        await leave_indexes(connection, _TABLES)
        yield connection
        await build_indexes(connection, _TABLES)


async def _made(prose: Prose, start: int, total: int, indexed: int, *, lines: bool) -> tuple[list[MadeArticle], bytes]:
    """The articles of a batch; with ``lines``, also the words of those that are indexed, as Postgres copies them."""

    def make() -> tuple[list[MadeArticle], bytes]:
        some = list(made_articles(prose, start, min(start + _BATCH, total), total))
        words = some[: max(0, indexed - start)] if lines else []
        return some, "".join(_line(prose, each) for each in words).encode()

    return await asyncio.to_thread(make)


async def _insert(connection: AsyncConnection, some: Sequence[MadeArticle]) -> None:
    await insert_fresh(connection, articles, [each.state for each in some])
    await insert_fresh(connection, revisions, [each.text for each in some])
    await insert_fresh(connection, changes, [each.change for each in some])


async def _insert_words(connection: AsyncConnection, some: Sequence[MadeArticle], lines: bytes) -> None:
    await insert_fresh(connection, search_docs, [each.doc for each in some])
    if connection.dialect.name == "sqlite":
        await Fts5Words().add(connection, [_words(each, (each.title,), each.pieces) for each in some])
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_to_table("search_words", source=_once(lines), columns=["position", "words"])


def _line(prose: Prose, article: MadeArticle) -> str:
    title = prose.tokens[article.title]
    pieces = map(prose.tokens.__getitem__, article.pieces)
    body = (_placed(piece, len(title) + APART + PIECE * place) for place, piece in enumerate(pieces))
    return f"{article.doc['position']}\t{vector_of(_words(article, title, ()))} {' '.join(body)}\n"


@cache
def _placed(piece: tuple[str, ...], start: int) -> str:
    """A piece of a text, as a part of a tsvector's text; Postgres merges the places of equal words."""
    return " ".join(f"'{token}':{place}" for place, token in enumerate(piece, start))


def _words(article: MadeArticle, title: Sequence[str], body: Sequence[str]) -> WordsAt:
    return WordsAt(article.doc["position"], IndexedText(tuple(title), tuple(body)), article.facets)


async def _once(lines: bytes) -> AsyncGenerator[bytes]:
    yield lines
