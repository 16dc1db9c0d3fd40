"""Translates a driver's error: wait, report to the operator, or unknown here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError, EmulatedDBAPIException
from sqlalchemy.exc import TimeoutError as PoolTimeout

from newswire.errors import Stop, UsageError, Wait

_NO_SCHEMA: Final = "the database's schema is not the one that this newswire needs: run 'newswire migrate' first"
_SQLITE_NO_TABLE: Final = ("no such table", "no such column")

READ_ONLY: Final = "25006"
"""The SQLSTATE of a write to a standby: the primary moved."""
LOCKED: Final = ("55P03", "40P01")
"""The SQLSTATEs of lock_timeout, and of a deadlock, which its other side may have won."""
CANCELLED: Final = "57014"
"""The SQLSTATE of a statement that took longer than statement_timeout, or was cancelled by hand."""
FENCED: Final = "NW001"
"""Our own SQLSTATE: the store takes no writes, because it moves or has moved."""
FENCED_PREFIX: Final = "newswire-fence: "
"""The beginning of the same error on SQLite, which has no codes of ours."""

# SQLSTATEs and beginnings of them: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES_AWAY: Final = (
    "08",  # connection lost
    READ_ONLY,
    "25P03",  # we were silent within a transaction for too long
    "25P04",  # a transaction took longer than the administrator allows
    "40",  # deadlock, serialisation
    "53",  # out of connections, memory, disk
    "55P03",  # a lock that others hold
    "57",  # shut down, starting, statement_timeout
    "58",  # its own disk or system fails it
)
_POSTGRES_NO_TABLE: Final = ("42P01", "42703", "3F000")  # undefined table, column, schema
_POSTGRES_REFUSED: Final = {
    "28": "who connects is refused",
    "3D000": "there is no such database",
    "42501": "this user may not do that",
}
_PASSING: Final = (
    asyncpg.InvalidCachedStatementError,  # a migration went by: the next try prepares the statement anew
    # What the driver did not expect: a farewell of the server's in the middle of a request, no primary among the hosts.
    asyncpg.InternalClientError,
)
_CLOSED: Final = "connection is closed"
_BUSY: Final = "another operation is in progress"


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into what to do about them.

    `Wait` for a database that is away, busy or full; `UsageError` for one that refuses us or lacks our tables; `Stop`
    for one that takes no writes because it moves or has moved.
    A mistake in a statement, or a value that the database does not take, stays what it is: waiting would not mend it.
    """
    try:
        yield
    except (
        *(DBAPIError, PoolTimeout, sqlite3.OperationalError, OSError),
        *(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError),
    ) as error:
        cause = driver_error(error)
        state = getattr(cause, "sqlstate", None) or ""
        if (note := _fence_note(cause, state)) is not None:
            raise Stop(note) from error
        if _lacks_table(cause, state):
            raise UsageError(_NO_SCHEMA) from error
        if refused := next((why for start, why in _POSTGRES_REFUSED.items() if state.startswith(start)), None):
            raise UsageError(f"the database says no, {refused} ({cause}): look at NEWSWIRE_STORE") from error
        if _is_away(cause, state) or (isinstance(error, DBAPIError) and error.connection_invalidated):
            told = str(cause) or "no answer in time"
            raise Wait(f"database: {type(cause).__name__}: {told}", dependency="database") from error
        raise


def sqlstate_of(error: BaseException) -> str | None:
    """The SQLSTATE that a translated error came from; None where there was none."""
    return getattr(driver_error(error.__cause__), "sqlstate", None) if error.__cause__ else None


def driver_error(error: BaseException) -> BaseException:
    """The error that the driver raised. SQLAlchemy's own attribute fails where its copy does not keep it."""
    copy = error.orig if isinstance(error, DBAPIError) else error
    return (copy.__cause__ or copy) if isinstance(copy, EmulatedDBAPIException) else copy or error


def is_confused(error: BaseException) -> bool:
    """Whether the driver has lost track of its connection, which can then no longer be used.

    When the server closes the connection in the middle of a request, asyncpg raises InternalClientError. A rollback
    after that raises InterfaceError instead, which says that the connection is busy.
    """
    cause: BaseException | None = error
    if isinstance(error, asyncpg.InterfaceError) and _BUSY in str(error):
        while cause is not None and not isinstance(cause, asyncpg.InternalClientError):
            cause = cause.__context__
    return isinstance(cause, asyncpg.InternalClientError)


def _fence_note(error: BaseException, state: str) -> str | None:
    """Why the store takes no writes; None for any other error."""
    told = str(error)
    if isinstance(error, sqlite3.IntegrityError):
        return told.removeprefix(FENCED_PREFIX) if told.startswith(FENCED_PREFIX) else None
    return told if state == FENCED else None


def _lacks_table(error: BaseException, state: str) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return any(sign in str(error) for sign in _SQLITE_NO_TABLE)
    return state in _POSTGRES_NO_TABLE


def _is_away(error: BaseException, state: str) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        # SQLITE_ERROR is a mistake in the statement; all others say busy, full, read-only, cannot open …
        return getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    if isinstance(error, asyncpg.InterfaceError):  # otherwise a misuse of the driver, or a value that it does not take
        return _CLOSED in str(error) or is_confused(error)
    return isinstance(error, (OSError, PoolTimeout, *_PASSING)) or state.startswith(_POSTGRES_AWAY)
