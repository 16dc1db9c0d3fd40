"""The differences of two texts, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.wire.documents import Edit
from newswire.domain.wire.word_diff import word_diff

WORDS = st.lists(st.sampled_from(["a ", "b ", "b\n\n", "c", " "]), max_size=30).map("".join)


def sides(edits):
    return tuple("".join(edit.text for edit in edits if edit.op != op) for op in ("insert", "delete"))


def changed(edits):
    return sum(len(edit.text.split()) for edit in edits if edit.op != "equal")


def test_edited_words_stand_between_those_that_stayed():
    assert word_diff("the cat sat on the mat", "the black cat sat on a mat") == (
        Edit(op="equal", text="the "),
        Edit(op="insert", text="black "),
        Edit(op="equal", text="cat sat on "),
        Edit(op="delete", text="the "),
        Edit(op="insert", text="a "),
        Edit(op="equal", text="mat"),
    )


@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_their_differences(old, new):
    assert sides(word_diff(old, new)) == (old, new)


@given(WORDS, WORDS)
def test_where_the_work_is_bounded_both_texts_can_be_read_still(old, new):
    assert sides(word_diff(old, new, max_steps=5)) == (old, new)


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_no_shorter_way_of_edits_exists(old, new):
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            same = longest[i][j] + 1 if one == other else 0
            longest[i + 1][j + 1] = max(same, longest[i][j + 1], longest[i + 1][j])
    fewest = len(old) + len(new) - 2 * longest[-1][-1]
    assert changed(word_diff("".join(f"{w} " for w in old), "".join(f"{w} " for w in new))) == fewest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("".join(f"w{n} " for n in range(20_000)), "".join(f"v{n} " for n in range(20_000))),
        ("a b " * 20_000, "b a " * 20_000 + "c"),
        ("a " * 30_000, "b " + "a " * 15_000 + "c " + "a " * 14_000),
    ],
    ids=["nothing-shared", "shifted", "one-word"],
)
def test_the_work_is_bounded_whatever_the_texts_are(old, new):
    assert sides(word_diff(old, new)) == (old, new)
