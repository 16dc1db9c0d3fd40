"""What it costs, and saves, to keep changes without their article: two databases take turns, one keeps them whole.

    python tests/bench/texts_once.py [--articles 2000] [--rounds 5] [--engines Postgres SQLite]

Articles of 400 made-up words are recorded without near-duplicates. Then all changes are read in pages, as the API reads
them. Figures are medians of the rounds, in CPU time.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from sqlalchemy import update

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.near_scale import WORDS, record, whole
from bench.near_store import events
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema, schema_oldest
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.reading.articles import DatabaseArticleReads
from newswire.adapters.store.wire import DatabaseWire
from newswire.operations.wire.frames import frames_of
from newswire.runtime.garbage import settle
from support.postgres import Postgres

PAGE = 200


async def opened(url: str, *, apart: bool) -> Database:
    database = Database(url)
    await DatabaseSchema(database).migrate()
    if not apart:  # as an upgrade leaves it until it is finished
        async with database.write() as connection:
            await connection.execute(update(schema_oldest).values(revision="0001"))
    return database


async def read_all(database: Database) -> None:
    position, reads = 0, DatabaseArticleReads(database)
    while found := await DatabaseWire(database).events_after(position, PAGE):
        await frames_of(found, reads)
        position = found[-1].position


async def spent(server: Postgres, count: int, work: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Microseconds of CPU for each of ``count``: of this process, and of the server."""
    settle()
    cpu, theirs = time.process_time(), server.cpu_seconds()
    await work()
    return (time.process_time() - cpu) / count * 1e6, (server.cpu_seconds() - theirs) / count * 1e6


async def measure(server: Postgres, engine: str, urls: dict[str, str], chosen: argparse.Namespace) -> None:
    arrivals = list(events(chosen.rounds * chosen.articles, WORDS, 0.0))
    databases = {name: await opened(url, apart=name == "apart") for name, url in urls.items()}
    empty = {name: await whole(database) for name, database in databases.items()}
    figures: dict[str, list[tuple[float, float]]] = {}
    for number in range(chosen.rounds):
        some = arrivals[number * chosen.articles : (number + 1) * chosen.articles]
        for name, database in databases.items():
            took = await spent(server, len(some), partial(record, DatabaseArticles(database), some))
            figures.setdefault(f"{name}: recorded", []).append(took)
    for _ in range(chosen.rounds):
        for name, database in databases.items():
            took = await spent(server, len(arrivals), partial(read_all, database))
            figures.setdefault(f"{name}: read", []).append(took)
    for what, each in sorted(figures.items()):
        ours, theirs = (statistics.median(column) for column in zip(*each, strict=True))
        print(f"{engine}, {what}: {ours:.0f} us of the process, {theirs:.0f} us of the server", flush=True)
    for name, database in databases.items():
        print(f"{engine}, {name}: {(await whole(database) - empty[name]) / len(arrivals):.0f} bytes an article")
        await database.close()


async def run(server: Postgres, chosen: argparse.Namespace) -> None:
    for engine in chosen.engines:
        with tempfile.TemporaryDirectory() as folder:
            urls = {name: f"sqlite:///{folder}/{name}.db" for name in ("whole", "apart")}
            if engine == "Postgres":
                urls = {name: server.url(await server.create_database()) for name in urls}
            await measure(server, engine, urls, chosen)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=2_000, help="recorded in a round, a multiple of 200")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engines", nargs="+", default=["Postgres", "SQLite"])
    chosen = parser.parse_args()
    server = Postgres.start_new()
    try:
        asyncio.run(run(server, chosen))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
