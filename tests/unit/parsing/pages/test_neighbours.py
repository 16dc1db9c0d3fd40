"""Doubtful blocks that their neighbours speak for."""

import pytest
from lxml import html

from newswire.parsing.pages.blocks.neighbours import with_neighbours
from newswire.parsing.pages.blocks.walk import read_page


def raised(body, *likely):
    """For each block of ``body``, whether its probability is raised."""
    blocks = read_page(html.document_fromstring(f"<html><body>{body}</body></html>")).blocks
    assert len(blocks) == len(likely)
    found = with_neighbours(blocks, list(likely))
    return [after > before for after, before in zip(found, likely, strict=True)]


@pytest.mark.parametrize(
    ("body", "likely", "expected"),
    [
        ("<h2>Why it closes</h2><p>Three ribs are close to breaking.</p>", (0.4, 0.96), True),
        ("<h2>Why it closes</h2><p>Three ribs are close to breaking.</p>", (0.1, 0.96), False),
        ("<h2>Why it closes</h2><p>Three ribs are close to breaking.</p>", (0.4, 0.6), False),
        ("<h2>Latest news</h2><h3>Ferry sails again</h3>", (0.4, 0.96), False),
        ("<p>By the editor</p><p>Three ribs are close to breaking.</p>", (0.4, 0.96), False),
        ("<h2>Latest news</h2>", (0.4,), False),
    ],
)
def test_a_doubtful_subhead_belongs_to_the_sure_prose_below_it(body, likely, expected):
    assert raised(body, *likely)[0] is expected


LIST = "<ul><li><a href=/1>The Lighthouse Years</a></li><li>A Field Guide to Doorways</li></ul><p>The end.</p>"


@pytest.mark.parametrize(
    ("line", "sure", "expected"),
    [
        ("These books were lent most often:", 0.98, [True, True]),
        ("これらの本がよく借りられた：", 0.98, [True, True]),
        ("These books were lent most often:", 0.6, [False, False]),
        ("These books were lent most often.", 0.98, [False, False]),
        ("You may like:", 0.98, [False, False]),
    ],
)
def test_a_doubtful_list_belongs_to_the_sure_line_that_announces_it(line, sure, expected):
    assert raised(f"<p>{line}</p>{LIST}", sure, 0.4, 0.32, 0.9)[1:3] == expected


def test_a_list_item_that_is_hardly_likely_is_announced_by_nothing():
    assert raised(f"<p>These books were lent most often:</p>{LIST}", 0.98, 0.4, 0.05, 0.9) == [
        False,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>Bring back what you have read, and dry.</p><p>Nobody pays twice.</p>", [True, False]),
        ("<pre>make run</pre><pre>make test</pre>", [True, False]),
        ("<div>Advertisement</div><p>Nobody pays twice.</p>", [False, False]),
    ],
)
def test_the_first_doubtful_paragraph_or_code_behind_a_sure_line_with_a_colon_belongs_to_it(body, expected):
    assert raised(f"<p>The new rules of the house are short:</p>{body}", 0.98, 0.4, 0.4)[1:] == expected
