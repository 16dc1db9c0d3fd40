"""Feeds that show every entry once: random picks, or everything made anew with no words to know it by.

Such a feed always has something new, so a schedule that goes by new entries would poll it as often as it may. A feed
that publishes fast looks alike only as long as its polls are too rare: it is polled three times for each entry, and
then most of its entries are known. Dates of the time since the last poll show real news at any pace.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.feeds.memory import PASSING, FeedMemory

KNOWN: Final = 0.1
"""The share of entries that may be known all the same: some are pinned."""
_LATE: Final = timedelta(hours=1)
"""An entry may be dated so long before the poll that could have shown it."""


def documents_passed(memory: FeedMemory, dates: Sequence[datetime | None], new: int, now: datetime) -> int:
    """The documents in a row that showed nothing twice, after one with ``new`` unknown entries.

    ``dates``: of all its entries, None for an entry without a date. ``memory`` is as it was before the poll. Dates in
    the time since the last poll end the row: these entries are news. Dates that are all one moment prove nothing.
    """
    entries = len(dates)
    if not entries or new < entries * (1 - KNOWN) or memory.succeeded_at is None:
        return 0
    fresh = [at for at in dates if at is not None and memory.succeeded_at - _LATE < at <= now]
    if 2 * len(fresh) > entries and (entries == 1 or len(set(fresh)) > 1):
        return 0
    return memory.passed + 1


def passes(memory: FeedMemory) -> bool:
    """Whether the feed shows nothing twice, as far as its last documents tell."""
    return memory.passed >= PASSING
