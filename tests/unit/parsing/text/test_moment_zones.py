"""Time zones by name: certain ones, ones that the country decides, ones that nobody can decide."""

import pytest

from newswire.parsing.text.time_zones import ZoneHints, hints_of
from support.moment_words import told

WINTER = "Mon, 23 Nov 2026 10:00:00"
SUMMER = "Mon, 20 Jul 2026 10:00:00"


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("GMT", "Z"), ("UTC", "Z"), ("UT", "Z"), ("Z", "Z"), ("WET", "Z"), ("CET", "+01:00"), ("cet", "+01:00"),
        ("MEZ", "+01:00"), ("MET", "+01:00"), ("EET", "+02:00"), ("MSK", "+03:00"), ("TRT", "+03:00"),
        ("JST", "+09:00"), ("KST", "+09:00"), ("HKT", "+08:00"), ("SGT", "+08:00"), ("WIB", "+07:00"),
        ("ICT", "+07:00"), ("PKT", "+05:00"), ("NPT", "+05:45"), ("IRST", "+03:30"), ("SAST", "+02:00"),
        ("EAT", "+03:00"), ("AWST", "+08:00"), ("ACST", "+09:30"), ("ACDT", "+10:30"), ("AEDT", "+11:00"),
        ("NZDT", "+13:00"), ("BRT", "-03:00"), ("ART", "-03:00"), ("NST", "-03:30"), ("EST", "-05:00"),
        ("CST", "-06:00"), ("MST", "-07:00"), ("PST", "-08:00"), ("AKST", "-09:00"), ("HST", "-10:00"),
    ],
)  # fmt: skip
def test_a_zone_with_one_meaning_is_known_by_its_name(zone: str, offset: str) -> None:
    assert told(f"{WINTER} {zone}") == f"2026-11-23T10:00:00{offset}"
    assert told(f"2026-11-23 10:00:00 {zone}") == f"2026-11-23T10:00:00{offset}"


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("CEST", "+02:00"), ("MEST", "+02:00"), ("MESZ", "+02:00"), ("EEST", "+03:00"), ("WEST", "+01:00"),
        ("BST", "+01:00"), ("IDT", "+03:00"), ("AEST", "+10:00"), ("NZST", "+12:00"), ("EDT", "-04:00"),
        ("CDT", "-05:00"), ("MDT", "-06:00"), ("PDT", "-07:00"), ("AKDT", "-08:00"), ("NDT", "-02:30"),
    ],
)  # fmt: skip
def test_a_zone_of_the_summer_is_known_by_its_name(zone: str, offset: str) -> None:
    assert told(f"{SUMMER} {zone}") == f"2026-07-20T10:00:00{offset}"


@pytest.mark.parametrize(
    ("zone", "url", "language", "offset"),
    [
        ("IST", "https://paper.example.in/feed", "en-US", "+05:30"),
        ("IST", "https://paper.example/feed", "en-IN", "+05:30"),
        ("IST", "https://paper.example/feed", "hi", "+05:30"),
        ("IST", "https://paper.example.ie/feed", "en", "+01:00"),
        ("IST", "https://paper.example/feed", "he", "+02:00"),
        ("BST", "https://paper.example.bd/feed", "en", "+06:00"),
        ("EST", "https://paper.example.au/feed", "en", "+10:00"),
        ("EST", "https://paper.example/feed", "en-US", "-05:00"),
        ("EDT", "https://paper.example/feed", "en-AU", "+11:00"),
        ("CST", "https://paper.example.cn/feed", None, "+08:00"),
        ("CST", "https://paper.example/feed", "zh-TW", "+08:00"),
        ("CST", "https://paper.example/feed", "es-CU", "-05:00"),
        ("PST", "https://paper.example.ph/feed", "en", "+08:00"),
        ("AST", "https://paper.example/feed", "ar", "+03:00"),
        ("AST", "https://paper.example.ca/feed", "en", "-04:00"),
        ("AMT", "https://paper.example.br/feed", "pt", "-04:00"),
    ],
)
def test_a_shared_name_means_the_zone_of_the_feeds_country(
    zone: str, url: str, language: str | None, offset: str
) -> None:
    assert told(f"{WINTER} {zone}", hints_of(url, language)) == f"2026-11-23T10:00:00{offset}"


@pytest.mark.parametrize(
    "zone", ["IST", "AST", "BST", "SST", "AMT", "BDT", "XYZ", "A", "Europe/Berlin", "Pacific Time"]
)
def test_a_shared_or_unknown_name_without_a_country_is_told_as_unclear(zone: str) -> None:
    assert told(f"{WINTER} {zone}") == "2026-11-23T10:00:00?"


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        ("26 Mar 2011", "+03:00"),
        ("28 Mar 2011", "+04:00"),
        ("25 Oct 2014", "+04:00"),
        ("27 Oct 2014", "+03:00"),
    ],
)
def test_moscow_was_four_hours_ahead_from_2011_to_2014(day: str, offset: str) -> None:
    assert told(f"{day} 10:00 MSK").endswith(f"10:00:00{offset}")


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("28 Mar 2026", "2026-03-28T10:00:00?"),
        ("29 Mar 2026", "2026-03-29T10:00:00+01:00"),
        ("24 Oct 2026", "2026-10-24T10:00:00+01:00"),
        ("25 Oct 2026", "2026-10-25T10:00:00?"),
    ],
)
def test_bst_without_a_country_is_british_in_summer_alone(day: str, moment: str) -> None:
    assert told(f"{day} 10:00 BST") == moment


@pytest.mark.parametrize("words", ["Uhr", "hrs", "(Fri)", "by Ada North", "| The Gazette", "ist online", "met updates"])
def test_words_behind_the_time_are_no_zones(words: str) -> None:
    assert told(f"{WINTER} {words}") == "2026-11-23T10:00:00"


@pytest.mark.parametrize(
    ("hints", "moment"),
    [
        (ZoneHints(), "none"),
        (hints_of("https://paper.example/feed", "en"), "none"),
        (hints_of("https://paper.example/feed", "en-US"), "2026-05-11"),
        (hints_of("https://paper.example/feed", "en-GB"), "2026-11-05"),
        (hints_of("https://paper.example.uk/feed", "en-US"), "2026-11-05"),
        (hints_of("https://paper.example.ca/feed", "en-US"), "none"),
        (hints_of("https://paper.example/feed", "fr"), "2026-11-05"),
        (hints_of("https://paper.example/feed", "ja"), "none"),
    ],
)
def test_the_country_or_language_decides_whether_the_day_or_the_month_comes_first(
    hints: ZoneHints, moment: str
) -> None:
    assert told("05/11/2026", hints) == moment


def test_an_address_and_its_language_tags_are_hints_in_the_order_of_their_weight() -> None:
    assert hints_of("https://www.paper.co.uk/feed", "en-US") == ZoneHints(("gb", "us"), ("en",))
    assert hints_of("https://paper.example/feed", None, "he") == ZoneHints(("il",), ("he",))
    assert hints_of("http://[::1", "zh-Hant-HK") == ZoneHints(("hk", "cn"), ("zh",))
