"""Rows for every table, made by the types of its columns: with nulls, odd numbers, odd characters, and bytes."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, Table, Uuid, insert

from newswire.adapters.database import Database
from newswire.adapters.database.columns import UtcDateTime
from newswire.adapters.moving.tables import every_table

ODD: Final = ({"z": [1, 1.5, -0.0, 1e16, 1e-7, None], "a": "Ü\u2028\U0001f5de\x1f"}, [], {"": True}, [[], "'\"\\"])
VALUES: Final = {
    Uuid: lambda row: UUID(int=row + 1),
    UtcDateTime: lambda row: datetime(2026, 11, 27, 12, row, 0, row, tzinfo=UTC),
    JSON: lambda row: ODD[row % len(ODD)],
    LargeBinary: lambda row: bytes((0, 255, row)),
    Boolean: lambda row: row % 2 == 0,
    Float: lambda row: (0.1, -0.0, 1e300, 1 / 3)[row % 4],
    Integer: lambda row: row + 1,
}
MADE_OTHERWISE: Final = (
    "wire_head",
    "search_docs",
    "search_state",
    "schema_oldest",
    "moves",
    "bus_members",
    "bus_leases",
    "recent_batches",
)


async def fill_every_table(database: Database, rows: int = 4) -> None:
    """Write ``rows`` rows into each table that a move carries, and take as many positions."""
    async with database.write() as connection:
        for table in every_table():
            if table.name not in MADE_OTHERWISE and not table.name.startswith("bus_"):
                made = [{column.name: _value(table, column, row) for column in table.c} for row in range(rows)]
                await connection.execute(insert(table), made)
        await connection.exec_driver_sql("UPDATE wire_head SET next = 100")


def _value(table: Table, column: Column[Any], row: int) -> Any:
    if column.nullable and row == 1:
        return None
    if column.name == "recheck_at":
        return None  # a trigger would move it
    if column.name == "position" and table.name == "feed_events":
        return 50 + row  # the positions of both tables are one series
    if column.name == "article":  # the search index reads it
        return {"source": "n.example", "title": None, "text": "pier", "odd": ODD[row % len(ODD)]}
    made = (value(row) for kind, value in VALUES.items() if isinstance(column.type, kind))
    return next(made, f"{'é' * row}{row}\t\n\\N")
