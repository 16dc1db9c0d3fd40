"""When a feed is asked without its validators: a server that answers 304 for ever would hide all news.

RFC 9110 §13.1 leaves the comparison of validators to the server, and some servers and caches get it wrong. A silence
that is long for the feed is the sign. One answer without validators then shows whether the silence is real.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.feeds.health import silent
from newswire.domain.feeds.memory import FeedMemory

DOUBT_GAPS_MIN: Final = 3
DOUBT_GAPS_MAX: Final = 20
"""So many usual gaps without an entry are doubted; in between it is half of what the document holds.

If the 304s are wrong, about half of the document has then been replaced. By chance alone (a Poisson process) 5 gaps
pass without an entry once in 150 entries.
"""
DOUBT_MIN: Final = timedelta(minutes=15)
DOUBT_MAX: Final = timedelta(days=7)
"""A silence of this length is doubted even where it is usual."""
DOUBT_UNKNOWN: Final = timedelta(days=1)
"""The same for a feed whose usual gap nobody knows."""
RENEWED_MAX: Final = timedelta(days=30)
"""The longest time between two answers without validators, however long the feed was silent."""


def doubted(memory: FeedMemory, now: datetime) -> bool:
    """Whether the next poll leaves out the feed's validators.

    The first time is after a silence that is long for the feed, or just before the feed is told to be silent. While
    the silence lasts, the next time is when the silence has doubled: a feed that is quiet costs few documents.
    """
    since = memory.document_at or memory.last_entry_at
    if since is None or memory.on_trial:
        return False
    if since - now > DOUBT_MIN:  # a clock was set back: no silence would be noticed until that time has come
        return True
    told = memory.condition_since if memory.condition == "silent" else now
    if silent(memory, now) and since < (told or now):
        return True
    silent_then = since - memory.last_entry_at if memory.last_entry_at is not None else timedelta(0)
    return now - since >= min(max(_patience(memory), silent_then), RENEWED_MAX)


def unproven(memory: FeedMemory) -> FeedMemory:
    """The memory as if the 304s since the last document had not been: what they say is what the poll finds out."""
    at = memory.document_at
    if at is None or memory.whole_at is None or memory.whole_at <= at:
        return memory
    return replace(memory, whole_at=at)


def _patience(memory: FeedMemory) -> timedelta:
    """How long a silence is believed."""
    if memory.usual_gap_s is None:
        return DOUBT_UNKNOWN
    gaps = max(DOUBT_GAPS_MIN, min(memory.hints.entries / 2, DOUBT_GAPS_MAX))
    seconds = min(memory.usual_gap_s * gaps, DOUBT_MAX.total_seconds())
    return max(DOUBT_MIN, timedelta(seconds=seconds))
