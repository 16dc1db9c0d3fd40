"""What it costs to look at an article again and to find nothing new.

    python tests/bench/looks.py [--articles 2000] [--pages 300]

First the CPU of `extract` for a look at a page of the corpus that has the bytes of the first look: read again, and
compared. Both in one process, in turns.

Then what a look writes to Postgres: the articles are looked at for a week as the schedule wants it, by the calls that
`poll` and `store` make, and each page is unchanged. Row versions (the HOT ones in brackets), write-ahead log and
Postgres's CPU are for each look. Bytes are those that the tables have grown by, indexes included, with a VACUUM a day
in the place of autovacuum. At the end everything is folded: what is left of the looks in the ledger stays for ever.
"""

import argparse
import asyncio
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.near_store import BATCH, NOW, events
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger_fold import DatabaseLedgerFold
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recheck import Recheck, recheck_entry_id
from newswire.domain.ledger import Sighting
from newswire.errors import Reject, Retry
from newswire.events import PageValidators, stable_id
from newswire.operations.fold_ledger import fold_ledger
from newswire.stages.article_reader import ArticleReader
from support.build import arrivals, unchanged
from support.corpus import pages
from support.fakes import FakeClock
from support.line import EXTRACT_RULES, entry
from support.postgres import Postgres
from support.stores import poll_store
from support.web import FakeWeb, answer
from support.workers import Inline

WEEK_H = 8 * 24
_SIZES = """
    SELECT relname, n_tup_upd, n_tup_hot_upd, pg_total_relation_size(relid) AS size
    FROM pg_stat_user_tables WHERE relname IN ('articles', 'rechecks', 'page_hosts', 'sightings', 'outcomes')
"""


def sighting_of(check: Recheck, at) -> Sighting:
    return Sighting(
        entry_id=recheck_entry_id(check.article_id, check.number),
        reason="recheck",
        entry_key=str(check.article_id),
        fingerprint=f"recheck-{check.number}",
        url=check.url,
        found_at=at,
    )


def first_line(event) -> Sighting:
    url = event.article.url
    return Sighting(entry_id=event.entry_id, reason="new", entry_key=url, fingerprint=url, url=url, found_at=NOW)


async def rows_left(database: Database, articles: int) -> str:
    """The rows of the ledger besides those of the articles."""
    async with database.look() as connection:
        lines, ended = [
            await connection.scalar(text(f"SELECT count(*) FROM {table}")) - articles
            for table in ("sightings", "outcomes")
        ]
    return f"{lines} lines and {ended} outcomes"


async def look_for_a_week(database: Database) -> int:
    """Claim, book and record every look that is due, an hour after the other; gives how many they were."""
    store, article_store = poll_store(database), DatabaseArticles(database)
    looks = 0
    for hour in range(1, WEEK_H):
        if hour % 24 == 0:
            async with database.look() as connection:
                await connection.execute(text("VACUUM"))
        now = NOW + timedelta(hours=hour)
        while checks := await store.rechecks.claim(now, BATCH, 3600):
            booked = [sighting_of(check, now) for check in checks]
            await store.entries.book(booked)
            found = [
                unchanged(check.url, now, entry="").model_copy(
                    update={"entry_id": look.entry_id, "id": stable_id("article-event", look.entry_id)}
                )
                for check, look in zip(checks, booked, strict=True)
            ]
            await article_store.record(arrivals(*found), decide, now)
            looks += len(checks)
    await store.entries.close()
    return looks


async def sizes(database: Database) -> tuple[dict[str, tuple[int, int, int]], int]:
    """By table: updates, HOT updates and bytes; and the end of the write-ahead log."""
    async with database.look() as connection:
        for statement in ("VACUUM", "SELECT pg_stat_force_next_flush()"):
            await connection.execute(text(statement))
        await asyncio.sleep(1)  # the statistics of other connections come late
        rows = (await connection.execute(text(_SIZES))).all()
        end = await connection.scalar(text("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))
    return {row.relname: (row.n_tup_upd, row.n_tup_hot_upd, row.size) for row in rows}, int(end)


async def writes(articles: int) -> None:
    server = Postgres.start_new(settings=("autovacuum=off", "max_wal_size=8GB", "checkpoint_timeout=1h"))
    try:
        database = Database(server.url(await server.create_database()), statement_timeout_s=600)
        await DatabaseSchema(database).migrate()
        store, recorded = DatabaseArticles(database), list(events(articles, 400, 0))
        for start in range(0, articles, BATCH):
            some = recorded[start : start + BATCH]
            await store.record(some, decide, NOW)
            await poll_store(database).entries.book([first_line(each.event) for each in some])
        (before, began), spent = await sizes(database), server.cpu_seconds()
        looks = await look_for_a_week(database)
        spent = server.cpu_seconds() - spent
        after, ended = await sizes(database)
        await fold_ledger(DatabaseLedgerFold(database), FakeClock(NOW + timedelta(hours=WEEK_H)), 0)
        left = await rows_left(database, articles)
        await database.close()
    finally:
        server.stop()
    print(f"{articles} articles, {looks} looks that found nothing new; for each look:")
    for table, (updates, hot, size) in sorted(after.items()):
        was = before[table]
        print(
            f"  {table:11} {(updates - was[0]) / looks:5.2f} updates ({(hot - was[1]) / looks:.2f} HOT)"
            f" {(size - was[2]) / looks:6.0f} B"
        )
    print(f"  of the looks, {left} are left when they are folded")
    print(f"  write-ahead log {(ended - began) / looks:.0f} B, Postgres {1000 * spent / looks:.2f} ms of CPU")


async def reading(count: int) -> None:
    web, clock = FakeWeb(), FakeClock()
    reader = ArticleReader(web, Inline(), clock, EXTRACT_RULES)
    taken: dict[str, list[float]] = {"read again": [], "compared": []}
    for number, (_, body) in enumerate(pages("extract-fundus")):
        if number == count:
            break
        url = f"https://n.example/{number}"
        web.serve(url, answer(url, body, content_type="text/html"))
        try:
            first = (await reader.fetch(entry(url=url))).event
        except (Reject, Retry):
            continue
        for name, digest in (("read again", None), ("compared", first.body_sha256)):
            asked = PageValidators(body_sha256=digest)
            look = entry(url=url, reason="recheck", article_id=first.article.article_id, validators=asked)
            began = time.process_time()
            await reader.fetch(look)
            taken[name].append(1000 * (time.process_time() - began))
    for name, times in taken.items():
        print(f"{name}: {statistics.mean(times):.2f} ms of CPU a page, {len(times)} pages")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--pages", type=int, default=300)
    wanted = parser.parse_args()
    asyncio.run(reading(wanted.pages))
    asyncio.run(writes(wanted.articles))
