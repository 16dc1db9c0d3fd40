"""Sitemaps: of pages, of Google News, and indexes of them; well formed or as the web has them."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed, SitemapChild
from newswire.errors import Reject
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.feeds.sitemap import MAX_URLS

URL = "https://news.example/maps/all.xml"
PROTOCOL = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
VIDEO = "http://www.google.com/schemas/sitemap-video/1.1"

NEWS_SITEMAP = f"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/map.xsl"?>
<urlset xmlns="{PROTOCOL}" xmlns:news="{NEWS}" xmlns:image="{IMAGE}" xmlns:video="{VIDEO}">
  <!-- <url><loc>https://news.example/hidden</loc></url> -->
  <url>
    <loc> https://news.example/ferries?a=1&amp;b=2 </loc>
    <video:video><video:title>A film</video:title>
      <video:publication_date>2020-01-01</video:publication_date></video:video>
    <image:image><image:loc>/img/1.jpg</image:loc><image:title>A boat</image:title></image:image>
    <image:image><image:loc>/img/2.jpg</image:loc></image:image>
    <news:news>
      <news:publication><news:name>The Harbour Post</news:name><news:language>en-GB</news:language></news:publication>
      <news:publication_date>2026-03-02T09:30:00+01:00</news:publication_date>
      <news:title><![CDATA[Ferries & trams: what&#8217;s <em>new</em>]]></news:title>
      <news:keywords>Transport, Harbour,, Transport</news:keywords>
    </news:news>
    <lastmod>2026-03-02T12:00:00Z</lastmod>
  </url>
  <url><loc>https://news.example/about</loc><lastmod>2024-05</lastmod></url>
</urlset>"""

FERRIES = ParsedEntry(
    url="https://news.example/ferries?a=1&b=2",
    title="Ferries & trams: what’s new",
    tags=("Transport", "Harbour"),
    language="en-GB",
    image="https://news.example/img/1.jpg",
    published=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
    updated=datetime(2026, 3, 2, 12, tzinfo=UTC),
)


def parse(text: str | bytes) -> ParsedFeed:
    return parse_feed(text.encode() if isinstance(text, str) else text, URL)


def urls(feed: ParsedFeed) -> list[str | None]:
    return [entry.url for entry in feed.entries]


def test_a_news_sitemap_is_read_whole() -> None:
    about = ParsedEntry(url="https://news.example/about")
    assert parse(NEWS_SITEMAP) == ParsedFeed(format="news-sitemap", title="The Harbour Post", entries=(FERRIES, about))


def test_a_sitemap_without_news_is_a_plain_one() -> None:
    feed = parse(
        f'<urlset xmlns="{PROTOCOL}"><url><loc>https://news.example/1</loc><lastmod>2026-03-02</lastmod></url></urlset>'
    )
    assert feed == ParsedFeed(
        format="sitemap",
        entries=(
            ParsedEntry(
                url="https://news.example/1", updated=datetime(2026, 3, 2, tzinfo=UTC), updated_precision="day"
            ),
        ),
    )


def test_an_index_names_its_sitemaps_once_and_has_no_entries() -> None:
    feed = parse(
        f"""<sitemapindex xmlns="{PROTOCOL}">
        <sitemap><loc>https://news.example/a.xml.gz</loc><lastmod>2026-03-02T09:30:00+01:00</lastmod></sitemap>
        <sitemap><loc>b.xml?x=1&amp;y=2</loc></sitemap><sitemap><lastmod>2026-03-02</lastmod></sitemap>
        <sitemap><loc>https://news.example/a.xml.gz</loc></sitemap><sitemap><loc>ftp://news.example/</loc></sitemap>
        </sitemapindex>"""
    )
    assert feed == ParsedFeed(
        format="sitemap-index",
        children=(
            SitemapChild("https://news.example/a.xml.gz", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)),
            SitemapChild("https://news.example/maps/b.xml?x=1&y=2"),
        ),
    )


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: text.replace(NEWS, "http://www.google.com/schemas/sitemap-news/9.9").replace(PROTOCOL, "urn:x"),
        lambda text: text.replace(f' xmlns="{PROTOCOL}"', ""),
        lambda text: text.replace(f' xmlns:news="{NEWS}"', "").replace(f' xmlns:image="{IMAGE}"', ""),
        lambda text: text.replace("news:", "n:").replace("xmlns:news", "xmlns:n"),
        lambda text: text.replace("<url", "<s:url").replace("</url", "</s:url").replace("xmlns=", "xmlns:s="),
        lambda text: text.replace("loc>", "LOC>").replace("urlset", "UrlSet"),
        lambda text: text.replace("a=1&amp;b=2", "a=1&b=2"),
        lambda text: text.replace(" https://news.example/ferries?a=1&amp;b=2 ", "<![CDATA[/ferries?a=1&b=2]]>"),
        lambda text: "\ufeff\n" + text,
        lambda text: text.encode("utf-16"),
        lambda text: text + "\n<!-- made in 3 s --> <p>done & dusted",
        lambda text: text.replace("A film", "A &nbsp; film \x07 &#7; &unknown;"),
        lambda text: text.replace("</video:video>", ""),
    ],
)
def test_what_real_sitemaps_get_wrong_costs_nothing(changed) -> None:
    feed = parse(changed(NEWS_SITEMAP))
    assert (feed.format, feed.truncated, len(feed.entries)) == ("news-sitemap", False, 2)
    assert feed.entries[0] == FERRIES


def test_an_address_right_within_its_row_is_one() -> None:
    assert urls(parse("<urlset><url> https://news.example/1\n</url><url>/2<lastmod>2026</lastmod></url></urlset>")) == [
        "https://news.example/1",
        "https://news.example/2",
    ]


def test_a_row_without_an_address_is_none_unless_it_is_news() -> None:
    feed = parse("<urlset><url><video><loc>/v</loc></video></url><url><news><title>T</title></news></url></urlset>")
    assert feed.entries == (ParsedEntry(title="T"),)


def test_a_row_that_was_not_closed_ends_with_the_next() -> None:
    feed = parse("<urlset><url><loc>/1</loc><url><loc>/2<url><loc>/3</loc></url></urlset>")
    assert urls(feed) == [f"https://news.example/{n}" for n in (1, 2, 3)]


def test_a_quiet_day_leaves_a_news_sitemap_one() -> None:
    empty = parse(f'<urlset xmlns="{PROTOCOL}" xmlns:n="{NEWS}"></urlset>')
    assert (empty.format, empty.entries, empty.truncated) == ("news-sitemap", (), False)
    assert parse(f'<urlset xmlns="{PROTOCOL}"/>') == ParsedFeed(format="sitemap")


@pytest.mark.parametrize("end", ["<url>", "<loc>", "/about</loc>", "</url>\n</urlset>", "</urlset>"])
def test_a_sitemap_that_was_cut_off_says_so(end: str) -> None:
    at = NEWS_SITEMAP.rindex(end)
    feed = parse(NEWS_SITEMAP[:at])
    assert feed.truncated
    assert feed.entries[0] == FERRIES


def test_no_more_is_read_than_the_protocol_allows() -> None:
    rows = "".join(f"<url><loc>/{n}</loc></url>" for n in range(MAX_URLS + 1))
    feed = parse(f"<urlset>{rows}</urlset>")
    assert (len(feed.entries), feed.truncated) == (MAX_URLS, True)
    assert feed.entries[-1].url == f"https://news.example/{MAX_URLS - 1}"


def test_a_feed_that_declares_a_sitemaps_namespace_is_a_feed() -> None:
    feed = parse(
        f'<rss version="2.0" xmlns:s="{PROTOCOL}"><channel><s:urlset/><item><guid>1</guid></item></channel></rss>'
    )
    assert (feed.format, len(feed.entries)) == ("rss20", 1)


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(NEWS_SITEMAP.encode()),
        b"https://news.example/1\nhttps://news.example/2\n",
        b"<html><body>urlset</body></html>",
        b"<url><loc>https://news.example/</loc></url>",
    ],
)
def test_what_is_no_sitemap_is_rejected(body: bytes) -> None:
    with pytest.raises(Reject) as error:
        parse(body)
    assert error.value.reason == "not-a-feed"


def test_no_entity_is_resolved(tmp_path) -> None:
    (tmp_path / "secret").write_text("/secret")
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
    body = f"""<!DOCTYPE urlset [<!ENTITY b0 "ha">{bomb}<!ENTITY file SYSTEM "{(tmp_path / "secret").as_uri()}">]>
      <urlset><url><loc>/&file;x</loc></url><url><loc>/&b9;x</loc></url></urlset>"""
    assert urls(parse(body)) == ["https://news.example/&file;x", "https://news.example/&b9;x"]


PIECES = st.lists(
    st.sampled_from(
        [
            "<url>",
            "</url>",
            "<loc>",
            "</loc>",
            "/a",
            "<sitemap>",
            "<news:news>",
            "<title>",
            "&",
            "<![CDATA[",
            "]]>",
            "<",
            "x",
        ]
    ),
    max_size=30,
)


@given(st.sampled_from(["<urlset>", "<sitemapindex>", "<s:urlset "]), PIECES)
def test_anything_with_a_sitemaps_root_is_one(root: str, pieces: list[str]) -> None:
    feed = parse(root + "".join(pieces))
    assert feed.format in {"sitemap", "news-sitemap", "sitemap-index"}
    assert all(entry.url is None or entry.url.startswith("https://news.example/") for entry in feed.entries)
