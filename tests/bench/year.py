"""Fills a Postgres with the articles of a year and with their books, as `poll`, `store` and folding leave them.

A thousand articles go through `record`. Their rows, in every table that grows with an article, are copied inside the
database, a block of copies after the other, the oldest first: each copy with ids, hashes, addresses and keys of its own
and as much earlier as ``a_year`` articles a year come. What newswire drops is left out: the keys of near-duplicates
behind their window, the schedule of articles at rest, and folded re-checks. Each article has its line of the ledger, a
tenth of which others follow, and six re-checks half a day apart. Lines of the last ``open_days`` are open.

Of texts that are older than the window of near-duplicates only the address and `CUT` characters are kept, so that the
disk carries them. Else all rows are whole, and the indexes are as large as those that grew (`bench.cloned`).
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Column, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.cloned import TABLES, build_indexes, copied, leave_indexes
from bench.near_store import NOW, WINDOW
from newswire.adapters.database import Database
from newswire.adapters.database.columns import UtcDateTime
from newswire.adapters.store.near_tables import near_keys, near_texts
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.tables import revisions, sightings
from newswire.domain.articles.recheck import UNTIL

RECORDED: Final = 1_000
BLOCK: Final = 100
"""Copies that one statement makes."""
CUT: Final = 60
YEAR: Final = timedelta(days=365)
_KEPT_FOR: Final = {near_texts.name: WINDOW, near_keys.name: WINDOW, rechecks.name: UNTIL}
_FILLED: Final = (*TABLES, sightings)

# The lines of the recorded articles, which went into the store without `poll`; and a tenth that follow another one.
_LINES: Final = """
    WITH made AS (
      SELECT entry_id, url, title, outcomes.at, row_number() OVER (ORDER BY outcomes.at, entry_id) AS n
      FROM outcomes JOIN articles USING (article_id)
    )
    INSERT INTO sightings (entry_id, feed_id, reason, entry_key, fingerprint, url, title, found_at, follows)
    SELECT entry_id, md5('feed' || n)::uuid, 'new', url, md5(url) || md5(url || 1), url, title,
      at - interval '5 s', NULL FROM made
    UNION ALL
    SELECT md5(entry_id::text)::uuid, md5('feed' || n + 1)::uuid, 'new', url, md5(url) || md5(url || 1), url, title,
      at + interval '5 minutes', entry_id FROM made WHERE n % 10 = 0
"""
_LOOKS: Final = """
    CREATE TEMPORARY TABLE looks AS
    SELECT md5(entry_id::text || k)::uuid AS entry_id, article_id, url, k, outcomes.at + k * interval '12 hours' AS at
    FROM outcomes JOIN articles USING (article_id), generate_series(1, 6) AS k
"""
_OPEN_LOOKS: Final = """
    WITH made AS (
      SELECT md5(entry_id::text || n)::uuid AS entry_id, md5(article_id::text || n)::uuid AS article_id,
        url || '/' || n AS url, k, at - n * CAST(:apart AS interval) AS at
      FROM looks, generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n
    ), young AS (
      SELECT * FROM made WHERE at > CAST(:open_since AS timestamptz) AND at < CAST(:now AS timestamptz)
    ), booked AS (
      INSERT INTO sightings (entry_id, reason, entry_key, fingerprint, url, found_at)
      SELECT entry_id, 'recheck', article_id::text, 'recheck-' || k, url, at - interval '5 s' FROM young ORDER BY at
    )
    INSERT INTO outcomes (entry_id, kind, reason, article_id, at)
    SELECT entry_id, 'unchanged', 'same', article_id, at FROM young ORDER BY at
"""
_TOTALS: Final = """
    INSERT INTO ledger_totals SELECT month, kind, '', sum(n) FROM (
      SELECT sightings.folded_into AS month, coalesce(outcomes.kind, 'unchanged') AS kind, count(*) AS n
      FROM sightings LEFT JOIN outcomes USING (entry_id) WHERE folded_into IS NOT NULL GROUP BY 1, 2
      UNION ALL
      SELECT folded_into, 'unchanged', 6 * count(*) FROM sightings
      WHERE folded_into IS NOT NULL AND follows IS NULL GROUP BY 1
    ) AS counted GROUP BY 1, 2
"""
_EARLIER: Final = "{} - n * CAST(:apart AS interval)"
_FOLDED: Final = "CASE WHEN {at} <= CAST(:open_since AS timestamptz) THEN {mark} END"
_SPECIAL: Final = {
    "folded_into": _FOLDED.format(at=(_FOUND := _EARLIER.format("found_at")), mark=f"to_char({_FOUND}, 'YYYY-MM')"),
    "folded_as": _FOLDED.format(at=_EARLIER.format("at"), mark="''"),
    "seen": "seen - n * CAST(extract(epoch FROM CAST(:apart AS interval)) * 1000 AS bigint)",
    "position": "position + (CAST(:copies AS bigint) - n) * (SELECT max(position) FROM seed_changes)",
}
_CUT: Final = f"""
    CASE WHEN {_EARLIER.format("at")} >= CAST(:now AS timestamptz) - interval '{WINDOW.days} days' THEN article
    ELSE jsonb_build_object(
      'url', article -> 'url', 'feed', article -> 'feed', 'text', left(article ->> 'text', {CUT})
    ) END
"""


async def fill(database: Database, wanted: int, a_year: int, open_days: int) -> None:
    """Fill a database that holds nothing but `RECORDED` recorded articles until there are ``wanted``, a multiple."""
    copies, apart, began = wanted // RECORDED - 1, YEAR * RECORDED / a_year, time.perf_counter()
    times = {"apart": apart, "now": NOW, "open_since": NOW - timedelta(days=open_days)}
    async with database.write() as connection:
        for statement in (_LINES, _LOOKS):
            await connection.execute(text(statement))
        for table in _FILLED:
            await connection.execute(text(f"CREATE TEMPORARY TABLE seed_{table.name} AS SELECT * FROM {table.name}"))
        # With `wal_level=minimal` what is written to a table emptied in the same transaction is not logged.
        await connection.execute(text(f"TRUNCATE {', '.join(table.name for table in _FILLED)} CASCADE"))
        await leave_indexes(connection, _FILLED)
        for last, first in _blocks(copies):
            said = times | {"first": first, "last": last, "copies": copies}
            for table in _FILLED:
                await _copy(connection, table, said, apart)
            if last * apart - timedelta(days=3) < timedelta(days=open_days):
                await _execute(connection, _OPEN_LOOKS, said)
            print(f"  {(copies - first + 1) * RECORDED:,} after {time.perf_counter() - began:.0f} s", flush=True)
        await build_indexes(connection, _FILLED)
        await _execute(connection, _TOTALS, {})
        await connection.execute(text("UPDATE wire_head SET next = (SELECT max(position) + 1 FROM changes)"))
    for statement in ("VACUUM (ANALYZE)", "CHECKPOINT"):
        async with database.look() as connection:  # VACUUM wants no transaction around it
            await connection.execute(text(statement))
    print(f"  {wanted:,} made in {time.perf_counter() - began:.0f} s", flush=True)


def _blocks(copies: int) -> Iterator[tuple[int, int]]:
    """The highest and the lowest number of each block, down to copy 0: the recorded articles themselves."""
    for last in range(copies, -1, -BLOCK):
        yield last, max(0, last - BLOCK + 1)


async def _copy(connection: AsyncConnection, table: Table, said: dict[str, Any], apart: timedelta) -> None:
    kept = _KEPT_FOR.get(table.name)
    last = said["last"] if kept is None else min(said["last"], int(kept / apart))
    if last < said["first"]:
        return
    names = ", ".join(column.name for column in table.c)
    values = ", ".join(_value(column) for column in table.c)
    numbers = "generate_series(CAST(:last AS integer), CAST(:first AS integer), -1) AS n"
    rows = f"SELECT {values} FROM {numbers} CROSS JOIN LATERAL (SELECT * FROM seed_{table.name} OFFSET 0) AS seed"
    await _execute(connection, f"INSERT INTO {table.name} ({names}) {rows}", said | {"last": last})


def _value(column: Column[Any]) -> str:
    """The value of a column in the copy number ``n``; copy 0 is the row itself but for what folding marks."""
    name, table = column.name, column.table.name
    if name in _SPECIAL:
        return _SPECIAL[name]
    if name == "article" and table == revisions.name:
        return _CUT
    if table == sightings.name and name in {"feed_id", "fingerprint"}:
        return name
    if isinstance(column.type, UtcDateTime) and name != "due":
        return _EARLIER.format(name)
    changed = f"{name} || '/' || n" if name == "entry_key" else copied(column, sqlite=False)
    return name if changed == name else f"CASE WHEN n = 0 THEN {name} ELSE {changed} END"


async def _execute(connection: AsyncConnection, statement: str, values: dict[str, Any]) -> None:
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    await connection.execute(text(statement).bindparams(**used))
