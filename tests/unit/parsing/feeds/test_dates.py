"""Dates that feedparser cannot read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.parsing.feeds.dates import parse_date

NOON = datetime(2022, 7, 28, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2022-07-28T12:30:00Z",
        "2022-07-28T14:30:00.000+02:00",
        "2022-07-28 12:30",
        "2022/07/28 12:30 GMT",
        "Thu,28 Jul 2022 21:30:0 GMT+9",
        "Thu, 28 Jul 2022 12:30:00 GMT",
        "Quinta-feira, 28 Jul 2022 09:30:00 -0300",
        "qui, 28 jul 2022 12:30:00 +0000",
        "jeudi 28 juillet 2022 14:30 CEST",
        "Donnerstag, 28. Juli 2022 14:30 +0200",
        "28 de julio de 2022 12:30",
        "28-Jul-22 12:30:00 UTC",
        "July 28, 2022 12:30 PM",
        "Jul 28 2022 8:30 am EDT",
        "чт, 28 июля 2022 15:30 MSK",
        "28 lipca 2022, 12:30",
        "28 ΙΟΥΛ 2022 12:30",
        "28 Temmuz 2022 12:30",
        "mar, 28 jul 2022 12:30:00 GMT",
        "Thu, 28th July 2022 12h30",
    ],
)
def test_a_moment_is_read_from_any_usual_form(text: str) -> None:
    assert parse_date(text) == NOON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28 Mai 2022", datetime(2022, 5, 28, tzinfo=UTC)),
        ("28 мая 2022", datetime(2022, 5, 28, tzinfo=UTC)),
        ("1er août 2022", datetime(2022, 8, 1, tzinfo=UTC)),
        ("28 März 2022", datetime(2022, 3, 28, tzinfo=UTC)),
        ("28 июня 2022", datetime(2022, 6, 28, tzinfo=UTC)),
        ("28 Dez 1999", datetime(1999, 12, 28, tzinfo=UTC)),
        ("Jul 28, 2022 12:05 AM", datetime(2022, 7, 28, 0, 5, tzinfo=UTC)),
        ("2022-07-28", datetime(2022, 7, 28, tzinfo=UTC)),
    ],
)
def test_months_are_told_apart(text: str, expected: datetime) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "today", "12:30", "31 Feb 2022", "99 Jul 2022", "28 Foo 2022", "28 Jul 2022 25:00", "28 Jul 2022 10:99",
     "Jul 2022", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2500-01-01", "9999-12-31T23:59:59-12:00",
     "28 07 2022"],
)  # fmt: skip
def test_what_is_no_sure_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(
    st.text(max_size=60) | st.from_regex(r"\d{1,2} [A-Za-z]{3} \d{2,5} \d\d:\d\d(:\d\d)? ?([+-]\d{1,4}|GMT[+-]\d+)?")
)
def test_no_text_makes_it_raise(text: str) -> None:
    found = parse_date(text)
    assert found is None or (found.tzinfo is UTC and 1990 <= found.year < 2100)
