"""`record` with and without near-duplicates at a given number of stored articles, on Postgres and on SQLite.

    python tests/bench/near_scale.py [--stored 10000 100000] [--articles 2000] [--rounds 3] [--engines Postgres SQLite]
        [--warm 0] [--one-moment] [--server shared_buffers=2GB max_wal_size=8GB]

A thousand articles are recorded and then copied inside the database (`bench.cloned`). The articles that are timed come
after them: 400 words each, 30 % edited copies, each published a second after the one before it. With ``--one-moment``
all were published at the same moment, so that half of the copies take the place of their original: the worst case.
``--warm`` articles are recorded before the time is taken: until then most index pages are touched for the first time,
by the connection and since the checkpoint. Figures are medians of the rounds. A CPU second of the stage leaves out what
the database server spends.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.cloned import multiply
from bench.near_store import BATCH, NOW, WINDOW, bytes_of, events
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recorded import Arrival
from newswire.runtime.garbage import settle
from support.postgres import Postgres

WORDS = 400
RECORDED = 1_000


async def record(store: DatabaseArticles, arrivals: Sequence[Arrival]) -> None:
    for start in range(0, len(arrivals), BATCH):
        await store.record(arrivals[start : start + BATCH], decide, NOW)


async def whole(database: Database) -> int:
    """The size of the database in bytes."""
    query = (
        "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)"
        if database.is_sqlite
        else "SELECT pg_database_size(current_database())"
    )
    async with database.read() as connection:
        return int((await connection.execute(text(query))).scalar_one())


async def size_of(database: Database, articles: int, empty: int) -> str:
    """Bytes an article: of the tables for near-duplicates, and of all tables."""
    everything = await whole(database) - empty
    return f"{await bytes_of(database) / articles:.0f} of {everything / articles:.0f} bytes an article"


async def timed(server: Postgres, database: Database, arrivals: Sequence[Arrival], rounds: int, *, near: bool) -> str:
    store = DatabaseArticles(database, near_window=WINDOW if near else None)
    rates, on_cpu, of_server = [], [], []
    size = len(arrivals) // rounds
    for number in range(rounds):
        settle()  # as the service does when it starts
        began, cpu, theirs = time.perf_counter(), time.process_time(), server.cpu_seconds()
        await record(store, arrivals[number * size : (number + 1) * size])
        rates.append(size / (time.perf_counter() - began))
        on_cpu.append(size / (time.process_time() - cpu))
        of_server.append((server.cpu_seconds() - theirs) / size * 1e6)
    also = "" if database.is_sqlite else f", {statistics.median(of_server):.0f} us of the server's CPU each"
    return f"{statistics.median(rates):.0f} articles/s ({statistics.median(on_cpu):.0f} a CPU second{also})"


async def measure(server: Postgres, url: str, engine: str, count: int, chosen: argparse.Namespace) -> None:
    apart = timedelta() if chosen.one_moment else timedelta(seconds=1)
    each = chosen.rounds * chosen.articles
    begin = RECORDED + chosen.warm
    arrivals = list(events(begin + 2 * each, WORDS, 0.3, apart))
    database = Database(url, statement_timeout_s=3_600)
    try:
        await DatabaseSchema(database).migrate()
        empty = await whole(database)
        await record(DatabaseArticles(database, near_window=WINDOW), arrivals[:RECORDED])
        recorded, began = await size_of(database, RECORDED, empty), time.perf_counter()
        await multiply(database, RECORDED, count)
        print(
            f"{engine}: {count} stored in {time.perf_counter() - began:.0f} s; {RECORDED} as recorded: {recorded}; "
            f"all: {await size_of(database, count, empty)}",
            flush=True,
        )
        await record(DatabaseArticles(database, near_window=WINDOW), arrivals[RECORDED:begin])
        near = await timed(server, database, arrivals[begin : begin + each], chosen.rounds, near=True)
        print(f"  with near-duplicates {near}", flush=True)
        plain = await timed(server, database, arrivals[begin + each :], chosen.rounds, near=False)
        print(f"  without {plain}", flush=True)
    finally:
        await database.close()


async def run(server: Postgres, chosen: argparse.Namespace) -> None:
    for engine in chosen.engines:
        for count in chosen.stored:
            with tempfile.TemporaryDirectory() as folder:
                name = await server.create_database()
                url = f"sqlite:///{folder}/newswire.db" if engine == "SQLite" else server.url(name)
                await measure(server, url, engine, count, chosen)
                await server.drop_database(name)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000], help="multiples of 1,000")
    parser.add_argument("--articles", type=int, default=2_000, help="timed in a round, a multiple of 200")
    parser.add_argument("--warm", type=int, default=0, help="recorded before, a multiple of 200")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", nargs="+", default=["Postgres", "SQLite"])
    parser.add_argument("--one-moment", action="store_true")
    parser.add_argument("--server", nargs="+", default=[], help="settings of Postgres, as name=value")
    chosen = parser.parse_args()
    server = Postgres.start_new(settings=chosen.server)
    try:
        asyncio.run(run(server, chosen))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
