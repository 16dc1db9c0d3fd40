"""Entries that are known although their ids, links or texts are new, and edits that come under a new id."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.events import Feed, feed_id_of
from support.feed_books import Books

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed(id=feed_id_of("https://news.example/feed"), url="https://news.example/feed", title="News")
LONG = " ".join(f"word{n}" for n in range(60))


def story(number: int, **other: object) -> ParsedEntry:
    at = NOW - timedelta(hours=number)
    made = ParsedEntry(
        id=f"urn:{number}", url=f"https://news.example/{number}", title=f"The title {number}", summary="S", published=at
    )
    return replace(made, **other)  # type: ignore[arg-type]  # fields by name


def polls(*documents: list[ParsedEntry]) -> tuple[Books, list[tuple[int, int, int]]]:
    """For each document: the news, the entries that were published, the sightings that were booked."""
    books, seen = Books(FEED), []
    for document in documents:
        told, plan = books.take(ParsedFeed("rss20", entries=tuple(document)), NOW)
        seen.append((told.new, len(plan.publish), len(plan.sightings)))
    return books, seen


def anew(make: Callable[[int, int], ParsedEntry], times: int = 4, entries: int = 8) -> list[list[ParsedEntry]]:
    return [[make(number, poll) for number in range(entries)] for poll in range(times)]


def test_new_ids_for_the_same_words_at_the_same_links_are_no_news_and_book_nothing() -> None:
    books, seen = polls(*anew(lambda number, poll: story(number, id=f"{number} {poll}")))
    assert seen == [(8, 8, 8), (0, 0, 0), (0, 0, 0), (0, 0, 0)]
    assert books.habits.named == ("ids-anew",)


@pytest.mark.parametrize("entry_id", [None, "stable"])
def test_a_token_in_the_links_is_learned_once_and_left_out_from_then_on(entry_id: str | None) -> None:
    def tokened(number: int, poll: int) -> ParsedEntry:
        url = f"https://news.example/{number}?page=1&v={poll}{number}"
        return story(number, id=entry_id and f"{entry_id} {number}", url=url)

    books, seen = polls(*anew(tokened))
    assert (seen[0], [line[:2] for line in seen[1:]]) == ((8, 8, 8), [(0, 0)] * 3)
    assert [line[2] for line in seen[2:]] == [0, 0]
    assert books.habits.token_params == ("v",)
    told, plan = books.take(ParsedFeed("rss20", entries=(tokened(1, 9), tokened(77, 9))), NOW)
    assert (told.new, [event.url for event in plan.publish]) == (1, ["https://news.example/77?page=1&v=977"])


def test_an_edit_of_an_entry_with_a_token_is_fetched_where_the_entry_was_found() -> None:
    def tokened(number: int, poll: int) -> ParsedEntry:
        return story(number, id=None, url=f"https://news.example/{number}?v={poll}")

    books, _ = polls(*anew(tokened))
    edited = [replace(tokened(0, 9), title="The title 0, corrected"), *(tokened(n, 9) for n in range(1, 8))]
    told, plan = books.take(ParsedFeed("rss20", entries=tuple(edited)), NOW)
    assert (told.new, [(event.reason, event.url) for event in plan.publish]) == (
        0,
        [("changed", "https://news.example/0?v=0")],
    )


def test_addresses_that_are_new_throughout_are_looked_at_twice_then_titles_and_dates_count() -> None:
    books, seen = polls(*anew(lambda n, poll: story(n, id=None, url=f"https://news.example/{poll}/{n}"), times=5))
    assert seen[1][:2] == (0, 8), "the site may have moved: every page is looked at, nothing is news"
    assert [line[:2] for line in seen[2:]] == [(0, 0)] * 3
    assert [line[2] for line in seen[3:]] == [0, 0]
    assert books.habits.by_words


def test_a_parameter_without_which_the_links_are_one_is_no_token() -> None:
    books, seen = polls(*anew(lambda n, poll: story(n, id=None, url=f"https://news.example/b?n={poll}{n}"), times=5))
    assert [line[:2] for line in seen] == [(8, 8), (0, 8), (0, 0), (0, 0), (0, 0)]
    assert (books.habits.token_params, books.habits.by_words) == ((), True)


def test_a_known_entry_that_says_more_than_its_title_is_changed() -> None:
    _, seen = polls([story(1, summary=None), story(2)], [story(1), story(2)])
    assert seen == [(2, 2, 2), (0, 1, 1)]


def test_a_parameter_that_tells_the_pages_apart_is_no_token() -> None:
    daily = [
        [
            story(n, id=None, url=f"https://news.example/b?n={n}", title="Daily", summary=None)
            for n in range(first, first + 6)
        ]
        for first in (0, 6, 12)
    ]
    books, seen = polls(*daily)
    assert [line[:2] for line in seen] == [(6, 6)] * 3
    assert books.habits.named == ()


@pytest.mark.parametrize("what", ["title", "summary", "content"])
def test_a_counter_in_every_text_is_looked_at_twice_and_masked_from_then_on(what: str) -> None:
    def counted(number: int, poll: int) -> ParsedEntry:
        return story(number, **{what: f"Kettle ({poll + number} comments, f3a{poll}) of {number}"})

    books, seen = polls(*anew(counted))
    assert seen == [(8, 8, 8), (0, 8, 8), (0, 8, 8), (0, 0, 0)]
    assert books.habits.texts == "masked"
    edited = [replace(counted(0, 9), **{what: "Kettle recalled (9 comments)"}), *(counted(n, 9) for n in range(1, 8))]
    _, plan = books.take(ParsedFeed("rss20", entries=tuple(edited)), NOW)
    assert [(event.reason, event.url) for event in plan.publish] == [("changed", "https://news.example/0")]


def test_one_round_of_edits_through_a_whole_feed_teaches_nothing() -> None:
    """Also where only a number changes: the next edit of a number is looked at like the first."""
    books, seen = polls(*([story(n, summary=f"version {poll}") for n in range(8)] for poll in (1, 2)))
    assert [line[1] for line in seen] == [8, 8]
    assert books.habits.texts == "whole"


def test_texts_that_change_in_words_are_left_to_the_rechecks_and_a_new_title_is_still_found() -> None:
    names = ["Anna", "Bert", "Carla", "Dora", "Emil", "Frida"]
    books, seen = polls(
        *anew(lambda n, poll: story(n, title=f"Of {'abcdefgh'[n]}", summary=f"seen by {names[poll]}"), times=6)
    )
    assert [line[1] for line in seen] == [8, 8, 8, 8, 8, 0]
    assert books.habits.texts == "title"


def test_a_new_id_at_a_known_link_with_other_words_is_an_edit_and_no_news() -> None:
    first, second = story(1, id="urn:1#0"), story(1, id="urn:1#3", title="The title 1, reopened")
    books, seen = polls([first, story(2)], [second, story(2)])
    assert seen == [(2, 2, 2), (0, 1, 1)]
    assert books.lines[-1].reason == "changed"


def test_an_entry_of_which_a_sitemap_gave_the_title_only_has_its_page_looked_at_again_once() -> None:
    books, _ = polls([story(1, id=None, summary=None), story(2)])
    for hurry, booked in (("https://news.example/1",), 1), ((), 0):
        told, plan = books.take(ParsedFeed("rss20", entries=(story(1), story(2))), NOW)
        assert (told.hurry, len(plan.publish), len(plan.sightings)) == (hurry, 0, booked)


def test_a_second_entry_at_a_known_link_is_news_and_its_page_is_looked_at() -> None:
    other = story(2, url="https://news.example/1", title="Another")
    _, seen = polls([story(1)], [other, story(1)])
    assert seen == [(1, 1, 1), (1, 1, 1)]


class TestSharedPages:
    def test_entries_with_texts_of_their_own_at_one_link_are_articles_of_their_own(self) -> None:
        def advisory(number: int) -> ParsedEntry:
            return story(number, url="https://news.example/all", summary=f"Advisory {number}: {LONG}")

        books, seen = polls([advisory(1), advisory(2)], [advisory(3), advisory(1), advisory(2)], [advisory(4)])
        assert seen == [(2, 2, 2), (1, 1, 1), (1, 1, 1)]
        urls = {line.url for line in books.lines}
        assert len(urls) == 4
        assert all(url.startswith("https://news.example/all#/entry/") for url in urls)

    @pytest.mark.parametrize("ids", ["with ids", ""])
    def test_fragments_tell_entries_apart(self, ids: str) -> None:
        def release(number: int) -> ParsedEntry:
            url = f"https://news.example/changes#v{number}"
            return story(number, id=url if ids else None, url=url, content=f"Release {number}: {LONG}")

        _, seen = polls([release(1), release(2)], [release(3), release(2), release(1)])
        assert seen == [(2, 2, 2), (1, 1, 1)]

    def test_an_edit_of_such_an_entry_is_of_its_article(self) -> None:
        shared = [story(n, url="https://news.example/all", content=f"{n}: {LONG}") for n in range(2)]
        books, _ = polls(shared)
        edited = replace(shared[0], content=f"0, corrected: {LONG}")
        _, plan = books.take(ParsedFeed("rss20", entries=(edited, shared[1])), NOW)
        (event,) = plan.publish
        assert (event.reason, event.url, event.shared_page) == ("changed", books.lines[0].url, True)

    @pytest.mark.parametrize(
        "other",
        [
            {"id": "https://news.example/all#3"},
            {"title": "The title 1"},
            {"summary": "short"},
            {"summary": f"1: {LONG}"},
        ],
    )
    def test_versions_reprints_and_teasers_share_nothing(self, other: dict[str, str]) -> None:
        first = story(1, id="https://news.example/all#0", url="https://news.example/all", summary=f"1: {LONG}")
        second = story(2, url="https://news.example/all", summary=f"2: {LONG}")
        _, seen = polls([first if "id" in other else replace(first, id="a"), replace(second, **other)])
        assert [line[1] for line in seen] == [1]


WORDS = st.sampled_from(["a", "b 1", "b 2", "c", LONG, LONG + " 2", None])
ENTRY = st.builds(
    ParsedEntry,
    id=st.none() | st.sampled_from("123"),
    url=st.sampled_from([f"https://news.example/{n}{tail}" for n in "12" for tail in ("", "?v=1", "?v=2", "#a", "#b")]),
    title=WORDS,
    summary=WORDS,
    published=st.none() | st.just(NOW),
)


@given(st.lists(st.lists(ENTRY, min_size=1, max_size=6), min_size=2, max_size=5))
def test_no_words_are_dropped_without_a_comparison_or_a_look_at_their_page(documents: list[list[ParsedEntry]]) -> None:
    """Words that come for the first time are fetched, or share the fetch of their page in the same poll.

    Where a feed makes everything anew its texts are compared by what is left of them: not looked at here.
    """
    books, said = Books(FEED), Counter[tuple[str | None, str | None, str | None]]()
    for document in documents:
        told, plan = books.take(ParsedFeed("rss20", entries=tuple(document)), NOW)
        published = {event.url for event in plan.publish}
        for one in told.found:
            words = (one.entry.title, one.entry.summary, one.entry.content)
            if books.habits.texts == "whole" and not said[words]:
                assert one.url in published or one.url in told.hurry
        said.update((entry.title, entry.summary, entry.content) for entry in document)
        assert all(line.follows or line.entry_id in {event.id for event in plan.publish} for line in plan.sightings)
