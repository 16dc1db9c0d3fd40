"""When a feed is polled again: bounds, and who outranks whom."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.feeds.memory import NO_OPTIONS, NOTHING_REMEMBERED, PASSING, FeedMemory, FeedOptions, ScheduleHints
from newswire.domain.schedule.next_poll import HORIZON, JITTER, PollBounds, PollResult, misdated, next_poll, spread
from newswire.domain.schedule.publication_rate import begun, keeps_for, weighed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = PollBounds(15 * MINUTE, MINUTE, DAY)
FEED = uuid5(NAMESPACE_URL, "https://desk.example/feed")
CONDITIONAL = PollResult(conditional=True)


def publishing(every: timedelta, *, entries: int = 30, **hints) -> FeedMemory:
    """The memory of a feed whose first document was read just now."""
    every_s = every.total_seconds()
    said = ScheduleHints(entries=entries, window_s=every_s * (entries - 1), median_gap_s=every_s, **hints)
    return begun(replace(NOTHING_REMEMBERED, hints=said), [NOW - every * n for n in range(entries)], NOW)


def wait(
    memory=NOTHING_REMEMBERED, result=CONDITIONAL, *, options=NO_OPTIONS, bounds=BOUNDS, now=NOW, **told
) -> timedelta:
    return next_poll(FEED, memory, options, result, bounds, now, **told) - now


def about(least: timedelta):
    """``least`` with its jitter."""
    return pytest.approx(least * (1 + JITTER / 2), abs=least * JITTER / 2 + timedelta(seconds=1))


durations = st.timedeltas(timedelta(seconds=1), 30 * DAY)
hints = st.builds(
    ScheduleHints,
    skip_hours=st.lists(st.integers(-1, 25), max_size=26).map(tuple),
    skip_days=st.lists(st.integers(-1, 7), max_size=8).map(tuple),
    fresh_s=st.none() | st.integers(-10, 10**12),
    entries=st.integers(0, 10_000),
    window_s=st.none() | st.floats(0, 1e12),
    median_gap_s=st.none() | st.floats(0, 1e12),
)
moments = st.timedeltas(-50 * 365 * DAY, 50 * 365 * DAY).map(lambda away: NOW + away)
memories = st.builds(
    FeedMemory,
    hints=hints,
    weight=st.floats(0, 1e9),
    weighed_at=st.none() | moments,
    last_entry_at=st.none() | moments,
    usual_gap_s=st.none() | st.floats(0, 1e12),
    succeeded_at=st.none() | moments,
)
answers = st.builds(
    PollResult,
    errors=st.integers(0, 100),
    reason=st.none() | st.sampled_from(["http-429", "http-403", "http-404", "http-410", "http-503", "timeout"]),
    retry_after=st.none() | st.timedeltas(-DAY, 10_000 * DAY),
    conditional=st.booleans(),
)
options = st.builds(FeedOptions, interval_s=st.none() | st.floats(0, 1e12))
paces = st.builds(PollBounds, st.timedeltas(MINUTE / 60, 30 * DAY), st.timedeltas(MINUTE / 60, DAY), durations)


@given(st.uuids(), memories, options, answers, paces, moments, st.booleans(), st.booleans())
def test_no_feed_is_polled_before_the_shortest_wait_nor_put_off_beyond_the_horizon(
    feed_id, memory, options, result, bounds, now, pushed, first
):
    at = next_poll(feed_id, memory, options, result, bounds, now, pushed=pushed, first=first)
    assert now + bounds.shortest <= at <= now + HORIZON
    assert at.tzinfo is UTC
    assert not misdated(at, now, last_polled_at=now)


def test_the_longest_wait_of_all_is_no_sign_of_a_wrong_clock():
    only_mondays_at_11 = ScheduleHints(skip_hours=tuple({*range(24)} - {11}), skip_days=(1, 2, 3, 4, 5, 6))
    memory, bounds = replace(NOTHING_REMEMBERED, hints=only_mondays_at_11), PollBounds(7 * DAY, MINUTE, 7 * DAY)
    at = next_poll(FEED, memory, NO_OPTIONS, CONDITIONAL, bounds, NOW, first=True)
    assert 13 * DAY < at - NOW <= HORIZON
    assert not misdated(at, NOW, last_polled_at=NOW)


@given(memories, answers, moments, st.timedeltas(-DAY, 10_000 * DAY), st.booleans(), options)
def test_nobody_is_asked_sooner_than_the_server_said_up_to_a_day(memory, result, now, asked, pushed, options):
    at = next_poll(FEED, memory, options, replace(result, retry_after=asked), BOUNDS, now, pushed=pushed)
    assert at >= now + min(asked, DAY)


@given(memories, answers, moments)
def test_nobody_is_asked_while_the_last_answer_is_fresh_up_to_a_day_or_the_third_of_the_documents_turnover(
    memory, result, now
):
    told = keeps_for(memory)
    fresh = timedelta(seconds=min(max(memory.hints.fresh_s or 0, 0), DAY.total_seconds()))
    assert wait(memory, result, now=now) >= (fresh if told is None else min(fresh, told / 3))


@given(st.timedeltas(MINUTE / 6, 10 * MINUTE), st.integers(2, 100), st.integers(0, 10**9), st.booleans(), st.uuids())
def test_no_freshness_makes_anybody_sleep_longer_than_half_of_what_the_document_covers(
    every, entries, fresh_s, first, feed_id
):
    memory = publishing(every, entries=entries, fresh_s=fresh_s)
    at = next_poll(feed_id, memory, NO_OPTIONS, CONDITIONAL, BOUNDS, NOW, first=first)
    assert at - NOW <= max(every * entries / 2, BOUNDS.shortest * (2 if first else 1 + JITTER))


def test_a_month_of_freshness_is_believed_for_an_hour_before_anything_is_known_and_then_for_a_day():
    memory = replace(NOTHING_REMEMBERED, hints=ScheduleHints(entries=20, fresh_s=2_591_034))
    assert HOUR <= wait(memory, first=True) <= 2 * HOUR
    assert wait(memory) == about(DAY)


@given(st.uuids(), memories, answers, moments, st.integers(0, 40))
def test_each_further_error_puts_a_feed_off_by_as_much_or_more(feed_id, memory, result, now, errors):
    quiet = replace(memory, hints=replace(memory.hints, skip_hours=(), skip_days=()))
    asked = [replace(result, errors=errors), replace(result, errors=errors + 1)]
    sooner, later = (next_poll(feed_id, quiet, NO_OPTIONS, one, BOUNDS, now) for one in asked)
    assert sooner <= later


@given(st.uuids(), moments, st.timedeltas(MINUTE, DAY))
def test_jitter_only_ever_delays_and_by_a_tenth_at_most(feed_id, now, default):
    at = next_poll(feed_id, NOTHING_REMEMBERED, NO_OPTIONS, CONDITIONAL, replace(BOUNDS, default=default), now)
    assert default <= at - now <= default * (1 + JITTER)


def test_jitter_is_another_one_for_each_feed_and_each_poll_and_the_same_for_the_same():
    feeds = [uuid5(NAMESPACE_URL, str(n)) for n in range(1000)]
    waits = {next_poll(feed, NOTHING_REMEMBERED, NO_OPTIONS, CONDITIONAL, BOUNDS, NOW) for feed in feeds}
    assert len(waits) > 990
    assert len({wait(now=NOW + n * MINUTE) for n in range(1000)}) > 990
    assert wait() == wait()


@given(memories, moments)
def test_a_second_poll_is_put_off_by_up_to_as_much_again_and_never_comes_earlier(memory, now):
    quiet = replace(memory, hints=replace(memory.hints, skip_hours=(), skip_days=(), fresh_s=None))
    later, usual = wait(quiet, now=now, first=True), wait(quiet, now=now)
    assert usual / (1 + JITTER) - timedelta(seconds=1) <= later <= usual + min(usual, DAY)


@pytest.mark.parametrize(
    ("every", "least"),
    [(MINUTE, MINUTE), (3 * MINUTE, MINUTE), (15 * MINUTE, 5 * MINUTE), (3 * HOUR, HOUR), (2 * DAY, 6 * HOUR)],
)
def test_a_feed_is_looked_at_three_times_per_entry_but_not_more_often_than_each_minute_nor_less_than_each_6_hours(
    every, least
):
    assert wait(publishing(every)) == pytest.approx(least * (1 + JITTER / 2), rel=0.17)


@given(st.timedeltas(MINUTE, DAY), st.timedeltas(MINUTE, DAY))
def test_who_publishes_more_is_not_polled_less(one, other):
    often, rarely = sorted((one, other))
    assert wait(publishing(often)) <= wait(publishing(rarely)) * (1 + JITTER)


@pytest.mark.parametrize(
    ("silent", "least"),
    [(6, None), (8, 6 * HOUR), (29, 6 * HOUR), (60, 12 * HOUR), (105, 21 * HOUR), (120, DAY), (3000, DAY)],
)
def test_a_feed_that_was_silent_for_a_week_is_asked_every_6_hours_per_month_of_silence(silent, least):
    memory = weighed(publishing(HOUR), 0, NOW + silent * DAY)
    waited = wait(memory, now=NOW + silent * DAY)
    assert waited == about(least) if least else waited < 3 * HOUR


def test_until_something_is_known_a_feed_is_polled_at_the_default():
    assert wait() == about(BOUNDS.default)
    assert wait(result=PollResult()) == about(BOUNDS.default)


@pytest.mark.parametrize(
    ("every", "entries", "least"),
    [
        (MINUTE, 30, 10 * MINUTE),  # the document holds half an hour
        (MINUTE, 1000, 15 * MINUTE),
        (30 * MINUTE, 30, 30 * MINUTE),
        (3 * HOUR, 30, HOUR),
        (2 * DAY, 30, 6 * HOUR),
    ],
)
def test_a_whole_document_is_asked_for_once_per_entry_as_long_as_it_keeps_them(every, entries, least):
    waited = wait(publishing(every, entries=entries), PollResult(conditional=False))
    assert waited == pytest.approx(least * (1 + JITTER / 2), rel=0.17)


@given(st.timedeltas(MINUTE / 6, 10 * MINUTE), st.integers(2, 100), st.booleans(), st.booleans(), st.uuids())
def test_nobody_sleeps_longer_than_half_of_what_the_document_covers(every, entries, conditional, first, feed_id):
    memory = publishing(every, entries=entries)
    at = next_poll(feed_id, memory, NO_OPTIONS, PollResult(conditional=conditional), BOUNDS, NOW, first=first)
    most = every * entries / 2
    assert at - NOW <= max(most, BOUNDS.shortest * (1 + JITTER) if not first else BOUNDS.shortest * 2)


def test_a_batch_of_entries_is_not_taken_for_a_flood_for_long():
    memory = publishing(timedelta(seconds=1), entries=20)
    at, polls = NOW, 0
    while at < NOW + DAY:
        at, polls = next_poll(FEED, memory, NO_OPTIONS, CONDITIONAL, BOUNDS, at), polls + 1
        memory = weighed(memory, 0, at)
    assert polls <= 150


def test_a_hub_makes_polls_eight_times_rarer_but_daily_at_least():
    assert wait(publishing(3 * HOUR), pushed=True) == pytest.approx(8 * HOUR * (1 + JITTER / 2), rel=0.17)
    assert wait(publishing(2 * DAY), pushed=True) == about(DAY)
    assert wait(publishing(3 * HOUR), pushed=True, bounds=replace(BOUNDS, longest=2 * HOUR)) == about(2 * HOUR)


def test_an_operators_interval_stands_in_for_rate_hints_and_excluded_hours():
    options = FeedOptions(interval_s=120)
    memory = publishing(2 * DAY, fresh_s=7200, skip_hours=(12, 13))
    assert wait(memory, PollResult(), options=options) == about(2 * MINUTE)
    assert wait(memory, PollResult(), options=options, pushed=True) == about(2 * MINUTE)
    assert wait(memory, options=FeedOptions(interval_s=1)) == about(MINUTE)


def test_an_operators_interval_does_not_stand_in_for_retry_after_and_backoff():
    options = FeedOptions(interval_s=120)
    assert wait(result=PollResult(retry_after=HOUR), options=options) == about(HOUR)
    assert wait(result=PollResult(errors=3, reason="timeout"), options=options) == about(16 * MINUTE)


def test_the_longest_interval_holds_for_freshness_but_not_for_retry_after_and_errors():
    bounds = replace(BOUNDS, longest=10 * MINUTE)
    assert wait(publishing(2 * DAY, fresh_s=7200), bounds=bounds) == about(10 * MINUTE)
    assert wait(result=PollResult(retry_after=HOUR), bounds=bounds) == about(HOUR)
    assert wait(result=PollResult(errors=2, reason="dns"), bounds=bounds) == about(40 * MINUTE)


def test_a_spread_is_even_and_the_same_for_the_same_feed():
    shares = sorted(spread(uuid5(NAMESPACE_URL, str(n)), HOUR) for n in range(3600))
    assert all(abs(share - timedelta(seconds=n)) < 2 * MINUTE for n, share in enumerate(shares))
    assert spread(FEED, HOUR) == spread(UUID(str(FEED)), HOUR)


def test_a_second_poll_is_not_put_off_beyond_what_the_document_keeps_at_the_pace_of_a_burst() -> None:
    memory = publishing(12 * HOUR, entries=10)
    burst = replace(memory, hints=replace(memory.hints, median_gap_s=60))
    for feed, most in ((memory, 2), (burst, 1 + JITTER)):
        waits = [
            next_poll(uuid5(FEED, str(n)), feed, NO_OPTIONS, CONDITIONAL, BOUNDS, NOW, first=True) - NOW
            for n in range(50)
        ]
        assert most - 0.1 <= max(waits) / min(waits) <= most


def test_a_feed_that_shows_nothing_twice_is_polled_once_an_hour_however_much_is_new() -> None:
    hot = publishing(MINUTE)
    assert wait(hot) < 2 * MINUTE
    assert wait(replace(hot, passed=PASSING)) == about(HOUR)
