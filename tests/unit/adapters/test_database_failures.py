"""What a driver's error says to do, where no server can be made to cause it."""

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from newswire.adapters.database.failures import translated
from newswire.errors import Wait


def raised_for(error):
    with translated():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
        asyncpg.TargetServerAttributeNotMatched("none of the hosts"),
        asyncpg.OutdatedSchemaCacheError("a type changed"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InterfaceError("cannot perform operation: connection is closed"),
        asyncpg.IdleInTransactionSessionTimeoutError("terminating connection"),
        ConnectionResetError("reset by peer"),
        PoolTimeout("no connection was free"),
    ],
    ids=lambda error: f"{type(error).__name__} {error}",
)
def test_a_connection_that_is_of_no_use_is_a_wait(error):
    with pytest.raises(Wait):
        raised_for(error)


def test_a_connection_that_is_busy_since_the_driver_lost_track_of_it_is_a_wait():
    error = asyncpg.InterfaceError("cannot perform operation: another operation is in progress")
    error.__context__ = asyncpg.InternalClientError("cannot switch to state 21; another operation (2) is in progress")
    with pytest.raises(Wait):
        raised_for(error)


def test_no_answer_in_time_is_said_in_words():
    with pytest.raises(Wait, match="no answer in time"):
        raised_for(TimeoutError())


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.DataError("invalid input for query argument $1"),
        asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
        asyncpg.UniqueViolationError("duplicate key"),
        asyncpg.InFailedSQLTransactionError("current transaction is aborted"),
        ZeroDivisionError(),
    ],
    ids=lambda error: f"{type(error).__name__} {error}",
)
def test_a_mistake_stays_what_it_is(error):
    with pytest.raises(type(error)) as raised:
        raised_for(error)
    assert raised.value is error
