"""Headers to values."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.http.httpcache import fresh_for, refreshed, retry_after, validators_of
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


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": "public, MAX-AGE = 300"}, 300),
        ({"cache-control": 'max-age="300"'}, 300),
        ({"cache-control": "max-age=300", "age": "100"}, 200),
        ({"cache-control": "max-age=300", "age": "400"}, 0),
        ({"cache-control": "max-age=300", "age": "100, 7"}, 200),
        ({"cache-control": "max-age=300", "age": "-1"}, 300),
        ({"cache-control": "max-age=300", "age": "old"}, 300),
        ({"cache-control": "s-maxage=300"}, None),
        ({"cache-control": "s-maxage=9, max-age=300"}, 300),
        ({"cache-control": "x-max-age=300"}, None),
        ({"cache-control": "max-age=300, max-age=900"}, 300),
        ({"cache-control": 'private="x, max-age=9", max-age=300'}, 300),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age=1.5"}, 0),
        ({"cache-control": "max-age"}, 0),
        ({"cache-control": "max-age=²"}, 0),
        ({"cache-control": "max-age=" + "9" * 5000}, 2**31),
        ({"cache-control": "max-age=0"}, 0),
        ({"cache-control": "no-cache, max-age=300"}, None),
        ({"cache-control": "max-age=300, No-Store"}, None),
        ({"cache-control": "no-store", "expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, None),
        ({"cache-control": "public", "expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, 3600),
        ({"cache-control": "max-age=300", "expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, 300),
        ({"expires": "Sun, 01 Mar 2026 13:00:00 GMT", "date": "Sun, 01 Mar 2026 11:30:00 GMT"}, 5400),
        ({"expires": "Sun, 01 Mar 2026 13:00:00 GMT", "date": "Sun, 01 Mar 2026 11:30:00 GMT", "age": "400"}, 5000),
        ({"expires": "Sun, 01 Mar 2026 13:00:00 GMT", "date": "today"}, 3600),
        ({"expires": "Sunday, 01-Mar-26 13:00:00 GMT"}, 3600),
        ({"expires": "Sun Mar  1 13:00:00 2026"}, 3600),
        ({"expires": "Sun, 01 Mar 2026 13:00:00 GMT, Mon, 02 Mar 2026 13:00:00 GMT"}, 3600),
        ({"expires": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"expires": ""}, 0),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 -1200"}, 0),
    ],
)
def test_an_answer_is_fresh_for_as_long_as_a_private_cache_would_keep_it(headers, seconds):
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert fresh_for(headers, NOW) == expected


@given(st.text(), st.text(), st.text(), st.text())
def test_no_freshness_ever_raises_nor_is_negative(control, expires, date, age):
    fresh = fresh_for({"cache-control": control, "expires": expires, "date": date, "age": age}, NOW)
    assert fresh is None or fresh >= timedelta(0)


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_no_date_ever_makes_a_freshness_raise(expires, date):
    fresh_for({"expires": format_datetime(expires), "date": format_datetime(date)}, NOW)
