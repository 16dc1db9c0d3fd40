"""Readers see each article's changes in order, although several processes may change one article."""

from datetime import timedelta

import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.editor_links import DatabaseLinks
from newswire.domain.articles.decide import decide
from newswire.domain.articles.relink import Cause
from newswire.events import ArticleGone, article_id_of, stable_id
from support.build import NOW, arrivals, extracted, gone, signed
from support.prose import prose

WINDOW = timedelta(days=14)
HOUR = timedelta(hours=1)
FIRST, LATER = "https://first.example/a", "https://later.example/a"
STORY = prose(1, 40)


@pytest.fixture
def store(database):
    return DatabaseArticles(database, near_window=WINDOW)


def article(url, text=STORY, at=NOW):
    return signed(extracted(url, "Mayor opens a bridge", text, at))


async def record(store, *events, now=NOW):
    return await store.record(arrivals(*events), decide, now)


def steps(told):
    return [(change.article_id, change.kind) for change in told]


async def test_a_link_that_changes_comes_behind_what_the_articles_own_stage_has_not_published_yet(store):
    (unheard,) = await record(store, article(LATER, at=NOW + HOUR))
    told = await record(store, article(FIRST))
    assert steps(told) == [(article_id_of(FIRST), "published"), (article_id_of(LATER), "relinked")]
    wire = await store.with_earlier(told)
    assert steps(wire)[1:] == [(article_id_of(LATER), "published"), (article_id_of(LATER), "relinked")]
    assert wire[1] == unheard


async def test_an_edit_comes_behind_a_change_of_the_link_that_another_process_has_not_published_yet(store):
    await record(store, article(LATER, at=NOW + HOUR))
    relinked = (await record(store, article(FIRST)))[-1]
    edited = await record(store, article(LATER, prose(2, 40), at=NOW + 2 * HOUR), now=NOW + 2 * HOUR)
    assert relinked in (await store.with_earlier(edited))[:-1]


async def test_an_editors_and_an_operators_change_come_behind_all_earlier_ones(database, store):
    (unheard,) = await record(store, article(FIRST))
    (other,) = await record(store, article(LATER, prose(3, 40), at=NOW + HOUR))
    cause = Cause(stable_id("editor", "x"), stable_id("editor-entry", "x"))
    linked = await DatabaseLinks(database, near_window=WINDOW).overrule(
        other.article_id, unheard.article_id, cause, NOW
    )
    assert (await store.with_earlier(linked))[0] == other
    withdrawal = gone(FIRST, at=NOW + HOUR)
    by_operator = ArticleGone.model_validate({**withdrawal.model_dump(), "by": "operator", "said": "an order"})
    told = await record(store, by_operator, now=NOW + HOUR)
    assert told[0].kind == "withdrawn"
    assert (await store.with_earlier(told))[0] == unheard


async def test_a_stage_that_alone_changes_its_articles_repeats_nothing(store):
    await record(store, article(FIRST))
    told = await record(store, article(FIRST, prose(2, 40), at=NOW + HOUR), now=NOW + HOUR)
    assert await store.with_earlier(told) == told


async def test_changes_of_one_batch_keep_their_order_and_come_once(store):
    told = await record(store, article(LATER, at=NOW + HOUR), article(FIRST))
    assert await store.with_earlier(told) == told
