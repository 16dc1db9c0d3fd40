"""Recorded changes: the last rows that a transaction writes, each with its position on the wire."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database.schema import ARTICLES_APART, schema_oldest
from newswire.adapters.store.near_tables import caused_changes
from newswire.adapters.store.recorded_rows import change_row
from newswire.adapters.store.sql import insert_fresh
from newswire.adapters.store.tables import changes
from newswire.adapters.store.wire_head import take_positions
from newswire.domain.articles.decisions import Decisions
from newswire.domain.articles.recorded import RecordedChange, numbered

RECORDING: Final = 0x6E657773_00000001
"""The Postgres advisory lock of `lock_recording`."""


async def lock_recording(connection: AsyncConnection) -> None:
    """Let no other transaction decide on articles until this one ends; on SQLite a writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        # A statement of its own: under READ COMMITTED the next one sees what the last holder committed.
        await connection.execute(select(func.pg_advisory_xact_lock(RECORDING)))


async def write_changes(connection: AsyncConnection, made: Decisions) -> tuple[RecordedChange, ...]:
    """Number the new changes and write them, as the last step; returns all changes of the batch, in order."""
    if not made.changes:
        return tuple(made.told)
    apart = await _may_part(connection)
    new = numbered(made.changes, await take_positions(connection, len(made.changes)))
    await insert_fresh(connection, changes, [change_row(change, record, apart=apart) for change, record in new])
    caused = [{"event_id": event_id, "change_id": change_id} for change_id, event_id in sorted(made.caused.items())]
    await insert_fresh(connection, caused_changes, caused)
    by_id = {record.change_id: record for _, record in new}
    return tuple(by_id.get(record.change_id, record) for record in made.told)


async def _may_part(connection: AsyncConnection) -> bool:
    """Whether no newswire can run on the database that takes every change for whole."""
    oldest = await connection.scalar(select(schema_oldest.c.revision))
    return oldest is not None and oldest >= ARTICLES_APART
