"""When two polls of a feed may have missed something between them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.coverage import gap_closed, gap_noticed, may_have_missed, tried_in_vain
from newswire.domain.documents import ParsedEntry, ParsedFeed
from newswire.domain.entries import identify
from newswire.domain.feed_memory import NOTHING_REMEMBERED, FeedMemory, Gap, Hints
from newswire.events import Feed, feed_id_of
from support.build import NOW

URL = "https://n.example/feed"
FEED = Feed(id=feed_id_of(URL), url=URL)
HOUR = timedelta(hours=1)
POLLED = FeedMemory(succeeded_at=NOW - HOUR, hints=Hints(entries=2))


def found(*numbers, ages=()):
    ages = ages or [timedelta(minutes=n) for n in numbers]
    entries = (
        ParsedEntry(id=str(n), url=f"https://n.example/{n}", published=NOW - age)
        for n, age in zip(numbers, ages, strict=True)
    )
    return identify(ParsedFeed("atom10", entries=tuple(entries)))


@pytest.mark.parametrize(
    ("memory", "numbers", "known", "missed"),
    [
        (POLLED, (3, 4), {"1", "2"}, True),
        (POLLED, (3, 4), set(), True),
        (POLLED, (2, 3), {"1", "2"}, False),
        (POLLED, (), {"1"}, False),  # an empty feed takes nothing back
        (NOTHING_REMEMBERED, (3, 4), set(), False),  # the first poll has nothing to share
        (replace(POLLED, hints=Hints(entries=0)), (3, 4), set(), False),  # nor has what comes after an empty feed
        (replace(POLLED, hints=Hints(entries=1)), (3,), {"1"}, False),  # it only ever shows its newest
        (replace(POLLED, hints=Hints(entries=1)), (3, 4), {"1"}, True),
    ],
)
def test_a_document_that_shares_no_entry_with_what_is_known_may_have_missed_some(memory, numbers, known, missed):
    assert may_have_missed(memory, found(*numbers), known) is missed


def test_the_gap_lies_between_the_last_answered_poll_and_the_oldest_entry_after_it():
    memory, event = gap_noticed(FEED, POLLED, found(3, 4, ages=(10 * HOUR / 60, 40 * HOUR / 60)), NOW)
    assert (event.feed, event.at, event.since) == (FEED, NOW, NOW - HOUR)
    assert event.until == NOW - timedelta(minutes=40)
    assert memory.gap == Gap(event.id, event.since, event.until)


def test_without_a_date_to_go_by_it_reaches_to_the_present():
    _, event = gap_noticed(FEED, POLLED, found(3, ages=(99 * HOUR,)), NOW)
    assert event.until == NOW


def test_closing_names_the_gap_what_closed_it_and_what_was_found():
    memory, gap = gap_noticed(FEED, POLLED, found(3), NOW)
    memory, event = gap_closed(FEED, tried_in_vain(memory), "archive", 7, NOW + HOUR)
    assert (event.gap_id, event.by, event.recovered, event.at) == (gap.id, "archive", 7, NOW + HOUR)
    assert memory.gap is None
    assert gap_closed(FEED, memory, "archive", 0, NOW) == (memory, None)


def test_tries_are_counted_where_there_is_a_gap():
    memory, _ = gap_noticed(FEED, POLLED, found(3), NOW)
    assert tried_in_vain(tried_in_vain(memory)).gap.tries == 2
    assert tried_in_vain(POLLED) == POLLED
