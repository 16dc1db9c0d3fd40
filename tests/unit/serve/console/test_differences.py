"""Two texts as paragraphs with marked words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.wire.word_diff import word_diff
from newswire.serve.console.views.differences import counts, paragraphs_of, stretches, tidied

OLD = "One stays.\nTwo has a word.\nThree stays.\nFour stays.\nFive stays."
NEW = "One stays.\nTwo has another word.\nThree stays.\nFour stays.\nFive stays."


def said(paragraph):
    return [(run.op, run.text.strip()) for run in paragraph.runs]


def side(edits, op):
    """One of the texts, its spaces left out."""
    return "".join("".join(edit.text.split()) for edit in edits if edit.op in {"equal", op})


def test_a_paragraph_shows_which_of_its_words_differ():
    second = paragraphs_of(word_diff(OLD, NEW))[1]
    assert said(second) == [("equal", "Two has"), ("delete", "a"), ("insert", "another"), ("equal", "word.")]
    assert second.changed


def test_paragraphs_far_from_every_change_are_folded():
    shown = [(stretch.folded, len(stretch.paragraphs)) for stretch in stretches(paragraphs_of(word_diff(OLD, NEW)))]
    assert shown == [(False, 3), (True, 2)]


def test_equal_texts_are_one_folded_stretch():
    (stretch,) = stretches(paragraphs_of(word_diff(OLD, OLD)))
    assert (stretch.folded, len(stretch.paragraphs)) == (True, 5)


def test_an_inserted_paragraph_stands_alone():
    found = paragraphs_of(tidied(word_diff("One.", "One.\n\nA whole new one.")))
    assert [said(paragraph) for paragraph in found] == [[("equal", "One.")], [("insert", "A whole new one.")]]


def test_a_word_before_a_new_line_end_counts_as_the_same():
    assert counts(tidied(word_diff("the Anchor.", "the Anchor.\n\nMore of it."))) == (3, 0)


def test_words_are_counted_on_each_side():
    assert counts(word_diff(OLD, NEW)) == (1, 1)


@pytest.mark.parametrize("text", ["", "\n\n", " "])
def test_a_text_without_words_has_no_paragraph(text):
    assert paragraphs_of(word_diff(text, text)) == ()


words = st.lists(st.sampled_from(["a", "b", "c ", " d", "\n", "e\n\nf"]), max_size=12).map(" ".join)


@given(words, words)
def test_no_word_of_either_text_is_lost_or_made_up(old, new):
    edits = tidied(word_diff(old, new))
    runs = [run for paragraph in paragraphs_of(edits) for run in paragraph.runs]
    for each in (edits, runs):
        assert side(each, "delete") == "".join(old.split())
        assert side(each, "insert") == "".join(new.split())
