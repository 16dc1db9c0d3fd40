"""When an article is looked at again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest

from newswire.domain.articles.hosts.edit_rate import BANDS, NO_RATE, PRIOR, looked, per_hour
from newswire.domain.articles.hosts.habits import NO_HABITS, PageLook, after_look
from newswire.domain.articles.recheck import next_recheck
from support.site_edits import fixed, learned, simulate

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


def test_learning_finds_more_revisions_for_fewer_requests_each_and_sooner():
    before, after = (dict(simulate(how, 2_000)) for how in (fixed, learned))
    assert after["all"].looks / after["all"].found < before["all"].looks / before["all"].found
    assert after["all"].found > before["all"].found
    assert median(after["all"].delays_h) < median(before["all"].delays_h)
    assert after["never edits"].looks < before["never edits"].looks
    assert after["live blogs"].found > 2 * before["live blogs"].found


def test_a_host_that_is_sent_more_looks_than_its_budget_gets_them_later():
    habits = NO_HABITS
    for second in range(240):
        look = PageLook(FIRST, FIRST, FIRST + timedelta(seconds=10 * second), there=True, edited=False)
        habits = after_look(habits, look)
    now = FIRST + timedelta(minutes=40)
    calm, busy = (next_recheck(now, now, each) for each in (replace(habits, spent=0.0), habits))
    assert busy - now > 2 * (calm - now)
    later = now + timedelta(hours=12)
    assert next_recheck(later, later, habits) - later == calm - now


def test_a_look_that_finds_an_edit_brings_the_next_one_forward():
    now = FIRST + 20 * HOUR
    assert next_recheck(FIRST, now, edited_at=now) < next_recheck(FIRST, now)


def test_what_was_learned_long_ago_gives_way_to_what_is_learned_now():
    rate = NO_RATE
    for edited in [*[True] * 500, *[False] * 500]:
        rate = looked(rate, timedelta(0), HOUR, edited=edited, soon_after=False)
    assert per_hour(rate, 0) < 0.2


@pytest.mark.parametrize("band", range(len(BANDS)))
def test_the_rate_of_a_band_is_learned_from_its_looks_alone(band):
    start = (0.0, *BANDS)[band]
    since, until = timedelta(hours=start), timedelta(hours=start + 0.5)
    rate = NO_RATE
    for _ in range(50):
        rate = looked(rate, since, until, edited=True, soon_after=False)
    changed = [number for number in range(len(BANDS)) if per_hour(rate, number) != per_hour(NO_RATE, number)]
    assert changed == [band]
    assert per_hour(rate, band) > PRIOR[band]
