"""Entries that are too old at the first contact with their feed are told from all others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newswire.domain.feeds.entry_age import FirstContact, oldest_taken, too_old
from newswire.domain.feeds.memory import FeedOptions
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.state import FeedState
from newswire.events import feed_id_of

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = 7 * DAY
LIMIT = FirstContact(WEEK, few=20)
NEW = FeedState(feed_id_of("https://a.example/"), "https://a.example/", NOW)


def entry(published: datetime | None = None, updated: datetime | None = None, **more: Any) -> ParsedEntry:
    return replace(ParsedEntry(published=published, updated=updated), **more)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (entry(NOW), False),
        (entry(NOW - WEEK), False),
        (entry(NOW - WEEK - timedelta(seconds=1)), True),
        (entry(NOW - 20 * DAY), True),
        (entry(NOW + 300 * DAY), False),
        (entry(), False),
        (entry(None, NOW - 20 * DAY), True),
        (entry(NOW - 20 * DAY, NOW), True),
        (entry(NOW, NOW - 20 * DAY), False),
        (entry(datetime(2026, 3, 2, tzinfo=UTC), published_precision="day"), False),
        (entry(datetime(2026, 2, 28, tzinfo=UTC), published_precision="day"), True),
        (entry(datetime(1970, 1, 1, tzinfo=UTC)), False),
        (entry(datetime(1, 1, 1, tzinfo=UTC)), False),
        (entry(datetime(1994, 1, 1, tzinfo=UTC)), True),
    ],
)
def test_an_entry_is_too_old_by_the_day_of_its_publication(found: ParsedEntry, *, expected: bool) -> None:
    assert too_old(found, oldest_taken(NEW, LIMIT, 21)) is expected


def test_only_a_feed_that_was_never_read_whole_has_a_limit_and_it_stays_where_it_was() -> None:
    failed = replace(NEW, errors=3, last_polled_at=NOW + 3 * DAY)
    read = replace(NEW, memory=replace(NEW.memory, whole_at=NOW))
    asked = replace(NEW, options=FeedOptions(all_entries=True))
    limits = [oldest_taken(feed, LIMIT, 21) for feed in (NEW, failed, read, asked)]
    assert limits == [NOW - WEEK, NOW - WEEK, None, None]
    assert oldest_taken(NEW, FirstContact(), 900) is None
    assert oldest_taken(NEW, LIMIT, 20) is None
    assert not too_old(entry(NOW - 900 * DAY), None)
