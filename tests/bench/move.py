"""Measures a move from SQLite to Postgres: ``python tests/bench/move.py [--articles 20000]``.

A tenth of the articles, of 160 words each, is imported and stored; copies of their rows make up the rest; 500 more are
imported and not stored, so that the log has something to finish. Time is that of each step on the clock, and the
processor time of this process, with SQLite in it and without Postgres.
"""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.cloned import multiply
from newswire.adapters.database import Database
from newswire.assembly.backends import Backends, open_backends
from newswire.assembly.moving import open_ends
from newswire.assembly.pipeline import Pipeline
from newswire.operations.import_articles import import_lines, read_lines
from newswire.operations.moving.move import move
from newswire.settings import Settings, load
from support.postgres import Postgres
from support.publisher import compose

UNFINISHED = 500


async def main() -> None:
    """Make a store, move it, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    wanted = parser.parse_args().articles
    recorded = wanted // 10
    server = Postgres.start_new()
    try:
        with tempfile.TemporaryDirectory() as folder:
            here = load({"HOME": folder, "NEWSWIRE_DATA_DIR": folder})
            there = load({"HOME": folder, "NEWSWIRE_STORE": server.url(await server.create_database())})
            async with open_backends(there, check_schema=False) as backends:
                await backends.schema.migrate()
            async with open_backends(here) as backends:
                await fill(backends, 0, recorded)
                await Pipeline(backends, None).run_once(("store",))
            database = Database(here.store.get_secret_value())
            await multiply(database, recorded, wanted)
            await database.close()
            async with open_backends(here) as backends:
                await fill(backends, recorded, UNFINISHED)
            print(f"{wanted:,} articles, {UNFINISHED} on the way, {megabytes(folder):.0f} MB")
            await measure(here, there)
    finally:
        server.stop()


def megabytes(folder: str) -> float:
    """The size of the database's file."""
    return Path(folder, "newswire.db").stat().st_size / 1e6


async def fill(backends: Backends, start: int, count: int) -> None:
    """Import articles from this number on."""
    await import_lines(read_lines(made(start, count), "made"), "made", backends.entries, backends.bus, backends.clock)


def made(start: int, count: int) -> Iterator[bytes]:
    for number in range(start, start + count):
        item = compose(1, number, 0)
        url = f"https://n.example/{number}"
        line = {"url": url, "title": item.title, "text": item.text, "published": "2026-11-20T08:00:00Z"}
        yield json.dumps(line).encode()


async def measure(here: Settings, there: Settings) -> None:
    begun, spent = time.perf_counter(), time.process_time()

    def tell(line: str) -> None:
        print(f"{time.perf_counter() - begun:7.1f} s, processor {time.process_time() - spent:6.1f} s  {line}")

    async with open_ends(here, there) as ends:
        moved = await move(ends, uuid4, tell)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": moved.rows, "rows/s": round(moved.rows / seconds), "peak MiB": round(peak)}))


if __name__ == "__main__":
    asyncio.run(main())
