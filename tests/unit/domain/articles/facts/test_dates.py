"""Which date is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.dates import decide_modified, decide_published
from newswire.events import Dated

DAY = datetime(2026, 11, 24, tzinfo=UTC)


def claim(where, confidence, value=DAY, precision="second", offset=None, source="meta"):
    return Claim(Dated(value=value, source=source, precision=precision, offset_minutes=offset), where, confidence)


def chosen(*claims, **more):
    decision = decide_published(claims, **more)
    return decision.chosen and (decision.chosen.source, decision.chosen.value.value)


def test_claims_of_one_day_support_each_other():
    other = DAY - timedelta(days=9)
    assert chosen(claim("time", 0.7, other), claim("url", 0.66), claim("dateline", 0.6)) == ("url", DAY)


def test_two_readings_of_one_visible_date_do_not_count_twice():
    visible = DAY + timedelta(days=300)
    stated = claim("json-ld", 0.93)
    readings = [claim(where, 0.72, visible) for where in ("time", "dateline", "line")]
    assert chosen(stated, *readings) == ("json-ld", DAY)


def test_the_time_of_day_comes_from_a_claim_that_has_it():
    at = DAY + timedelta(hours=9)
    assert chosen(claim("json-ld", 0.93, precision="day"), claim("feed", 0.85, at)) == ("feed", at)


def test_the_zone_comes_from_a_claim_of_the_same_instant():
    decision = decide_published([claim("json-ld", 0.93, offset=0), claim("time", 0.72, offset=-480)])
    assert decision.value is not None
    assert (decision.value.value, decision.value.offset_minutes) == (DAY, -480)


@pytest.mark.parametrize(
    ("at", "shown", "offset"),
    [
        (timedelta(hours=3, minutes=20), -1, -240),
        (timedelta(hours=22, minutes=5), 1, 120),
        (timedelta(hours=23), 1, 60),
        (timedelta(hours=3, minutes=20), 0, 0),
        (timedelta(hours=15), 1, 0),
        (timedelta(hours=15), -1, 0),
    ],
)
def test_the_day_that_readers_see_tells_the_clock_of_a_publisher_that_states_utc(at, shown, offset):
    stated = claim("json-ld", 0.93, DAY + at, offset=0)
    line = claim("dateline", 0.62, DAY + timedelta(days=shown), precision="day")
    decision = decide_published([stated, line])
    assert decision.value is not None
    assert (decision.value.value, decision.value.offset_minutes) == (DAY + at, offset)


def test_a_day_that_the_page_shows_in_two_ways_tells_no_clock():
    stated = claim("json-ld", 0.93, DAY + timedelta(hours=3), offset=0)
    lines = [claim("url", 0.73, precision="day"), claim("line", 0.5, DAY - timedelta(days=1), precision="day")]
    decision = decide_published([stated, *lines])
    assert decision.value is not None
    assert decision.value.offset_minutes == 0


def test_a_publication_after_the_last_change_of_its_own_source_is_doubted():
    late = claim("json-ld", 0.93, DAY + timedelta(days=400))
    changes = [claim("json-ld", 0.9, DAY + timedelta(days=30))]
    assert chosen(late, claim("url", 0.73), changes=changes) == ("url", DAY)
    assert chosen(late, claim("url", 0.73)) == ("json-ld", late.value.value)


@pytest.mark.parametrize(
    ("changed", "shown", "kept"),
    [
        (timedelta(), -9, False),
        (timedelta(seconds=-40), -9, False),
        (timedelta(hours=1), -9, True),
        (timedelta(), 9, True),
        (timedelta(), 0, True),
    ],
)
def test_a_publication_that_is_the_last_build_of_its_page_loses_to_an_earlier_day_that_readers_see(
    changed, shown, kept
):
    stated = claim("json-ld", 0.93)
    visible = claim("dateline", 0.62, DAY + timedelta(days=shown), "day")
    changes = [claim("json-ld", 0.9, DAY + changed)]
    assert chosen(stated, visible, changes=changes) == (("json-ld", DAY) if kept else ("dateline", visible.value.value))


@pytest.mark.parametrize(("source", "day", "offset"), [("line", 0, 0), ("line", -1, -300), ("url", 0, -300)])
def test_a_zone_that_leads_to_another_day_than_readers_see_is_not_believed(source, day, offset):
    stated = claim("json-ld", 0.93, DAY + timedelta(hours=3), offset=-300)
    shown = claim(source, 0.5, DAY + timedelta(days=day), "day")
    decision = decide_published([stated, shown])
    assert decision.value is not None
    assert (decision.value.value, decision.value.offset_minutes) == (stated.value.value, offset)


def test_a_day_that_only_a_search_of_the_text_found_is_none_where_it_is_the_stated_last_change():
    found, visible = claim("search", 0.5, precision="day"), claim("dateline", 0.62, precision="day")
    changes = [claim("meta", 0.85, DAY + timedelta(hours=9))]
    assert decide_published([found], changes).chosen is None
    assert chosen(found) == ("search", DAY)
    assert chosen(visible, changes=changes) == ("dateline", DAY)


def test_a_date_in_the_future_loses():
    future = claim("json-ld", 0.93, DAY + timedelta(days=40))
    now = DAY + timedelta(days=1)
    assert chosen(future, claim("url", 0.73), now=now) == ("url", DAY)
    assert decide_published([future], now=now).lost[0].reason == "lies in the future"


def test_an_unsure_date_is_none_and_the_claims_are_kept():
    decision = decide_published([claim("wide search", 0.3), claim("line", 0.2, DAY - timedelta(days=50))])
    assert decision.chosen is None
    assert [lost.reason for lost in decision.lost] == ["not sure enough", "not sure enough"]


def test_every_claim_that_lost_says_why():
    decision = decide_published(
        [
            claim("json-ld", 0.93),
            claim("meta", 0.9),
            claim("url", 0.73, precision="day"),
            claim("time", 0.7, DAY - timedelta(9)),
        ]
    )
    assert [lost.reason for lost in decision.lost] == [
        "says the same",
        "says the same",
        "contradicts the claims that weigh more",
    ]


def test_the_last_change_is_the_surest_after_the_publication():
    published = claim("json-ld", 0.93).value
    before, after = claim("json-ld", 0.9, DAY - timedelta(1)), claim("meta", 0.85, DAY + timedelta(1))
    decision = decide_modified([before, after], published)
    assert decision.chosen == after
    assert [lost.reason for lost in decision.lost] == ["does not lie after the publication", "another claim is surer"]
    assert decide_modified([before], published).chosen is None
    assert decide_modified([], None).chosen is None
