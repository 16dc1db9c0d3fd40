"""When an article is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.articles.recheck import next_recheck

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def looks() -> list[timedelta]:
    ages, due = [], next_recheck(FIRST, FIRST)
    while due is not None:
        ages.append(due - FIRST)
        due = next_recheck(FIRST, due)
    return ages


def test_looks_thin_out_from_twenty_minutes_and_end_within_a_week():
    assert looks() == [timedelta(minutes=20), HOUR, 3 * HOUR, 9 * HOUR, 27 * HOUR, 81 * HOUR]


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=1), timedelta(minutes=20), 5 * HOUR, 50 * HOUR])
def test_the_next_look_is_always_later_than_now(age):
    due = next_recheck(FIRST, FIRST + age)
    assert due is not None
    assert due > FIRST + age


def test_an_article_is_done_with_when_the_next_look_would_be_beyond_a_week():
    last = timedelta(days=7) / 3
    assert next_recheck(FIRST, FIRST + last) == FIRST + timedelta(days=7)
    assert next_recheck(FIRST, FIRST + last + timedelta(seconds=1)) is None


def test_a_clock_that_went_back_delays_the_look_no_longer_than_the_first():
    assert next_recheck(FIRST, FIRST - HOUR) == FIRST + timedelta(minutes=20)
