"""The poll schedule."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.schedule import JITTER, next_poll

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MINUTES = timedelta(minutes=15)


def test_a_healthy_feed_is_polled_at_its_interval():
    assert next_poll(NOW, MINUTES) == NOW + MINUTES


def test_a_failing_feed_is_polled_ever_more_rarely_but_at_least_daily():
    waits = [next_poll(NOW, MINUTES, errors=n) - NOW for n in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] == 2 * MINUTES
    assert waits[-1] == timedelta(days=1)


def test_nobody_is_asked_sooner_than_the_server_said():
    assert next_poll(NOW, MINUTES, retry_after=timedelta(hours=2)) == NOW + timedelta(hours=2)


def test_a_server_cannot_silence_a_feed_for_more_than_a_day():
    assert next_poll(NOW, MINUTES, retry_after=timedelta(days=3650)) == NOW + timedelta(days=1)


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 100))
def test_jitter_only_ever_delays_and_by_a_tenth_at_most(jitter, errors):
    plain = next_poll(NOW, MINUTES, errors=errors) - NOW
    jittered = next_poll(NOW, MINUTES, errors=errors, jitter=jitter) - NOW
    assert plain <= jittered <= plain * (1 + JITTER)
