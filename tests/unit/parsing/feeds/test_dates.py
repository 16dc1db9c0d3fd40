"""The dates of feeds: what is read, what is in doubt, and with which precision."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.parsing.feeds.dates import NO_DATE, FeedDate, feed_date
from newswire.parsing.text.time_zones import hints_of

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
    assert feed_date([text]) == FeedDate(NOON)


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
    assert feed_date([text]).value == expected


@pytest.mark.parametrize(
    "text",
    ["", "today", "12:30", "31 Feb 2022", "99 Jul 2022", "28 Foo 2022", "28 Jul 2022 25:00", "28 Jul 2022 10:99",
     "Jul 2022", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2500-01-01", "9999-12-31T23:59:59-12:00",
     "28 07 2022"],
)  # fmt: skip
def test_what_is_no_sure_date_is_none(text: str) -> None:
    assert feed_date([text]) == FeedDate(raw=text or None)


@given(
    st.text(max_size=60) | st.from_regex(r"\d{1,2} [A-Za-z]{3} \d{2,5} \d\d:\d\d(:\d\d)? ?([+-]\d{1,4}|GMT[+-]\d+)?")
)
def test_no_text_makes_it_raise(text: str) -> None:
    found = feed_date([text])
    assert found.value is None or (found.value.tzinfo is UTC and 1990 <= found.value.year < 2100)
    assert found.raw is None or (found.value is None and len(found.raw) <= 100)


def test_a_date_without_a_time_is_told_as_a_day() -> None:
    assert feed_date(["2026-03-02"]) == FeedDate(datetime(2026, 3, 2, tzinfo=UTC), "day")
    assert feed_date(["2026-03-02T00:00:00Z"]) == FeedDate(datetime(2026, 3, 2, tzinfo=UTC), "second")


def test_a_zone_that_may_be_another_is_a_doubt_unless_the_country_decides() -> None:
    text = "Mon, 23 Nov 2026 10:00:00 IST"
    assert feed_date([text]) == FeedDate(raw=text)
    indian = hints_of("https://paper.example.in/feed", "en-US")
    assert feed_date([text], indian) == FeedDate(datetime(2026, 11, 23, 4, 30, tzinfo=UTC))


def test_the_first_date_that_can_be_read_counts_and_else_the_first_is_kept_as_written() -> None:
    assert feed_date(["soon", "", "2022-07-28T12:30:00Z"]) == FeedDate(NOON)
    assert feed_date(["", " ", "soon", "later"]) == FeedDate(raw="soon")
    assert feed_date(["x\n" * 10_000]).raw == ("x " * 50).strip()
    assert feed_date(["", " \n"]) == NO_DATE
