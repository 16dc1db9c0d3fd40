"""The windows of a search over Postgres: every position once, the newest first, by the names that articles have."""

import pytest

from newswire.adapters.search.windows import range_names, window_of, windows


@pytest.mark.parametrize("below", [0, 1, 2, 1023, 1024, 1025, 40_000, 1_000_000])
def test_the_windows_cover_every_position_once_from_the_newest_on(below):
    found = list(windows(below))
    highs = [window.high for window in found]
    assert [window.low for window in found] == [*highs[1:], 0][: len(found)]
    assert highs[:1] == [below][: len(found)]


@pytest.mark.parametrize("below", [1, 1024, 1025, 40_000, 1_000_000])
def test_an_article_has_the_name_of_its_window(below):
    for window in windows(below):
        for position in samples(window):
            assert not window.names or set(window.names) & set(range_names(position))


@pytest.mark.parametrize("start", [0, 1, 1023, 1024, 20_000, 999_999, 1_000_000, 2_000_000])
def test_windows_that_begin_anew_cover_every_position_once_and_by_their_names(start):
    found = list(windows(1_000_000, start))
    assert [window.high for window in found] == [1_000_000, *(window.low for window in found[:-1])]
    assert found[-1].low == 0
    for window in found:
        assert all(not window.names or set(window.names) & set(range_names(position)) for position in samples(window))


@pytest.mark.parametrize(("low", "high"), [(0, 1), (5, 2_000), (1_000, 40_000), (3, 900_000), (0, 9_000_000)])
def test_a_window_between_two_positions_has_the_names_of_its_articles_and_no_others(low, high):
    names = set(window_of(low, high).names)
    assert all(names & set(range_names(position)) for position in (low, (low + high) // 2, high - 1))
    assert names <= {name for position in range(low, high, 512) for name in range_names(position)} | set(
        range_names(high - 1)
    )


def samples(window):
    return (window.low, (window.low + window.high) // 2, window.high - 1)
