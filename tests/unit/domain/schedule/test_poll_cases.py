"""The schedule's part in what servers and clocks do: 304s, 429s, 410s, excluded hours, restarts, clocks set wrong."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.feeds.memory import NO_OPTIONS, NOTHING_REMEMBERED, ScheduleHints
from newswire.domain.http.httpcache import fresh_for, refreshed, retry_after, validators_of
from newswire.domain.schedule.next_poll import HORIZON, JITTER, PollBounds, PollResult, misdated, next_poll, spread
from newswire.domain.schedule.poll_skips import past_skips
from newswire.domain.schedule.publication_rate import begun, weighed

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
"""A Monday."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = PollBounds(15 * MINUTE, MINUTE, DAY)
FEED = uuid5(NAMESPACE_URL, "https://desk.example/feed")
HOT = begun(
    replace(NOTHING_REMEMBERED, hints=ScheduleHints(entries=30, window_s=29 * 120)),
    [NOW - n * 2 * MINUTE for n in range(30)],
    NOW,
)


def wait(result: PollResult, memory=HOT, now: datetime = NOW) -> timedelta:
    return next_poll(FEED, memory, NO_OPTIONS, replace(result, conditional=True), BOUNDS, now) - now


def jittered(waited: timedelta, least: timedelta) -> bool:
    return least <= waited <= least * (1 + JITTER)


def test_a_304_with_another_freshness_moves_the_next_poll():
    fresh = fresh_for({"cache-control": "max-age=900"}, NOW)
    memory = replace(HOT, hints=replace(HOT.hints, fresh_s=int(fresh.total_seconds())))
    assert jittered(wait(PollResult(), weighed(memory, 0, NOW)), 15 * MINUTE)
    assert jittered(wait(PollResult(), weighed(HOT, 0, NOW)), MINUTE)


@pytest.mark.parametrize("reason", ["http-429", "http-503", "http-500"])
def test_retry_after_is_waited_for_whatever_the_status(reason):
    asked = retry_after({"retry-after": "1200"}, NOW)
    assert jittered(wait(PollResult(1, reason, asked)), 20 * MINUTE)


@pytest.mark.parametrize(
    ("value", "least"),
    [
        ("Mon, 02 Mar 2026 14:30:00 GMT", 2 * HOUR),
        ("-5", 2 * MINUTE),
        ("soon", 2 * MINUTE),
        ("315360000", DAY),
        ("Mon, 02 Mar 2036 12:30:00 GMT", DAY),
    ],
)
def test_retry_after_as_a_date_is_used_nonsense_leaves_the_backoff_and_ten_years_are_a_day(value, least):
    assert jittered(wait(PollResult(1, "http-503", retry_after({"retry-after": value}, NOW))), least)


def test_a_429_that_does_not_say_how_long_is_waited_out_for_an_hour_and_twice_as_long_each_time():
    waits = [wait(PollResult(errors, "http-429")) for errors in range(1, 10)]
    assert all(jittered(waited, HOUR * 2**n) for n, waited in enumerate(waits[:6]))
    assert jittered(waits[-1], 3 * DAY)


@pytest.mark.parametrize("reason", ["http-403", "http-404", "http-500", "timeout", "tls"])
def test_any_other_error_doubles_the_wait_up_to_256_fold_or_three_days(reason):
    assert [jittered(wait(PollResult(n, reason)), MINUTE * 2**n) for n in range(1, 9)] == [True] * 8
    assert jittered(wait(PollResult(99, reason)), MINUTE * 256)
    slow = begun(NOTHING_REMEMBERED, [NOW - n * DAY for n in range(30)], NOW)
    assert jittered(wait(PollResult(99, reason), slow), 3 * DAY)


def test_a_feed_that_is_gone_is_asked_once_more_a_day_later_and_no_sooner():
    assert jittered(wait(PollResult(1, "http-410")), DAY)
    assert jittered(wait(PollResult(1, "http-404")), 2 * MINUTE)


def test_expires_0_is_no_freshness_and_costs_no_validators():
    headers = {"expires": "0", "etag": '"1"'}
    assert fresh_for(headers, NOW) == timedelta(0)
    assert refreshed(validators_of({"etag": '"0"'}), headers) == validators_of({"etag": '"1"'})
    assert jittered(wait(PollResult(), replace(HOT, hints=replace(HOT.hints, fresh_s=0))), MINUTE)


def skipping(hours=(), days=()) -> datetime:
    return past_skips(NOW, ScheduleHints(skip_hours=tuple(hours), skip_days=tuple(days)), spread=7 * MINUTE)


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ((), (), NOW),
        ((11, 13), (1,), NOW),
        ((12,), (), datetime(2026, 3, 2, 13, 7, tzinfo=UTC)),
        ((12, 13, 14), (), datetime(2026, 3, 2, 15, 7, tzinfo=UTC)),
        (range(12, 25), (), datetime(2026, 3, 3, 1, 7, tzinfo=UTC)),  # 24 is midnight
        (range(24), (), NOW),
        (range(1, 25), (), NOW),
        ((), (0,), datetime(2026, 3, 3, 0, 7, tzinfo=UTC)),
        ((), range(6), datetime(2026, 3, 8, 0, 7, tzinfo=UTC)),
        ((), range(7), NOW),
        ((0, 1), (0, 1), datetime(2026, 3, 4, 2, 7, tzinfo=UTC)),
        (range(24), (0,), datetime(2026, 3, 3, 0, 7, tzinfo=UTC)),
        ((-1, 25, 99), (-1, 7), NOW),
    ],
)
def test_excluded_hours_and_days_are_passed_over_in_utc(hours, days, expected):
    assert skipping(hours, days) == expected


def test_excluded_hours_are_in_utc_wherever_we_are():
    east = NOW.astimezone(timezone(9 * HOUR))
    assert past_skips(east, ScheduleHints(skip_hours=(21,)), spread=MINUTE) == NOW
    assert past_skips(east, ScheduleHints(skip_hours=(12,)), spread=MINUTE) == datetime(2026, 3, 2, 13, 1, tzinfo=UTC)


@given(
    st.integers(0, 10 * 365 * 86_400).map(lambda s: NOW + timedelta(seconds=s)),
    st.sets(st.integers(0, 23), max_size=23),
    st.sets(st.integers(0, 6), max_size=6),
    st.booleans(),
)
def test_no_poll_ever_falls_into_an_excluded_hour_or_day(now, hours, days, first):
    memory = replace(HOT, hints=replace(HOT.hints, skip_hours=tuple(hours), skip_days=tuple(days)))
    at = next_poll(FEED, memory, NO_OPTIONS, PollResult(), BOUNDS, now, first=first)
    assert at.hour not in hours
    assert at.weekday() not in days


def test_feeds_that_wait_for_the_same_hour_do_not_all_begin_with_it():
    memory = replace(NOTHING_REMEMBERED, hints=ScheduleHints(skip_hours=tuple(range(12, 18))))
    feeds = [uuid5(NAMESPACE_URL, str(n)) for n in range(2000)]
    times = [next_poll(feed, memory, NO_OPTIONS, PollResult(), BOUNDS, NOW) for feed in feeds]
    begin = Counter(at.replace(microsecond=0) for at in times)
    assert min(begin) >= datetime(2026, 3, 2, 18, tzinfo=UTC)
    assert max(begin.values()) <= 20


def test_a_restart_finds_the_times_that_were_saved_and_polls_nothing_anew():
    saved = [next_poll(uuid5(NAMESPACE_URL, str(n)), HOT, NO_OPTIONS, PollResult(), BOUNDS, NOW) for n in range(1000)]
    for restart in range(10):
        now = NOW + restart * timedelta(seconds=6)
        assert not any(at <= now or misdated(at, now, last_polled_at=NOW) for at in saved)


def test_a_clock_that_was_ahead_leaves_feeds_that_are_due_now_and_take_turns():
    ahead = NOW + 2 * DAY
    feeds = [uuid5(NAMESPACE_URL, str(n)) for n in range(10_000)]
    saved = [next_poll(feed, HOT, NO_OPTIONS, PollResult(), BOUNDS, ahead) for feed in feeds]
    assert all(misdated(at, NOW, last_polled_at=ahead) for at in saved)
    assert misdated(NOW + HORIZON + MINUTE, NOW)
    turns = Counter(spread(feed, BOUNDS.default) // timedelta(seconds=1) for feed in feeds)
    assert max(turns.values()) <= 40


def test_two_pollers_whose_clocks_differ_a_little_do_not_take_each_other_for_wrong():
    assert not misdated(NOW + MINUTE, NOW, last_polled_at=NOW + 2 * MINUTE)


def test_a_clock_that_ran_a_month_ahead_costs_a_hot_feed_its_pace_for_one_poll_at_most():
    ahead = weighed(HOT, 0, NOW + 30 * DAY)
    back = weighed(ahead, 1, NOW + HOUR)
    assert jittered(wait(PollResult(), back, NOW + HOUR), MINUTE)
