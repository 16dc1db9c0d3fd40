"""Tokens: what becomes of case, accents and scripts, and how a query meets a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.search.document import LEFT_OUT, MAX_BYTES, MAX_REPEATS, facet, indexed_text
from newswire.domain.search.tokens import query_tokens, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Pier's state-of-the-art", ["the", "pier", "s", "state", "of", "the", "art"]),
        ("Über naïve CAFÉ", ["uber", "naive", "cafe"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Ελλάς ΕΛΛΑΣ", ["ελλασ", "ελλασ"]),
        ("İzmir ﬁsh １２", ["izmir", "fish", "12"]),
        ("co\u00adop snake_case", ["coop", "snake", "case"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("北京大学", ["北京", "京大", "大学", "学"]),
        ("ｶﾞｲﾄﾞ", ["ガイ", "イド", "ド"]),
        ("부두를", ["부두", "두를", "를"]),
        ("iPhone手机", ["iphone", "手机", "机"]),
        ("— … 👍", []),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_a_text_becomes_these_tokens(text, expected):
    assert list(tokens(text)) == expected


@given(st.text(max_size=60))
def test_the_form_of_a_text_does_not_matter(text):
    assert list(tokens(text.upper().lower())) == list(tokens(text.lower()))
    assert all(token.isprintable() and " " not in token and "." not in token for token in tokens(text))


@pytest.mark.parametrize("part", ["北", "北京", "京大学", "学", "大学 へ", "行く"])
def test_every_part_of_a_text_without_spaces_is_found_as_a_run(part):
    whole = list(tokens("北京大学 へ行く"))
    found, open_end = query_tokens(part)
    *first, last = found
    assert any(
        whole[start : start + len(first)] == first
        and (whole[start + len(first)].startswith(last) if open_end else whole[start + len(first)] == last)
        for start in range(len(whole) - len(first))
    )


def test_what_is_left_out_keeps_the_places_of_what_follows():
    text = indexed_text("the", "the " * (MAX_REPEATS + 1) + "end")
    assert text.body.count("the") == MAX_REPEATS - 1
    assert text.body[-3:] == (LEFT_OUT, LEFT_OUT, "end")


def test_an_article_has_no_more_different_words_than_an_engine_takes():
    text = indexed_text(None, " ".join(f"{'𐐨' * 60}{number}" for number in range(3_999)))
    assert MAX_BYTES <= sum(len(token.encode()) for token in text.body) < MAX_BYTES + 200


def test_a_fact_has_no_character_that_an_engine_reads_in_its_own_way():
    assert facet("s", "Example.org") == "s.example.org"
    assert facet("s", "[::1]'\"\\ é") == "s.-5b--3a--3a-1-5d--27--22--5c--20--e9-"
