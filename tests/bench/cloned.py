"""Fills a database with as many stored articles as a measurement needs: recorded ones, copied inside the database.

The first articles go through `record`. Then each of their rows, in every table that `record` writes, is copied: with
new ids, hashes, addresses, keys and positions, and else as it is. So the tables and indexes are as large as if all
articles had been recorded, for a fraction of the time. Postgres vacuums the copies and writes them out before this
ends, so that no measurement pays for it. A bench prints the bytes an article before and after.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Column, Table, TableClause, Uuid, text
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.near_tables import near_keys, near_links, near_texts
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.tables import article_urls, articles, changes, originals, outcomes, revisions

TABLES: Final[tuple[Table, ...]] = (
    *(articles, rechecks, article_urls, originals, revisions, outcomes, changes),
    *(near_texts, near_keys, near_links),
)


async def multiply(database: Database, recorded: int, wanted: int) -> None:
    """Copy the ``recorded`` articles until there are ``wanted``, a multiple of them.

    A statement may take minutes: ``database`` must wait as long.
    """
    times = {"copies": wanted // recorded - 1, "recorded": recorded}
    if not times["copies"]:
        return
    async with database.write() as connection:
        await _prepare(connection)
        for table in TABLES:
            statement = _statement(table, sqlite=database.is_sqlite)
            await connection.execute(text(statement).bindparams(**_used(statement, times)))
        if not database.is_sqlite:
            await build_indexes(connection, TABLES)
        await connection.execute(text("UPDATE wire_head SET next = (SELECT max(position) + 1 FROM changes)"))
    for statement in ("ANALYZE",) if database.is_sqlite else ("VACUUM (ANALYZE)", "CHECKPOINT"):
        async with database.look() as connection:  # VACUUM wants no transaction around it
            await connection.execute(text(statement))


def _statement(table: Table, *, sqlite: bool) -> str:
    columns = ", ".join(column.name for column in table.c)
    values = ", ".join(copied(column, sqlite=sqlite) for column in table.c)
    numbers = "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :copies)"
    return f"INSERT INTO {table.name} ({columns}) {numbers} SELECT {values} FROM {table.name}, copies"


def copied(column: Column[Any], *, sqlite: bool) -> str:
    """The value of a column in the copy number ``n``."""
    name = column.name
    if isinstance(column.type, Uuid):
        return f"md5({name} || n)" if sqlite else f"CAST(md5(CAST({name} AS text) || n) AS uuid)"
    if name in {"content_hash", "text_hash"}:
        return f"substr(md5({name} || n) || md5(n || {name}), 1, length({name}))"
    if name in {"url", "canonical_url"}:
        return f"{name} || '/' || n"
    if name == "key":
        return "hashtextextended(CAST(key AS text), n) & 9223372036854775807"
    if name == "position":
        return "position + n * :recorded"
    return name


_INDEXES: Final = """
    SELECT indexrelid, amname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE CAST(CAST(indrelid AS regclass) AS text) = ANY(:tables)
"""
_UNUSED: Final = f"""
    UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid IN (SELECT indexrelid FROM ({_INDEXES}))
"""
_FULL: Final = 69
"""Per cent of a page of a B-tree that are used when its entries came in a random order (Yao 1978)."""


async def leave_indexes(connection: AsyncConnection, tables: Iterable[Table | TableClause]) -> None:
    """On Postgres, leave foreign keys unchecked and the indexes of the tables alone, until `build_indexes`.

    A check for each row takes as long as the copy, and entries at random places of a large index take longer.
    """
    await connection.execute(text("SET LOCAL session_replication_role = replica"))
    await connection.execute(text(_UNUSED).bindparams(tables=[table.name for table in tables]))


async def build_indexes(connection: AsyncConnection, tables: Iterable[Table | TableClause]) -> None:
    """Build the indexes of the filled tables, B-trees as full as if the rows had come one after the other."""
    names = text(f"SELECT CAST(CAST(indexrelid AS regclass) AS text), amname FROM ({_INDEXES}) ORDER BY 1")
    indexes = (await connection.execute(names.bindparams(tables=[table.name for table in tables]))).all()
    await connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    for index, method in indexes:
        if method == "btree":
            await connection.execute(text(f"ALTER INDEX {index} SET (fillfactor = {_FULL})"))
        await connection.execute(text(f"REINDEX INDEX {index}"))
        if method == "btree":
            await connection.execute(text(f"ALTER INDEX {index} RESET (fillfactor)"))


async def _prepare(connection: AsyncConnection) -> None:
    """On Postgres, leave the indexes alone. On SQLite, hash."""
    if connection.dialect.name == "postgresql":
        await leave_indexes(connection, TABLES)
        return
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.create_function("md5", 1, _md5, deterministic=True)
    await driver.create_function("hashtextextended", 2, _hash, deterministic=True)


def _md5(value: object) -> str | None:
    return None if value is None else hashlib.md5(str(value).encode(), usedforsecurity=False).hexdigest()


def _hash(value: str, number: int) -> int:
    digest = hashlib.md5(f"{value} {number}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "little", signed=True)


def _used(statement: str, values: dict[str, int]) -> dict[str, int]:
    return {name: value for name, value in values.items() if f":{name}" in statement}
