"""The store's ports for feeds over one database, together."""

from newswire.adapters.database import Database
from newswire.adapters.store.due_rechecks import DatabaseRechecks
from newswire.adapters.store.entries import DatabaseEntries
from newswire.adapters.store.feed_schedule import DatabaseFeedSchedule
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.untold_events import DatabaseFeedEvents
from newswire.stages.poll.store import PollStore


def poll_store(database: Database) -> PollStore:
    """Everything that `poll` works on. Close ``entries`` before the database."""
    return PollStore(
        feeds=DatabaseFeeds(database),
        schedule=DatabaseFeedSchedule(database),
        entries=DatabaseEntries(database),
        rechecks=DatabaseRechecks(database),
        events=DatabaseFeedEvents(database),
    )
