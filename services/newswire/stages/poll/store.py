"""What the poll stage needs of the store, as one value."""

from dataclasses import dataclass

from newswire.ports import Entries, FeedEvents, Feeds, FeedSchedule, Rechecks


@dataclass(frozen=True, slots=True)
class PollStore:
    """The ports of the store that `poll` works on."""

    feeds: Feeds
    schedule: FeedSchedule
    entries: Entries
    rechecks: Rechecks
    events: FeedEvents
