"""What it takes to drop texts, and what is left: ``python tests/bench/dropping.py [--articles 5000]``.

Articles of 400 made-up words are recorded without near-duplicates, each found in one of 97 feeds, and indexed. Their
re-checks are over, and each feed shows its last 5. Then all old texts are dropped, as `store` does it, while polls of
five new entries are saved. Sizes are those of files that are written anew (VACUUM), before and after.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from statistics import median

from sqlalchemy import delete, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.near_scale import BATCH, WORDS, record, whole
from bench.near_store import events
from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.search import DatabaseSearchIndex
from newswire.adapters.search.fts5 import merge
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.entries import DatabaseEntries
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.retention import DatabaseRetention
from newswire.domain.articles.recorded import Arrival
from newswire.domain.feeds.entries import Identified
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.shown import noted
from newswire.domain.feeds.state import PollSaved
from newswire.events import ArticleExtracted
from newswire.operations.drop_old import drop_texts
from newswire.operations.search_index import fill_index
from support.build import NOW, feed, sighting
from support.postgres import Postgres

FEEDS, SHOWN = 97, 5
_VACUUM_FULL = text("VACUUM FULL revisions, changes, search_words, search_docs")
_VACUUM = text("VACUUM")


async def made(database: Database, arrivals: Sequence[Arrival]) -> None:
    """Record and index articles, each of which a feed showed; the last ones of each it still shows."""
    feeds, entries = DatabaseFeeds(database), DatabaseEntries(database, linger_s=0)
    found = [arrival.event for arrival in arrivals if isinstance(arrival.event, ArticleExtracted)]
    for number in range(FEEDS):
        state = feed(f"https://site{number}.example/feed")
        state = replace(state, memory=replace(state.memory, noted_at=NOW + timedelta(minutes=1)))
        mine = found[number::FEEDS]
        lines = tuple(sighting(event, event.article.url, feed_id=state.id) for event in mine)
        shown = noted(Identified(ParsedEntry(), "-", "f", event.article.url) for event in mine[-SHOWN:])
        await feeds.add([state])
        await entries.save(PollSaved(state, lines, shown=shown))
    await entries.close()
    await record(DatabaseArticles(database), arrivals)
    async with database.write() as connection:
        await connection.execute(delete(rechecks))
    await fill_index(DatabaseSearchIndex(database))


async def size(database: Database) -> int:
    """The bytes of the database once it is written anew."""
    async with database.look() as connection:
        await connection.execute(_VACUUM if database.is_sqlite else _VACUUM_FULL)
    return await whole(database)


async def save_polls(entries: DatabaseEntries, stop: asyncio.Event, numbers: "count[int]") -> list[float]:
    """Save polls of five entries until ``stop``; gives the seconds that each took."""
    took = []
    while not stop.is_set():
        number = next(numbers)
        lines = [sighting(f"n{number}-{n}", f"https://new.example/{number}/{n}", feed_id=feed().id) for n in range(5)]
        began = time.perf_counter()
        await entries.save(PollSaved(feed(), tuple(lines)))
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.02)
    return took


async def measure(database: Database, server: Postgres | None, articles: int) -> str:
    await DatabaseSchema(database).migrate()
    empty = await size(database)
    await made(database, list(events(articles, WORDS, 0.0)))
    sizes = {"before": await size(database)}
    entries, stop, numbers = DatabaseEntries(database, linger_s=0), asyncio.Event(), count()
    alone = asyncio.create_task(save_polls(entries, stop, numbers))
    await asyncio.sleep(5)
    stop.set()
    quiet = await alone
    stop.clear()
    beside = asyncio.create_task(save_polls(entries, stop, numbers))
    began, cpu, theirs = time.perf_counter(), time.process_time(), server.cpu_seconds() if server else 0
    done = await drop_texts(DatabaseRetention(database), SystemClock(), 1)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    theirs = (server.cpu_seconds() if server else 0) - theirs
    stop.set()
    slow = await beside
    await entries.close()
    sizes["after"] = await size(database)
    if database.is_sqlite:  # it keeps words of articles that are gone until parts of its index are merged
        async with database.write() as connection:
            await merge(connection)
        sizes["with a merged index"] = await size(database)
    bytes_ = ", ".join(f"{(each - empty) / articles:.0f} {when}" for when, each in sizes.items())
    return "\n".join(
        (
            f"{done.texts} texts dropped, {done.kept} kept, in {took:.1f} s: {done.texts / took:.0f}/s with pauses",
            f"  CPU a text, polls included: {cpu / done.texts * 1e6:.0f} us, {theirs / done.texts * 1e6:.0f} us there",
            f"  {len(slow)} polls saved meanwhile: {_times(slow)}; {len(quiet)} alone: {_times(quiet)}",
            f"  bytes an article: {bytes_}",
        )
    )


def _times(took: Sequence[float]) -> str:
    return f"median {median(took) * 1000:.1f} ms, longest {max(took) * 1000:.1f} ms"


async def run(articles: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/news.db")
        print("SQLite:", await measure(database, None, articles), flush=True)
        await database.close()
    server = Postgres.start_new()
    try:
        database = Database(server.url(await server.create_database()))
        print("Postgres:", await measure(database, server, articles), flush=True)
        await database.close()
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000, help=f"a multiple of {BATCH}")
    asyncio.run(run(parser.parse_args().articles))


if __name__ == "__main__":
    main()
