"""The words of purged articles in the log that the database holds.

A record is rewritten in its place, under its offset: one that a stage has not read yet is still read, and booked.
"""

from typing import Any, Final

from sqlalchemy import select, tuple_, update

from newswire.adapters.bus_database.records import to_record
from newswire.adapters.bus_database.tables import bus_records
from newswire.adapters.database import Database
from newswire.adapters.erasure.rows import Traces
from newswire.contracts import decode, entry_id_of
from newswire.domain.articles.erased import erased
from newswire.errors import InvalidRecord
from newswire.ports import Record

CHUNK: Final = 500
_PLACE: Final = (bus_records.c.topic, bus_records.c.partition, bus_records.c.offset)
_UNREADABLE: Final = b"{}"


async def erase(database: Database, traces: Traces) -> None:
    """Rewrite every record that is about one of the articles or entries. Raises `Wait`."""
    found: list[tuple[Any, ...]] = []
    ordered = select(*_PLACE, bus_records.c.headers).where(bus_records.c.key.in_(traces.keys)).order_by(*_PLACE)
    page = ordered.limit(CHUNK)
    while True:
        async with database.read() as connection:
            rows = (await connection.execute(page)).all()
        for topic, number, offset, headers in rows:
            record = to_record((topic, number, offset, None, b"", headers, None))
            if entry_id_of(record) in traces.entry_ids:
                found.append((topic, number, offset))
        if len(rows) < CHUNK:
            break
        page = ordered.where(tuple_(*_PLACE) > tuple(rows[-1][:3])).limit(CHUNK)
    for place in found:
        await _rewrite(database, place)


async def _rewrite(database: Database, place: tuple[Any, ...]) -> None:
    here = [column == value for column, value in zip(_PLACE, place, strict=True)]
    async with database.write() as connection:
        row = (await connection.execute(select(bus_records).where(*here))).one_or_none()
        if row is None:
            return
        value = _without_words(to_record(row))
        if value != row.value:
            await connection.execute(update(bus_records).where(*here).values(value=value))


def _without_words(record: Record) -> bytes:
    try:
        event = decode(record)
    except InvalidRecord:
        return _UNREADABLE
    left = erased(event)
    return record.value if left == event else left.model_dump_json().encode()
