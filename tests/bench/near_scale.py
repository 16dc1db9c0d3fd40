"""`record` with and without near-duplicates at a given number of stored articles, on SQLite and on Postgres.

    python tests/bench/near_scale.py [--stored 10000 100000] [--articles 2000] [--engines Postgres SQLite] [--in-order]

The stored articles are made up and written in bulk: rows of `articles`, `near_texts` (400 words) and 16 rows of
`near_keys` each, spread over the window. The articles that are timed come after them; 30 % are edited copies.
All have one moment of publication, so that half of the copies take the place of their original, which is the worst
case; with ``--in-order`` each was published a second after the one before it.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.near_store import BATCH, NOW, WINDOW, bytes_of, events
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.near_tables import near_keys, near_texts
from newswire.adapters.store.sql import insert_fresh
from newswire.adapters.store.tables import articles
from newswire.domain.articles.decide import decide
from newswire.domain.articles.near_duplicates.shingles import KEYS
from newswire.domain.text.signature import VERSION
from newswire.runtime.garbage import settle
from support.postgres import Postgres

WORDS = 400
CHUNK = 5_000


async def fill(database: Database, count: int) -> None:
    """Write ``count`` stored articles."""
    chance = random.Random(7)
    for start in range(0, count, CHUNK):
        some = list(stored(chance, start, min(CHUNK, count - start), count))
        async with database.write() as connection:
            await write(connection, some)
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


def stored(chance: random.Random, start: int, count: int, total: int) -> Iterator[tuple[UUID, Any]]:
    for number in range(start, start + count):
        yield (
            UUID(int=chance.getrandbits(128)),
            NOW - WINDOW + timedelta(hours=1) + number * (WINDOW - timedelta(hours=2)) / total,
        )


async def write(connection: AsyncConnection, some: list[tuple[UUID, Any]]) -> None:
    chance = random.Random(str(some[0][0]))
    await insert_fresh(connection, articles, [article_row(each, at) for each, at in some])
    await insert_fresh(
        connection,
        near_texts,
        [
            {
                "article_id": each,
                "revision": 1,
                "original_id": each,
                "published": at,
                "seen": int(at.timestamp() * 1000),
                "version": VERSION,
                "title": b"",
                "text": chance.randbytes(2 * WORDS),
            }
            for each, at in some
        ],
    )
    await insert_fresh(
        connection,
        near_keys,
        [
            {"key": chance.getrandbits(59), "seen": int(at.timestamp() * 1000), "article_id": each}
            for each, at in some
            for _ in range(KEYS)
        ],
    )


def article_row(each: UUID, at: Any) -> dict[str, Any]:
    url = f"https://stored.example/{each}"
    return {
        "article_id": each,
        "kind": "published",
        "revision": 1,
        "url": url,
        "canonical_url": url,
        "source": "stored.example",
        "title": "Stored",
        "language": "en",
        "word_count": WORDS,
        "published": at,
        "content_hash": each.hex,
        "text_hash": each.hex,
        "body_from": "page",
        "duplicate_of": None,
        "first_seen": at,
        "fetched_at": at,
        "changed_at": at,
        "etag": None,
        "last_modified": None,
        "recheck_at": None,
        "rechecks": 0,
        "linked_by": None,
    }


async def measure(url: str, engine: str, count: int, timed: int, apart: timedelta) -> None:
    arrivals = list(events(2 * timed, WORDS, 0.3, apart))
    database = Database(url)
    try:
        await DatabaseSchema(database).migrate()
        await fill(database, count)
        size = await bytes_of(database)
        rates = []
        for near, some in ((True, arrivals[:timed]), (False, arrivals[timed:])):
            store = DatabaseArticles(database, near_window=WINDOW if near else None)
            settle()  # as the service does when it starts
            began, cpu = time.perf_counter(), time.process_time()
            for start in range(0, timed, BATCH):
                await store.record(some[start : start + BATCH], decide, NOW)
            rates.append((timed / (time.perf_counter() - began), timed / (time.process_time() - cpu)))
        (near_rate, near_cpu), (plain_rate, plain_cpu) = rates
        print(
            f"{engine}, {count} stored: with near-duplicates {near_rate:.0f} articles/s ({near_cpu:.0f} a CPU second "
            f"of the stage), without {plain_rate:.0f} ({plain_cpu:.0f}); {size / max(1, count):.0f} bytes an article",
            flush=True,
        )
    finally:
        await database.close()


async def run(server: Postgres, chosen: argparse.Namespace) -> None:
    for engine in chosen.engines:
        for count in chosen.stored:
            with tempfile.TemporaryDirectory() as folder:
                name = await server.create_database()
                url = f"sqlite:///{folder}/newswire.db" if engine == "SQLite" else server.url(name)
                await measure(url, engine, count, chosen.articles, timedelta(seconds=chosen.in_order))
                await server.drop_database(name)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--engines", nargs="+", default=["Postgres", "SQLite"])
    parser.add_argument("--in-order", action="store_true")
    server = Postgres.start_new()
    try:
        asyncio.run(run(server, parser.parse_args()))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
