"""Where a page is looked for in the archive, by the times of its entry."""

from datetime import UTC, datetime, timedelta

from newswire.domain.archive.windows import fetch_window

FOUND = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECONDS = timedelta(seconds=20)


def test_a_page_that_a_machine_fetched_whose_clock_is_behind_or_ahead_is_looked_for():
    ended = FOUND + SECONDS
    found = fetch_window("new", FOUND, ended, ended)
    assert found.start <= FOUND - SECONDS
    assert found.end >= ended + SECONDS
    assert fetch_window("new", FOUND, None, FOUND).end >= FOUND + SECONDS
