"""Examples of the events about feeds: see `newswire.contracts.examples`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from newswire.contracts.registry import Event
from newswire.events import (
    CoverageGap,
    CoverageRestored,
    Feed,
    FeedFailing,
    FeedGone,
    FeedMoved,
    FeedNotAFeed,
    FeedRecovered,
    FeedSilent,
    feed_id_of,
    stable_id,
)

FEED_URL: Final = "https://harbour.example/feed.xml"
NEW_URL: Final = "https://harbour.example/feeds/all.atom"
FEED: Final = Feed(id=feed_id_of(FEED_URL), url=FEED_URL, title="Harbour Courier")
BEFORE: Final = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
NOTICED: Final = datetime(2026, 3, 2, 8, 15, 0, 250_000, tzinfo=UTC)
LATER: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

GAP: Final = CoverageGap(
    id=stable_id("feed-event", FEED.id, "coverage-gap", NOTICED.isoformat()),
    feed=FEED,
    at=NOTICED,
    since=BEFORE,
    until=datetime(2026, 3, 2, 6, 40, tzinfo=UTC),
)

GONE: Final = FeedGone(
    id=stable_id("feed-event", FEED.id, "feed-gone", NOTICED.isoformat()),
    feed=FEED,
    at=NOTICED,
    status=410,
    since=BEFORE,
)

FEED_EXAMPLES: Final[Mapping[str, Mapping[str, Event]]] = {
    "newswire.feed.failing.v1": {
        "001-timeout": FeedFailing(
            id=stable_id("feed-event", FEED.id, "feed-failing", NOTICED.isoformat()),
            feed=FEED,
            at=NOTICED,
            reason="timeout",
            errors=3,
            last_success=BEFORE,
        )
    },
    "newswire.feed.not-a-feed.v1": {
        "001-html": FeedNotAFeed(
            id=stable_id("feed-event", FEED.id, "feed-not-a-feed", NOTICED.isoformat()),
            feed=FEED,
            at=NOTICED,
            content_type="text/html; charset=utf-8",
            announced=(NEW_URL,),
            last_success=BEFORE,
        )
    },
    "newswire.feed.silent.v1": {
        "001-silent": FeedSilent(
            id=stable_id("feed-event", FEED.id, "feed-silent", NOTICED.isoformat()),
            feed=FEED,
            at=NOTICED,
            last_entry=datetime(2026, 2, 20, 7, 0, tzinfo=UTC),
            usual_gap_s=10_800.0,
        )
    },
    "newswire.feed.recovered.v1": {
        "001-recovered": FeedRecovered(
            id=stable_id("feed-event", FEED.id, "feed-recovered", LATER.isoformat()),
            feed=FEED,
            at=LATER,
            was="failing",
            since=NOTICED,
        )
    },
    "newswire.feed.moved.v1": {
        "001-moved": FeedMoved(
            id=stable_id("feed-event", FEED.id, "feed-moved", NOTICED.isoformat()), feed=FEED, at=NOTICED, to=NEW_URL
        )
    },
    "newswire.feed.gone.v1": {
        "001-gone": GONE,
        "002-position": GONE.model_copy(update={"id": stable_id("feed-event", "position"), "position": 42}),
    },
    "newswire.coverage.gap.v1": {"001-gap": GAP},
    "newswire.coverage.restored.v1": {
        "001-archive": CoverageRestored(
            id=stable_id("feed-event", FEED.id, "coverage-restored", LATER.isoformat()),
            feed=FEED,
            at=LATER,
            gap_id=GAP.id,
            by="archive",
            recovered=12,
        )
    },
}
"""By CloudEvents type, then by name."""
