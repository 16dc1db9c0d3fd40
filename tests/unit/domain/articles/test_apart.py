"""A change without its article comes back byte for byte as it was."""

import json
from collections.abc import Mapping
from typing import get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from newswire.domain.articles.apart import as_kept, with_article, without_article
from newswire.events import (
    Article,
    ArticleFacts,
    Basis,
    Dated,
    Duplicate,
    Extraction,
    Feed,
    Http,
    Published,
    Revised,
    Rights,
    stable_id,
)
from support.build import NOW, article
from support.event_strategies import EVENTS

BASIS = st.none() | st.builds(Basis, source=st.text(), confidence=st.floats(0, 1))
DATES = st.builds(Dated, value=st.just(NOW), source=st.just("meta"), precision=st.just("day"))
FACTS = st.none() | st.builds(
    ArticleFacts, title=BASIS, published=BASIS, published_candidates=st.lists(DATES, max_size=2).map(tuple)
)
ANY = st.one_of(EVENTS[Published], EVENTS[Revised], EVENTS[Duplicate])
ORDER = {
    Article: "article_id content_hash text_hash url canonical_url canonical_link source site_name feed title "
    "description authors author_kinds language language_confidence text text_kinds word_count image sections tags "
    "published modified found_at fetched_at extracted_at facts extraction rights http",
    ArticleFacts: "title authors published modified published_candidates",
    Basis: "source confidence",
    Dated: "value source precision offset_minutes",
    Extraction: "method version body_from flags confidence agreed",
    Feed: "id url title",
    Http: "status final_url content_type etag last_modified",
    Rights: "robots_allowed tdm_reserved free_access licence archiving_allowed indexing_allowed tdm_policy",
}


def bytes_of(change):
    return change.model_dump_json().encode()


def as_jsonb(change):
    """The article with its fields in the order of jsonb: by the length of their names, then by the names."""

    def in_order(said):
        if isinstance(said, list):
            return [in_order(each) for each in said]
        if not isinstance(said, dict):
            return said
        return {name: in_order(said[name]) for name in sorted(said, key=lambda name: (len(name), name))}

    return in_order(json.loads(change.article.model_dump_json()))


def published(said, **more):
    ids = {name: stable_id(name) for name in ("id", "article_id", "entry_id", "source_event_id")}
    return Published(**ids, revision=1, at=NOW, article=said, **more)


@given(ANY, FACTS)
def test_any_change_comes_back_from_the_order_of_jsonb(change, facts):
    change = change.model_copy(update={"article": change.article.model_copy(update={"facts": facts})})
    value = bytes_of(change)
    assert with_article(without_article(value, as_kept(change.article)), as_jsonb(change)) == value


def test_the_article_is_not_in_what_is_kept():
    change = published(article(), position=7)
    kept = without_article(bytes_of(change), as_kept(change.article))
    assert json.loads(kept) == {**json.loads(bytes_of(change)), "article": None}
    assert len(kept) < 400


@pytest.mark.parametrize("words", ['"article":null', '{"article":null}', "\u2028\x1f\\", "\U0001f5de"])
def test_words_that_look_like_the_gap_are_no_gap(words):
    said = article(title=words, text=words)
    change = Revised(**published(said).model_dump(exclude={"kind", "article"}), article=said, changed=("title",))
    value = bytes_of(change)
    assert with_article(without_article(value, as_kept(said)), as_jsonb(change)) == value


@pytest.mark.parametrize("number", [-0.0, 1e16])
def test_a_change_with_a_number_that_jsonb_writes_in_another_way_is_kept_whole(number):
    said = article().model_copy(update={"language_confidence": number})
    assert without_article(bytes_of(published(said)), as_kept(said)) is None


def test_a_change_with_another_article_is_kept_whole():
    assert without_article(bytes_of(published(article())), as_kept(article(title="Another"))) is None


def test_an_article_of_an_earlier_release_gets_no_field_that_was_added_since():
    whole = json.loads(bytes_of(published(article())))
    earlier = {name: whole["article"][name] for name in whole["article"] if name not in {"facts", "text_kinds"}}
    value = json.dumps({**whole, "article": earlier}, separators=(",", ":")).encode()
    kept = json.dumps({**whole, "article": None}, separators=(",", ":")).encode()
    assert with_article(kept, dict(sorted(earlier.items()))) == value
    assert without_article(value, dict(sorted(earlier.items()))) == kept


def test_a_field_of_a_later_release_comes_last():
    change = published(article())
    value = bytes_of(change)
    kept = without_article(value, as_kept(change.article))
    later = with_article(kept, {"mood": "calm", **as_jsonb(change)})
    assert later == value[:-2] + b',"mood":"calm"}}'


@pytest.mark.parametrize("model", ORDER)
def test_the_fields_of_stored_articles_keep_their_order(model):
    known = ORDER[model].split()
    assert [name for name in model.model_fields if name in known] == known


@pytest.mark.parametrize("model", ORDER)
def test_no_field_of_a_stored_article_holds_what_the_order_of_the_models_does_not_cover(model):
    """An object with free names, or one of several models: jsonb loses their order, and no model gives it back."""
    for name, field in model.model_fields.items():
        parts = list(_parts(field.annotation))
        assert not any(isinstance(part, type) and issubclass(part, Mapping) for part in parts), name
        assert sum(isinstance(part, type) and issubclass(part, BaseModel) for part in parts) <= 1, name


def _parts(annotation):
    yield get_origin(annotation) or annotation
    for each in get_args(annotation):
        yield from _parts(each)
