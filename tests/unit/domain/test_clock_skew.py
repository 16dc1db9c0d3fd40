from datetime import UTC, datetime, timedelta

from newswire.domain.clock_skew import lies_in_the_future

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_a_moment_within_a_day_after_now_may_be_true_as_zones_are_stated_wrongly():
    assert not lies_in_the_future(NOW + timedelta(days=1), NOW)
    assert lies_in_the_future(NOW + timedelta(days=1, seconds=1), NOW)
