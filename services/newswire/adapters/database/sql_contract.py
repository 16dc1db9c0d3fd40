"""Making the views of the SQL contract, and letting the reader in."""

from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from newswire.adapters.database.failures import driver_error
from newswire.contracts.sql import READER, SCHEMA, grants
from newswire.contracts.sql_views import VIEWS
from newswire.contracts.wire_views import SQLITE_VIEWS

log = structlog.get_logger()

_HAS_READER: Final = f"SELECT 1 FROM pg_roles WHERE rolname = '{READER}'"  # noqa: S608  # a constant of ours
_MAY_NOT: Final = "42501"
_EXISTS: Final = ("42710", "23505")  # created meanwhile by a migration of another database: roles are the server's


def install(connection: Connection) -> None:
    """Bring the views to this version, within the migration's transaction.

    On SQLite the reader of the file needs no role. Where a user of Postgres may create no roles, the views are there,
    and nobody is let in: the log says what an administrator has to do.
    """
    if connection.dialect.name == "sqlite":
        withdraw(connection)
        for view in SQLITE_VIEWS:
            connection.exec_driver_sql(view.statement_on_sqlite())
        return
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for view in VIEWS:
        for statement in view.statements():
            connection.exec_driver_sql(statement)
    if _reader(connection):
        for statement in grants(VIEWS):
            connection.exec_driver_sql(statement)


def withdraw(connection: Connection) -> None:
    """Drop the views on SQLite, which alters no table while a view reads from it what it has no more."""
    for view in SQLITE_VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")


def _reader(connection: Connection) -> bool:
    """Whether the role is there, created if need be."""
    if connection.exec_driver_sql(_HAS_READER).first():
        return True
    statement = f"CREATE ROLE {READER} NOLOGIN"
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except DBAPIError as error:
        state = getattr(driver_error(error), "sqlstate", None)
        if state == _MAY_NOT:
            wanted = "; ".join((statement, *grants(VIEWS)))
            log.warning("schema.no-reader", role=READER, advice=f"have an administrator run: {wanted}")
            return False
        if state not in _EXISTS:
            raise
    return True
