"""Filters: what passes, what can never pass, and the facets of events."""

from datetime import timedelta
from typing import get_args
from uuid import UUID

import pytest

from newswire.contracts.examples import EXAMPLES
from newswire.domain.wire.documents import WITH_ARTICLE
from newswire.domain.wire.facets import facets_of
from newswire.domain.wire.filters import FEED_KINDS, SOURCE_KINDS, ChangeKind, Facets, WireFilter, WireKind, impossible
from newswire.events import Change, FeedEvent, SourceEvent
from support.build import NOW

HOUR = timedelta(hours=1)
FEED = UUID(int=7)
ARTICLE = Facets("published", NOW, "example.org", FEED, "en", NOW - HOUR)
FEED_EVENT = Facets("feed-gone", NOW, feed_id=FEED)


@pytest.mark.parametrize(
    ("wanted", "takes"),
    [
        (WireFilter(), True),
        (WireFilter(kinds=frozenset({"published", "revised"})), True),
        (WireFilter(kinds=frozenset({"revised"})), False),
        (WireFilter(sources=frozenset({"example.org"})), True),
        (WireFilter(sources=frozenset({"example.com"})), False),
        (WireFilter(feeds=frozenset({FEED})), True),
        (WireFilter(feeds=frozenset({UUID(int=8)})), False),
        (WireFilter(languages=frozenset({"de", "en"})), True),
        (WireFilter(languages=frozenset({"de"})), False),
        (WireFilter(published_after=NOW - HOUR, published_before=NOW), True),
        (WireFilter(published_after=NOW), False),
        (WireFilter(published_before=NOW - HOUR), False),
        (WireFilter(changed_after=NOW), True),
        (WireFilter(changed_before=NOW), False),
        (WireFilter(kinds=frozenset({"published"}), languages=frozenset({"de"})), False),
    ],
)
def test_every_condition_must_hold(wanted, takes):
    assert wanted.takes(ARTICLE) is takes


def test_a_condition_on_articles_leaves_out_events_about_feeds():
    assert WireFilter(feeds=frozenset({FEED})).takes(FEED_EVENT)
    assert not WireFilter(languages=frozenset({"en"})).takes(FEED_EVENT)
    assert not WireFilter(published_before=NOW).takes(FEED_EVENT)


@pytest.mark.parametrize("duplicates", ["none", "fold"])
def test_duplicates_can_be_left_out(duplicates):
    assert not WireFilter(duplicates=duplicates).takes(Facets("duplicate", NOW))
    assert WireFilter(duplicates=duplicates).takes(ARTICLE)


@pytest.mark.parametrize(
    ("wanted", "parameter"),
    [
        (WireFilter(), None),
        (WireFilter(published_after=NOW, published_before=NOW), "published_after"),
        (WireFilter(changed_after=NOW, changed_before=NOW - HOUR), "changed_after"),
        (WireFilter(changed_after=NOW, changed_before=NOW + HOUR), None),
        (WireFilter(kinds=frozenset({"duplicate"}), duplicates="none"), "duplicates"),
        (WireFilter(kinds=frozenset({"feed-gone"}), languages=frozenset({"en"})), "kind"),
        (WireFilter(kinds=frozenset({"feed-gone", "published"}), languages=frozenset({"en"})), None),
    ],
)
def test_a_filter_that_nothing_can_pass_is_found(wanted, parameter):
    found = impossible(wanted)
    assert (found and found[0]) == parameter


def test_the_facets_of_every_event_of_the_wire_are_read_from_its_bytes():
    kinds = set()
    for event in (event for named in EXAMPLES.values() for event in named.values()):
        said = event.model_dump(mode="json")
        if said.get("kind") not in set(get_args(WireKind)):
            continue
        kinds.add(event.kind)
        facets = facets_of(said)
        assert (facets.kind, facets.changed) == (event.kind, event.at)
        article = getattr(event, "article", None)
        if article is not None:
            dated = article.published
            assert (facets.source, facets.language) == (article.source, article.language)
            assert facets.published == (dated.value if dated else None)
            assert facets.feed_id == (article.feed.id if article.feed else None)
        elif event.kind in FEED_KINDS:
            assert facets.feed_id == event.feed.id
        elif event.kind in SOURCE_KINDS:
            assert facets.source == event.source
    assert kinds == set(get_args(WireKind))


def test_the_kinds_of_filters_are_the_kinds_of_events():
    for kinds, events in ((FEED_KINDS, FeedEvent), (SOURCE_KINDS, SourceEvent)):
        assert set(kinds) == {model.model_fields["kind"].default for model in events.__args__[0].__args__}


@pytest.mark.parametrize("kind", sorted(set(get_args(ChangeKind)) - WITH_ARTICLE))
def test_an_event_without_its_article_has_the_facets_of_that(kind):
    event = next(iter(EXAMPLES[f"newswire.change.{kind}.v1"].values()))
    facets = facets_of(event.model_dump(mode="json"), ARTICLE)
    assert facets == Facets(kind, event.at, "example.org", FEED, "en", NOW - HOUR)


def test_the_kinds_that_carry_an_article_are_those_that_have_one():
    models = get_args(get_args(Change)[0])
    assert {model.model_fields["kind"].default for model in models} == set(get_args(ChangeKind))
    carrying = {model.model_fields["kind"].default for model in models if "article" in model.model_fields}
    assert carrying == WITH_ARTICLE
