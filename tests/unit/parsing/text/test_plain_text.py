"""HTML to plain text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.parsing.text.plain_text import MAX_CHARS, clean, plain_lines, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a\n\tb", "a\nb"),
        ("<p>a\n b</p>", "a b"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>Two<BR/>Three", "One\nTwo\nThree"),
        ("<div><div><p> deep </p></div></div>", "deep"),
        ("in<b>li</b>ne <i>words</i>", "inline words"),
        ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("a<script>if (x<1) {}</script>b<STYLE>p>a{}</STYLE >c", "abc"),
        ("a<!-- <p>not</p> -->b", "ab"),
        ("a<!-- never closed", "a"),
        ("a<script>never closed", "a"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("I <3 you", "I <3 you"),
        ("AT&T &amp; &lt;b&gt; &nbsp;x", "AT&T & <b> x"),
        ("&#8220;q&#x201D; &#0; &#xD800; &bogus;", "“q” \ufffd \ufffd &bogus;"),
        ("&#99999999999;" + "&#" + "9" * 5_000 + ";", "\ufffd\ufffd"),
        ('<img alt="a > b" src=x>after', "after"),
        ("<a href='x>y'>link</a>", "link"),
        ('<a href="broken>link</a> text', "link text"),
        ("cut off <a href=", "cut off"),
        ("<![CDATA[data]]>", "data"),
        ("<?php echo ?>x", "x"),
        ("<o:p>word</o:p>", "word"),
        ("a\x00b\x08c\ud800d\x9be", "abcde"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_blank_lines_part_plain_paragraphs_and_wrapped_lines_are_joined() -> None:
    assert plain_lines("one\ntwo\n \nthree") == "one two\nthree"
    assert plain_lines("one\ntwo") == "one\ntwo"


def test_texts_are_bounded() -> None:
    assert len(plain_text("<p>" + "x" * (2 * MAX_CHARS))) == MAX_CHARS
    assert len(plain_lines("x" * (2 * MAX_CHARS))) == MAX_CHARS


PARTS = [
    "<",
    ">",
    "&",
    "a",
    " ",
    "\n",
    '"',
    "'",
    "/",
    "!",
    "--",
    "<p>",
    "</p>",
    "<script>",
    "</script>",
    "&#1;",
    "<!--",
    "-->",
    "]]>",
    "<b x='",
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=60).map("".join) | st.text())
def test_no_text_holds_markup_it_was_not_told_or_control_characters(html: str) -> None:
    text = plain_text(html)
    assert text == clean(text)
    assert all(line and line == " ".join(line.split()) for line in text.split("\n") if text)
    assert "<p>" not in text
    assert "</script>" not in text or "<script>" not in html
