"""By what an entry is known in a feed of odd habits, and what of it is compared."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.feeds.entries import Identified, identify
from newswire.domain.feeds.habits import NO_HABITS, Habits
from newswire.domain.feeds.keys import form, keyed, rekeyed
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.events import feed_id_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = feed_id_of("https://news.example/feed")
PAGE = "https://news.example/all"
LONG = " ".join(f"word{n}" for n in range(60))
SHARED = Habits(shared_pages=(PAGE,))


def identified(**other: object) -> Identified:
    made = ParsedEntry(id="urn:1", url=PAGE, title="Kettle", summary="S", published=NOW)
    (one,) = identify(ParsedFeed("rss20", entries=(replace(made, **other),)))  # type: ignore[arg-type]  # by name
    return one


def key(habits: Habits, **other: object) -> str:
    return rekeyed(identified(**other), habits, FEED).key


def test_a_feed_that_behaves_keeps_its_keys_and_forms() -> None:
    assert keyed([identified()], NO_HABITS, FEED) == (identified(),)


def test_a_teaser_at_a_shared_page_stays_an_entry_of_that_page() -> None:
    assert rekeyed(identified(id=None), SHARED, FEED) == identified(id=None)
    assert key(SHARED, id=None, summary=LONG) != PAGE


def test_entries_that_are_known_by_words_are_told_apart_by_title_and_by_date() -> None:
    habits = Habits(by_words=True)
    keys = {
        key(habits, **said) for said in ({}, {"title": "Pot"}, {"published": NOW - timedelta(days=1)}, {"id": "urn:9"})
    }
    assert len(keys) == 3


def test_an_entry_without_a_date_is_known_by_its_id_where_words_count() -> None:
    assert key(Habits(by_words=True), published=None) == "urn:1"


def test_an_id_counts_beside_a_token_and_an_address_without_the_token_where_there_is_none() -> None:
    habits = Habits(token_params=("v",))
    assert key(habits, url=f"{PAGE}?v=1") == "urn:1"
    assert key(habits, id=None, url=f"{PAGE}?v=1") == PAGE


def test_ids_made_anew_do_not_tell_apart_what_shares_a_page_but_fragments_and_titles_do() -> None:
    habits = replace(SHARED, ids_anew=True)
    assert key(habits, summary=LONG) == key(habits, summary=LONG, id="urn:9")
    assert key(habits, summary=LONG) != key(habits, summary=LONG, title="Pot")
    fragments = [{"url": f"{PAGE}#v{number}", "summary": LONG} for number in range(2)]
    assert len({key(habits, **said) for said in fragments}) == 2
    assert key(habits, **fragments[0]) == key(habits, **fragments[0], title="Pot")


def test_the_form_of_an_entry_with_an_address_of_its_own_has_this_address() -> None:
    made = rekeyed(identified(summary=LONG), SHARED, FEED)
    assert made.url != PAGE
    assert made.fingerprint == form(made.entry, str(made.url), SHARED) != form(made.entry, PAGE, SHARED)


def test_what_is_known_by_words_has_one_form_at_every_address_but_for_what_has_no_date() -> None:
    habits, entry = Habits(by_words=True), identified().entry
    assert form(entry, PAGE, habits) == form(entry, f"{PAGE}/2", habits)
    undated = replace(entry, published=None)
    assert form(undated, PAGE, habits) != form(undated, f"{PAGE}/2", habits)


@pytest.mark.parametrize(
    ("habits", "compared"),
    [
        (Habits(), {"word in title", "number in title", "word in text", "number in text"}),
        (Habits(texts="masked"), {"word in title", "word in text"}),
        (Habits(texts="masked", titles_stay=True), {"word in title", "number in title", "word in text"}),
        (Habits(texts="title"), {"word in title"}),
        (Habits(texts="title", titles_stay=True), {"word in title", "number in title"}),
    ],
)
def test_what_of_the_texts_is_compared(habits: Habits, compared: set[str]) -> None:
    entry = replace(identified().entry, title="Kettle 7", summary="Seen 7 times")
    edits = {
        "word in title": replace(entry, title="Pot 7"),
        "number in title": replace(entry, title="Kettle 8"),
        "word in text": replace(entry, summary="Heard 7 times"),
        "number in text": replace(entry, summary="Seen 8 times"),
    }
    before = form(entry, PAGE, habits)
    assert {name for name, edited in edits.items() if form(edited, PAGE, habits) != before} == compared
