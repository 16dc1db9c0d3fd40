"""`SearchIndex` and `Searches`: both engines find what plain Python finds, and forget what is withdrawn."""

import asyncio
import os
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from newswire.adapters.search import DatabaseSearches, DatabaseSearchIndex
from newswire.adapters.search.tables import search_docs, search_state
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.sql import chunks
from newswire.adapters.store.tables import wire_head
from newswire.domain.articles.decide import decide
from newswire.domain.search.parse import parse_query
from newswire.domain.wire.filters import NO_FILTER
from newswire.domain.wire.keys import LOCAL
from newswire.domain.wire.refusals import Impossible
from newswire.events import Dated
from newswire.operations.search_index import fill_index
from newswire.operations.wire.search import SearchRequest, search_articles
from support.build import NOW, URL, arrivals, extracted, gone
from support.search_meaning import LANGUAGES, SOURCES, Dice, searched

HOUR = timedelta(hours=1)
ARTICLES = 60
QUERIES = int(os.environ.get("NEWSWIRE_TEST_QUERIES", "200"))
"""How many random queries each engine is asked."""


@pytest.fixture
def store(database):
    return DatabaseArticles(database)


@pytest.fixture
def index(database):
    return DatabaseSearchIndex(database)


@pytest.fixture
def searches(database):
    return DatabaseSearches(database)


async def record(store, *events, now=NOW):
    await store.record(arrivals(*events), decide, now)


async def found(searches, query, below=None, limit=1000):
    positions = await searches.newest(parse_query(query), below, limit)
    there = await searches.articles(positions)
    return [there[position].last_text["url"] for position in positions if position in there]


def events_by_chance(dice, count):
    """Articles of every script; some are copies, some are edited, some are withdrawn."""
    texts, events = [], []
    for number in range(count):
        at, url = NOW + number * 7 * HOUR, f"https://site.example/{number}"
        published = at - timedelta(days=dice.chance.choice([0, 0, 0, 3, 90, 15_000]))
        texts.append(dice.chance.choice(texts) if texts and dice.chance.random() < 0.1 else dice.text(40))
        event = extracted(url, dice.text(5), texts[-1], at)
        said = {
            "source": dice.chance.choice(SOURCES),
            "language": dice.chance.choice(LANGUAGES),
            "published": dice.chance.choice([None, Dated(value=published, source="feed", precision="second")]),
        }
        events.append(event.model_copy(update={"article": event.article.model_copy(update=said)}))
        if dice.chance.random() < 0.1:
            events.append(extracted(url, dice.text(5), texts[-1], at + HOUR))
        if dice.chance.random() < 0.1:
            events.append(gone(url, at=at + 2 * HOUR, entry=f"gone {number}"))
    return events


async def test_both_engines_find_what_plain_python_finds(store, index, searches, database):
    dice = Dice(random.Random(7))
    for events in chunks(events_by_chance(dice, ARTICLES), 10):
        async with database.write() as connection:  # positions over as wide a range as a million changes have
            apart = dice.chance.choice([0, 900, 30_000, 400_000])
            await connection.execute(update(wire_head).values(next=wire_head.c.next + apart))
        await record(store, *events)
        await fill_index(index)
    async with database.read() as connection:
        positions = (await connection.execute(select(search_docs.c.position))).scalars().all()
    everything = {position: searched(article) for position, article in (await searches.articles(positions)).items()}
    assert len(everything) > ARTICLES * 0.8
    some = 0
    for _ in range(QUERIES):
        said = dice.query()
        query = parse_query(said)
        query = replace(query, wanted=dice.also_by_change(query.wanted))
        expected = [position for position in sorted(everything, reverse=True) if query in everything[position]]
        half = await searches.newest(query, None, max(1, len(expected) // 2))
        rest = await searches.newest(query, half[-1], 9999) if half else ()
        assert [*half, *rest] == expected, said
        some += bool(expected)
    assert some > QUERIES * 0.4


async def test_an_edited_article_is_found_by_its_new_words_alone(store, index, searches):
    await record(store, extracted(title="Old headline"))
    await fill_index(index)
    await record(store, extracted(title="New headline", at=NOW + HOUR))
    await fill_index(index)
    assert [await found(searches, query) for query in ("old headline", "new headline")] == [[], [URL]]


async def test_a_withdrawn_article_is_not_found_and_a_restored_one_is_found_again(store, index, searches):
    for event, expected in (
        (extracted(), [URL]),
        (gone(at=NOW + HOUR), []),
        (extracted(title="Title again", at=NOW + 2 * HOUR), [URL]),
    ):
        await record(store, event)
        await fill_index(index)
        assert await found(searches, "title") == expected


async def test_an_article_that_is_withdrawn_just_now_is_not_shown_though_the_index_has_it_yet(store, index, searches):
    await record(store, extracted())
    await fill_index(index)
    await record(store, gone(at=NOW + HOUR))
    assert len(await searches.newest(parse_query("title"), None, 9)) == 1
    assert await found(searches, "title") == []


async def test_the_newest_change_comes_first(store, index, searches):
    urls = [f"https://example.org/{number}" for number in range(3)]
    events = [extracted(url, text=f"{url} only") for url in urls]
    await record(store, *events, extracted(urls[0], "Title two", f"{urls[0]} only", NOW + HOUR))
    await fill_index(index)
    assert await found(searches, "title") == [urls[0], urls[2], urls[1]]


async def test_the_state_says_how_far_the_index_has_come(store, index, searches):
    await record(store, extracted(), extracted(title="Two", at=NOW + HOUR), extracted(title="Three", at=NOW + HOUR))
    before = await searches.state()
    assert await index.index_next(1)
    after = await searches.state()
    assert [(state.position, state.head) for state in (before, after)] == [(0, 3), (1, 3)]
    await fill_index(index)
    assert (await searches.state()).position == 3
    assert not await index.index_next(1)


async def test_an_index_of_an_earlier_version_is_built_anew_and_one_of_a_later_version_left_alone(
    store, index, searches, database
):
    await record(store, extracted())
    await fill_index(index)
    for version, position in (("00", 1), ("99", 0)):
        async with database.write() as connection:
            await connection.execute(update(search_state).values(version=version, position=0))
        await fill_index(index)
        assert (await searches.state()).position == position
        assert await found(searches, "title") == [URL]


async def test_an_index_of_an_earlier_version_does_not_count_as_one_that_has_come_far(store, index, searches, database):
    await record(store, extracted())
    await fill_index(index)
    async with database.write() as connection:
        await connection.execute(update(search_state).values(version="00"))
    assert (await searches.state()).position == 0
    await fill_index(index)
    assert (await searches.state()).position == 1


async def test_a_search_on_postgres_that_takes_too_long_is_given_up_with_what_to_do(postgres_database):
    searches = DatabaseSearches(postgres_database, longest_s=0.05)
    asked = SearchRequest("harbour", NO_FILTER, frozenset(), "new", 10)
    async with postgres_database.write() as connection:
        await connection.execute(text("LOCK TABLE search_words"))  # as if the search never came to an end
        with pytest.raises(Impossible, match=r"after 0\.05 seconds: search for a rarer word"):
            await search_articles(LOCAL, searches, asked)
    assert (await search_articles(LOCAL, searches, asked)).articles == []


async def test_an_index_that_was_emptied_is_filled_from_the_oldest_change_on(store, index, searches):
    await record(store, extracted())
    await fill_index(index)
    await index.clear()
    assert await found(searches, "title") == []
    await fill_index(index)
    assert await found(searches, "title") == [URL]


async def test_processes_that_index_at_once_index_each_article_once(store, database, searches):
    urls = [f"https://example.org/{number}" for number in range(30)]
    await record(store, *(extracted(url, text=f"{url} only") for url in urls))

    async def work():
        while (await searches.state()).position < 30:
            await DatabaseSearchIndex(database).index_next(3)

    await asyncio.gather(*(work() for _ in range(3)))
    assert sorted(await found(searches, "title")) == sorted(urls)


async def test_a_text_beyond_every_bound_is_indexed_up_to_the_bound(store, index, searches):
    words = " ".join(f"{'ж' * 60}{number}" for number in range(4500))
    await record(store, extracted(title="the " * 400, text=f"quite first {words} {'word ' * 300} last"))
    await fill_index(index)
    assert [await found(searches, query) for query in ('"quite first"', "last")] == [[URL], []]
