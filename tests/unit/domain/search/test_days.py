"""Days as tokens: a span is covered by few tokens, which its moments have and others do not."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.search.days import day_tokens, tokens_between

FIRST = datetime(1990, 1, 1, tzinfo=UTC)
BEGIN, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
DAY = timedelta(days=1)
MOST = 3 * 30 + 16
"""Tokens of a span: up to 15 blocks at each end in three sizes, and those of the largest size."""


def matches(moment, after, before):
    return bool(set(day_tokens("p", moment)) & set(tokens_between("p", after, before)))


def test_every_span_has_a_token_of_its_moments_and_none_of_other_days():
    dice = random.Random(4)
    for _ in range(3_000):
        after = FIRST + dice.uniform(0, 60_000) * DAY
        before = after + dice.choice([0.1, 1, 20, 300, 5_000]) * dice.random() * DAY + timedelta(microseconds=1)
        moment = dice.choice([after, before]) + dice.choice([-1, 1]) * dice.choice([0, 0.5, 2, 40, 700]) * DAY
        inside, far = after <= moment < before, moment < after - DAY or moment > before + DAY
        assert len(tokens_between("p", after, before)) <= MOST
        assert matches(moment, after, before) if inside else not (far and matches(moment, after, before))


@pytest.mark.parametrize("moment", [BEGIN, FIRST, FIRST + 13_000 * DAY, FIRST + 150_000 * DAY, END])
def test_an_open_span_reaches_to_the_ends_of_time(moment):
    assert matches(moment, moment, None)
    assert matches(moment, BEGIN, None)
    assert matches(moment, None, END)


def test_a_span_that_ends_at_midnight_does_not_have_the_day_that_begins_then():
    midnight = FIRST + 13_000 * DAY
    assert not matches(midnight, None, midnight)
    assert matches(midnight - timedelta(microseconds=1), None, midnight)


def test_days_of_publication_and_of_change_have_tokens_of_their_own():
    assert not set(day_tokens("p", FIRST)) & set(day_tokens("c", FIRST))
