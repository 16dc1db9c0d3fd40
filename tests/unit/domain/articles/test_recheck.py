"""When an article is looked at again."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

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


def test_looks_at_a_host_that_nothing_is_known_about_thin_out_and_end_within_a_week():
    ages = looks()
    gaps = [later - sooner for sooner, later in pairwise([timedelta(0), *ages])]
    assert gaps == sorted(gaps)
    assert (ages[0], ages[-1] <= timedelta(days=7), 4 <= len(ages) <= 9) == (ages[0], True, True)
    assert timedelta(minutes=20) <= ages[0] <= HOUR


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=1), timedelta(minutes=20), 5 * HOUR, 50 * HOUR])
def test_the_next_look_is_always_later_than_now(age):
    due = next_recheck(FIRST, FIRST + age)
    assert due is not None
    assert due > FIRST + age


def test_an_article_is_done_with_when_the_next_look_would_be_beyond_a_week():
    assert next_recheck(FIRST, FIRST + timedelta(days=6, hours=23)) is None


def test_a_clock_that_went_back_delays_the_look_no_longer_than_the_first():
    assert next_recheck(FIRST, FIRST - HOUR) <= next_recheck(FIRST, FIRST)
