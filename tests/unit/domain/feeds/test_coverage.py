"""When two polls of a feed may have missed something between them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.feeds.coverage import TRIES, Refill, gap_noticed, known_by, tried
from newswire.domain.feeds.entries import identify
from newswire.domain.feeds.memory import NOTHING_REMEMBERED, FeedMemory, Gap, ScheduleHints
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.events import Feed, feed_id_of
from support.build import NOW

URL = "https://n.example/feed"
FEED = Feed(id=feed_id_of(URL), url=URL)
HOUR = timedelta(hours=1)
POLLED = FeedMemory(succeeded_at=NOW - HOUR, whole_at=NOW - HOUR, hints=ScheduleHints(entries=2))


def found(*numbers, ages=()):
    ages = ages or [timedelta(minutes=n) for n in numbers]
    entries = (
        ParsedEntry(id=str(n), url=f"https://n.example/{n}", published=NOW - age)
        for n, age in zip(numbers, ages, strict=True)
    )
    return identify(ParsedFeed("atom10", entries=tuple(entries)))


@pytest.mark.parametrize(
    ("memory", "numbers", "known", "until"),
    [
        (POLLED, (3, 4), set(), NOW - HOUR),
        (POLLED, (3, 4), {"1", "2"}, NOW - HOUR),
        (POLLED, (2, 3), {"1", "2"}, None),  # it shares the second
        (replace(POLLED, whole_at=NOW - 2 * HOUR), (2, 3), {"2"}, NOW - 2 * HOUR),  # which may be known since the hole
        (POLLED, (), {"1"}, None),  # an empty feed takes nothing back
        (NOTHING_REMEMBERED, (3, 4), set(), None),  # the first poll has nothing to share
        (replace(POLLED, whole_at=None), (3, 4), set(), None),  # nor has one after pieces alone
        (
            replace(POLLED, hints=ScheduleHints(entries=0)),
            (3, 4),
            set(),
            None,
        ),  # nor has what comes after an empty feed
        (replace(POLLED, hints=ScheduleHints(entries=1)), (3,), {"1"}, None),  # it only ever shows its newest
        (replace(POLLED, hints=ScheduleHints(entries=1)), (3, 4), {"1"}, NOW - HOUR),
    ],
)
def test_a_document_has_to_share_an_entry_with_what_was_known_when_nothing_was_missing(memory, numbers, known, until):
    assert known_by(memory, "atom10", found(*numbers), known) == until
    assert known_by(memory, "news-sitemap", found(*numbers), known) == until


@pytest.mark.parametrize("form", ["sitemap", "sitemap-index"])
def test_what_lists_everything_is_read_for_what_is_recent_and_need_not_share_anything(form):
    assert known_by(POLLED, form, found(3, 4), set()) is None


def test_the_gap_lies_between_the_last_answered_poll_and_the_oldest_entry_after_it():
    memory, event = gap_noticed(FEED, POLLED, found(3, 4, ages=(10 * HOUR / 60, 40 * HOUR / 60)), NOW)
    assert (event.feed, event.at, event.since) == (FEED, NOW, NOW - HOUR)
    assert event.until == NOW - timedelta(minutes=40)
    assert memory.gap == Gap(event.id, event.since, event.until)


@pytest.mark.parametrize("field", ["published", "updated"])
def test_a_day_without_a_time_does_not_end_the_gap_at_its_first_moment(field):
    midnight = NOW.replace(hour=0, minute=0)
    since = replace(POLLED, whole_at=midnight - HOUR)
    day = ParsedEntry(id="3", url="https://n.example/3", **{field: midnight, f"{field}_precision": "day"})
    _, event = gap_noticed(FEED, since, identify(ParsedFeed("rss20", entries=(day,))), NOW)
    assert event.until == NOW
    exact = replace(day, **{f"{field}_precision": "second"})
    _, event = gap_noticed(FEED, since, identify(ParsedFeed("rss20", entries=(exact,))), NOW)
    assert event.until == midnight


def test_without_a_date_to_go_by_it_reaches_to_the_present():
    _, event = gap_noticed(FEED, POLLED, found(3, ages=(99 * HOUR,)), NOW)
    assert event.until == NOW


def test_a_try_in_vain_is_counted_with_what_it_found_and_where_to_go_on():
    memory, gap = gap_noticed(FEED, POLLED, found(3), NOW)
    for n in (1, 2):
        memory, event = tried(FEED, memory, Refill(found(7, 8), resume=f"https://n.example/{n}"), NOW)
        assert event == ()
        assert memory.gap == Gap(gap.id, gap.since, gap.until, n, 2 * n, resume=f"https://n.example/{n}")


def test_closing_names_the_gap_what_closed_it_and_what_all_tries_found():
    memory, gap = gap_noticed(FEED, POLLED, found(3), NOW)
    memory, _ = tried(FEED, memory, Refill(found(7, 8)), NOW)
    memory, (event,) = tried(FEED, memory, Refill(found(9), "archive"), NOW + HOUR)
    assert (event.gap_id, event.by, event.recovered, event.at) == (gap.id, "archive", 3, NOW + HOUR)
    assert memory.gap is None
    assert tried(FEED, memory, Refill((), "archive"), NOW) == (memory, ()), "there is none any more"


def test_a_gap_that_is_noticed_while_one_is_open_makes_that_longer_and_is_closed_with_it():
    memory, first = gap_noticed(FEED, POLLED, found(3), NOW)
    memory, _ = tried(FEED, memory, Refill(resume="https://n.example/7"), NOW)
    later = NOW + 5 * HOUR
    memory, second = gap_noticed(FEED, replace(memory, whole_at=NOW), found(9), later)
    assert (second.since, second.until) == (NOW, later)
    assert memory.gap == Gap(first.id, first.since, second.until, tries=1, later=(second.id,))
    memory, closed = tried(FEED, memory, Refill((), "archive"), later)
    assert [event.gap_id for event in closed] == [first.id, second.id]
    assert len({event.id for event in closed}) == 2


def test_a_gap_that_was_given_up_stays_and_the_next_is_tried_for_itself():
    memory, _ = gap_noticed(FEED, POLLED, found(3), NOW)
    for _ in range(TRIES):
        memory, _ = tried(FEED, memory, Refill(), NOW)
    memory, second = gap_noticed(FEED, replace(memory, whole_at=NOW), found(9), NOW + HOUR)
    assert memory.gap == Gap(second.id, second.since, second.until)
