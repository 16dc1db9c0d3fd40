"""Articles per second through `ArticleStore.record`, with near-duplicates and without, on SQLite and on Postgres.

    python tests/bench/near_store.py [--articles 3000] [--stored 0] [--reprints 0.3] [--rounds 2] [--words 400]

A part of the articles (``--reprints``) are edited copies of earlier ones. ``--stored`` articles are recorded before the
time is taken. Both ways take turns in one run, so the ratio holds on a noisy machine where the rates do not.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.tables import articles
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recorded import Arrival
from support.build import extracted, signed
from support.postgres import Postgres
from support.prose import SYLLABLES

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
WINDOW = timedelta(days=14)
BATCH = 200


def events(count: int, words: int, reprints: float, apart: timedelta = timedelta()) -> Iterator[Arrival]:
    """Articles of made-up words; a reprint has one word in fifty replaced and a line added.

    Each was published ``apart`` after the one before it, the last one at `NOW`. Without that, all have one moment, and
    a reprint is the original as often as not.
    """
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(20_000)]
    originals: list[list[str]] = []
    for number in range(count):
        if originals and chance.random() < reprints:
            body = [chance.choice(vocabulary) if chance.random() < 0.02 else w for w in chance.choice(originals)]
            body += chance.choices(vocabulary, k=8)
        else:
            body = chance.choices(vocabulary, k=words)
            originals.append(body)
            del originals[:-2000]
        url = f"https://site{number % 97}.example/{number}"
        yield Arrival(
            signed(extracted(url, f"Title {number}", " ".join(body), NOW - (count - number - 1) * apart)), None
        )


async def spent(database: Database, arrivals: Sequence[Arrival], stored: int, *, near: bool) -> float:
    """Seconds for the articles after the first ``stored`` ones."""
    store = DatabaseArticles(database, near_window=WINDOW if near else None)
    began = time.perf_counter()
    for start in range(0, len(arrivals), BATCH):
        if start == stored:
            began = time.perf_counter()
        await store.record(arrivals[start : start + BATCH], decide, NOW + timedelta(seconds=start))
    return time.perf_counter() - began


async def bytes_of(database: Database) -> int:
    """The size of the tables and indexes that near-duplicates need."""
    tables = "'near_texts', 'near_keys'"
    query = (
        "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'near_%' OR name LIKE 'sqlite_autoindex_near_%'"
        if database.is_sqlite
        else f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname IN ({tables})"
    )
    async with database.read() as connection:
        return int((await connection.execute(text(query))).scalar_one())


async def measure(url: str, arrivals: Sequence[Arrival], stored: int, *, near: bool) -> float:
    database = Database(url)
    try:
        await DatabaseSchema(database).migrate()
        took = await spent(database, arrivals, stored, near=near)
        async with database.read() as connection:
            linked = select(func.count()).where(articles.c.kind == "duplicate")
            found = (await connection.execute(linked)).scalar_one()
        rate = (len(arrivals) - stored) / took
        engine = "SQLite" if database.is_sqlite else "Postgres"
        size = f"; {await bytes_of(database) / len(arrivals):.0f} bytes an article" if near else ""
        print(f"{engine} near {near}: {rate:.0f} articles/s, {found} of {len(arrivals)} linked{size}", flush=True)
    finally:
        await database.close()
    return took


async def compare(server: Postgres, chosen: argparse.Namespace) -> None:
    arrivals = list(events(chosen.stored + chosen.articles, chosen.words, chosen.reprints))
    for engine in ("SQLite", "Postgres"):
        ratios = []
        for _ in range(chosen.rounds):
            took = []
            for near in (False, True):
                with tempfile.TemporaryDirectory() as folder:
                    name = await server.create_database()
                    url = f"sqlite:///{folder}/newswire.db" if engine == "SQLite" else server.url(name)
                    took.append(await measure(url, arrivals, chosen.stored, near=near))
                    await server.drop_database(name)
            ratios.append(took[0] / took[1])
        print(f"{engine}: {statistics.median(ratios):.2f} of the rate without near-duplicates")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--stored", type=int, default=0, help="a multiple of 200")
    parser.add_argument("--reprints", type=float, default=0.3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--words", type=int, default=400)
    server = Postgres.start_new()
    try:
        asyncio.run(compare(server, parser.parse_args()))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
