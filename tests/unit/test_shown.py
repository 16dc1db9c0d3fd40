"""What a feed shows, as it is noted once a day."""

from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.feeds.entries import Identified
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.shown import is_to_be_noted, noted, shows

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(key, url=None):
    return Identified(ParsedEntry(), key, "f", url)


@pytest.mark.parametrize("count", [0, 1, 2, 99])
def test_each_key_and_each_address_is_found_again_and_nothing_else_is(count):
    found = noted(entry(f"key {n}", f"https://example.org/{n}") for n in range(count))
    assert len(found) == 16 * count
    for n in range(count):
        assert shows(found, f"key {n}")
        assert shows(found, f"https://example.org/{n}")
    assert not any(shows(found, name) for name in ("", "key", f"key {count}", "https://example.org/"))


def test_an_entry_without_an_address_is_known_by_its_key_and_the_order_does_not_count():
    entries = [entry("a"), entry("b", "https://example.org/b"), entry("a", "https://example.org/a")]
    found = noted(entries)
    assert found == noted(reversed(entries))
    assert (shows(found, "a"), shows(found, "https://example.org/a"), len(found)) == (True, True, 32)


def test_a_feed_is_noted_once_a_day():
    assert is_to_be_noted(None, NOW)
    assert not is_to_be_noted(NOW, NOW + timedelta(hours=23))
    assert is_to_be_noted(NOW, NOW + timedelta(hours=24))


def test_a_feed_that_was_noted_while_the_clock_was_wrong_is_noted_again():
    assert is_to_be_noted(NOW + timedelta(days=400), NOW)
