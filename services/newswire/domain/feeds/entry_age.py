"""How old entries are, and which ones are too old to be taken when a feed is new."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.sitemaps import latest
from newswire.domain.feeds.state import FeedState

_WEB: Final = datetime(1991, 1, 1, tzinfo=UTC)
"""No page is older: an earlier date (1970, say) is what a program writes for none."""


def at_the_latest(entry: ParsedEntry) -> datetime | None:
    """When the entry was published, or updated if that is all its feed says; of a bare date the end of its day."""
    if entry.published is not None:
        return latest(entry.published) if entry.published_precision == "day" else entry.published
    return latest(entry.updated) if entry.updated and entry.updated_precision == "day" else entry.updated


@dataclass(frozen=True, slots=True)
class FirstContact:
    """How much of a new feed's past is taken."""

    max_age: timedelta | None = None
    """How long before the subscription an entry may have been published; None: for ever."""
    few: int = 0
    """A document of so many entries or fewer is no archive: it is taken whole."""


ALL_ENTRIES: Final = FirstContact()
"""Everything is taken, however old."""


def oldest_taken(feed: FeedState, limit: FirstContact, entries: int) -> datetime | None:
    """From when on entries are taken from a document of so many ``entries``. None: all are, whatever their dates.

    The limit holds until a poll has read the feed whole for the first time, and it counts from the subscription. So a
    second attempt after a failure has the same limit, and a feed that moved or is enabled again has none.
    """
    if limit.max_age is None or entries <= limit.few or feed.options.all_entries or feed.memory.whole_at is not None:
        return None
    return feed.added_at - limit.max_age


def too_old(entry: ParsedEntry, oldest: datetime | None) -> bool:
    """Whether the entry was published before ``oldest``. An entry without a date is never too old; None is no limit."""
    published = at_the_latest(entry)
    return oldest is not None and published is not None and _WEB <= published < oldest
