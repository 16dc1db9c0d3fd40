"""Milliseconds of searches, lists and pages of changes over many made articles, on SQLite or Postgres.

    python tests/bench/search.py sqlite|postgres [--articles 100000] [--queries 40] [--at URL]
        [--server shared_buffers=2GB]

Each article has 300 words of 50,000, chosen by Zipf's law, and a title of eight (`bench.made_articles`). All but the
last 1,000 are written and indexed in bulk (`bench.search_fill`). The last ones are indexed as `store` does it, and that
time is printed. Every figure is of whole operations, with the articles of the page read and made into documents, one
after the other. CPU is that of this process, with SQLite in it and without Postgres. ``--at`` is the URL of a database
that is filled if it is empty, and stays.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.made_articles import APART, NOW, SOURCES, VOCABULARY, Prose
from bench.search_fill import fill
from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.search import DatabaseSearches, DatabaseSearchIndex
from newswire.adapters.store.reading.articles import DatabaseArticleReads
from newswire.adapters.store.tables import articles, revisions
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.wire.filters import NO_FILTER, WireFilter
from newswire.domain.wire.keys import LOCAL
from newswire.events import feed_id_of
from newswire.operations.search_index import fill_index
from newswire.operations.wire.articles import list_articles
from newswire.operations.wire.changes import ask_changes, read_changes
from newswire.operations.wire.search import SearchRequest, search_articles
from newswire.operations.wire.tail import WireTail
from support.postgres import Postgres

PAGE: Final = 50
RECENT: Final = 100_000
"""The newest changes, among which pages of changes begin."""
LAST: Final = 1_000
"""Articles that are indexed as `store` does it."""


async def times(queries: int, work: Callable[[int], Awaitable[int]]) -> str:
    took, found, cpu = [], 0, time.process_time()
    for number in range(queries):
        began = time.perf_counter()
        found += await work(number)
        took.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(took, n=20)
    cpu = (time.process_time() - cpu) / queries * 1000
    return f"p50 {statistics.median(took):7.1f}  p95 {cuts[18]:7.1f}  CPU {cpu:6.1f}   {found / queries:6.1f} rows"


async def measure(database: Database, prose: Prose, chosen: argparse.Namespace) -> None:
    queries = chosen.queries
    prose.chance.seed(2)
    common, medium, rare = (
        partial(prose.any, 0, 30),
        partial(prose.any, 100, 1_000),
        partial(prose.any, 20_000, VOCABULARY),
    )
    reads, searches = DatabaseArticleReads(database), DatabaseSearches(database)
    async with database.read() as connection:
        phrases = [
            " ".join(row.article["text"].split()[place : place + 2])
            for place, row in enumerate(await connection.execute(select(revisions.c.article).limit(queries)))
        ]

    async def search(query: Callable[[], str], number: int, **more: Any) -> int:
        del number
        asked = {"wanted": NO_FILTER, "fields": frozenset(), "sort": "new", "limit": PAGE} | more
        return len((await search_articles(LOCAL, searches, SearchRequest(query(), **asked))).articles)

    source = WireFilter(sources=frozenset({SOURCES[7]}))
    old = WireFilter(published_before=NOW - timedelta(days=20))
    days = NOW - chosen.articles * APART / 2
    older = WireFilter(published_after=days, published_before=days + timedelta(days=2))
    for name, query, more in (
        ("common word", common, {}),
        ("medium word", medium, {}),
        ("rare word", rare, {}),
        ("two common words", lambda: f"{common()} {common()}", {}),
        ("common and rare", lambda: f"{common()} {rare()}", {}),
        ("three of OR", lambda: f"{medium()} OR {medium()} OR {rare()}", {}),
        ("common, not medium", lambda: f"{common()} -{medium()}", {}),
        ("phrase that is there", lambda: f'"{prose.chance.choice(phrases)}"', {}),
        ("phrase of common words", lambda: f'"{common()} {common()} {common()}"', {}),
        ("title, medium", lambda: f"title:{medium()}", {}),
        ("prefix of 3", lambda: f"{medium()[:3]}*", {}),
        ("prefix of 4", lambda: f"{medium()[:4]}*", {}),
        ("prefix of 5", lambda: f"{medium()[:5]}*", {}),
        ("common, one source", common, {"wanted": source}),
        ("medium, one source", medium, {"wanted": source}),
        ("common, three weeks back", common, {"wanted": old}),
        ("medium, three weeks back", medium, {"wanted": old}),
        ("common, two days of the past", common, {"wanted": older}),
        ("medium, two days of the past", medium, {"wanted": older}),
        ("relevance, common", common, {"sort": "relevance"}),
        ("relevance, two medium", lambda: f"{medium()} {medium()}", {"sort": "relevance"}),
        ("counted, common", common, {"count": True}),
        ("counted, medium", medium, {"count": True}),
        ("relevance, phrase", lambda: f'"{prose.chance.choice(phrases)}"', {"sort": "relevance"}),
    ):
        if chosen.only in name:
            print(f"search  {name:28} {await times(queries, partial(search, query, **more))}", flush=True)

    async def listed(wanted: WireFilter, number: int) -> int:
        del number
        page = await list_articles(LOCAL, reads, wanted, fields=frozenset(), behind=None, limit=PAGE)
        return len(page.articles)

    for name, wanted in (
        ("newest", NO_FILTER),
        ("folded", WireFilter(duplicates="fold")),
        ("one source", source),
        ("one language", WireFilter(languages=frozenset({"de"}))),
        ("one feed", WireFilter(feeds=frozenset({feed_id_of(f"https://{SOURCES[7]}/feed")}))),
        ("published three weeks back", old),
    ):
        if chosen.only in name:
            print(f"list    {name:28} {await times(queries, partial(listed, wanted))}", flush=True)
    await pages_of_changes(database, queries, prose.chance)


async def pages_of_changes(database: Database, queries: int, dice: random.Random) -> None:
    clock = SystemClock()
    tail = WireTail(DatabaseWire(database), DatabaseArticleReads(database), clock)
    there_is = await tail.range()

    async def page(number: int) -> int:
        del number
        after = f"{there_is.epoch}.{there_is.head - dice.randrange(100, min(RECENT, there_is.head))}"
        asked = await ask_changes(LOCAL, tail, NO_FILTER, fields=frozenset(), after=after, default="start")
        return len((await read_changes(tail, asked, limit=100, wait_s=0, clock=clock)).frames)

    print(f"changes {'page of 100':28} {await times(queries, page)}", flush=True)


async def sizes(database: Database, total: int) -> str:
    asked = (
        "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search_%'"
        if database.is_sqlite
        else "SELECT pg_total_relation_size('search_words') + pg_total_relation_size('search_docs')"
    )
    async with database.look() as connection:
        found = (await connection.execute(text(asked))).scalar_one()
    return f"{int(found) / total:.0f} bytes an article"


@asynccontextmanager
async def database_url(chosen: argparse.Namespace) -> AsyncIterator[str]:
    """The URL of a database with tables."""
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        own = chosen.engine == "postgres" and not chosen.at
        server = Postgres.start_new(settings=chosen.server) if own else None
        try:
            url = server.url(await server.create_database()) if server else f"sqlite:///{folder}/bench.db"
            yield chosen.at or url
        finally:
            if server:
                server.stop()


async def filled(url: str, prose: Prose, total: int) -> None:
    database = Database(url)
    try:
        await DatabaseSchema(database).migrate()
        async with database.read() as connection:
            there = (await connection.execute(select(func.count()).select_from(articles))).scalar_one()
    finally:
        await database.close()
    if not there:
        began = time.perf_counter()
        await fill(url, prose, total, total - LAST)
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)


async def run(chosen: argparse.Namespace) -> None:
    prose = Prose()
    async with database_url(chosen) as url:
        await filled(url, prose, chosen.articles)
        database = Database(url)
        try:
            began, cpu = time.perf_counter(), time.process_time()
            await fill_index(DatabaseSearchIndex(database))
            each = 1000 / LAST
            took, cpu = (time.perf_counter() - began) * each, (time.process_time() - cpu) * each
            print(f"the last {LAST} indexed: {took:.2f} ms an article, of this process's CPU {cpu:.2f} ms; ", end="")
            print(await sizes(database, chosen.articles), flush=True)
            print(f"load {os.getloadavg()[0]:.1f}, {chosen.articles} articles, {chosen.engine}", flush=True)
            await measure(database, prose, chosen)
            print(f"load {os.getloadavg()[0]:.1f}", flush=True)
        finally:
            await database.close()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("engine", choices=("sqlite", "postgres"))
    arguments.add_argument("--articles", type=int, default=100_000)
    arguments.add_argument("--queries", type=int, default=40)
    arguments.add_argument("--only", default="", help="the kinds with this text in their name")
    arguments.add_argument("--at", help="the URL of a database that stays")
    arguments.add_argument("--server", nargs="+", default=[], help="settings of Postgres, as name=value")
    chosen = arguments.parse_args()
    if chosen.queries < 2:
        arguments.error("--queries must be 2 or more: a median and a 95th percentile are printed")
    asyncio.run(run(chosen))


if __name__ == "__main__":
    main()
