"""The retry ladder."""

from datetime import UTC, datetime, timedelta

from newswire.domain.articles.retry import Rung, next_rung

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DELAYS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=2))


def test_each_failure_waits_longer_until_every_chance_is_used():
    assert [next_rung(n, NOW, DELAYS) for n in (1, 2, 3, 4)] == [
        Rung(0, NOW + DELAYS[0]),
        Rung(1, NOW + DELAYS[1]),
        Rung(2, NOW + DELAYS[2]),
        None,
    ]


def test_a_server_that_asks_for_time_is_given_at_least_that():
    assert next_rung(1, NOW, DELAYS, retry_after=timedelta(minutes=5)) == Rung(1, NOW + DELAYS[1])


def test_a_server_that_asks_for_more_than_the_longest_wait_gets_the_longest():
    assert next_rung(1, NOW, DELAYS, retry_after=timedelta(days=9)) == Rung(2, NOW + DELAYS[2])


def test_no_delays_means_no_second_chance():
    assert next_rung(1, NOW, ()) is None
