"""Imported articles on the line: booked like entries, and never in the way of a page's own text."""

import json
from datetime import timedelta

import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.contracts import encode
from newswire.domain.text.signature import sign, to_text
from newswire.errors import Wait
from newswire.events import ARTICLES, CHANGES, Published, Revised, article_id_of
from newswire.operations.import_articles import import_lines, read_lines
from newswire.stages.store import Store
from support.build import NOW, URL, extracted, text_of
from support.fakes import START
from support.line import delivered, events_on, on
from support.prose import prose

OLD = {"url": URL, "title": "Old title", "text": text_of("old"), "published": "2020-01-01T00:00:00Z"}


def lines(*objects):
    return read_lines([json.dumps(said).encode() for said in objects], "old.jsonl")


@pytest.fixture
def stage(articles, bus, clock):
    return Store(articles, bus, clock, dead_letter_limit=3)


@pytest.fixture
def imported(feeds, bus, clock):
    async def run(*objects) -> int:
        return await import_lines(lines(*objects), "old.jsonl", feeds.entries, bus, clock)

    return run


async def test_a_line_is_published_and_booked_and_becomes_an_article_that_says_where_it_is_from(
    imported, stage, bus, ledger
):
    assert await imported(OLD) == 1
    assert [entry_id async for entry_id in ledger.pending()] == [(await events_on(bus, ARTICLES))[0].entry_id]
    await stage.handle(await on(bus, ARTICLES))
    (change,) = await events_on(bus, CHANGES)
    assert isinstance(change, Published)
    assert (change.article.article_id, change.article.text) == (article_id_of(URL), OLD["text"])
    assert (change.article.published.source, change.article.found_at) == ("import", START)
    assert (change.article.extraction.body_from, change.article.extraction.flags) == ("import", ("from:old.jsonl",))
    assert (await ledger.balance()).outcomes["published"] == 1


async def test_the_same_line_twice_is_one_sighting_however_often_it_is_imported(imported, stage, bus, ledger, clock):
    await imported(OLD, OLD)
    await clock.advance(60)
    await imported(OLD)
    assert len({event.id for event in await events_on(bus, ARTICLES)}) == 1
    await stage.handle(await on(bus, ARTICLES))
    assert len({change.id for change in await events_on(bus, CHANGES)}) == 1
    balance = await ledger.balance()
    assert (balance.found, balance.pending, balance.outcomes["published"]) == (1, 0, 1)


async def test_an_import_that_was_interrupted_is_repeated_without_harm(imported, bus, ledger):
    bus.unheard = 1
    with pytest.raises(Wait):
        await imported(OLD)
    assert (await ledger.balance()).found == 0
    await imported(OLD)
    assert len({event.id for event in await events_on(bus, ARTICLES)}) == 1


async def test_more_lines_than_one_batch_are_all_imported(imported, bus, ledger):
    assert await imported(*(OLD | {"url": f"https://example.org/{n}"} for n in range(205))) == 205
    assert len(await on(bus, ARTICLES)) == (await ledger.balance()).found == 205


async def test_an_import_never_overwrites_the_text_of_a_page(imported, stage, bus, ledger, clock):
    await clock.advance((NOW - START).total_seconds() + 3600)
    await stage.handle([delivered(encode(extracted()))])
    await imported(OLD)
    await stage.handle(await on(bus, ARTICLES))
    assert [change.kind for change in await events_on(bus, CHANGES)] == ["published"]
    balance = await ledger.balance()
    assert (balance.found, balance.outcomes["unchanged"]) == (1, 1)
    assert [article.title async for article in ledger.articles()] == ["Title"]


async def test_a_page_replaces_the_text_of_an_import(imported, stage, bus):
    await imported(OLD)
    await stage.handle(await on(bus, ARTICLES))
    await stage.handle([delivered(encode(extracted(at=START + timedelta(hours=1))))])
    assert [type(change) for change in await events_on(bus, CHANGES)] == [Published, Revised]


async def test_an_edited_copy_is_linked_to_the_article_that_it_repeats(imported, sqlite_database, bus, clock):
    body = prose(1, 40)
    copy = {"url": "https://copy.example/a", "text": f"{body} Reported with partners."}
    await imported(OLD | {"text": body}, OLD | copy)
    events = await events_on(bus, ARTICLES)
    assert [event.signature for event in events] == [to_text(sign("Old title", e.article.text)) for e in events]
    near = DatabaseArticles(sqlite_database, near_window=timedelta(days=1))
    await Store(near, bus, clock, dead_letter_limit=3).handle(await on(bus, ARTICLES))
    changes = {change.kind: change for change in await events_on(bus, CHANGES)}
    assert changes["duplicate"].duplicate_of.article_id == changes["published"].article_id
