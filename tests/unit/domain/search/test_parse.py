"""The query syntax, and what is said to those who miss it."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.search.parse import parse_query
from newswire.domain.search.query import SearchQuery, Term, narrowed
from newswire.domain.search.relevance import features, ranked
from newswire.domain.wire.filters import WireFilter
from newswire.domain.wire.refusals import Impossible


def words(*each):
    return tuple((Term((word,)),) for word in each)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Storm harbour", SearchQuery(words("storm", "harbour"))),
        ("storm AND harbour", SearchQuery(words("storm", "harbour"))),
        ("a b OR c", SearchQuery((*words("a"), (Term(("b",)), Term(("c",)))))),
        ("a OR b OR c", SearchQuery(((Term(("a",)), Term(("b",)), Term(("c",))),))),
        ('“Old pier” -"new pier"', SearchQuery(((Term(("old", "pier")),),), (Term(("new", "pier")),))),
        ("state-of-the-art", SearchQuery(((Term(("state", "of", "the", "art")),),))),
        ("harb*", SearchQuery(((Term(("harb",), prefix=True),),))),
        ("title:pier -title:boat", SearchQuery(((Term(("pier",), title=True),),), (Term(("boat",), title=True),))),
        ('title:"old pier"', SearchQuery(((Term(("old", "pier"), title=True),),))),
        ("Tom & Jerry – 12:30", SearchQuery((*words("tom", "jerry"), (Term(("12", "30")),)))),
        ('"OR" "NOT"', SearchQuery(words("or", "not"))),
        ("手", SearchQuery(((Term(("手",), prefix=True),),))),
    ],
)
def test_a_query_means_this(text, expected):
    assert parse_query(text) == expected


def test_fields_choose_by_facts():
    feed = UUID(int=7)
    query = parse_query(
        f"a source:B.example,c.example lang:de Kind:published feed:{feed} after:2026-03-01 before:2026-04-01"
    )
    assert query.groups == words("a")
    assert query.wanted == WireFilter(
        kinds=frozenset({"published"}),
        sources=frozenset({"b.example", "c.example"}),
        languages=frozenset({"de"}),
        feeds=frozenset({feed}),
        published_after=datetime(2026, 3, 1, tzinfo=UTC),
        published_before=datetime(2026, 4, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "name at least one word"),
        ("— ()", "parentheses"),
        ("-a", "name at least one word that is to be found"),
        ("source:a.example", "name a word, too"),
        ('"not closed', "quotation mark"),
        ("a OR", "write one behind"),
        ("OR a", "write one before"),
        ("a OR OR b", "write one before"),
        ("a OR -b", "behind the others"),
        ("NOT a", "-word"),
        ("(a OR b) c", "parentheses"),
        ("https://example.org/a", "newswire show URL"),
        ("author:ada", "the fields are title, source"),
        ("title: pier", "without a space"),
        ("a title:—", "needs a word"),
        ("ab*", "at least 3 letters"),
        ("a -source:b.example", "takes no -"),
        ("a source:b/c", "domain"),
        ("a lang:english", "two or three letters"),
        ("a kind:withdrawn", "/v1/articles?kind=withdrawn"),
        ("a kind:new", "published or duplicate"),
        ("a feed:x", "newswire feeds list"),
        ("a before:yesterday", "a time with its zone"),
        ("a after:2026-03-01T12:00:00", "a time with its zone"),
        ("a " * 33, "32 words"),
        ("a" * 501, "500 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(text, said):
    with pytest.raises(Impossible, match=re.escape(said)) as refused:
        parse_query(text)
    assert refused.value.parameter == "q"


@given(st.text(alphabet='abOR:"-*() \u5317.é', max_size=40) | st.text(max_size=40))
def test_any_text_is_a_query_or_refused(text):
    try:
        query = parse_query(text)
    except Impossible:
        return
    assert query.groups
    assert all(term.tokens for group in query.groups for term in group)


def test_two_filters_together_take_what_both_take():
    one = WireFilter(sources=frozenset({"a", "b"}), published_after=datetime(2026, 3, 1, tzinfo=UTC))
    other = WireFilter(
        sources=frozenset({"b", "c"}), published_after=datetime(2026, 3, 2, tzinfo=UTC), duplicates="none"
    )
    both = narrowed(one, other)
    assert both == WireFilter(
        sources=frozenset({"b"}), published_after=datetime(2026, 3, 2, tzinfo=UTC), duplicates="none"
    )
    assert narrowed(one, WireFilter()) == one
    with pytest.raises(Impossible, match="no value in common"):
        narrowed(one, WireFilter(sources=frozenset({"c"})))


def test_a_title_that_says_the_query_stands_before_one_with_its_words_and_that_before_a_text():
    weights = [weight for _, weight in features(parse_query("old pier"))]
    in_title_one, in_title_two, phrase, title_phrase = weights
    assert [feature.groups for feature, _ in features(parse_query("old pier"))][2:] == [
        (*words("old", "pier"), (Term(("old", "pier")),)),
        (*words("old", "pier"), (Term(("old", "pier"), title=True),)),
    ]
    order = ranked(
        [1, 2, 3, 4, 5],
        [({1, 2}, in_title_one), ({1}, in_title_two), ({1, 3}, phrase), ({1}, title_phrase)],
    )
    assert [place.position for place in order] == [1, 2, 3, 5, 4]


@pytest.mark.parametrize("query", ["pier", "old OR pier", "东京 pier", "title:old pier"])
def test_a_query_that_is_no_run_of_words_has_no_feature_of_a_run(query):
    assert all(len(feature.groups[-1][0].tokens) == 1 for feature, _ in features(parse_query(query)))
