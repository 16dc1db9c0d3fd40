"""How much proves a habit, and what a habit must not hide."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.feeds.earlier import SeenEntry
from newswire.domain.feeds.entries import EntryPlan, Identified, KnownEntry, identify
from newswire.domain.feeds.habits import NO_HABITS, Habits
from newswire.domain.feeds.learning import TOKENS_MAX, learned, most
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.domain.feeds.recognise import Recognised, most_unknown, unsettled
from newswire.events import Feed, feed_id_of, stable_id
from support.feed_books import Books

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed(id=feed_id_of("https://news.example/feed"), url="https://news.example/feed", title="News")
SITE = "https://news.example"
LONG = " ".join(f"word{n}" for n in range(60))


def story(number: int, **other: object) -> ParsedEntry:
    at = NOW - timedelta(hours=number)
    made = ParsedEntry(id=f"urn:{number}", url=f"{SITE}/{number}", title=f"Title {number}", summary="S", published=at)
    return replace(made, **other)  # type: ignore[arg-type]  # fields by name


def take(books: Books, entries: Sequence[ParsedEntry], at: datetime = NOW) -> tuple[Recognised, EntryPlan]:
    return books.take(ParsedFeed("rss20", entries=tuple(entries)), at)


def found(*entries: ParsedEntry) -> tuple[Identified, ...]:
    return identify(ParsedFeed("rss20", entries=entries))


def earlier(one: Identified, url: str, key: str = "other") -> SeenEntry:
    return SeenEntry(key, one.fingerprint, url, None, NOW, stable_id("entry", key))


def shown(found: Sequence[Identified], before: Sequence[str], habits: Habits = NO_HABITS) -> Habits:
    """What is learned where each of the entries was seen before, at such an address and under another key."""
    pairs = {one: earlier(one, url) for one, url in zip(found, before, strict=True)}
    return learned(found, pairs, (), {}, (), habits)


class TestHowMuchProvesAHabit:
    def test_habits_are_looked_into_where_more_than_half_of_the_entries_are_unknown(self) -> None:
        ten = found(*map(story, range(10)))
        for unknown, worth in ((5, False), (6, True)):
            known = {one.key: KnownEntry(frozenset({one.fingerprint}), None) for one in ten[unknown:]}
            assert most_unknown(ten, known) is worth
        assert not most_unknown(ten[:1], {})

    def test_an_entry_without_an_address_is_never_looked_up(self) -> None:
        assert unsettled(found(story(1, url=None), story(2)), {}) == found(story(2))

    def test_one_entry_is_never_most_of_a_feed(self) -> None:
        two = found(story(1), story(2))
        assert (most(two[:1], two[:1]), most(two[:1], two), most(two, two)) == (False, False, True)
        assert not most(two, found(*map(story, range(4)))), "half is not most"

    def test_ids_are_made_anew_where_two_entries_with_ids_show_it(self) -> None:
        urls = [f"{SITE}/1", f"{SITE}/2"]
        assert shown(found(story(1), story(2)), urls) == Habits(ids_anew=True)
        assert shown(found(story(1), story(2, id=None)), urls) == NO_HABITS
        assert shown(found(story(1, id=None), story(2, id=None)), urls) == NO_HABITS
        by_words = Habits(by_words=True, addresses_moved=True)
        assert shown(found(story(1), story(2)), urls, by_words) == by_words

    def test_another_fragment_is_no_other_address(self) -> None:
        assert shown(found(story(1), story(2)), [f"{SITE}/1#/a", f"{SITE}/2#/b"]) == Habits(ids_anew=True)

    @pytest.mark.parametrize(("moving", "entries"), [(4, 8), (3, 4)])
    def test_half_of_the_texts_or_three_may_move_and_all_are_compared(self, moving: int, entries: int) -> None:
        books = Books(FEED)
        for poll in range(6):
            moves = [story(n, summary=f"Seen {poll} times") for n in range(moving)]
            _, plan = take(books, [*moves, *map(story, range(moving, entries))])
            assert len(plan.publish) == (moving if poll else entries)
        assert books.habits == NO_HABITS

    def test_entries_whose_words_are_known_do_not_count_as_texts_that_move(self) -> None:
        books = Books(FEED)
        for said in ("S", "T"):
            take(books, [story(n, summary=said) for n in range(8)])
        take(books, [story(n, id=f"new:{n}", summary="T") for n in range(8)])
        assert books.habits == Habits(ids_anew=True)

    def test_a_token_beside_stable_ids_is_learned_from_most_entries_and_from_two_at_least(self) -> None:
        def token_after(moved: int, entries: int) -> tuple[str, ...]:
            books = Books(FEED)
            for poll in range(2):
                urls = [f"{SITE}/{n}?v={poll if n < moved else 0}" for n in range(entries)]
                take(books, [story(n, url=url, summary=f"{poll}") for n, url in enumerate(urls)])
            return books.habits.token_params

        assert [token_after(1, 1), token_after(3, 6), token_after(4, 6), token_after(2, 2)] == [(), (), ("v",), ("v",)]

    def test_a_second_token_is_learned_beside_the_first(self) -> None:
        books = Books(FEED)
        for query in ("v=1&s=1", "v=2&s=1", "v=2&s=2"):
            take(books, [story(n, url=f"{SITE}/{n}?{query}", summary=query) for n in range(4)])
        assert books.habits.token_params == ("s", "v")

    def test_a_token_without_a_name_is_learned_once(self) -> None:
        books = Books(FEED)
        booked = [
            len(take(books, [story(n, id=None, url=f"{SITE}/{n}?a=1&f{poll}c") for n in range(4)])[1].sightings)
            for poll in range(4)
        ]
        assert (booked, books.habits.token_params) == ([4, 4, 0, 0], ("",))

    @pytest.mark.parametrize("entry_id", ["urn", ""])
    def test_parameters_with_names_that_are_made_anew_are_kept_up_to_a_bound(self, entry_id: str) -> None:
        books = Books(FEED)
        for poll in range(20):
            urls = [f"{SITE}/{n}?f{poll}c=1" for n in range(4)]
            _, plan = take(books, [story(n, id=entry_id and f"urn:{n}", url=url) for n, url in enumerate(urls)])
        assert len(books.habits.token_params) <= TOKENS_MAX
        assert entry_id or (books.habits.by_words, plan.sightings) == (True, ())

    def test_a_parameter_by_which_links_are_told_apart_is_no_token_whatever_the_ids_say(self) -> None:
        books = Books(FEED)
        for poll in range(3):
            take(books, [story(n, url=f"{SITE}/a?n={n + poll}", summary=f"{poll}") for n in range(4)])
        assert books.habits.token_params == ()

    def test_ids_that_are_made_anew_prove_no_token(self) -> None:
        books = Books(FEED)
        books.habits = Habits(ids_anew=True)
        for poll in range(2):
            take(books, [story(n, url=f"{SITE}/{n}?v={poll}", summary=f"{poll}") for n in range(4)])
        assert books.habits.token_params == ()


class TestWhatAHabitMustNotHide:
    def test_a_story_at_an_unknown_address_is_new_and_no_edit(self) -> None:
        books = Books(FEED)
        take(books, [story(1)])
        _, plan = take(books, [story(2), story(1)])
        assert [event.reason for event in plan.publish] == ["new"]

    def test_few_stories_with_known_words_at_other_addresses_are_news(self) -> None:
        books = Books(FEED)
        take(books, [story(n) for n in range(8)])
        again = [story(n, id=f"new:{n}", url=f"{SITE}/again/{n}") for n in range(2)]
        told, plan = take(books, [*again, *(story(n) for n in range(10, 16))])
        assert (told.new, len(plan.publish)) == (8, 8)

    def test_the_same_words_at_another_route_of_one_page_are_another_story(self) -> None:
        books = Books(FEED)
        take(books, [story(1, url=f"{SITE}/app#/1")])
        others = [story(2, title="Title 1", url=f"{SITE}/app#/2"), story(3, url=f"{SITE}/app#/3")]
        _, plan = take(books, others)
        assert len(plan.publish) == 2

    def test_known_words_without_a_date_at_another_address_are_looked_at_where_words_count(self) -> None:
        books = Books(FEED)
        books.habits = Habits(by_words=True, addresses_moved=True)
        take(books, [story(n, id=None, published=None) for n in range(2)])
        _, plan = take(books, [story(n, id=None, published=None, url=f"{SITE}/x/{n}") for n in range(2)])
        assert len(plan.publish) == 2

    def test_texts_that_share_a_page_are_published_once_though_their_ids_are_made_anew(self) -> None:
        books = Books(FEED)
        published = []
        for poll in range(4):
            shared = [story(n, id=f"{n}.{poll}", url=f"{SITE}/all", summary=f"{n}: {LONG}") for n in range(3)]
            published.append(len(take(books, shared)[1].publish))
        assert published == [3, 0, 0, 0]

    def test_another_token_is_no_reason_to_look_at_a_page_early(self) -> None:
        books = Books(FEED)
        for poll in range(3):
            told, _ = take(books, [story(n, id=None, url=f"{SITE}/{n}?v={poll}") for n in range(4)])
            assert told.hurry == ()

    def test_entries_under_new_keys_are_known_since_the_first_of_them_was_found(self) -> None:
        books = Books(FEED)
        for hours in range(3):
            take(books, [story(n) for n in range(hours + 1)], NOW + timedelta(hours=hours))
        told, _ = take(books, [story(n, id=f"new:{n}") for n in range(3)], NOW + timedelta(hours=9))
        assert told.since == NOW
