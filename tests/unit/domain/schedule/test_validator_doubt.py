"""When a feed is asked without its validators."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.feeds.health import silent
from newswire.domain.feeds.memory import NOTHING_REMEMBERED, FeedMemory, ScheduleHints
from newswire.domain.schedule.validator_doubt import doubted, unproven

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def quiet(gap: timedelta | None, *, entries: int = 10, **more) -> FeedMemory:
    """The memory of a feed whose last entry came just now."""
    usual = gap.total_seconds() if gap is not None else None
    memory = replace(NOTHING_REMEMBERED, hints=ScheduleHints(entries=entries), usual_gap_s=usual)
    return replace(memory, last_entry_at=NOW, document_at=NOW, **more)


def first_doubt(memory: FeedMemory) -> timedelta:
    """After so long a silence, to the minute, the validators are left out for the first time."""
    known = memory.document_at or NOW
    return next(n * MINUTE for n in range(60 * 24 * 40) if doubted(memory, known + n * MINUTE))


@pytest.mark.parametrize(
    ("gap", "entries", "after"),
    [
        (MINUTE, 30, 15 * MINUTE),
        (6 * MINUTE, 10, 30 * MINUTE),  # half of the document
        (6 * MINUTE, 4, 18 * MINUTE),
        (6 * MINUTE, 50_000, 2 * HOUR),
        (DAY, 10, 5 * DAY),
        (30 * DAY, 10, 7 * DAY),
        (None, 10, DAY),
        (5_000 * DAY, 0, 7 * DAY),
    ],
)
def test_a_silence_is_doubted_before_the_document_can_have_been_filled_anew_and_after_a_week_at_the_latest(
    gap, entries, after
):
    assert first_doubt(quiet(gap, entries=entries)) == after


def test_a_document_dated_in_the_future_by_a_clock_that_was_wrong_is_asked_for_again():
    assert doubted(quiet(HOUR), NOW - 365 * DAY)
    assert not doubted(quiet(HOUR), NOW - MINUTE), "two pollers' clocks may differ a little"


@pytest.mark.parametrize(("gap", "most"), [(MINUTE, 14), (HOUR, 10), (DAY, 6), (None, 8), (30 * DAY, 5)])
def test_a_silence_of_two_months_costs_a_handful_of_documents(gap, most):
    memory, documents = quiet(gap), 0
    for n in range(60 * 24 * 60):
        now = NOW + n * MINUTE
        if doubted(memory, now):
            documents, memory = documents + 1, replace(memory, document_at=now)
        if memory.condition is None and silent(memory, now):
            memory = replace(memory, condition="silent", condition_since=now)
    assert 1 <= documents <= most


def test_however_long_a_feed_was_silent_it_is_doubted_every_30_days():
    memory = replace(quiet(DAY), last_entry_at=NOW - 4_000 * DAY, condition="silent", condition_since=NOW - 900 * DAY)
    assert first_doubt(memory) == 30 * DAY


@given(st.integers(1, 10**7), st.integers(1, 500), st.integers(60, 60 * 86_400))
def test_no_feed_is_told_to_be_silent_before_it_was_asked_without_validators(gap_s, entries, polled_every_s):
    memory, now = quiet(timedelta(seconds=gap_s), entries=entries), NOW
    for _ in range(50):
        now += timedelta(seconds=polled_every_s)
        if doubted(memory, now):
            memory = replace(memory, document_at=now)
        if silent(memory, now):
            assert memory.document_at > NOW
            return


def test_a_feed_that_was_told_to_be_silent_is_asked_without_validators_at_once_and_once():
    told = replace(quiet(DAY), document_at=None, last_entry_at=NOW - 100 * DAY)
    told = replace(told, condition="silent", condition_since=NOW)
    assert doubted(told, NOW + MINUTE)
    assert doubted(replace(told, document_at=NOW - 3 * DAY), NOW + MINUTE)
    assert not doubted(replace(told, document_at=NOW + MINUTE), NOW + 2 * MINUTE)


def test_a_feed_that_is_about_to_be_told_silent_is_asked_first():
    """Its last document came late in the silence, so that no doubling is due."""
    memory = replace(quiet(DAY), last_entry_at=NOW - 20 * DAY, document_at=NOW - DAY)
    assert not doubted(memory, NOW)
    assert doubted(memory, NOW + MINUTE)


@pytest.mark.parametrize("memory", [NOTHING_REMEMBERED, quiet(MINUTE, on_trial=True)])
def test_what_was_never_read_or_stands_trial_is_not_doubted(memory):
    assert not doubted(memory, NOW + 365 * DAY)


def test_what_304s_say_since_the_last_document_proves_nothing_in_doubt():
    memory = quiet(DAY, whole_at=NOW + 3 * DAY)
    assert unproven(memory).whole_at == NOW
    at = (NOW, NOW - HOUR)  # a document whose entries could not all be read is newer than the last whole one
    whole = [replace(memory, whole_at=moment) for moment in at]
    for known in (NOTHING_REMEMBERED, *whole, replace(memory, document_at=None)):
        assert unproven(known) == known
