"""How much of a feed's texts is compared: less where they move at every request, all of it once they hold still."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.feeds.entries import identify
from newswire.domain.feeds.habits import Habits
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.domain.feeds.stillness import SAMPLED, sampled
from newswire.events import Feed, feed_id_of
from support.feed_books import Books

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = Feed(id=feed_id_of("https://news.example/feed"), url="https://news.example/feed", title="News")
Make = Callable[[int, int], ParsedEntry]


def story(number: int, **other: object) -> ParsedEntry:
    made = ParsedEntry(id=f"urn:{number}", url=f"https://news.example/{number}", title="Kettle news", summary="S")
    return replace(made, **other)  # type: ignore[arg-type]  # fields by name


def stamped(number: int, poll: int) -> ParsedEntry:
    """A text with another stamp at every request, and a title with a number that stays."""
    return story(number, title=f"Kettle {number} of 8", summary=f"Seen {poll} times, {number} today")


def counted(number: int, poll: int) -> ParsedEntry:
    return story(number, title=f"Kettle {'abcdefgh'[number]} ({poll} comments)")


class Polls:
    """Polls of one feed of eight entries, a day apart."""

    def __init__(self, make: Make, times: int) -> None:
        self.books, self.at, self.number = Books(FEED), NOW, 0
        for _ in range(times):
            self.take(make)

    def take(self, make: Make, *edited: ParsedEntry) -> list[str]:
        """Poll; the addresses that are fetched. ``edited`` stand in for the first entries."""
        self.at, self.number = self.at + DAY, self.number + 1
        entries = [*edited, *(make(number, self.number) for number in range(len(edited), 8))]
        told, plan = self.books.take(ParsedFeed("rss20", entries=tuple(entries)), self.at)
        self.hurry, self.booked, self.new = told.hurry, len(plan.sightings), told.new
        return [event.url for event in plan.publish]

    @property
    def texts(self) -> tuple[str, bool]:
        return self.books.habits.texts, self.books.habits.titles_stay


def still(number: int, _: int) -> ParsedEntry:
    return story(number, title=f"Kettle {number} of 8", summary=f"Seen 5 times, {number} today")


def test_a_number_in_a_title_is_an_edit_where_only_the_texts_move() -> None:
    polls = Polls(stamped, 4)
    assert polls.texts == ("masked", True)
    edited = replace(stamped(0, 99), title="Kettle 3 of 8")
    assert polls.take(stamped, edited) == ["https://news.example/0"]
    assert polls.take(stamped, edited) == []


def test_numbers_in_titles_are_masked_where_the_titles_move() -> None:
    polls = Polls(counted, 4)
    assert polls.texts == ("masked", False)
    assert polls.take(counted) == []


def test_titles_that_begin_to_move_later_are_masked_and_the_texts_are_compared_as_before() -> None:
    polls = Polls(stamped, 4)
    for _ in range(2):
        polls.take(lambda number, poll: replace(stamped(number, poll), title=f"Kettle ({poll}) of {number}"))
    assert polls.texts == ("masked", False)


@pytest.mark.parametrize("make", [stamped, counted])
def test_texts_that_hold_still_for_a_week_are_compared_whole_again(make: Make) -> None:
    polls = Polls(make, 4)
    fetched = [polls.take(still) for _ in range(9)]
    assert fetched[1:] == [[]] * 8
    assert polls.texts == ("whole", False)
    edited = replace(still(0, 0), summary="Seen 6 times, 0 today")
    assert polls.take(still, edited) == ["https://news.example/0"]


def test_the_pages_are_looked_at_again_when_whole_texts_are_compared_again_and_nothing_is_news() -> None:
    polls = Polls(stamped, 4)
    hurried: list[tuple[str, ...]] = []
    for _ in range(10):
        polls.take(still)
        assert polls.new == 0
        hurried.append(polls.hurry)
    assert [len(urls) for urls in hurried if urls] == [8]
    assert polls.booked == 0


@pytest.mark.parametrize("days", [3, 6])
def test_less_than_a_week_proves_nothing(days: int) -> None:
    polls = Polls(stamped, 4)
    for _ in range(days):
        polls.take(still)
    assert polls.texts[0] == "masked"


def test_one_document_in_which_most_texts_move_starts_the_week_anew() -> None:
    polls = Polls(stamped, 4)
    for number in range(20):
        polls.take(stamped if number % 6 == 5 else still)
        assert polls.texts[0] == "masked"


def test_an_edit_in_the_week_does_not_start_it_anew() -> None:
    polls = Polls(stamped, 4)
    for number in range(9):
        polls.take(still, replace(still(0, 0), summary=f"Told {'again ' * number}"))
    assert polls.texts[0] == "whole"


def test_documents_without_common_entries_prove_nothing() -> None:
    polls = Polls(stamped, 4)
    for poll in range(20):
        polls.take(lambda number, _, poll=poll: story(100 * poll + number))  # type: ignore[misc]  # a default argument
    assert polls.texts[0] == "masked"


def test_titles_that_moved_once_are_masked_for_good_while_less_of_the_texts_is_compared() -> None:
    polls = Polls(counted, 4)
    for _ in range(2):
        polls.take(lambda number, poll: story(number, title=f"Kettle {number}", summary=f"by {'abcdefghijk'[poll]}"))
    assert polls.texts == ("title", False)


def test_no_more_than_twenty_entries_are_sampled_and_none_where_whole_texts_are_compared() -> None:
    found = identify(ParsedFeed("rss20", entries=tuple(story(number) for number in range(30))))
    assert sampled(found, None, Habits(), NOW) is None
    samples = sampled(found, None, Habits(texts="masked"), NOW)
    assert samples is not None
    assert len(samples.forms) == SAMPLED == 20
