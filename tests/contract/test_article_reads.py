"""`ArticleReads` over both engines: lists, texts, copies, and filters that mean the same in SQL and in Python."""

import itertools
import random
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text, update

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.reading.article_conditions import listing
from newswire.adapters.store.reading.articles import DatabaseArticleReads
from newswire.adapters.store.tables import changes
from newswire.domain.articles.decide import decide
from newswire.domain.wire.facets import article_facets
from newswire.domain.wire.filters import NO_FILTER, WireFilter
from newswire.events import Article, Dated, Feed, article_id_of, feed_id_of
from newswire.ports import TimePlace
from support.build import NOW, TEXT, URL, arrivals, extracted, gone, text_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
COPY = "https://copy.example/a"


@pytest.fixture
def store(database):
    return DatabaseArticles(database)


@pytest.fixture
def reads(database):
    return DatabaseArticleReads(database)


def having(event, **fields):
    """The event with other fields of its article."""
    return event.model_copy(update={"article": event.article.model_copy(update=fields)})


def place_of(article):
    return TimePlace(article.changed_at, article.article_id)


async def fill(store, count, *, seed=1):
    """Articles of several sources, feeds, languages and dates; some are copies, some are withdrawn."""
    dice = random.Random(seed)
    for number in range(count):
        url, at = f"https://site{number % 3}.example/{number}", NOW + number * MINUTE
        feed = f"https://site{number % 2}.example/feed"
        event = having(
            extracted(url, text=text_of(f"t{number if dice.random() < 0.8 else 0}"), at=at),
            source=f"site{number % 3}.example",
            language=dice.choice(["en", "de", None]),
            published=dice.choice(
                [None, Dated(value=at - HOUR * dice.randrange(9), source="feed", precision="second")]
            ),
            feed=None if number % 5 == 0 else Feed(id=feed_id_of(feed), url=feed),
        )
        await store.record(arrivals(event), decide, at)
        if dice.random() < 0.1:
            await store.record(arrivals(gone(url, at=at + HOUR, entry=f"gone {number}")), decide, at + HOUR)


async def listed(reads, wanted=NO_FILTER, *, size=7):
    found, behind = [], None
    while page := await reads.listed(wanted, behind, size):
        found += page
        behind = place_of(page[-1])
    return found


async def test_the_list_has_every_article_once_the_last_changed_first(store, reads):
    await fill(store, 40)
    found = await listed(reads)
    assert len(found) == 40
    assert len({article.article_id for article in found}) == 40
    assert found == sorted(found, key=lambda a: (a.changed_at, a.article_id), reverse=True)
    assert await listed(reads, size=100) == found


async def test_a_filter_means_in_sql_what_it_means_in_python(store, reads):
    await fill(store, 40)
    everything = await listed(reads)
    feed = frozenset({feed_id_of("https://site1.example/feed")})
    middle = NOW + 20 * MINUTE
    conditions = [
        {"kinds": frozenset({"published", "withdrawn"})},
        {"kinds": frozenset({"duplicate"})},
        {"sources": frozenset({"site1.example", "site2.example"})},
        {"feeds": feed},
        {"languages": frozenset({"de"})},
        {"published_after": NOW - HOUR},
        {"published_before": middle},
        {"changed_after": middle},
        {"changed_before": middle},
        {"duplicates": "none"},
    ]
    for some in itertools.chain(itertools.combinations(conditions, 1), itertools.combinations(conditions, 2)):
        merged = {name: value for condition in some for name, value in condition.items()}
        wanted = WireFilter(**merged)
        expected = [a for a in everything if wanted.takes(article_facets(a.last_text, a.kind, a.changed_at))]
        assert await listed(reads, wanted) == expected, merged
    for one in conditions:
        assert await listed(reads, WireFilter(**one)), one


async def test_a_list_of_a_feed_is_the_same_however_many_texts_it_has(store, database):
    await fill(store, 40)
    few, many = DatabaseArticleReads(database), DatabaseArticleReads(database, few_texts=3)
    feeds = [feed_id_of(f"https://site{number}.example/feed") for number in (0, 1, 2)]
    for chosen in (feeds[:1], feeds[1:], feeds[2:]):
        for more in ({}, {"languages": frozenset({"de"})}, {"published_before": NOW + 20 * MINUTE}):
            wanted = WireFilter(feeds=frozenset(chosen), **more)
            assert await listed(few, wanted) == await listed(many, wanted)
    assert len(await listed(few, WireFilter(feeds=frozenset(feeds[1:])))) == 16


async def test_an_article_is_listed_under_the_feed_of_its_last_text_alone(store, reads):
    feeds = [Feed(id=feed_id_of(url), url=url) for url in ("https://a.example/feed", "https://b.example/feed")]
    for number, feed in enumerate(feeds):
        event = extracted(title=f"Title {number}", at=NOW + number * HOUR)
        await store.record(arrivals(having(event, feed=feed)), decide, NOW + number * HOUR)
    found = [await listed(reads, WireFilter(feeds=frozenset({feed.id}))) for feed in feeds]
    assert [len(articles) for articles in found] == [0, 1]


async def test_the_indexes_serve_the_lists(database):
    old, of_feed = WireFilter(published_before=NOW), WireFilter(feeds=frozenset({UUID(int=1)}))
    async with database.read() as connection:
        if database.is_sqlite:
            explain = "EXPLAIN QUERY PLAN"
        else:  # or else it reads tables as small as these from end to end
            explain = "EXPLAIN"
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        for wanted, by_feed, index in (
            (old, False, "articles_listed_idx"),
            (of_feed, True, "revisions_feed_idx"),
        ):
            page = listing(wanted, None, 9, by_feed=by_feed)
            asked = page.compile(connection.engine, compile_kwargs={"literal_binds": True})
            plan = "\n".join(map(str, await connection.execute(text(f"{explain} {asked}"))))
            assert index in plan


async def test_an_article_is_given_with_its_last_text(store, reads):
    await store.record(arrivals(extracted(), extracted(title="Edited", at=NOW + HOUR)), decide, NOW)
    article = await reads.article(article_id_of(URL))
    assert (article.kind, article.revision, article.duplicate_of) == ("published", 2, None)
    assert Article.model_validate(article.last_text).title == "Edited"


async def test_a_withdrawn_article_keeps_its_last_text(store, reads):
    await store.record(arrivals(extracted(), gone(at=NOW + HOUR)), decide, NOW)
    article = await reads.article(article_id_of(URL))
    assert (article.kind, article.revision, article.last_text["title"]) == ("withdrawn", 2, "Title")
    facets = await reads.facets([article.article_id, UUID(int=1)])
    assert {key: (found.kind, found.source) for key, found in facets.items()} == {
        article.article_id: ("withdrawn", "example.org")
    }


async def test_what_is_not_there_is_none(reads):
    assert await reads.article(UUID(int=1)) is None
    assert await reads.revision(UUID(int=1), 1) is None
    assert await reads.revisions(UUID(int=1), 0, 10) == ()
    assert await reads.copies(UUID(int=1), 10) == ()
    assert await reads.id_of(URL) is None
    assert await reads.copies_of_each([], 3) == {}


async def test_every_address_leads_to_its_article(store, reads):
    await store.record(arrivals(extracted(fetched_from="https://example.org/a?page=1")), decide, NOW)
    for url in (URL, "https://example.org/a?page=1"):
        assert await reads.id_of(url) == article_id_of(URL)


async def test_every_text_stays_and_is_given_in_order(store, reads):
    edits = [extracted(title=f"Title {n}", at=NOW + n * HOUR) for n in range(5)]
    await store.record(arrivals(*edits, gone(at=NOW + 9 * HOUR)), decide, NOW)
    texts = await reads.revisions(article_id_of(URL), 0, 3) + await reads.revisions(article_id_of(URL), 3, 3)
    assert [(text.revision, text.article["title"]) for text in texts] == [(n + 1, f"Title {n}") for n in range(5)]
    assert await reads.revision(article_id_of(URL), 2) == texts[1]
    assert await reads.revision(article_id_of(URL), 6) is None  # the withdrawal has no text


async def test_the_copies_of_an_article_come_with_the_grounds_the_first_seen_first(store, reads):
    await store.record(arrivals(extracted()), decide, NOW)
    for number in range(4):
        event = extracted(f"https://copy{number}.example/a", at=NOW + number * HOUR, text=TEXT)
        await store.record(arrivals(event), decide, NOW + number * HOUR)
    copies = await reads.copies(article_id_of(URL), 3)
    assert [copy.article.last_text["url"] for copy in copies] == [f"https://copy{n}.example/a" for n in range(3)]
    for copy in copies:
        assert copy.duplicate_of["article_id"] == str(article_id_of(URL))
        assert copy.duplicate_of["evidence"] == "content-hash"
    of_each = await reads.copies_of_each([article_id_of(URL), UUID(int=1)], 3)
    assert of_each == {article_id_of(URL): tuple(copy.article for copy in copies)}


async def test_an_article_that_was_linked_later_comes_with_the_grounds_of_that(store, reads, database):
    await store.record(arrivals(extracted(), extracted(COPY)), decide, NOW)
    async with database.write() as connection:  # as a later decision records it, which tells the link alone
        await connection.execute(update(changes).where(changes.c.kind == "duplicate").values(kind="relinked"))
    (copy,) = await reads.copies(article_id_of(URL), 10)
    assert copy.duplicate_of["evidence"] == "content-hash"


async def test_an_edited_copy_comes_with_the_grounds_of_its_last_text(store, reads):
    await store.record(arrivals(extracted(), extracted(COPY)), decide, NOW)
    await store.record(arrivals(extracted(COPY, title="Another headline", at=NOW + HOUR)), decide, NOW + HOUR)
    (copy,) = await reads.copies(article_id_of(URL), 10)
    assert (copy.article.kind, copy.article.revision, copy.article.last_text["title"]) == (
        "duplicate",
        2,
        "Another headline",
    )
