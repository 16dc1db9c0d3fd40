"""The vote of another extractor's text on the blocks of a page."""

import pytest
from lxml import html

from newswire.parsing.pages.blocks.vote import with_vote
from newswire.parsing.pages.blocks.walk import read_page

PROSE = "<p>Three ribs are close to breaking.</p>"


def gained(body, text):
    """The blocks of ``body`` that the vote of ``text`` makes more likely."""
    blocks = read_page(html.document_fromstring(f"<html><body>{body}</body></html>")).blocks
    votes = with_vote(blocks, [0.5] * len(blocks), text)
    return [block.text for block, after in zip(blocks, votes, strict=True) if after > 0.5]


def test_a_block_gains_where_most_of_it_stands_in_the_text_and_loses_elsewhere():
    assert gained(f"{PROSE}<p>Read more about the ferry.</p>", "Three ribs are close to breaking.") == [
        "Three ribs are close to breaking."
    ]


def test_the_cells_of_a_row_that_the_text_gives_as_one_line_gain():
    table = "<table><tr><td>Ferry</td><td>Two crossings</td><td>12</td></tr></table>"
    text = "Three ribs are close to breaking.\n| Ferry | Two crossings | 12 |"
    assert gained(f"<p>Share</p>{PROSE}{table}<p>Log in</p>", text) == [
        "Three ribs are close to breaking.",
        "Ferry",
        "Two crossings",
        "12",
    ]


@pytest.mark.parametrize(("text", "expected"), [("Yes.", ["Yes."]), ("No.", []), ("", [])])
def test_a_short_line_gains_where_it_is_a_line_of_the_text(text, expected):
    assert gained("<p>Yes.</p><p>More</p>", text) == expected
