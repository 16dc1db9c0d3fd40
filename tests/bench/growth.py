"""Measures a Postgres that holds a year: ``python tests/bench/growth.py --stored 10000 10000000 --server …``.

A database for each of ``--stored`` is filled as if ``--a-year`` articles a year had come until now (`bench.year`), with
``--open-days`` days of open lines. It prints bytes, what look-ups and the audit take, and the rate of `record` with
near-duplicates. Then the lines that are older than a week are folded, while polls are saved that touch them.

10,000,000 articles take 30 GB, and what `max_wal_size` allows, and half an hour to make, beside other work:
``--server shared_buffers=2GB max_wal_size=8GB wal_level=minimal max_wal_senders=0 maintenance_work_mem=1GB``.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.near_scale import WORDS, record, timed, whole
from bench.near_store import NOW, WINDOW, events
from bench.year import RECORDED, fill
from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.entries import DatabaseEntries
from newswire.adapters.store.known import load_known
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.ledger_fold import DatabaseLedgerFold
from newswire.adapters.store.near_texts import load_texts
from newswire.domain.articles.batch import signed_events
from newswire.domain.articles.recorded import Arrival
from newswire.domain.feeds.state import PollSaved
from newswire.operations.fold_ledger import fold_ledger
from support.build import feed, sighting
from support.postgres import Postgres

KEPT_DAYS: Final = 7
_SIZES: Final = """
    SELECT relname, pg_table_size(oid) AS data, pg_indexes_size(oid) AS indexes FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_total_relation_size(oid) > 1000000
    ORDER BY pg_total_relation_size(oid) DESC
"""
_KNOWN: Final = """
    SELECT feed_id, entry_key FROM sightings TABLESAMPLE SYSTEM ({share})
    WHERE title IS NOT NULL AND follows IS NULL LIMIT 2000
"""
_OLD: Final = """
    SELECT feed_id, array_agg(entry_key) AS keys_ FROM (
      SELECT feed_id, entry_key FROM sightings WHERE folded_into IS NULL AND feed_id IS NOT NULL
      ORDER BY found_at LIMIT 40000
    ) AS each GROUP BY feed_id
"""
_WAITING: Final = "SELECT max(clock_timestamp() - waitstart) FROM pg_locks WHERE NOT granted"


async def measure(server: Postgres, database: Database, arrivals: Sequence[Arrival], rounds: int) -> None:
    """Print the figures of a filled database, fold it, and print them again."""
    await sizes(database)
    entries, ledger = DatabaseEntries(database, linger_s=0), DatabaseLedger(database)
    await look_ups(database, entries, arrivals[:200])
    before = await audits(ledger)
    print(f"  record: {await timed(server, database, arrivals, rounds, near=True)}", flush=True)
    saved = await fold(server, database, entries)
    assert await audits(ledger) == before + saved
    await look_ups(database, entries, arrivals[:200])
    await entries.close()


async def sizes(database: Database) -> None:
    async with database.look() as connection:
        rows = (await connection.execute(text("SELECT count(*) FROM articles"))).scalar_one()
        for row in await connection.execute(text(_SIZES)):
            print(f"  {row.relname:16} {row.data / rows:6.0f} + {row.indexes / rows:4.0f} B an article", flush=True)


async def look_ups(database: Database, entries: DatabaseEntries, arrivals: Sequence[Arrival]) -> None:
    """Time what a poll asks of 50 entries, half of them known, and what a new article is decided by."""
    async with database.look() as connection:
        rows = await connection.execute(text("SELECT greatest(1, reltuples) FROM pg_class WHERE relname = 'sightings'"))
        share = min(100.0, 20_000_000 / rows.scalar_one())
        known = (await connection.execute(text(_KNOWN.format(share=share)))).all()
    keys = [(row.feed_id, [row.entry_key, *(f"{row.entry_key}/{n}" for n in range(49))]) for row in known[::10]]
    took = await percentiles(keys, lambda each: entries.known(*each))
    print(f"  50 entries by key: {took}", flush=True)
    print(f"  50 entries by address: {await percentiles(keys, lambda each: entries.known_urls(each[1]))}", flush=True)
    news = [arrival.event for arrival in arrivals]
    since = NOW - WINDOW

    async def by_hash(event: Any) -> None:
        async with database.read() as connection:
            await load_known(connection, [event], near=True, locked=False)

    async def by_lanes(event: Any) -> None:
        async with database.read() as connection:
            await load_texts(connection, signed_events([event]), [event.id], since)

    print(f"  an article by address and hash: {await percentiles(news, by_hash)}", flush=True)
    print(f"  an article by its signature: {await percentiles(news, by_lanes)}", flush=True)


async def percentiles(asked: Sequence[Any], ask: Callable[[Any], Awaitable[Any]]) -> str:
    took = []
    for each in asked:
        began = time.perf_counter()
        await ask(each)
        took.append(time.perf_counter() - began)
    return said(took)


def said(took: Sequence[float]) -> str:
    ordered = [1000 * each for each in sorted(took)]
    median, most, longest = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95, 0.999999))
    return f"p50 {median:.2f}, p95 {most:.2f}, longest {longest:.1f} ms of {len(ordered)}"


async def audits(ledger: DatabaseLedger) -> int:
    """Time the two queries of an audit, three times; gives what was found."""
    for _ in range(3):
        began = time.perf_counter()
        pending = [each async for each in ledger.pending()]
        middle = time.perf_counter()
        balance = await ledger.balance()
        ended = time.perf_counter()
        print(
            f"  audit: {ended - began:.2f} s (pending {middle - began:.2f} s, sums {ended - middle:.2f} s)", flush=True
        )
    lines = f"{balance.found - balance.folded:,} open lines of {balance.found:,}"
    print(f"  {lines}; pending {balance.pending}, {len(pending)}", flush=True)
    return balance.found


async def fold(server: Postgres, database: Database, entries: DatabaseEntries) -> int:
    """Fold what is older than a week while polls are saved, then save some alone; gives how many lines were saved."""
    writing = Writing(database, entries)
    writing.begin()
    began, spent = time.perf_counter(), server.cpu_seconds()
    done = await fold_ledger(DatabaseLedgerFold(database), AtTheEnd(), KEPT_DAYS)
    spent, took = server.cpu_seconds() - spent, time.perf_counter() - began
    print(
        f"  folded {done.lines:,} lines, {done.deleted:,} of them deleted, in {took:.1f} s, {spent:.1f} s of server CPU"
    )
    print(f"  polls saved meanwhile: {await writing.end()}")
    writing.begin()
    await asyncio.sleep(10)
    print(f"  polls saved alone: {await writing.end()}", flush=True)
    return writing.lines


class AtTheEnd(SystemClock):
    """Runs on from the end of the year."""

    def __init__(self) -> None:
        self._passed = NOW - super().now()

    def now(self) -> datetime:
        """The time as the made articles have it."""
        return super().now() + self._passed


class Writing:
    """Saves polls of five new entries that also touch twenty old ones, which are among those that are folded."""

    def __init__(self, database: Database, entries: DatabaseEntries) -> None:
        self._database = database
        self._entries = entries
        self._numbers = count()
        self.lines = 0

    def begin(self) -> None:
        """Begin to save, and to look who waits for a lock."""
        self._stop, self._took, self._waited = asyncio.Event(), list[float](), [timedelta()]
        self._tasks = [asyncio.create_task(self._save()), asyncio.create_task(self._watch())]

    async def end(self) -> str:
        """What a save took, and the longest wait for a lock."""
        self._stop.set()
        await asyncio.gather(*self._tasks)
        waited = max(self._waited) / timedelta(milliseconds=1)
        return f"{said(self._took)}; longest wait for a lock seen {waited:.0f} ms"

    async def _save(self) -> None:
        async with self._database.look() as connection:
            rows = (await connection.execute(text(_OLD))).all()
        while not self._stop.is_set():
            number = next(self._numbers)
            row, at = rows[number % len(rows)], datetime.now(UTC)
            lines = [sighting(f"n{number}-{each}", f"https://new.example/{number}/{each}", at) for each in range(5)]
            touched = {key: at + timedelta(seconds=number) for key in row.keys_[:20]}
            began = time.perf_counter()
            await self._entries.save(PollSaved(replace(feed(), id=row.feed_id), tuple(lines), touched=touched))
            self._took.append(time.perf_counter() - began)
            self.lines += len(lines)
            await asyncio.sleep(0.02)

    async def _watch(self) -> None:
        async with self._database.look() as connection:
            while not self._stop.is_set():
                self._waited.append((await connection.execute(text(_WAITING))).scalar_one() or timedelta())
                await asyncio.sleep(0.005)


async def run(server: Postgres, chosen: argparse.Namespace) -> None:
    arrivals = list(events(RECORDED + chosen.rounds * chosen.articles, WORDS, 0.3, timedelta(seconds=1)))
    for stored in chosen.stored:
        name = await server.create_database()
        database = Database(server.url(name), statement_timeout_s=7200)
        await DatabaseSchema(database).migrate()
        empty = await whole(database)
        await record(DatabaseArticles(database, near_window=WINDOW), arrivals[:RECORDED])
        await fill(database, stored, chosen.a_year, chosen.open_days)
        print(f"{stored:,} articles, {(await whole(database) - empty) / stored:.0f} B each", flush=True)
        await measure(server, database, arrivals[RECORDED:], chosen.rounds)
        await database.close()
        await server.drop_database(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000], help="multiples of 1,000")
    parser.add_argument("--a-year", type=int, default=10_000_000)
    parser.add_argument("--open-days", type=int, default=10)
    parser.add_argument("--articles", type=int, default=1_000, help="timed in a round, a multiple of 200")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--server", nargs="+", default=[], help="settings of Postgres, as name=value")
    chosen = parser.parse_args()
    server = Postgres.start_new(settings=chosen.server)
    try:
        asyncio.run(run(server, chosen))
    finally:
        server.stop()


if __name__ == "__main__":
    main()
