"""Feeds that are broken, hostile, or none at all."""

import gzip
import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.errors import Reject
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.text.plain_text import clean

URL = "https://news.example/feed"
ITEMS = "".join(
    f"<item><title>Story {n}</title><link>https://news.example/{n}</link><guid>{n}</guid>"
    f"<description>Text {n}</description></item>"
    for n in range(10)
)
RSS = f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{ITEMS}</channel></rss>'


def parse(text: str | bytes) -> ParsedFeed:
    return parse_feed(text.encode() if isinstance(text, str) else text, URL)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\t",
        b"\xef\xbb\xbf",
        b"\x00" * 1000,
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        gzip.compress(RSS.encode()),
        b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>rss</body></html>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><body><pre><rss version='2.0'></pre></body></html>",
        b"<!-- <rss> --><html></html>",
        b"<opml version='2.0'><body/></opml>",
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><x/></rdf:RDF>",
        b"Service unavailable",
        b"{}",
        b'{"version": "https://jsonfeed.org/version/9", "items": []}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": 5}',
        b'{"version": "1.1", "items": []}',
        b'{"version": "2", "feed_url": "https://a.example/", "items": []}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"',
        b'{"a":' * 100_000,
        b"[" * 100_000,
    ],
)
def test_what_is_no_feed_is_rejected(body: bytes) -> None:
    with pytest.raises(Reject) as error:
        parse_feed(body, URL, "application/rss+xml")
    assert error.value.reason == "not-a-feed"


def test_the_content_type_decides_nothing() -> None:
    for content_type in ("text/html", "application/json", "image/png", "", "text/plain; charset=x-nonsense", None):
        assert len(parse_feed(RSS.encode(), URL, content_type).entries) == 10


@pytest.mark.parametrize(
    "before",
    [
        "\n\n  ",
        "\ufeff",
        "\ufeff\n",
        "<br />\n<b>Warning</b>: mysql_connect() in <b>x.php</b><br />\n",
        "\x00",
        "junk ",
    ],
)
def test_what_servers_put_before_a_feed_is_skipped(before: str) -> None:
    feed = parse(before + RSS)
    assert (len(feed.entries), feed.truncated) == (10, False)


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        (RSS.replace("Story 3", "Fish & chips"), "Fish & chips"),
        (RSS.replace("Story 3", "A <b>bold claim"), "A bold claim"),
        (RSS.replace("Story 3", "It&rsquo;s"), "It’s"),
        (RSS.replace("Story 3", "Bell \x07\x00 rings"), "Bell rings"),
        (RSS.replace("Story 3", "Bell &#7; rings"), "Bell rings"),
        (RSS.replace("Story 3", "<![CDATA[<p>1 &amp; 2</p>]]>"), "1 & 2"),
        (RSS.replace("<title>Story 3", "<media:x/><title>Story 3"), "Story 3"),
        (RSS.replace('version="2.0"', "version=2.0"), "Story 3"),
        (RSS + "<!-- cached --><b>Notice</b>: done & dusted", "Story 3"),
        (RSS.replace("Text 5</description>", "Text 5"), "Story 3"),
    ],
)
def test_ill_formed_feeds_lose_no_entry(broken: str, kept: str) -> None:
    feed = parse(broken)
    assert (len(feed.entries), feed.truncated) == (10, False)
    assert feed.entries[3].title == kept


@pytest.mark.parametrize("at", [150, 400, 800, 1200, len(RSS) - 8])
def test_a_feed_that_was_cut_off_says_so(at: int) -> None:
    feed = parse(RSS[:at])
    assert feed.truncated
    assert len(feed.entries) >= RSS[:at].count("</item>")


def test_a_feed_cut_within_a_character_keeps_the_others() -> None:
    body = RSS.replace("Story", "Größe").encode()
    feed = parse(body[: body.rindex("ö".encode()) + 1])
    assert feed.truncated
    assert feed.entries[0].title == "Größe 0"


@pytest.mark.parametrize(
    "breakage",
    [
        ("<channel>", "<channel><!-- an endless comment "),
        ("<title>T</title>", "<title><![CDATA[T</title>"),
    ],
)
def test_a_feed_whose_entries_are_swallowed_is_not_taken_for_an_empty_one(breakage: tuple[str, str]) -> None:
    assert parse(RSS.replace(*breakage)).truncated


def test_recovery_finds_entries_that_the_loose_parser_misses() -> None:
    broken = RSS.replace("<channel>", "<channel><a<!foo").replace("Story 9", "Fish & chips")
    assert len(parse(broken).entries) == 10


def test_an_empty_feed_is_a_feed() -> None:
    feed = parse('<rss version="2.0"><channel><title>T</title></channel></rss>')
    assert (feed.entries, feed.truncated) == ((), False)


@pytest.mark.parametrize(
    "element",
    [
        "links",
        "authors",
        "tags",
        "content",
        "title_detail",
        "published_parsed",
        "media_content",
        "image",
        "summary_detail",
    ],
)
@pytest.mark.parametrize(
    "markup", ["<{0}>x</{0}>", "<{0} a='b'/>", "<{0} a='b'>x</{0}>", "<{0} a='b'/><link uri='x'/>"]
)
def test_elements_named_like_the_librarys_own_fields_do_no_harm(element: str, markup: str) -> None:
    evil = markup.format(element)
    feed = parse(RSS.replace("<title>", evil + "<title>").replace("</item>", evil + "</item>"))
    assert [entry.id for entry in feed.entries] == [str(n) for n in range(10)]


@pytest.mark.parametrize(
    "text",
    ["<" * 100_000, "&" * 100_000, "<a '\" " * 30_000, "<b>" * 10_000, "&#" + "9" * 5_000 + ";", "<!--" * 100_000],
    ids=["lt", "amp", "quotes", "nested", "reference", "comments"],
)
def test_hostile_texts_take_no_longer_than_their_length_allows(text: str) -> None:
    started = time.process_time()
    feed = parse(RSS.replace("Text 3", text))
    assert len(feed.entries) >= 3
    assert time.process_time() - started < 30  # these are seconds even on a slow machine; quadratic ones are hours


def test_no_control_character_or_surrogate_comes_through() -> None:
    bad = "&#0;&#1;&#x1F;&#xD800;\x00\x1b\x9b&amp;#0;&amp;#8;&amp;#xDC00;"
    feed = parse(RSS.replace("Story 3", f"a{bad}b").replace("Text 3", f"a{bad}b").replace("<guid>3", f"<guid>{bad}3"))
    found = feed.entries[3]
    for text in (found.title, found.summary, found.id):
        assert text is not None
        assert text == clean(text)
        text.encode()


def usable(feed: ParsedFeed) -> None:
    for entry in feed.entries:
        assert entry.url is None or entry.url.startswith(("http://", "https://"))
        for text in (entry.id, entry.title, entry.summary, entry.content, *entry.authors, *entry.tags):
            assert text is None or (text and text == clean(text))
        for moment in (entry.published, entry.updated):
            assert moment is None or (moment.utcoffset() is not None and 1990 <= moment.year < 2100)


def assert_read_or_rejected(body: bytes) -> None:
    with suppress(Reject):
        usable(parse_feed(body, URL))


FRAGMENTS = [
    "<rss version='2.0'>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<guid>",
    "<description>", "</description>", "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "&", "<", ">", "&#0;", "&#xD800;",
    "&nbsp;", "</rss>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "</entry>", "<content type='xhtml'>",
    "<content type='application/x' mode='base64'>", "<pubDate>", "Mon, 99 Foo 2022", "<updated>", "2022-01-01", "x:y",
    "<media:group>", "<x:y>", "<author>", "<name>", "<!DOCTYPE rss [", "<!ENTITY a 'b'>", "http://[", "\x00", "\udcff",
    "<links>", "<svg>", "<source url='x'>", "<image>", "<textinput>",
    "<?xml version='1.0' encoding='utf-16'?>", "'", '"',
    "{", '"version": "https://jsonfeed.org/version/1.1"', '"items": [', "]", "}", ",", "1e999", "é",
]  # fmt: skip


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_rejected(body: bytes) -> None:
    assert_read_or_rejected(body)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=40),
    st.sampled_from(["", "<rss version='2.0'><channel><item>", "<feed><entry>"]),
)
def test_any_markup_is_a_feed_or_rejected(fragments: list[str], start: str) -> None:
    assert_read_or_rejected((start + "".join(fragments)).encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_mutation_of_a_feed_is_a_feed_or_rejected(data: st.DataObject) -> None:
    body = bytearray(RSS.encode())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=4))
    assert_read_or_rejected(bytes(body))


KEYS = ["id", "url", "title", "content_html", "authors", "name", "tags", "date_published", "image"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)


@given(VALUES)
def test_any_json_in_a_json_feed_is_read_or_rejected(item: object) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": item, "authors": item, "items": [item]})
    usable(parse_feed(body.encode(), URL))
