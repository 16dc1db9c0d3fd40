"""Feeds that show nothing twice, told apart from feeds that publish fast."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.feeds.memory import NOTHING_REMEMBERED, PASSING
from newswire.domain.feeds.passing import documents_passed, passes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
READ = replace(NOTHING_REMEMBERED, succeeded_at=NOW - MINUTE, passed=4)
UNDATED = [None] * 10
OLD = [NOW - timedelta(days=number) for number in range(1, 11)]
FUTURE = [NOW + timedelta(days=number) for number in range(1, 11)]


@pytest.mark.parametrize("dates", [UNDATED, OLD, [NOW] * 10, FUTURE])
def test_nothing_but_unknown_entries_without_dates_of_their_own_count(dates: list[datetime | None]) -> None:
    assert documents_passed(READ, dates, 10, NOW) == 5


def test_one_pinned_entry_of_ten_proves_nothing() -> None:
    assert documents_passed(READ, UNDATED, 9, NOW) == 5


@pytest.mark.parametrize("new", [0, 1, 8])
def test_two_known_entries_of_ten_end_the_row(new: int) -> None:
    assert documents_passed(READ, UNDATED, new, NOW) == 0


def test_dates_of_the_time_since_the_last_poll_are_news_at_any_pace() -> None:
    dates: list[datetime | None] = [NOW - timedelta(seconds=6 * number) for number in range(10)]
    assert documents_passed(READ, dates, 10, NOW) == 0


def test_a_304_and_an_empty_document_end_the_row() -> None:
    assert documents_passed(READ, [], 0, NOW) == 0


def test_the_habit_is_named_after_ten_documents() -> None:
    almost = replace(READ, passed=PASSING - 1)
    assert (passes(almost), almost.habit_names) == (False, ())
    learned = replace(almost, passed=documents_passed(almost, UNDATED, 10, NOW))
    assert (passes(learned), learned.habit_names) == (True, ("nothing-stays",))


def test_the_first_answer_of_a_feed_is_no_row() -> None:
    assert documents_passed(NOTHING_REMEMBERED, UNDATED, 10, NOW) == 0


def test_an_entry_that_comes_up_to_an_hour_late_is_news_and_one_that_comes_later_is_none() -> None:
    for minutes, passed in ((50, 0), (70, 5)):
        dates = [NOW - timedelta(minutes=minutes, seconds=number) for number in range(10)]
        assert documents_passed(READ, dates, 10, NOW) == passed


def test_dates_of_the_time_since_the_last_poll_in_half_of_the_entries_prove_no_news() -> None:
    fresh: list[datetime | None] = [NOW - timedelta(seconds=number) for number in range(6)]
    assert documents_passed(READ, [*fresh[:5], *UNDATED[:5]], 10, NOW) == 5
    assert documents_passed(READ, [*fresh, *UNDATED[:4]], 10, NOW) == 0


def test_the_one_entry_of_a_feed_is_news_by_its_date_alone() -> None:
    assert documents_passed(READ, [NOW - timedelta(seconds=5)], 1, NOW) == 0
    assert documents_passed(READ, [None], 1, NOW) == 5
