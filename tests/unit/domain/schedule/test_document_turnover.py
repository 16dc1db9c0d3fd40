"""How soon a document is filled anew, by the dates of its entries and by what is usual for the feed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.feeds.memory import NOTHING_REMEMBERED, ScheduleHints
from newswire.domain.schedule.publication_rate import keeps_for, median_gap, turnover, window

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ago(*hours: float) -> list[datetime]:
    return [NOW - timedelta(hours=one) for one in hours]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ([], None),
        ([None, NOW + DAY], None),
        (ago(1), 0 * HOUR),
        (ago(3, 1), 2 * HOUR),
        ([*ago(0, 1, 2, 3, 4, 5, 6, 7, 8), NOW - 365 * DAY], 9 * HOUR),  # one of ten is pinned
        ([*ago(*range(18)), NOW - 90 * DAY, NOW - 365 * DAY], 19 * HOUR),
        ([*ago(0, 1, 2), NOW + 30 * DAY], 2 * HOUR),  # an event's date
        (ago(*range(10)), 9 * HOUR),
    ],
)
def test_neither_pinned_entries_nor_future_dates_stretch_what_a_document_covers(published, expected):
    found = window(published, NOW)
    assert found == (expected if expected is None else pytest.approx(expected, abs=timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("window_s", "usual_gap_s", "expected"),
    [
        (None, None, None),
        (3_600 * 19, None, 20 * HOUR),
        (None, 1_800, 10 * HOUR),
        (3_600 * 19, 1_800, 10 * HOUR),
        (3_600 * 19, 36_000, 20 * HOUR),
        (0, 1_800, 10 * HOUR),
    ],
)
def test_a_document_is_filled_anew_at_the_quicker_of_its_entries_pace_and_the_usual_one(
    window_s, usual_gap_s, expected
):
    memory = replace(NOTHING_REMEMBERED, hints=ScheduleHints(entries=20, window_s=window_s), usual_gap_s=usual_gap_s)
    assert turnover(memory, NOW) == expected


def test_a_document_that_nothing_came_to_for_a_while_keeps_its_entries_that_much_longer():
    memory = replace(NOTHING_REMEMBERED, hints=ScheduleHints(entries=20, window_s=3_600 * 19), last_entry_at=NOW - DAY)
    assert turnover(replace(memory, weighed_at=NOW), NOW) == 44 * HOUR


def test_the_median_of_the_gaps_is_the_pace_by_day_where_a_night_lies_between():
    by_day = [NOW - n * 6 * MINUTE for n in range(8)]
    assert median_gap([*by_day, *(at - 9 * HOUR for at in by_day), None, NOW + DAY], NOW) == 6 * MINUTE
    assert median_gap([NOW], NOW) is None


@pytest.mark.parametrize(
    ("entries", "median_gap_s", "usual_gap_s", "expected"),
    [
        (20, 360, 600, 2 * HOUR),
        (20, 720, 360, 2 * HOUR),
        (20, None, 360, 2 * HOUR),
        (20, 0, 360, 2 * HOUR),  # all of one moment
        (20, 0, None, None),
        (1, 360, 360, None),
    ],
)
def test_a_document_surely_keeps_its_entries_for_as_long_as_the_quicker_pace_needs_to_fill_it(
    entries, median_gap_s, usual_gap_s, expected
):
    hints = ScheduleHints(entries=entries, median_gap_s=median_gap_s)
    memory = replace(NOTHING_REMEMBERED, hints=hints, usual_gap_s=usual_gap_s, last_entry_at=NOW - DAY)
    assert keeps_for(memory) == expected
