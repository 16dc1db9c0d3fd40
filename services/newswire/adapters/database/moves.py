"""The marks of moves to and from this database: at most one as the source, and one as the target of another."""

from dataclasses import asdict
from typing import Final

from sqlalchemy import Column, Connection, String, Table, Text, Uuid, delete, insert, select

from newswire.adapters.database.columns import UtcDateTime, metadata
from newswire.domain.moving.mark import MoveMark, MoveRole

moves: Final = Table(
    "moves",
    metadata,
    Column("role", String(10), primary_key=True),
    Column("move_id", Uuid, nullable=False),
    Column("state", String(10), nullable=False),
    Column("store", Text, nullable=False),
    Column("bus", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


def marks(connection: Connection) -> dict[MoveRole, MoveMark]:
    """The marks that there are, by the end of the move that this database is."""
    rows = connection.execute(select(moves))
    return {row.role: MoveMark(row.move_id, row.state, row.store, row.bus, row.at) for row in rows}


def write_mark(connection: Connection, mark: MoveMark) -> None:
    """Write it in place of the mark for the same end."""
    connection.execute(delete(moves).where(moves.c.role == mark.role))
    connection.execute(insert(moves).values(role=mark.role, **asdict(mark)))
