"""Marks that a generator wrote wrongly: escaped CDATA markers, and surrogate pairs as two references."""

import json

import pytest

from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.pages.page import parse_page
from newswire.parsing.text.cdata import without_cdata_markers
from newswire.parsing.text.plain_text import plain_text
from newswire.parsing.text.surrogates import with_joined_surrogates

URL = "https://news.example/feed"


def item(markup: str):
    return parse_feed(
        f'<rss version="2.0"><channel><title>T</title><item>{markup}</item></channel></rss>'.encode(), URL
    )


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("<![CDATA[Title]]>", "Title"),
        (" <![CDATA[ Title ]]>\n", " Title "),
        ("<![CDATA[<![CDATA[Title]]>]]>", "Title"),
        ("<![CDATA[one ]]><![CDATA[two]]>", "one two"),
        ("<![CDATA[a[b[0]]]]><![CDATA[>1]]>", "a[b[0]]>1"),
        ("<![CDATA[cut off in the mid", "cut off in the mid"),
        ("<![CDATA[]]>", ""),
        ("Why <![CDATA[ … ]]> is in your feed", "Why <![CDATA[ … ]]> is in your feed"),
        ("<![CDATA[ begins it and ]]> ends it, explained", "<![CDATA[ begins it and ]]> ends it, explained"),
        ("a]]>", "a]]>"),
        ("", ""),
    ],
)
def test_cdata_markers_around_a_whole_text_go_and_others_stay(text: str, bare: str) -> None:
    assert without_cdata_markers(text) == bare


def test_layers_without_end_cost_no_more_than_three() -> None:
    assert without_cdata_markers("<![CDATA[" * 100_000).count("<![CDATA[") == 99_997


def escaped(text: str) -> str:
    return f"&lt;![CDATA[{text}]]&gt;"


def test_no_text_of_an_entry_shows_escaped_cdata_markers() -> None:
    feed = item(
        f"<title>{escaped('some title')}</title><description>{escaped('some text')}</description>"
        f"<link>{escaped('https://news.example/1')}</link><author>{escaped('Ada North')}</author>"
        f"<category>{escaped('Sea')}</category><pubDate>{escaped('Mon, 02 Mar 2026 10:00:00 GMT')}</pubDate>"
    )
    (entry,) = feed.entries
    assert (entry.title, entry.summary, entry.url) == ("some title", "some text", "https://news.example/1")
    assert (entry.authors, entry.tags) == (("Ada North",), ("Sea",))
    assert entry.published is not None


def test_an_id_stays_as_it_is_given() -> None:
    (entry,) = item(f'<title>A</title><guid isPermaLink="false">{escaped("7")}</guid>').entries
    assert entry.id == "<![CDATA[7]]>"


def test_the_channels_title_a_title_escaped_twice_and_other_formats_lose_the_markers_too() -> None:
    feed = parse_feed(f'<rss version="2.0"><channel><title>{escaped("Sea News")}</title></channel></rss>'.encode(), URL)
    assert feed.title == "Sea News"
    (entry,) = item("<title><![CDATA[&lt;![CDATA[some title]]&gt;]]></title>").entries
    assert entry.title == "some title"
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="text">{escaped("A")}</title></entry></feed>'
    assert parse_feed(atom.encode(), URL).entries[0].title == "A"
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "<![CDATA[A]]>"}]}
    assert parse_feed(json.dumps(document).encode(), URL).entries[0].title == "A"
    sitemap = f"<urlset><url><loc>{escaped('https://news.example/1')}</loc></url></urlset>"
    assert parse_feed(sitemap.encode(), URL).entries[0].url == "https://news.example/1"


def test_a_title_about_the_markers_keeps_them() -> None:
    (entry,) = item("<title>Why &lt;![CDATA[ and ]]&gt; show in titles</title>").entries
    assert entry.title == "Why <![CDATA[ and ]]> show in titles"


PAIRS = ["&#55357;&#56832;", "&#xD83D;&#xDE00;", "&#xd83d;&#xde00;", "&#55357;&#xDE00;", "&#x00D83D;&#056832;"]


@pytest.mark.parametrize("pair", PAIRS)
def test_a_surrogate_pair_is_one_character_in_feeds_and_pages(pair: str) -> None:
    assert with_joined_surrogates(f"a{pair}{pair}b") == "a😀😀b"
    assert plain_text(f"<p>done {pair}</p>") == "done 😀"
    (entry,) = item(
        f"<title>Well done {pair} all</title><description><![CDATA[<p>in {pair}</p>]]></description>"
        f"<category>{pair.replace('&', '&amp;')}</category>"
    ).entries
    assert (entry.title, entry.summary, entry.tags) == ("Well done 😀 all", "in 😀", ("😀",))
    page = parse_page(
        f"<html><head><title>Done {pair} all</title></head><body><p>Well {pair}.</p></body></html>".encode(), URL
    )
    assert page.title == "Done 😀 all"
    sitemap = f"<urlset><url><loc>https://n.example/1</loc><n:news><n:title>A {pair}</n:title></n:news></url></urlset>"
    assert parse_feed(sitemap.encode(), URL).entries[0].title == "A 😀"


@pytest.mark.parametrize(
    "text",
    [
        "&#55357;", "&#56832;&#55357;", "&#55357;x&#56832;", "&#55357; &#56832;", "&#55295;&#56832;",
        "&#55357;&#57344;",
        "&#xD7FF;&#xDE00;", "&#128512;", "&amp;#55357;&#56832;", "&#" + "0" * 50_000,
    ],
)  # fmt: skip
def test_anything_else_is_no_pair(text: str) -> None:
    assert with_joined_surrogates(text) == text


def test_a_half_alone_is_dropped_and_the_rest_stays() -> None:
    (entry,) = item("<title>Well &#55357; done</title>").entries
    assert entry.title == "Well done"
