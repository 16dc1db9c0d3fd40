"""The store's ports for feeds over one database, together."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, select

from newswire.adapters.database import Database
from newswire.adapters.database.moves import write_mark
from newswire.adapters.store.due_rechecks import DatabaseRechecks
from newswire.adapters.store.entries import LINGER_S, DatabaseEntries
from newswire.adapters.store.feed_schedule import DatabaseFeedSchedule
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.untold_events import DatabaseFeedEvents
from newswire.domain.moving.mark import MoveMark
from newswire.stages.poll.store import PollStore
from support.build import NOW


def poll_store(database: Database, *, linger_s: float = LINGER_S) -> PollStore:
    """Everything that `poll` works on. Close ``entries`` before the database."""
    return PollStore(
        feeds=DatabaseFeeds(database),
        schedule=DatabaseFeedSchedule(database),
        entries=DatabaseEntries(database, linger_s=linger_s),
        rechecks=DatabaseRechecks(database),
        events=DatabaseFeedEvents(database),
    )


async def recheck_of(database: Database, article_id: UUID) -> Row[Any] | None:
    """The article's row of ``rechecks``; None while it is not to be looked at again."""
    async with database.read() as connection:
        return (await connection.execute(select(rechecks).where(rechecks.c.article_id == article_id))).one_or_none()


async def move_away(database: Database) -> None:
    """Mark the database as one that was moved to another, as `newswire move` does at its end."""
    mark = MoveMark(uuid4(), "moved", "postgresql://there/news", "database", NOW)
    async with database.write() as connection:
        await connection.run_sync(write_mark, mark)
