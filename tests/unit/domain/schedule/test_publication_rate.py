"""How often a feed publishes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.feeds.memory import NOTHING_REMEMBERED, ScheduleHints
from newswire.domain.schedule.publication_rate import (
    GAP_MAX,
    MEMORY,
    QUIET,
    SEED_SPAN,
    begun,
    idle_for,
    mean_gap,
    seeded,
    weighed,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

moments = st.timedeltas(-50 * 365 * DAY, 50 * 365 * DAY).map(lambda away: NOW + away)


def every(gap: timedelta, count: int) -> list[datetime]:
    """A document's dates, the newest half a gap ago."""
    return [NOW - gap * (n + 0.5) for n in range(count)]


def looked_at(gap: timedelta, look: timedelta, until: timedelta, memory=NOTHING_REMEMBERED):
    """The memory of a steady feed that was looked at every ``look``, and the moment of the last look."""
    at = NOW
    while at < NOW + until:
        new = (at + look - NOW) // gap - (at - NOW) // gap
        at += look
        memory = weighed(memory, new, at)
    return memory, at


def test_nothing_is_known_of_a_feed_that_was_never_read():
    assert mean_gap(NOTHING_REMEMBERED, NOW) is None
    assert mean_gap(weighed(NOTHING_REMEMBERED, 0, NOW), NOW) is None


@pytest.mark.parametrize("gap", [MINUTE, 10 * MINUTE, HOUR, 5 * HOUR])
@pytest.mark.parametrize("look", [MINUTE, HOUR, 6 * HOUR, DAY])
def test_a_steady_feed_is_known_for_its_rate_however_often_it_is_looked_at(gap, look):
    memory, at = looked_at(gap, look, 40 * DAY)
    assert mean_gap(memory, at) / gap == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("gap", [3 * MINUTE, HOUR, DAY])
@pytest.mark.parametrize("count", [10, 30, 500])
def test_the_first_document_gives_the_rate_of_its_own_entries_however_few_of_them_it_holds(gap, count):
    memory = begun(NOTHING_REMEMBERED, every(gap, count), NOW)
    # A document that goes back less than six hours may be a batch.
    assert mean_gap(memory, NOW) / max(gap, SEED_SPAN / count) == pytest.approx(1, rel=0.15)


def test_a_batch_of_entries_written_at_once_is_not_a_feed_that_writes_every_second():
    batch = [NOW - n * timedelta(seconds=1) for n in range(20)]
    assert mean_gap(begun(NOTHING_REMEMBERED, batch, NOW), NOW) >= 15 * MINUTE


def test_an_old_pinned_entry_does_not_slow_a_lively_feed_down():
    pinned = [*every(HOUR, 29), datetime(2010, 1, 1, tzinfo=UTC)]
    assert mean_gap(begun(NOTHING_REMEMBERED, pinned, NOW), NOW) <= HOUR * 1.2


def test_dates_in_the_future_and_missing_ones_say_nothing():
    dates = every(HOUR, 20)
    assert seeded([*dates, None, NOW + DAY, NOW + timedelta(seconds=1)], NOW) == seeded(dates, NOW)
    assert seeded([None, NOW + DAY], NOW) == seeded([], NOW) == 0


def test_the_order_of_a_document_does_not_matter():
    dates = every(HOUR, 20)
    assert seeded(dates[::-1], NOW) == seeded(dates, NOW)


def test_the_last_entry_of_a_first_document_counts_as_found_when_it_was_published():
    assert begun(NOTHING_REMEMBERED, [NOW - 90 * DAY, NOW - 60 * DAY], NOW).last_entry_at == NOW - 60 * DAY
    assert begun(NOTHING_REMEMBERED, [None, NOW + DAY], NOW).last_entry_at == NOW
    assert begun(NOTHING_REMEMBERED, [], NOW).last_entry_at is None


def test_a_first_entry_of_a_feed_without_dates_does_not_make_it_one_in_five_days():
    undated = begun(NOTHING_REMEMBERED, [None] * 10, NOW)
    assert mean_gap(weighed(undated, 1, NOW + HOUR), NOW + HOUR) <= HOUR


def test_a_new_entry_sets_the_last_one_and_the_usual_gap_and_none_leaves_both():
    memory = weighed(begun(NOTHING_REMEMBERED, every(HOUR, 30), NOW), 1, NOW + HOUR)
    assert memory.last_entry_at == memory.weighed_at == NOW + HOUR
    assert memory.usual_gap_s == pytest.approx(3600, rel=0.15)
    later = weighed(memory, 0, NOW + 9 * HOUR)
    assert (later.last_entry_at, later.usual_gap_s) == (memory.last_entry_at, memory.usual_gap_s)
    assert later.weighed_at == NOW + 9 * HOUR


@pytest.mark.parametrize("pause", [HOUR, DAY, 10 * DAY])
def test_a_pause_of_ours_leaves_the_rate_as_it_was(pause):
    hints = ScheduleHints(entries=30, window_s=29 * 600.0)
    memory, at = looked_at(10 * MINUTE, 5 * MINUTE, 30 * DAY, replace(NOTHING_REMEMBERED, hints=hints))
    before = mean_gap(memory, at)
    assert mean_gap(memory, at + pause) == before, "not looked at yet"
    new = min(30, pause // (10 * MINUTE))
    assert mean_gap(weighed(memory, new, at + pause), at + pause) / before == pytest.approx(1, rel=0.02)


def test_a_feed_that_falls_silent_is_believed_after_a_while():
    memory, at = looked_at(10 * MINUTE, 5 * MINUTE, 10 * DAY)
    usual = mean_gap(memory, at)
    night, day_off = at + 2 * HOUR, at + 2 * DAY
    assert mean_gap(weighed(memory, 0, night), night) <= usual * 1.1
    assert mean_gap(weighed(memory, 0, day_off), day_off) >= 2 * DAY / QUIET


def test_a_feed_that_stopped_is_never_expected_later_than_in_a_year():
    memory = begun(NOTHING_REMEMBERED, [NOW], NOW)
    later = NOW + 4000 * DAY
    assert mean_gap(weighed(memory, 0, later), later) <= GAP_MAX


def test_a_clock_that_ran_ahead_and_was_set_back_leaves_nothing_in_the_future():
    ahead = weighed(begun(NOTHING_REMEMBERED, every(HOUR, 30), NOW), 1, NOW + 300 * DAY)
    assert idle_for(ahead, NOW) == timedelta(0)
    back = weighed(ahead, 0, NOW)
    assert (back.weighed_at, back.last_entry_at) == (NOW, NOW)
    assert idle_for(weighed(back, 0, NOW + DAY), NOW + DAY) == DAY


@given(st.lists(st.tuples(moments, st.integers(0, 5000)), max_size=20), moments, st.lists(st.none() | moments))
def test_no_sequence_of_looks_makes_a_rate_that_is_none(looks, now, dates):
    memory = begun(NOTHING_REMEMBERED, dates, now)
    for at, new in looks:
        memory = weighed(memory, new, at)
        assert memory.weight >= 0
        gap = mean_gap(memory, at)
        assert gap is None or timedelta(0) <= gap <= max(GAP_MAX, idle_for(memory, at) or MEMORY)


def test_a_look_in_the_future_counts_as_one_of_now() -> None:
    ahead = replace(NOTHING_REMEMBERED, weighed_at=NOW + DAY, last_entry_at=NOW - HOUR)
    assert idle_for(ahead, NOW) == HOUR
