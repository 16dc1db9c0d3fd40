"""The fence: triggers that refuse every write to newswire's tables, by any process.

A trigger is part of the write itself, so no process can pass it: not one that runs already, not one of an older
release. While there is no fence, it costs nothing. It comes into being in one transaction, which waits until the
transactions that write have ended: SQLite has one writer at a time, and on Postgres each table is locked before.
Postgres has to be 14 or newer (CREATE OR REPLACE TRIGGER).
"""

from typing import Final

from sqlalchemy import Connection

from newswire.adapters.database.failures import FENCED, FENCED_PREFIX
from newswire.adapters.database.moves import moves
from newswire.adapters.moving.tables import WORDS, every_table

_NAME: Final = "newswire_fence"
_WRITES: Final = ("INSERT", "UPDATE", "DELETE")
_HISTORY: Final = "alembic_version"


def fenced_tables(connection: Connection) -> list[str]:
    """The names of the tables that a fence protects: all but the one of its own mark."""
    names = [table.name for table in every_table() if table is not moves]
    return [*names, _HISTORY] if connection.dialect.name == "sqlite" else [*names, _HISTORY, WORDS]


def put_up(connection: Connection, note: str) -> None:
    """Refuse writes from now on, with ``note`` as the reason. A fence that is there gets the new reason."""
    reason = note.replace("'", "''")
    if connection.dialect.name == "sqlite":
        take_down(connection)
        for table in fenced_tables(connection):
            for write in _WRITES:
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {_NAME}_{table}_{write.lower()} BEFORE {write} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{FENCED_PREFIX}{reason}'); END"
                )
        return
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {_NAME}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$fence$ BEGIN RAISE EXCEPTION USING ERRCODE = '{FENCED}', MESSAGE = '{reason}'; END $fence$"
    )
    for table in fenced_tables(connection):
        connection.exec_driver_sql(
            f"CREATE OR REPLACE TRIGGER {_NAME} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_NAME}()"
        )


def take_down(connection: Connection) -> None:
    """Let writers go on."""
    if connection.dialect.name == "sqlite":
        for table in fenced_tables(connection):
            for write in _WRITES:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_NAME}_{table}_{write.lower()}")
        return
    connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {_NAME} CASCADE")
