"""Connections to Postgres, each wait of which has a bound: who is at the other end may be gone without a word."""

import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from newswire.adapters.database.columns import as_json
from newswire.adapters.database.failures import READ_ONLY, driver_error, is_confused
from newswire.errors import UsageError

IDLE_IN_TRANSACTION_S: Final = 30
"""A replica that says nothing for so long within a transaction (its machine stopped, its network gone) loses it, so
that what it has locked is free for the others."""


@dataclass(frozen=True, slots=True)
class WaitLimits:
    """The longest that each wait may last, in seconds."""

    connect: float = 10.0
    pool: float = 30.0
    """Until a connection is free."""
    late: float = 5.0
    """For an answer beyond statement_timeout, which Postgres itself should have kept."""
    ping: float = 5.0
    fresh: float = 10.0
    """A connection that was used so lately is not asked first whether it still stands."""


WAIT_LIMITS: Final = WaitLimits()
_CLOSE_S: Final = 1.0
_SERVER: Final = {
    "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_S}s",
    # Seconds and probes after which the server lets go of a client whose machine is gone.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A connection that closes in bounded time. Nothing is pending in it then, so nothing is lost."""

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109  # asyncpg's signature
        with suppress(TimeoutError):  # it is aborted then
            await super().close(timeout=min(timeout or _CLOSE_S, _CLOSE_S))


def postgres_engine(
    url: str, *, pool_size: int, statement_timeout_s: float, application: str, limits: WaitLimits = WAIT_LIMITS
) -> AsyncEngine:
    """A pool of connections to a ``postgresql://…``, with every parameter that libpq and asyncpg know.

    Several hosts (``postgresql://a:5432,b:5432/name?target_session_attrs=read-write``) are tried in turn.
    """
    settings = {
        **_SERVER,
        "application_name": application,
        "statement_timeout": f"{statement_timeout_s * 1000:.0f}",
    }

    async def connect() -> asyncpg.Connection:
        try:
            return await asyncpg.connect(
                url,
                connection_class=_Connection,
                timeout=limits.connect,
                command_timeout=statement_timeout_s + limits.late,
                server_settings=settings,
            )
        except (asyncpg.ClientConfigurationError, asyncpg.UndefinedObjectError) as error:
            raise UsageError(f"NEWSWIRE_STORE: {error}") from error
        except ValueError:  # its text may hold a part of the password
            raise UsageError(
                "NEWSWIRE_STORE cannot be read: in a user or password, write / as %2F, @ as %40, : as %3A, # as %23"
            ) from None

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        json_serializer=as_json,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=limits.pool,
    )
    event.listen(engine.sync_engine, "checkout", partial(_look, limits))
    event.listen(engine.sync_engine, "checkin", _note)
    event.listen(engine.sync_engine, "handle_error", _forget)
    return engine


def _look(limits: WaitLimits, connection: Any, record: Any, _fairy: object) -> None:
    """Before it is used: is it still there? The pool then opens another, and trusts none of the older ones."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError
    if time.monotonic() - record.info.get("used", float("inf")) < limits.fresh:
        return
    try:
        connection.run_async(lambda driver: driver.execute("SELECT 1", timeout=limits.ping))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise InvalidatePoolError from error


def _note(_connection: object, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _forget(context: ExceptionContext) -> None:
    """No answer in time, a confused driver, a server that turned into a standby: of no use, like those beside it."""
    cause = driver_error(context.original_exception)
    moved = getattr(cause, "sqlstate", None) == READ_ONLY
    if isinstance(cause, TimeoutError) or is_confused(cause) or moved:
        context.is_disconnect = True
