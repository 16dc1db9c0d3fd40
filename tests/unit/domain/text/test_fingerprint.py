"""Reprints are found by their words, edits by their letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.text.fingerprint import content_hash, text_hash, tokens, word_count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The U.S. isn’t “done”.", ["the", "u", "s", "isnt", "done"]),
        ("It's l'été: 3,5 %", ["its", "lété", "3", "5"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("co\xadop\u200beration \ufb01nal", ["cooperation", "final"]),
        ("snake_case — em\u2014dash", ["snake", "case", "em", "dash"]),
        ("東京で会談", ["東", "京", "で", "会", "談"]),
        ("서울 fm", ["서", "울", "fm"]),
        ("हिन्दी समाचार", ["हिन्दी", "समाचार"]),
        ("e\u0301te\u0301", ["été"]),
        ("", []),
        ("… — !", []),
    ],
)
def test_tokens(text, words):
    assert tokens(text) == words
    assert word_count(text) == len(words)


def test_thai_is_counted_by_the_character_and_keeps_its_vowel_marks():
    assert tokens("กี่ปี") == ["กี่", "ปี"]


@pytest.mark.parametrize(
    "reprint", ["THE DEAL, IT IS SAID — HOLDS!", "the deal\n\nit  is said holds", "“The deal”: it is said; holds"]
)
def test_case_punctuation_and_space_make_no_other_content(reprint):
    assert content_hash(reprint) == content_hash("The deal it is said holds.")


def test_another_word_or_another_order_is_other_content():
    hashes = {content_hash(text) for text in ("a b c", "a c b", "a b", "ab c", "a b c d")}
    assert len(hashes) == 5


def test_every_edit_changes_the_text_hash():
    hashes = {
        text_hash(title, text)
        for title, text in [("T", "a b"), ("T", "a b."), ("T", "A b"), ("t", "a b"), ("T a", "b"), (None, "a b")]
    }
    assert len(hashes) == 6


def test_the_hashes_of_a_given_text_never_change():
    assert content_hash("Hello, World") == "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"
    assert text_hash("A", "b") == "ab9b7a24409e006c096ee24a61d4b572ab40bd83b4e5cba9250f0f88c1f588c3"


@given(st.text(), st.text())
def test_tokens_of_parted_texts_are_the_tokens_of_the_parts(one, other):
    assert tokens(f"{one}\n{other}") == tokens(one) + tokens(other)


@given(st.text())
def test_tokens_are_stable_under_case_and_their_own_folding(text):
    assert tokens(" ".join(tokens(text))) == tokens(text)
