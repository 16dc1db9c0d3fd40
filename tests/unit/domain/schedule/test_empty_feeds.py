"""A feed that has never shown an entry: polled ever more rarely, by the time that it has been empty."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import pytest

from newswire.domain.feeds.memory import NO_OPTIONS, NOTHING_REMEMBERED, FeedMemory
from newswire.domain.schedule.next_poll import JITTER, PollBounds, PollResult, next_poll
from newswire.domain.schedule.publication_rate import begun, weighed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = PollBounds(15 * MINUTE, MINUTE, DAY)
FEED = uuid5(NAMESPACE_URL, "https://desk.example/feed")


def due(memory: FeedMemory, now: datetime, bounds: PollBounds = BOUNDS) -> timedelta:
    return next_poll(FEED, memory, NO_OPTIONS, PollResult(conditional=True), bounds, now) - now


def polls(span: timedelta, bounds: PollBounds = BOUNDS) -> tuple[list[tuple[timedelta, timedelta]], FeedMemory]:
    """For each poll of an empty feed: for how long it has been empty, and the wait for the next one."""
    at, memory, seen = NOW, begun(NOTHING_REMEMBERED, [], NOW), []
    while at - NOW < span:
        memory = weighed(memory, 0, at)
        wait = due(memory, at, bounds)
        seen.append((at - NOW, wait))
        at += wait
    return seen, replace(memory, succeeded_at=at)


def test_a_new_feed_that_is_empty_is_polled_at_the_default_pace_for_half_a_day() -> None:
    seen, _ = polls(DAY / 2)
    assert all(wait <= BOUNDS.default * (1 + JITTER) for _, wait in seen)


def test_an_empty_feed_costs_ever_fewer_polls() -> None:
    seen, _ = polls(90 * DAY)
    in_day = [sum(number <= age / DAY < number + 1 for age, _ in seen) for number in range(90)]
    assert in_day[0] > 80
    assert in_day[6] < 12
    assert in_day[7] <= 4
    assert in_day[89] <= 2


def test_the_first_entry_waits_for_a_sixtieth_of_the_time_before_it_within_the_first_week() -> None:
    seen, _ = polls(7 * DAY)
    for age, wait in seen:
        assert wait <= max(BOUNDS.default, age / 60) * (1 + JITTER)


def test_the_first_entry_makes_the_feed_a_lively_one() -> None:
    _, memory = polls(90 * DAY)
    found = memory.succeeded_at or NOW
    memory = weighed(memory, 1, found)
    assert memory.empty_since is None
    assert due(memory, found) <= 2 * BOUNDS.default


@pytest.mark.parametrize("hours", [1, 12])
def test_the_operators_default_is_never_undercut(hours: int) -> None:
    bounds = replace(BOUNDS, default=hours * HOUR)
    seen, _ = polls(7 * DAY, bounds)
    assert all(wait >= bounds.default for _, wait in seen)


def test_a_feed_that_was_empty_under_an_older_version_counts_from_its_next_poll() -> None:
    memory = replace(NOTHING_REMEMBERED, weighed_at=NOW - DAY, succeeded_at=NOW - DAY)
    assert weighed(memory, 0, NOW).empty_since == NOW
