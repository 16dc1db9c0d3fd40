"""Headers to values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.httpcache import refreshed, retry_after, validators_of
from newswire.events import PageValidators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_validators_are_kept_byte_for_byte():
    headers = {"etag": 'W/"a-gzip"', "last-modified": "sun, 1 mar 2026 11:00 gmt"}
    assert validators_of(headers) == PageValidators(etag='W/"a-gzip"', last_modified="sun, 1 mar 2026 11:00 gmt")


@pytest.mark.parametrize("bad", ['"a\r\nX-Evil: 1"', '"\x00"', "x" * 5000, ""])
def test_a_validator_that_could_not_be_sent_back_is_dropped(bad):
    assert validators_of({"etag": bad}).etag is None


def test_not_modified_without_validators_keeps_the_stored_ones_and_new_ones_replace_them():
    stored = PageValidators(etag='"1"', last_modified="then")
    assert refreshed(stored, {}) == stored
    assert refreshed(stored, {"etag": '"2"'}) == PageValidators(etag='"2"', last_modified="then")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 11:00:00 GMT", None),
        ("-5", None),
        ("0", None),
        ("soon", None),
        ("", None),
        ("1" * 400, None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nonsense_is_nothing(value, seconds):
    expected = timedelta(seconds=seconds) if seconds else None
    assert retry_after({"retry-after": value}, NOW) == expected


@given(st.text())
def test_no_retry_after_ever_raises(value):
    retry_after({"retry-after": value}, NOW)
