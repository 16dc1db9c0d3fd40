"""A feed as a line of newswire feeds list."""

from datetime import datetime

from newswire.domain.feeds.state import FeedState


def feed_row(feed: FeedState) -> dict[str, object]:
    """Everything that a person may want to know of a feed's state, JSON-ready."""
    memory = feed.memory
    return {
        "feed_id": str(feed.id),
        "url": feed.url,
        "title": feed.title,
        "tags": list(feed.tags),
        "last_polled_at": _iso(feed.last_polled_at),
        "last_outcome": feed.last_outcome,
        "errors": feed.errors,
        "next_poll_at": _iso(feed.next_poll_at),
        "disabled": feed.disabled,
        "condition": memory.condition,
        "condition_since": _iso(memory.condition_since),
        "last_entry_at": _iso(memory.last_entry_at),
        "usual_gap_s": memory.usual_gap_s,
        "validators_lie_since": _iso(memory.validators_lie_since),
        "gap": _gap(feed),
        "moving_to": memory.move.to if memory.move else None,
        "former_urls": list(memory.former_urls),
        "interval_s": feed.options.interval_s,
        "ignore_robots": feed.options.ignore_robots,
        "all_entries": feed.options.all_entries,
        "credentials": feed.options.credentials is not None,
        "flags": list(memory.flags),
        "habits": list(memory.habit_names),
        "pushed_until": _iso(feed.pushed_until),
    }


def _gap(feed: FeedState) -> dict[str, object] | None:
    gap = feed.memory.gap
    if gap is None:
        return None
    return {"id": str(gap.id), "since": _iso(gap.since), "until": _iso(gap.until), "tries": gap.tries}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
