"""What becomes of a webhook after an attempt, and when it is tried again."""

from datetime import timedelta

import pytest

from newswire.domain.webhooks.steps import (
    GIVE_UP,
    delay_after,
    delivered,
    disable,
    enable,
    gone,
    refused,
    replay,
    rotate,
)
from newswire.domain.wire.cursor import Cursor
from support.build import NOW
from support.webhooks import SECRET, webhook

HOUR = timedelta(hours=1)


def failing(until):
    """A webhook whose receiver has been down since NOW, up to the last attempt before ``until``; and its attempts."""
    state, now = webhook(), NOW
    while now < until and state.disabled is None:
        state = refused(state, "connect", None, now, 0.5)
        now = state.due_at
    return state


def test_the_delay_doubles_from_seconds_to_most_of_an_hour():
    seconds = [delay_after(attempt, None, 0.5).total_seconds() for attempt in range(1, 13)]
    assert seconds == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3000, 3000]


def test_chance_spreads_the_delay_by_a_fifth():
    assert delay_after(1, None, 0) == timedelta(seconds=4)
    assert delay_after(1, None, 1) == timedelta(seconds=6)


@pytest.mark.parametrize("attempts", [10, 11, 12, 10**9])
def test_no_delay_is_longer_than_an_hour_and_the_longest_ones_are_spread_too(attempts):
    assert delay_after(attempts, None, 0) < delay_after(attempts, None, 0.5) < delay_after(attempts, None, 1) <= HOUR


@pytest.mark.parametrize(("asked_s", "given_s"), [(1, 5), (60, 60), (10**6, 3600)])
def test_a_receiver_that_names_a_time_is_not_asked_before_it_but_within_the_hour(asked_s, given_s):
    assert delay_after(1, timedelta(seconds=asked_s), 0.5).total_seconds() == given_s


def test_a_receiver_that_is_down_is_tried_for_three_days_and_then_disabled():
    assert failing(NOW + GIVE_UP - HOUR).state == "failing"
    given_up = failing(NOW + 2 * GIVE_UP)
    assert (given_up.disabled, given_up.cursor) == ("failing", webhook().cursor)
    assert GIVE_UP <= given_up.disabled_at - NOW <= GIVE_UP + HOUR
    assert 85 <= given_up.attempts <= 105


def test_the_three_days_begin_anew_with_each_event_that_is_delivered():
    state = delivered(failing(NOW + timedelta(days=2)), Cursor("e", 1), "http-204", NOW + timedelta(days=2))
    assert (state.state, state.attempts, state.cursor) == ("active", 0, Cursor("e", 1))
    assert refused(state, "connect", None, NOW + timedelta(days=4), 0.5).disabled is None


def test_enabling_keeps_the_place_and_gives_three_days_again():
    later = NOW + timedelta(days=9)
    state = enable(failing(NOW + 2 * GIVE_UP), later)
    assert (state.state, state.cursor, state.due_at) == ("active", webhook().cursor, later)
    assert refused(state, "connect", None, later, 0.5).state == "failing"


def test_a_receiver_that_answers_410_is_disabled_at_once():
    state = gone(webhook(), NOW)
    assert (state.disabled, state.last_answer) == ("gone", "http-410")


def test_the_first_reason_stands():
    assert disable(gone(webhook(), NOW), "by-hand", NOW + HOUR).disabled == "gone"


def test_a_replay_moves_the_place_and_enables():
    state = replay(gone(webhook(cursor=Cursor("e", 9)), NOW), Cursor("e", 4), NOW)
    assert (state.state, state.cursor) == ("active", Cursor("e", 4))


def test_without_an_overlap_the_old_secret_signs_no_more():
    assert rotate(webhook(), "whsec_new", timedelta(0), NOW).secrets.in_force(NOW) == ("whsec_new",)
    assert rotate(webhook(), "whsec_new", HOUR, NOW).secrets.in_force(NOW) == ("whsec_new", SECRET)
