"""The store's ports for feeds over one database, together."""

from uuid import uuid4

from newswire.adapters.database import Database
from newswire.adapters.database.moves import write_mark
from newswire.adapters.store.due_rechecks import DatabaseRechecks
from newswire.adapters.store.entries import LINGER_S, DatabaseEntries
from newswire.adapters.store.feed_schedule import DatabaseFeedSchedule
from newswire.adapters.store.feeds import DatabaseFeeds
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


async def move_away(database: Database) -> None:
    """Mark the database as one that was moved to another, as `newswire move` does at its end."""
    mark = MoveMark(uuid4(), "moved", "postgresql://there/news", "database", NOW)
    async with database.write() as connection:
        await connection.run_sync(write_mark, mark)
