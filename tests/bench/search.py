"""Milliseconds of searches, lists and pages of changes over many made articles, on SQLite or Postgres.

    python tests/bench/search.py sqlite|postgres [--articles 100000] [--queries 40] [--keep FOLDER]

Each article has 300 words of 50,000, chosen by Zipf's law, and a title of eight. Rows are written straight into the
tables; the index is filled as `store` fills it, and its time and size are printed. Every figure is of whole operations,
with the articles of the page read and made into documents, one after the other. CPU is that
of this process, with SQLite in it and without Postgres. ``--keep`` leaves a SQLite file there
and uses it again.
"""

import argparse
import asyncio
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pydantic_core import to_json
from sqlalchemy import func, select, text, update

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.search import DatabaseSearches, DatabaseSearchIndex
from newswire.adapters.store.reading.articles import DatabaseArticleReads
from newswire.adapters.store.sql import insert_fresh
from newswire.adapters.store.tables import articles, changes, revisions, wire_head
from newswire.adapters.store.wire import DatabaseWire
from newswire.contracts.examples import EXAMPLES
from newswire.domain.wire.filters import NO_FILTER, WireFilter
from newswire.domain.wire.keys import LOCAL
from newswire.events import article_id_of, feed_id_of, stable_id
from newswire.operations.search_index import fill_index
from newswire.operations.wire.articles import list_articles
from newswire.operations.wire.changes import ask_changes, read_changes
from newswire.operations.wire.search import SearchRequest, search_articles
from newswire.operations.wire.tail import WireTail
from support.postgres import Postgres
from support.prose import SYLLABLES

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
WORDS, VOCABULARY, BATCH, PAGE = 300, 50_000, 500, 50
SOURCES = [f"site{number}.example" for number in range(200)]
LANGUAGES = ["en", "en", "en", "de", "fr", "es"]


class Prose:
    """Words by Zipf's law: the word with the number n is about 1/n as common as the first."""

    def __init__(self) -> None:
        self._chance = random.Random(1)
        made = ("".join(self._chance.choices(SYLLABLES, k=self._chance.randint(2, 5))) for _ in itertools.count())
        seen: dict[str, None] = {}
        for word in made:
            seen[word] = None
            if len(seen) == VOCABULARY:
                break
        self.words = list(seen)
        weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
        self._pool = self._chance.choices(self.words, cum_weights=weights, k=1_000_000)

    def some(self, count: int) -> list[str]:
        """Runs of ten words from one long text: drawing each word by itself takes longer than to store it."""
        starts = [int(self._chance.random() * 999_990) for _ in range(0, count, 10)]
        return [word for start in starts for word in self._pool[start : start + 10]][:count]


def rows(prose: Prose, start: int, count: int, total: int) -> Iterator[tuple[dict[str, Any], ...]]:
    """The rows of articles, revisions and changes."""
    event = next(iter(EXAMPLES["newswire.change.published.v1"].values())).model_dump(mode="json")
    for number in range(start, start + count):
        url, source = f"https://www.{SOURCES[number % 200]}/{number}", SOURCES[number % 200]
        article_id, at = article_id_of(url), NOW - (total - number) * timedelta(seconds=30)
        title, body = " ".join(prose.some(8)), " ".join(prose.some(WORDS))
        feed, language = f"https://{source}/feed", LANGUAGES[number % 6]
        said = event["article"] | {
            "article_id": str(article_id),
            "url": url,
            "canonical_url": url,
            "source": source,
            "title": title,
            "text": body,
            "language": language,
            "feed": {"id": str(feed_id_of(feed)), "url": feed},
            "published": {"value": at.isoformat(), "source": "feed", "precision": "second"},
        }
        state = {"article_id": article_id, "url": url, "canonical_url": url, "source": source, "title": title}
        state |= {"language": language, "word_count": WORDS, "published": at, "content_hash": f"{number}"}
        state |= {"kind": "published", "revision": 1, "text_hash": f"{number}", "body_from": "page", "rechecks": 0}
        state |= dict.fromkeys(("first_seen", "fetched_at", "changed_at"), at)
        text_of = {"article_id": article_id, "revision": 1, "content_hash": f"{number}", "word_count": WORDS}
        change_id = stable_id("bench", number)
        change = {"change_id": change_id, "source_event_id": change_id, "article_id": article_id}
        value = event | {"id": str(change_id), "article_id": str(article_id), "at": at.isoformat(), "article": said}
        change |= {"entry_id": change_id, "revision": 1, "kind": "published", "value": _json(value), "at": at}
        yield state, text_of | {"article": said, "at": at}, change | {"position": number + 1}


def _json(value: Any) -> bytes:
    return to_json(value)


async def fill(database: Database, prose: Prose, total: int) -> None:
    for start in range(0, total, BATCH):
        state, texts, told = map(list, zip(*rows(prose, start, min(BATCH, total - start), total), strict=True))
        async with database.write() as connection:
            for table, some in ((articles, state), (revisions, texts), (changes, told)):
                await insert_fresh(connection, table, some)
            await connection.execute(update(wire_head).values(next=start + len(told) + 1))
        if start % 20_000 == 0:
            print(f"{start} articles written", flush=True)


async def times(queries: int, work: Callable[[int], Awaitable[int]]) -> str:
    took, found, cpu = [], 0, time.process_time()
    for number in range(queries):
        began = time.perf_counter()
        found += await work(number)
        took.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(took, n=20)
    cpu = (time.process_time() - cpu) / queries * 1000
    return f"p50 {statistics.median(took):7.1f}  p95 {cuts[18]:7.1f}  CPU {cpu:6.1f}   {found / queries:6.1f} rows"


async def measure(database: Database, prose: Prose, queries: int) -> None:
    dice = random.Random(2)
    pick = lambda low, high: prose.words[dice.randrange(low, high)]  # noqa: E731  # a shorthand
    common, medium, rare = partial(pick, 0, 30), partial(pick, 100, 1_000), partial(pick, 20_000, VOCABULARY)
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
    for name, query, more in (
        ("common word", common, {}),
        ("medium word", medium, {}),
        ("rare word", rare, {}),
        ("two common words", lambda: f"{common()} {common()}", {}),
        ("common and rare", lambda: f"{common()} {rare()}", {}),
        ("three of OR", lambda: f"{medium()} OR {medium()} OR {rare()}", {}),
        ("common, not medium", lambda: f"{common()} -{medium()}", {}),
        ("phrase that is there", lambda: f'"{dice.choice(phrases)}"', {}),
        ("phrase of common words", lambda: f'"{common()} {common()} {common()}"', {}),
        ("title, medium", lambda: f"title:{medium()}", {}),
        ("prefix of 3", lambda: f"{medium()[:3]}*", {}),
        ("prefix of 5", lambda: f"{medium()[:5]}*", {}),
        ("common, one source", common, {"wanted": source}),
        ("medium, one source", medium, {"wanted": source}),
        ("common, three weeks back", common, {"wanted": old}),
        ("medium, three weeks back", medium, {"wanted": old}),
        ("relevance, common", common, {"sort": "relevance"}),
        ("relevance, two medium", lambda: f"{medium()} {medium()}", {"sort": "relevance"}),
        ("counted, common", common, {"count": True}),
        ("counted, medium", medium, {"count": True}),
    ):
        print(f"search  {name:26} {await times(queries, partial(search, query, **more))}", flush=True)

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
        print(f"list    {name:26} {await times(queries, partial(listed, wanted))}", flush=True)
    await pages_of_changes(database, queries, dice)


async def pages_of_changes(database: Database, queries: int, dice: random.Random) -> None:
    clock = SystemClock()
    tail = WireTail(DatabaseWire(database), DatabaseArticleReads(database), clock)
    there_is = await tail.range()

    async def page(number: int) -> int:
        del number
        after = f"{there_is.epoch}.{dice.randrange(there_is.head - 100)}"
        asked = await ask_changes(LOCAL, tail, NO_FILTER, fields=frozenset(), after=after, default="start")
        return len((await read_changes(tail, asked, limit=100, wait_s=0, clock=clock)).frames)

    print(f"changes {'page of 100':26} {await times(queries, page)}", flush=True)


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
async def opened(engine: str, keep: Path | None) -> AsyncIterator[Database]:
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        server = Postgres.start_new() if engine == "postgres" else None
        url = server.url(await server.create_database()) if server else f"sqlite:///{keep or folder}/bench.db"
        database = Database(url)
        try:
            await DatabaseSchema(database).migrate()
            yield database
        finally:
            await database.close()
            if server:
                server.stop()


async def run(chosen: argparse.Namespace) -> None:
    prose = Prose()
    async with opened(chosen.engine, chosen.keep) as database:
        async with database.read() as connection:
            there = (await connection.execute(select(func.count()).select_from(articles))).scalar_one()
        if not there:
            await fill(database, prose, chosen.articles)
        began, cpu = time.perf_counter(), time.process_time()
        await fill_index(DatabaseSearchIndex(database))
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        if not database.is_sqlite:
            async with database.look() as connection:
                await connection.execute(text("VACUUM ANALYZE"))
        each = 1000 / chosen.articles
        print(f"indexed: {took * each:.2f} ms an article, of this process's CPU {cpu * each:.2f} ms; ", end="")
        print(await sizes(database, chosen.articles), flush=True)
        print(f"load {os.getloadavg()[0]:.1f}, {chosen.articles} articles, {chosen.engine}", flush=True)
        await measure(database, prose, chosen.queries)
        print(f"load {os.getloadavg()[0]:.1f}", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("engine", choices=("sqlite", "postgres"))
    arguments.add_argument("--articles", type=int, default=100_000)
    arguments.add_argument("--queries", type=int, default=40)
    arguments.add_argument("--keep", type=Path)
    asyncio.run(run(arguments.parse_args()))


if __name__ == "__main__":
    main()
