"""Searches everything that newswire writes for some words: every table, and every byte of SQLite's files."""

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from sqlalchemy import inspect, text

from newswire.adapters.database import Database


def forms(words: str) -> Iterator[bytes]:
    """The bytes by which the words may stand somewhere: as they are, and in base64 at each of the three offsets."""
    raw = words.encode()
    yield raw
    for offset in range(3):
        yield base64.b64encode(bytes(offset) + raw)[4 if offset else 0 : -4]


async def places(database: Database, url: str, *words: str) -> list[str]:
    """Where any of the words is found: names of tables, and of files."""
    wanted = [each for some in words for each in forms(some)]
    return [name async for name in _tables(database, wanted)] + [
        name for name in _files(url) if any(each in _content(name) for each in wanted)
    ]


async def _tables(database: Database, wanted: list[bytes]) -> AsyncIterator[str]:
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    for name in names:
        if database.is_sqlite and name in {"search_words", "search_words_recent_0", "search_words_recent_1"}:
            continue  # the fronts of FTS5, whose own tables are among the others
        async with database.read() as connection:
            rows = (await connection.execute(text(f'SELECT * FROM "{name}"'))).all()
        written = b"\n".join(
            value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
        )
        if any(each in written for each in wanted):
            yield name


def _files(url: str) -> Iterator[str]:
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        yield from (path + end for end in ("", "-wal", "-shm") if Path(path + end).exists())


def _content(name: str) -> bytes:
    return Path(name).read_bytes()
