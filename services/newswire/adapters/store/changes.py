"""Recorded changes: the last rows that a transaction writes, each with its position on the wire."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database.advisory import AdvisoryLock, lock
from newswire.adapters.database.schema import ARTICLES_APART, schema_oldest
from newswire.adapters.store.near_tables import caused_changes
from newswire.adapters.store.recorded_rows import bytes_apart, change_row
from newswire.adapters.store.sql import insert_fresh
from newswire.adapters.store.tables import changes
from newswire.adapters.store.wire_head import take_positions
from newswire.domain.articles.decisions import Decisions
from newswire.domain.articles.recorded import RecordedChange, numbered


async def lock_recording(connection: AsyncConnection) -> None:
    """Let no other transaction decide on articles until this one ends; on SQLite a writer is alone anyway."""
    if connection.dialect.name == "postgresql":
        await lock(connection, AdvisoryLock.RECORDING)


async def kept_apart(connection: AsyncConnection, made: Decisions) -> dict[UUID, bytes]:
    """By change id: the bytes, still without a position, of those changes whose articles are left to ``revisions``."""
    if not made.changes or not await may_part(connection):
        return {}
    found = ((record.change_id, bytes_apart(change, record.value)) for change, record in made.changes)
    return {change_id: kept for change_id, kept in found if kept is not None}


async def write_changes(
    connection: AsyncConnection, made: Decisions, kept: Mapping[UUID, bytes]
) -> tuple[RecordedChange, ...]:
    """Number the new changes and write them, as the last step; returns all changes of the batch, in order.

    ``kept`` is `kept_apart`, which is found out before any lock is taken.
    """
    if not made.changes:
        return tuple(made.told)
    new = numbered(made.changes, await take_positions(connection, len(made.changes)))
    rows = [change_row(change, record, kept.get(record.change_id)) for change, record in new]
    await insert_fresh(connection, changes, rows)
    caused = [{"event_id": event_id, "change_id": change_id} for change_id, event_id in sorted(made.caused.items())]
    await insert_fresh(connection, caused_changes, caused)
    by_id = {record.change_id: record for _, record in new}
    return tuple(by_id.get(record.change_id, record) for record in made.told)


async def may_part(connection: AsyncConnection) -> bool:
    """Whether no newswire can run on the database that takes every change for whole."""
    oldest = await connection.scalar(select(schema_oldest.c.revision))
    return oldest is not None and oldest >= ARTICLES_APART
