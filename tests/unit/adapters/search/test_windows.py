"""The windows of a search over Postgres: every position once, the newest first, by the names that articles have."""

import pytest

from newswire.adapters.search.windows import range_names, windows


@pytest.mark.parametrize("below", [0, 1, 2, 1023, 1024, 1025, 40_000, 1_000_000])
def test_the_windows_cover_every_position_once_from_the_newest_on(below):
    found = list(windows(below))
    highs = [window.high for window in found]
    assert [window.low for window in found] == [*highs[1:], 0][: len(found)]
    assert highs[:1] == [below][: len(found)]


@pytest.mark.parametrize("below", [1, 1024, 1025, 40_000, 1_000_000])
def test_an_article_has_the_name_of_its_window(below):
    for window in windows(below):
        for position in (window.low, (window.low + window.high) // 2, window.high - 1):
            assert not window.names or set(window.names) & set(range_names(position))
