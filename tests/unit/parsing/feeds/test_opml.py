"""Subscription lists, and the feeds that pages announce."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.feeds.discovery import FeedLink
from newswire.errors import UsageError
from newswire.parsing.feeds.opml import OpmlFeed, parse_opml, write_opml
from newswire.parsing.feeds.raw import distinct
from newswire.parsing.sites.autodiscovery import feed_links
from newswire.parsing.text.plain_text import one_line

OPML = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>mine</title></head><body>
  <outline text="News &amp; more" title="News &amp; more">
    <outline text="Europe">
      <outline type="rss" text="Harbour Post" xmlUrl="https://harbour.example/feed" htmlUrl="https://harbour.example/"/>
    </outline>
    <outline TYPE="rss" TEXT="Shouting" XMLURL="HTTPS://shout.example/rss?a=1&amp;b=2"/>
  </outline>
  <outline type="rss" text="Loose" category="/Science/Space,Daily" xmlUrl="feed://loose.example/atom"/>
  <outline type="rss" text="Again" xmlUrl="https://harbour.example/feed"/>
  <outline text="only a note"/>
</body></opml>"""


def test_feeds_carry_their_folders_as_tags() -> None:
    assert parse_opml(OPML).feeds == (
        OpmlFeed("https://harbour.example/feed", "Harbour Post", ("News & more", "Europe")),
        OpmlFeed("https://shout.example/rss?a=1&b=2", "Shouting", ("News & more",)),
        OpmlFeed("http://loose.example/atom", "Loose", ("Science", "Space", "Daily")),
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not well-formed"),
        (b"not xml", "line 1"),
        (b"<opml><body>\n<outline xmlUrl='https://a.example/'>\n</body></opml>", "line 3"),
        (b"<rss version='2.0'><channel/></rss>", "<rss>"),
        (b"<opml version='2.0'><head/></opml>", "<body>"),
        (b"<opml version='2.0'><body><outline text='x'/></body></opml>", "no feeds"),
        (b'<opml><body>\n<outline text="A xmlUrl="https://a.example/"/></body></opml>', "line 2"),
    ],
)
def test_an_error_says_what_is_wrong_and_where(body: bytes, said: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_opml(body)
    assert said in str(error.value)


def test_every_line_that_cannot_be_taken_is_named_and_the_others_are_read() -> None:
    body = b"""<opml version='2.0'><body>
<outline xmlUrl='exec:~/bin/scrape.sh'/>
<outline xmlUrl='https://a.example/'/>
<outline text='Folder'><outline xmlUrl='/relative'/>
<outline xmlUrl='https://b.example/'/></outline>
<outline xmlUrl='gopher://ada:word@c.example/'/>
<outline xmlUrl='https://a.example/'/></body></opml>"""
    found = parse_opml(body)
    assert [(feed.url, feed.line) for feed in found.feeds] == [("https://a.example/", 3), ("https://b.example/", 5)]
    assert found.faults == (
        "line 2: xmlUrl='exec:~/bin/scrape.sh' is not an http or https address",
        "line 4: xmlUrl='/relative' is not an http or https address",
        "line 6: xmlUrl='gopher://***@c.example/' is not an http or https address",
    )


def test_characters_that_exporters_forget_to_escape_are_read_as_meant() -> None:
    body = b"""<?xml version='1.0' encoding='UTF-8'?>
      <opml version="1.0"><body><outline text="Q&A, R&D; <3" xmlUrl="https://a.example/?a=1&b=2&amp;c=3"/></body></opml>"""
    assert parse_opml(body).feeds == (OpmlFeed("https://a.example/?a=1&b=2&c=3", "Q&A, R&D; <3"),)


def test_quotes_and_markup_within_an_attribute_are_read_as_meant() -> None:
    body = b"""<opml version="1.0"><body>
      <outline text="The "Harbour" Post" description=""Boats, boats." By <a href="https://b.example/" rel="x">B</a>
        since 1999." xmlUrl="https://a.example/1" type="rss" />
      <outline text='Single "quotes"' xmlUrl="https://a.example/2"></outline>
      <outline text="Folder "A""><outline xmlUrl='https://a.example/3' text="It "ends" here" /></outline>
    </body></opml>"""
    assert parse_opml(body).feeds == (
        OpmlFeed("https://a.example/1", 'The "Harbour" Post'),
        OpmlFeed("https://a.example/2", 'Single "quotes"'),
        OpmlFeed("https://a.example/3", 'It "ends" here', ('Folder "A"',)),
    )


def test_a_file_that_an_entity_names_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text('<outline xmlUrl="https://secret.example/"/>')
    body = f"""<!DOCTYPE opml [<!ENTITY file SYSTEM "{secret.as_uri()}">]>
      <opml version="2.0"><body>&file;<outline xmlUrl="https://a.example/"/></body></opml>"""
    assert [feed.url for feed in parse_opml(body.encode()).feeds] == ["https://a.example/"]


def test_an_entity_bomb_stays_what_it_is_written_as() -> None:
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
    body = f"""<!DOCTYPE opml [<!ENTITY b0 "ha">{bomb}]>
      <opml version="2.0"><body><outline text="&b9;" xmlUrl="https://a.example/"/></body></opml>"""
    assert parse_opml(body.encode()).feeds == (OpmlFeed("https://a.example/", "&b9;"),)


@given(st.binary(max_size=200) | st.text("<opml>body/outline xmlUrl=\"'&;", max_size=200).map(str.encode))
def test_any_file_is_a_list_or_a_usage_error(body: bytes) -> None:
    with pytest.raises(UsageError):
        parse_opml(body)


def test_deep_nesting_is_no_error_of_ours() -> None:
    with pytest.raises(UsageError):
        parse_opml(b"<opml><body>" + b"<outline text='x'>" * 100_000)


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn")), min_size=1, max_size=12
)
FEEDS = st.lists(
    st.builds(
        OpmlFeed,
        st.integers(0, 10**6).map(lambda n: f"https://feed.example/{n}?a=1&b=<'\">"),
        NAMES,
        st.lists(NAMES, max_size=3, unique=True).map(tuple),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda feed: feed.url,
)


@given(FEEDS)
def test_what_is_written_is_read_again(feeds: list[OpmlFeed]) -> None:
    assert sorted(parse_opml(write_opml(feeds)).feeds, key=lambda feed: feed.url) == sorted(
        feeds, key=lambda feed: feed.url
    )


@given(st.none() | st.text(max_size=12), st.lists(st.text(max_size=8), max_size=4))
def test_whatever_a_feed_is_called_it_comes_back_with_its_tags(title: str | None, tags: list[str]) -> None:
    (feed,) = parse_opml(write_opml([OpmlFeed("https://a.example/?a&b", title, tuple(tags))])).feeds
    assert feed == OpmlFeed("https://a.example/?a&b", one_line(title or "") or None, distinct(map(one_line, tags)))


def test_a_feed_without_a_title_is_listed_by_its_address_and_comes_back_without() -> None:
    feed = OpmlFeed("https://a.example/")
    written = write_opml([feed])
    assert b'text="https://a.example/"' in written
    assert parse_opml(written).feeds == (feed,)


PAGE = b"""<!doctype html><html><head><base href="https://cdn.example/site/">
  <link rel="stylesheet" href="x.css"><link rel="alternate" hreflang="de" href="/de">
  <LINK REL="Alternate" TYPE="application/rss+xml; charset=utf-8" TITLE="All &amp; sundry" HREF="rss?a=1&amp;b=2">
  <link rel="alternate home" type="application/atom+xml" href="//atom.example/feed">
  <link rel="alternate" type="application/feed+json" href="/feed.json">
  <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
  <link rel="alternate" type="application/json" title="JSON Feed" href="/all.json">
  <link rel="alternate" type="text/xml" href="/opensearch"><link rel="alternate" type="text/xml" href="/rss.php">
  <link rel="alternate" type="application/rss+xml" href="rss?a=1&b=2"><link rel="alternate" type="application/rss+xml">
  <link rel="prefetch" type="application/rss+xml" href="/prefetched">
  <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
  <body><p>unclosed <link rel=alternate type=application/rss+xml href=/late>"""


def test_a_pages_feeds_are_found_in_order_and_once() -> None:
    assert feed_links(PAGE, "https://news.example/page") == (
        FeedLink("https://cdn.example/site/rss?a=1&b=2", "All & sundry", "application/rss+xml"),
        FeedLink("https://atom.example/feed", None, "application/atom+xml"),
        FeedLink("https://cdn.example/feed.json", None, "application/feed+json"),
        FeedLink("https://cdn.example/all.json", "JSON Feed", "application/json"),
        FeedLink("https://cdn.example/rss.php", None, "text/xml"),
        FeedLink("https://cdn.example/late", None, "application/rss+xml"),
    )


@given(st.binary(max_size=200) | st.text("<link rel=\"'alternate>/ type", max_size=200).map(str.encode))
def test_any_page_has_feeds_or_none(html: bytes) -> None:
    for link in feed_links(html, "https://news.example/"):
        assert link.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("depth", [10, 200, 5_000])
def test_no_depth_hides_a_feed(depth: int) -> None:
    html = b"<div>" * depth + b"<link rel=alternate type=application/rss+xml href=/f>"
    assert [link.url for link in feed_links(html, "https://news.example/")] == ["https://news.example/f"]
