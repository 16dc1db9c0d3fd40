"""Measures the ledger on Postgres after a year: ``python tests/bench/growth.py [--articles 2000000]``.

The rows of a year are made inside the database, as `poll` and `store` write them: for each article one entry, a tenth
of which follow another one, and six re-checks. Of months before the last one only what folding leaves is made. The
month before (11 to 41 days ago) is made line by line and folded here, while polls are saved that touch its lines. The
lines of the last week stay open. ``--open-articles`` makes them denser than the rest: as many as
that many articles a year would bring.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.entries import DatabaseEntries
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.ledger_fold import DatabaseLedgerFold
from newswire.domain.feeds.state import PollSaved
from newswire.operations.fold_ledger import fold_ledger
from support.build import feed, sighting
from support.postgres import Postgres

SERVER = ("shared_buffers=1GB", "max_wal_size=16GB", "maintenance_work_mem=1GB")
RECHECKS, FEEDS, KEPT_DAYS = 6, 2000, 7
PASTS = ((365, 42, True), (41, 11, False), (7, 0, False))
"""Days ago, from and until, and whether these lines are folded already."""
_ARTICLE = """
CREATE UNLOGGED TABLE made AS SELECT i, k, {folded} AS folded,
  timestamptz '{now}'
    - make_interval(secs => ({start} - ({start} - {end}) * i::float / {n}) * 86400.0 - k * 43200.0) AS found_at,
  md5('{start}-' || i)::uuid AS article_id, md5('{start}-' || i || '-' || k)::uuid AS entry_id,
  'https://news-' || i % {feeds} || '.example/2026/11/27/a-headline-of-eight-or-nine-words-{start}-' || i AS url
FROM generate_series(0, {n} - 1) AS i, generate_series(0, {rechecks}) AS k
"""
_SIGHTINGS = """
INSERT INTO sightings (entry_id, feed_id, reason, entry_key, fingerprint, url, title, found_at, follows, folded_into)
SELECT entry_id, CASE k WHEN 0 THEN md5('feed' || i % {feeds})::uuid END, CASE k WHEN 0 THEN 'new' ELSE 'recheck' END,
  CASE k WHEN 0 THEN url ELSE article_id::text END,
  CASE k WHEN 0 THEN md5(url) || md5(url || 1) ELSE 'recheck-' || k END,
  url, CASE k WHEN 0 THEN 'A headline of eight or nine words about something ' || i END, found_at,
  CASE WHEN k = 0 AND i % 10 = 9 THEN md5('{start}-' || i - 1 || '-0')::uuid END,
  CASE WHEN folded THEN to_char(found_at, 'YYYY-MM') END
FROM made WHERE k = 0 OR NOT folded
"""
_OUTCOMES = """
INSERT INTO outcomes (entry_id, kind, reason, article_id, at, folded_as)
SELECT entry_id, CASE k WHEN 0 THEN 'published' ELSE 'unchanged' END, CASE WHEN k > 0 THEN 'same' END, article_id,
  found_at + interval '5 seconds', CASE WHEN folded THEN '' END
FROM made WHERE k > 0 OR i % 10 < 9
"""
_TOTALS = """
INSERT INTO ledger_totals SELECT to_char(found_at, 'YYYY-MM'),
  CASE WHEN k = 0 AND i % 10 < 9 THEN 'published' ELSE 'unchanged' END, '', count(*)
FROM made WHERE folded GROUP BY 1, 2
"""
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename IN ('sightings', 'outcomes') AND indexname NOT LIKE '%pkey'
"""
_SIZES = """
SELECT t AS name, pg_relation_size(t::regclass) AS data, pg_indexes_size(t::regclass) AS indexes
FROM unnest(ARRAY['sightings', 'outcomes']) AS t
"""


async def main() -> None:
    """Make a year, fold a month, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--open-articles", type=int)
    wanted = parser.parse_args()
    server = Postgres.start_new(settings=SERVER)
    try:
        database = Database(server.url(await server.create_database()), statement_timeout_s=3600)
        await DatabaseSchema(database).migrate()
        now = datetime.now(UTC)
        await make(database, now, wanted.articles, wanted.open_articles or wanted.articles)
        await measure(database, now, server)
        await database.close()
    finally:
        server.stop()


async def make(database: Database, now: datetime, articles: int, open_articles: int) -> None:
    began = time.perf_counter()
    async with database.write() as connection:
        indexes = (await connection.exec_driver_sql(_INDEXES)).all()
        for table in ("sightings", "outcomes"):
            await connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
        for index in indexes:
            await connection.exec_driver_sql(f"DROP INDEX {index.indexname}")
        for start, end, folded in PASTS:
            n = (articles if end else open_articles) * (start - end) // 365
            said = {"start": start, "end": end, "n": n, "folded": folded, "now": now.isoformat()}
            for statement in (_ARTICLE, _SIGHTINGS, _OUTCOMES, _TOTALS, "DROP TABLE made"):
                await connection.exec_driver_sql(statement.format(**said, feeds=FEEDS, rechecks=RECHECKS))
        for table in ("sightings", "outcomes"):
            await connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (entry_id)")
        for index in indexes:
            await connection.exec_driver_sql(index.indexdef)
    await vacuum(database)
    print(f"made in {time.perf_counter() - began:.0f} s")


async def vacuum(database: Database) -> None:
    async with database.look() as connection:
        await connection.exec_driver_sql("VACUUM (ANALYZE) sightings, outcomes")


async def measure(database: Database, now: datetime, server: Postgres) -> None:
    entries, ledger, fold = (
        DatabaseEntries(database, linger_s=0),
        DatabaseLedger(database),
        DatabaseLedgerFold(database),
    )
    await sizes(database)
    before = await audits(ledger, "before")
    await look_ups(database, entries, "before")
    stop, numbers, slow = asyncio.Event(), count(), list[float]()
    writing = asyncio.create_task(save_polls(database, entries, stop, numbers, slow))
    began, spent = time.perf_counter(), server.cpu_seconds()
    done = await fold_ledger(fold, SystemClock(), KEPT_DAYS)
    took, spent = time.perf_counter() - began, server.cpu_seconds() - spent
    stop.set()
    await writing
    print(
        f"folded {done.lines:,} lines, {done.deleted:,} of them deleted, in {took:.0f} s, {spent:.0f} s of server CPU"
    )
    print(f"{len(slow)} polls saved meanwhile: median {median(slow) * 1000:.1f} ms, longest {max(slow) * 1000:.1f} ms")
    slow.clear()
    stop.clear()
    writing = asyncio.create_task(save_polls(database, entries, stop, numbers, slow))
    await asyncio.sleep(10)
    stop.set()
    await writing
    print(f"{len(slow)} polls saved alone: median {median(slow) * 1000:.1f} ms, longest {max(slow) * 1000:.1f} ms")
    await vacuum(database)
    await sizes(database)
    after = await audits(ledger, "after")
    assert after == before + 5 * next(numbers), (before, after)
    await look_ups(database, entries, "after")
    await entries.close()


async def audits(ledger: DatabaseLedger, when: str) -> int:
    """Time the two queries of an audit, three times; gives what was found."""
    for _ in range(3):
        began = time.perf_counter()
        pending = [each async for each in ledger.pending()]
        middle = time.perf_counter()
        balance = await ledger.balance()
        ended = time.perf_counter()
        print(f"audit {when}: {ended - began:.2f} s (pending {middle - began:.2f} s, sums {ended - middle:.2f} s)")
    print(f"  found {balance.found:,}, of them folded {balance.folded:,}, pending {balance.pending}, {len(pending)}")
    return balance.found


async def look_ups(database: Database, entries: DatabaseEntries, when: str) -> None:
    """Time what a poll asks of 50 entries of one feed, half of them known, spread over the year."""
    async with database.look() as connection:
        sample = "SELECT feed_id, entry_key FROM sightings TABLESAMPLE SYSTEM (1) "
        sample += "WHERE title IS NOT NULL AND follows IS NULL LIMIT 2000"
        rows = (await connection.exec_driver_sql(sample)).all()
    known = [(row.feed_id, [row.entry_key, *(f"{row.entry_key}/{n}" for n in range(49))]) for row in rows[::20]]
    asks: dict[str, Callable[[UUID, list[str]], Awaitable[Any]]] = {
        "known": entries.known,
        "known_urls": lambda _, urls: entries.known_urls(urls),
    }
    for name, ask in asks.items():
        took = []
        for feed_id, keys in known:
            began = time.perf_counter()
            assert await ask(feed_id, keys)
            took.append(time.perf_counter() - began)
        print(f"  {name} of 50, {when}: median {median(took) * 1000:.2f} ms, longest {max(took) * 1000:.1f} ms")


async def save_polls(
    database: Database, entries: DatabaseEntries, stop: asyncio.Event, numbers: "count[int]", took: list[float]
) -> None:
    """Save polls of five new entries that also touch twenty old ones, which are among those that are folded."""
    old = "SELECT feed_id, array_agg(entry_key) AS keys_ FROM (SELECT feed_id, entry_key FROM sightings WHERE "
    old += "folded_into IS NULL AND feed_id IS NOT NULL ORDER BY found_at LIMIT 40000) AS each GROUP BY feed_id"
    async with database.look() as connection:
        rows = (await connection.exec_driver_sql(old)).all()
    while not stop.is_set():
        number = next(numbers)
        row, at = rows[number % len(rows)], datetime.now(UTC)
        lines = [sighting(f"n{number}-{each}", f"https://new.example/{number}/{each}", at) for each in range(5)]
        touched = {key: at + timedelta(seconds=number) for key in row.keys_[:20]}
        began = time.perf_counter()
        await entries.save(PollSaved(replace(feed(), id=row.feed_id), tuple(lines), touched=touched))
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.02)


async def sizes(database: Database) -> None:
    async with database.look() as connection:
        for row in await connection.exec_driver_sql(_SIZES):
            rows = await connection.exec_driver_sql(f"SELECT count(*) FROM {row.name}")
            n = rows.scalar_one()
            each = f"{row.data / n:.0f} + {row.indexes / n:.0f} B each"
            print(f"  {row.name}: {n:,} rows, {(row.data + row.indexes) / 1e6:,.0f} MB, {each}")


if __name__ == "__main__":
    asyncio.run(main())
