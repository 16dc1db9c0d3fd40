"""What is new in a feed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.feeds.entries import (
    KEY_BYTES,
    EntryPlan,
    KnownEntry,
    entry_key,
    fingerprint,
    identify,
    plan_entries,
)
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.domain.ledger import Outcome
from newswire.events import Feed, feed_id_of, stable_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed(id=feed_id_of("https://news.example/feed"), url="https://news.example/feed", title="News")
STORY = ParsedEntry(id="1", url="https://news.example/a", title="A", summary="S", content="C")


def plan(
    *entries: ParsedEntry,
    known: dict[str, KnownEntry] | None = None,
    known_urls: dict[str, UUID] | None = None,
    now: datetime = NOW,
) -> EntryPlan:
    identified = identify(ParsedFeed(format="rss20", entries=entries))
    return plan_entries(FEED, identified, known or {}, known_urls or {}, now)


def remembered(plan: EntryPlan, before: dict[str, KnownEntry] | None = None) -> dict[str, KnownEntry]:
    """What the store knows after a plan was carried out."""
    known = dict(before or {})
    for sighting in plan.sightings:
        was = known.get(sighting.entry_key, KnownEntry(frozenset(), None))
        known[sighting.entry_key] = KnownEntry(
            was.fingerprints | {sighting.fingerprint}, sighting.updated or was.updated
        )
    for key, updated in plan.touched.items():
        known[key] = replace(known[key], updated=updated)
    return known


def test_a_new_entry_is_published_and_booked_under_the_same_id() -> None:
    found = plan(replace(STORY, url="HTTPS://News.example/a?utm_source=rss#top", published=NOW, updated=NOW))
    (event,), (sighting,) = found.publish, found.sightings
    assert event.id == sighting.entry_id == stable_id("entry", FEED.id, "1", sighting.fingerprint)
    assert (event.reason, event.entry_key, event.feed, event.found_at) == ("new", "1", FEED, NOW)
    assert (event.url, event.original_url) == (
        "https://news.example/a",
        "HTTPS://News.example/a?utm_source=rss#top",
    )
    assert (event.title, event.summary, event.content) == ("A", "S", "C")
    assert (event.published, event.modified) == (NOW, NOW)
    assert (sighting.url, sighting.title, sighting.updated, sighting.feed_id) == (event.url, "A", NOW, FEED.id)
    assert (sighting.follows, sighting.outcome) == (None, None)
    assert (found.touched, found.hurry) == ({}, ())


def test_what_is_known_in_this_form_is_nothing_new() -> None:
    known = remembered(plan(STORY))
    assert plan(STORY, known=known) == EntryPlan()
    dated = replace(STORY, published=NOW, tags=("x",), image="https://news.example/i.jpg", authors=("B",))
    assert plan(dated, known=known) == EntryPlan()


def test_the_precision_of_its_dates_and_a_date_in_doubt_go_out_with_an_entry() -> None:
    days = replace(STORY, published=NOW, published_precision="day", updated=NOW, updated_precision="day")
    (event,) = plan(days).publish
    assert (event.published_precision, event.modified_precision, event.published_raw) == ("day", "day", None)
    (event,) = plan(replace(STORY, published_raw="Mon, 23 Nov 2026 10:00:00 IST")).publish
    assert (event.published, event.published_raw) == (None, "Mon, 23 Nov 2026 10:00:00 IST")


def test_a_changed_entry_is_published_again_though_its_url_is_known() -> None:
    first = plan(STORY)
    edited = replace(STORY, title="A, corrected")
    found = plan(edited, known=remembered(first), known_urls={"https://news.example/a": first.publish[0].id})
    (event,), (sighting,) = found.publish, found.sightings
    assert (event.reason, event.title, sighting.follows) == ("changed", "A, corrected", None)
    assert event.id != first.publish[0].id


def test_an_entry_that_goes_back_to_a_known_form_is_nothing_new() -> None:
    known = remembered(plan(STORY))
    known = remembered(plan(replace(STORY, title="B"), known=known), known)
    assert plan(STORY, known=known) == EntryPlan()


def test_a_url_that_another_feed_brought_is_followed_not_fetched() -> None:
    other = uuid4()
    found = plan(STORY, known_urls={"https://news.example/a": other})
    assert found.publish == ()
    (sighting,) = found.sightings
    assert (sighting.reason, sighting.follows, sighting.outcome) == ("new", other, None)


def test_one_documents_second_entry_of_a_url_follows_the_first() -> None:
    found = plan(STORY, replace(STORY, id="2", url="https://news.example/a#comments", title="Again"))
    (event,) = found.publish
    assert [sighting.follows for sighting in found.sightings] == [None, event.id]


def test_one_documents_second_form_of_an_entry_is_booked_but_fetched_once() -> None:
    forms = (replace(STORY, title="Late"), STORY)
    found = plan(*forms)
    assert [event.title for event in found.publish] == ["Late"]
    assert [sighting.reason for sighting in found.sightings] == ["new", "new"]
    assert found.sightings[1].follows == found.publish[0].id
    assert plan(*forms, known=remembered(found)) == EntryPlan()


def test_an_entry_that_is_listed_twice_counts_once() -> None:
    found = plan(STORY, STORY)
    assert (len(found.publish), len(found.sightings)) == (1, 1)


@pytest.mark.parametrize(
    ("url", "reason", "booked"),
    [(None, "no-link", ""), ("https://news.example:99999999/", "bad-link", "https://news.example:99999999/")],
)
def test_an_entry_without_a_usable_address_is_rejected_in_the_books(url: str | None, reason: str, booked: str) -> None:
    found = plan(replace(STORY, url=url))
    assert found.publish == ()
    (sighting,) = found.sightings
    assert (sighting.outcome, sighting.url, sighting.title) == (Outcome("rejected", NOW, reason), booked, "A")
    assert plan(replace(STORY, url=url), known=remembered(found)) == EntryPlan()


def test_keys_are_the_id_else_the_address_else_the_words() -> None:
    no_id = replace(STORY, id=None)
    assert [found.key for found in identify(ParsedFeed("rss20", entries=(STORY, no_id)))] == [
        "1",
        "https://news.example/a",
    ]
    bare = ParsedEntry(title="A", summary="S")
    assert entry_key(bare, None) == entry_key(replace(bare, published=NOW), None)
    assert entry_key(bare, None) != entry_key(ParsedEntry(title="A", summary="T"), None)
    assert entry_key(ParsedEntry(title="AS"), None) != entry_key(bare, None)
    assert entry_key(ParsedEntry(content="x"), None) != entry_key(ParsedEntry(content="y"), None)


def test_an_id_that_entries_share_counts_with_the_address() -> None:
    entries = tuple(replace(STORY, id="same", url=f"https://news.example/{n}") for n in "ab")
    keys = [found.key for found in identify(ParsedFeed("rss20", entries=entries))]
    assert keys == ["same\nhttps://news.example/a", "same\nhttps://news.example/b"]
    assert len(plan(*entries).publish) == 2


def test_a_long_id_goes_by_its_digest() -> None:
    long = [entry_key(replace(STORY, id="é" * KEY_BYTES + end), "https://news.example/a") for end in "ab"]
    assert long[0] != long[1]
    assert all(key.startswith("sha256:") and len(key) < 100 for key in long)


def test_the_fingerprint_is_of_the_words_and_the_address() -> None:
    base = fingerprint(STORY, "u")
    assert len(base) == 64
    same = replace(STORY, id="9", published=NOW, updated=NOW, tags=("t",), authors=("a",), image="i", language="x")
    assert fingerprint(same, "u") == base
    for edited in (replace(STORY, title="B"), replace(STORY, summary=None), replace(STORY, content="D")):
        assert fingerprint(edited, "u") != base
    assert fingerprint(STORY, "v") != base
    assert fingerprint(ParsedEntry(title="ab"), None) != fingerprint(ParsedEntry(title="a", summary="b"), None)


def test_tracking_in_the_address_changes_nothing() -> None:
    known = remembered(plan(replace(STORY, url="https://news.example/a?utm_source=one")))
    assert plan(replace(STORY, url="https://news.example/a?utm_source=two#x"), known=known) == EntryPlan()


def test_a_newer_update_of_the_same_words_hurries_the_recheck() -> None:
    earlier, later = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    known = remembered(plan(replace(STORY, updated=earlier)))
    assert plan(replace(STORY, updated=earlier), known=known) == EntryPlan()
    assert plan(replace(STORY, updated=earlier - timedelta(days=1)), known=known) == EntryPlan()
    found = plan(replace(STORY, updated=later), known=known)
    assert found == EntryPlan(touched={"1": later}, hurry=("https://news.example/a",))
    assert plan(replace(STORY, updated=later), known=remembered(found, known)) == EntryPlan()


def test_an_update_from_the_future_is_not_believed() -> None:
    future = replace(STORY, updated=NOW + timedelta(days=30))
    known = remembered(plan(future))
    assert known["1"].updated is None
    assert plan(future, known=known) == EntryPlan()


def test_a_feed_that_stamps_every_entry_anew_hurries_nothing() -> None:
    entries = [replace(STORY, id=str(n), url=f"https://news.example/{n}", updated=NOW) for n in range(8)]
    known = remembered(plan(*entries))
    stamped = [replace(entry, updated=NOW + timedelta(minutes=5)) for entry in entries]
    found = plan(*stamped, known=known, now=NOW + timedelta(minutes=6))
    assert (len(found.touched), found.hurry) == (8, ())
    some = plan(*stamped[:4], *entries[4:], known=known, now=NOW + timedelta(minutes=6))
    assert len(some.hurry) == 4


WORDS = st.none() | st.sampled_from(["a", "b", "ab", "", "c\n"])
ENTRIES = st.lists(
    st.builds(
        ParsedEntry,
        id=st.none() | st.sampled_from("12"),
        url=st.none()
        | st.sampled_from(["https://news.example/1", "https://news.example/2#x", "https://:0/", "http://a b/"]),
        title=WORDS,
        summary=WORDS,
        updated=st.none() | st.datetimes(datetime(2026, 2, 1), datetime(2026, 4, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis wants naive bounds
    ),
    max_size=8,
)


@given(ENTRIES)
def test_every_entry_is_booked_once_and_a_second_look_finds_nothing(entries: list[ParsedEntry]) -> None:
    found = plan(*entries)
    assert found == plan(*entries)
    identified = identify(ParsedFeed("rss20", entries=tuple(entries)))
    assert {(one.key, one.fingerprint) for one in identified} == {
        (sighting.entry_key, sighting.fingerprint) for sighting in found.sightings
    }
    ids = [sighting.entry_id for sighting in found.sightings]
    assert len(set(ids)) == len(ids)
    published = {event.id for event in found.publish}
    assert len({event.url for event in found.publish}) == len(published)
    for sighting in found.sightings:
        ways = (sighting.entry_id in published, sighting.follows is not None, sighting.outcome is not None)
        assert sum(ways) == 1
        assert sighting.follows is None or sighting.follows in published
    again = plan(*entries, known=remembered(found))
    assert (again.publish, again.sightings) == ((), ())


def test_an_old_entry_is_booked_as_too_old_where_it_is_new_and_published_where_it_has_changed() -> None:
    old = replace(STORY, published=NOW - timedelta(days=30))
    identified = identify(ParsedFeed(format="rss20", entries=(old,)))
    limit = NOW - timedelta(days=7)
    (line,) = plan_entries(FEED, identified, {}, {}, NOW, oldest=limit).sightings
    assert (line.outcome, line.url) == (Outcome("rejected", NOW, "too-old"), "https://news.example/a")
    known = remembered(plan(replace(old, title="Before")))
    assert [event.reason for event in plan_entries(FEED, identified, known, {}, NOW, oldest=limit).publish] == [
        "changed"
    ]
