"""Cursors: text that comes back unread, and what makes one unusable."""

import pytest

from newswire.domain.wire.cursor import Cursor, Range, lost, parse_cursor

THERE_IS = Range("a1", floor=10, head=20)


def test_a_cursor_comes_back_as_it_was_given():
    assert parse_cursor(str(Cursor("3f9c21aa", 42))) == Cursor("3f9c21aa", 42)


@pytest.mark.parametrize("text", ["", "42", "a1.", ".42", "a1.-1", "a1.4 2", "a1.4.2", "a1.٤", "a1." + "9" * 19, "é.1"])
def test_other_text_is_no_cursor(text):
    assert parse_cursor(text) is None


@pytest.mark.parametrize(
    ("cursor", "why"),
    [
        (Cursor("a1", 9), "below-floor"),
        (Cursor("a1", 10), None),
        (Cursor("a1", 20), None),
        (Cursor("a1", 21), "above-head"),
        (Cursor("b2", 15), "other-epoch"),
    ],
)
def test_a_cursor_is_lost_where_changes_could_be_missed(cursor, why):
    assert lost(cursor, THERE_IS) == why
