"""What a feed of each format says, entry by entry."""

from datetime import UTC, datetime

import pytest

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.parsing.feeds.document import parse_feed

URL = "https://news.example/feeds/all.xml"


def rss(item: str, channel: str = "") -> ParsedFeed:
    namespaces = " ".join(
        f'xmlns:{prefix}="{uri}"'
        for prefix, uri in (
            ("content", "http://purl.org/rss/1.0/modules/content/"),
            ("dc", "http://purl.org/dc/elements/1.1/"),
            ("media", "http://search.yahoo.com/mrss/"),
            ("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
            ("sy", "http://purl.org/rss/1.0/modules/syndication/"),
            ("feedburner", "http://rssnamespace.org/feedburner/ext/1.0"),
        )
    )
    document = f'<rss version="2.0" {namespaces}><channel>{channel}<item>{item}</item></channel></rss>'
    return parse_feed(document.encode(), URL)


def entry(item: str, channel: str = "") -> ParsedEntry:
    (only,) = rss(item, channel).entries
    return only


def atom(inner: str, head: str = "") -> ParsedEntry:
    document = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}<entry>{inner}</entry></feed>'
    (only,) = parse_feed(document.encode(), URL).entries
    return only


RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet href="/style.xsl" type="text/xsl"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
  <title>The Harbour Post</title>
  <link>https://news.example/</link>
  <atom:link rel="self" href="https://news.example/feeds/all.xml"/>
  <language>en-gb</language>
  <ttl>30</ttl>
  <item>
    <title>Ferries &amp;amp; trams: what&#8217;s &lt;em&gt;new&lt;/em&gt;</title>
    <link>/2026/03/ferries?a=1&amp;b=2</link>
    <guid isPermaLink="false"> tag:news.example,2026:17 </guid>
    <description>&lt;p&gt;Two lines&lt;br&gt;and a half.&lt;/p&gt;</description>
    <content:encoded><![CDATA[<p>First <b>bold</b> words.</p><script>x()</script>
      <ul><li>one</li><li>two</li></ul>]]></content:encoded>
    <dc:creator>Ada North</dc:creator>
    <dc:creator>Bo South</dc:creator>
    <category>Transport</category>
    <category domain="places">Harbour</category>
    <category>Transport</category>
    <pubDate>Mon, 02 Mar 2026 09:30:00 +0100</pubDate>
    <media:content url="/img/small.jpg" medium="image" width="200"/>
    <media:content url="/img/large.jpg" medium="image" width="1200"/>
  </item>
</channel>
</rss>"""


def test_rss_is_read_whole() -> None:
    assert parse_feed(RSS, URL, "text/html") == ParsedFeed(
        format="rss20",
        title="The Harbour Post",
        link="https://news.example/",
        language="en-gb",
        ttl_s=1800,
        self_url="https://news.example/feeds/all.xml",
        entries=(
            ParsedEntry(
                id="tag:news.example,2026:17",
                url="https://news.example/2026/03/ferries?a=1&b=2",
                title="Ferries & trams: what’s new",
                summary="Two lines\nand a half.",
                content="First bold words.\none\ntwo",
                authors=("Ada North", "Bo South"),
                tags=("Transport", "Harbour"),
                language="en-gb",
                image="https://news.example/img/large.jpg",
                published=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
            ),
        ),
    )


def test_atom_is_read_whole() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://journal.example/actu/">
      <title>Le Journal</title><link href="/"/><link rel="self" href="feed.atom"/>
      <author><name>Rédaction</name></author>
      <entry xml:base="2026/">
        <id>urn:uuid:1</id><title type="html">Cuisine &amp;lt;b&amp;gt; &amp;amp; jardin</title>
        <link rel="replies" href="comments"/><link rel="alternate" type="text/html" href="soupe"/>
        <published>2026-03-02T09:30:00+01:00</published><updated>2026-03-03T00:00:00Z</updated>
        <summary type="text">1 &lt; 2</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un</p><p>Deux &amp; trois</p></div></content>
        <category term="cuisine" label="Cuisine"/>
      </entry></feed>"""
    feed = parse_feed(body.encode(), URL)
    assert (feed.format, feed.title, feed.link) == ("atom10", "Le Journal", "https://journal.example/")
    assert feed.entries == (
        ParsedEntry(
            id="urn:uuid:1",
            url="https://journal.example/actu/2026/soupe",
            title="Cuisine <b> & jardin",
            summary="1 < 2",
            content="Un\nDeux & trois",
            authors=("Rédaction",),
            tags=("Cuisine",),
            language="fr",
            published=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
            updated=datetime(2026, 3, 3, tzinfo=UTC),
        ),
    )


def test_rdf_is_read_whole() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
      <channel rdf:about="https://rdf.example/"><title>RDF</title><link>https://rdf.example/</link>
        <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel>
      <item rdf:about="https://rdf.example/1"><title>One</title><link>https://rdf.example/1</link>
        <dc:date>2026-03-02T10:00:00Z</dc:date></item></rdf:RDF>"""
    feed = parse_feed(body, URL)
    assert (feed.format, feed.title, feed.ttl_s) == ("rss10", "RDF", 900)
    (only,) = feed.entries
    assert (only.id, only.url, only.title) == ("https://rdf.example/1", "https://rdf.example/1", "One")
    assert only.published == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_json_feed_is_read_whole() -> None:
    body = """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "home_page_url": "https://j.example/",
      "language": "en", "authors": [{"name": "House"}], "items": [
        {"id": 7, "url": "/a", "title": "A\\u0000 \\ud800b", "content_html": "<p>One</p><p>Two</p>", "summary": "S",
         "image": "/a.png", "date_published": "2026-03-02T10:00:00-05:00", "date_modified": "2026-03-02T16:00:00Z",
         "tags": ["x", null, "y"], "authors": [{"name": "Ann"}], "language": "de"},
        {"id": "8", "external_url": "https://else.example/b", "content_text": "Text &amp; <tags>"}, "junk"]}"""
    feed = parse_feed(body.encode(), URL)
    assert (feed.format, feed.title, feed.link) == ("json11", "J", "https://j.example/")
    assert feed.entries == (
        ParsedEntry(
            id="7",
            url="https://j.example/a",
            title="A b",
            summary="S",
            content="One\nTwo",
            authors=("Ann",),
            tags=("x", "y"),
            language="de",
            image="https://j.example/a.png",
            published=datetime(2026, 3, 2, 15, tzinfo=UTC),
            updated=datetime(2026, 3, 2, 16, tzinfo=UTC),
        ),
        ParsedEntry(
            id="8", url="https://else.example/b", content="Text &amp; <tags>", authors=("House",), language="en"
        ),
    )


@pytest.mark.parametrize(
    ("head", "form"),
    [
        ('"version": "https://jsonfeed.org/version/1"', "json10"),
        ('"version": "http://www.jsonfeed.org/version/1.0/"', "json10"),
        ('"version": "https://jsonfeed.org/version/1.1"', "json11"),
        ('"version": "https://jsonfeed.org/version/1.4"', "json11"),
        ('"version": "1.0", "home_page_url": "https://j.example/"', "json10"),
        ('"version": "1.1", "feed_url": "https://j.example/feed.json"', "json11"),
    ],
)
def test_a_json_feeds_version_is_read_as_it_is_written(head: str, form: str) -> None:
    assert parse_feed(f'{{{head}, "items": []}}'.encode(), URL).format == form


def test_json_feed_1_0_is_read() -> None:
    body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "author": {"name": "Me"}}]}'
    feed = parse_feed(body, URL)
    assert (feed.format, feed.entries) == ("json10", (ParsedEntry(id="1", authors=("Me",)),))


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://news.example/1</guid>", "https://news.example/1"),
        ('<guid isPermaLink="true">https://news.example/1</guid>', "https://news.example/1"),
        ('<guid isPermaLink="false">https://news.example/1</guid>', "https://news.example/1"),
        ('<guid isPermaLink="false">https://news.example/1</guid><link>/2</link>', "https://news.example/2"),
        ("<guid>12345</guid>", None),
        ("<guid>12345</guid><link>a</link>", "https://news.example/feeds/a"),
        ('<guid isPermaLink="true">https://news.example/1</guid><link>/2</link>', "https://news.example/2"),
        ('<enclosure url="https://cdn.example/a.mp3" type="audio/mpeg" length="1"/>', None),
        (
            "<link>https://proxy.example/~r/1</link><feedburner:origLink>https://news.example/1</feedburner:origLink>",
            "https://news.example/1",
        ),
        ('<link uri="at://did:plc:1/post/2">https://news.example/1</link>', "https://news.example/1"),
        ('<link uri="/1"></link>', "https://news.example/1"),
        ('<link url="/1"/>', "https://news.example/1"),
        ("<link><b>https://news.example/1</b></link>", "https://news.example/1"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>ftp://news.example/1</link>", None),
        ("<link>https:</link>", None),
        ("<link>https://</link>", None),
        ("<link>https://[broken/</link>", None),
        ("<link>\n  https://news.example/\nlong\n</link>", "https://news.example/long"),
        ("<link><![CDATA[https://news.example/?a=1&b=2]]></link>", "https://news.example/?a=1&b=2"),
        ("<link>//cdn.example/x</link>", "https://cdn.example/x"),
    ],
)
def test_the_link_is_the_articles_address_or_nothing(item: str, url: str | None) -> None:
    assert entry(item).url == url


@pytest.mark.parametrize("given", ["12345", "../a", "/relative/x", "HTTP://Example.com/%7Ea/../b", "tag:a,2026:&amp;"])
def test_an_id_is_kept_exactly(given: str) -> None:
    expected = given.replace("&amp;", "&")
    assert entry(f"<guid>\n {given} </guid>").id == expected
    assert atom(f"<id>{given}</id>").id == expected


def test_a_caption_is_not_the_articles_text() -> None:
    found = entry(
        "<description>The story.</description>"
        "<media:content url='a.jpg'><media:description>A boat.</media:description></media:content>"
        "<itunes:summary>Told elsewhere.</itunes:summary>"
    )
    assert (found.summary, found.content) == ("The story.", None)
    assert entry("<media:description>A boat.</media:description><description>The story.</description>").summary == (
        "The story."
    )
    assert entry("<media:description type='plain'>A boat.</media:description>").summary == "A boat."


def test_a_long_description_is_content_unless_it_is_cut_off() -> None:
    text = " ".join(["word"] * 250)
    assert (
        entry(f"<description>{text}</description>").summary,
        entry(f"<description>{text}</description>").content,
    ) == (
        None,
        text,
    )
    assert entry(f"<description>{text} […]</description>").summary == f"{text} […]"
    assert entry(f"<description>{text}... Read more</description>").content is None
    assert entry("<description>short</description>").content is None
    both = entry(f"<description>{text}</description><content:encoded>{text} and more</content:encoded>")
    assert (both.summary, both.content) == (text, f"{text} and more")


def test_a_text_that_stands_for_both_is_given_once() -> None:
    found = entry("<description>Same.</description><content:encoded>&lt;p&gt;Same.&lt;/p&gt;</content:encoded>")
    assert (found.summary, found.content) == (None, "Same.")
    assert entry("<content:encoded>Alone.</content:encoded>").summary is None


@pytest.mark.parametrize(
    ("item", "authors"),
    [
        ("<author>ada@news.example (Ada North)</author>", ("Ada North",)),
        ("<author>Ada North &lt;ada@news.example&gt;</author>", ("Ada North",)),
        ("<author>desk@news.example</author>", ()),
        ("<author>Ada North (ada@news.example)</author>", ("Ada North",)),
        ("<author>Ada North (mailto:ada@news.example)</author>", ("Ada North",)),
        ("<author>ada@news.example (Ada (Jr) North)</author>", ("Ada (Jr) North",)),
        ('<author>"North, Ada" ada@news.example</author>', ("North, Ada",)),
        ("<author>Ada North (Editor)</author>", ("Ada North (Editor)",)),
        ("<author>Ada @ the Post</author>", ("Ada @ the Post",)),
        ("<author><p>Ada <b>North</b></p></author>", ("Ada North",)),
        ("<dc:creator><![CDATA[ Ada\n North ]]></dc:creator>", ("Ada North",)),
        ("<dc:creator>Ada &amp;amp; Bo</dc:creator>", ("Ada & Bo",)),
        ("<dc:creator></dc:creator>", ()),
    ],
)
def test_authors_are_names(item: str, authors: tuple[str, ...]) -> None:
    assert entry(item).authors == authors


@pytest.mark.parametrize(
    ("item", "image"),
    [
        ("<media:thumbnail url='/t.jpg'/>", "https://news.example/t.jpg"),
        ("<enclosure url='/e.jpg' type='image/jpeg' length='1'/>", "https://news.example/e.jpg"),
        ("<enclosure url='/e.mp3' type='audio/mpeg' length='1'/>", None),
        ("<itunes:image href='https://cdn.example/i.jpg'/>", "https://cdn.example/i.jpg"),
        ("<media:content url='/v.mp4' type='video/mp4'/><media:thumbnail url='/t.jpg'/>", "https://news.example/t.jpg"),
        ("<media:group><media:content url='/g.png?w=1'/></media:group>", "https://news.example/g.png?w=1"),
        ("<media:thumbnail url='data:image/png;base64,AA'/>", None),
    ],
)
def test_the_image_is_an_absolute_address(item: str, image: str | None) -> None:
    assert entry(item).image == image


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl> 5 </ttl><sy:updatePeriod>daily</sy:updatePeriod>", 300),
        ("<ttl>0</ttl>", None),
        ("<ttl>-1</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>999999999999999999</ttl>", None),
        ("<sy:updatePeriod> Daily </sy:updatePeriod>", 86_400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
    ],
)
def test_the_publishers_pace_is_read_in_seconds(channel: str, seconds: int | None) -> None:
    assert rss("", channel).ttl_s == seconds


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Thu,28 Jul 2022 4:35:5 GMT+9", datetime(2022, 7, 27, 19, 35, 5, tzinfo=UTC)),
        ("Seg, 05 Jun 2023 10:00:00 -0300", datetime(2023, 6, 5, 13, tzinfo=UTC)),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("yesterday", None),
    ],
)
def test_dates_are_aware_utc_or_nothing(date: str, expected: datetime | None) -> None:
    assert entry(f"<pubDate>{date}</pubDate>").published == expected


def test_atom_without_a_published_date_has_none() -> None:
    found = atom("<updated>2026-03-03T00:00:00Z</updated>")
    assert (found.published, found.updated) == (None, datetime(2026, 3, 3, tzinfo=UTC))


def test_the_texts_language_counts_before_the_titles() -> None:
    title, summary = '<title xml:lang="fr">x</title>', '<summary xml:lang="nl">y</summary>'
    assert atom(title + summary).language == "nl"
    assert atom(f'{title}{summary}<content xml:lang="de">z</content>').language == "de"


def test_an_entry_may_speak_another_language_than_its_feed() -> None:
    assert entry("<dc:language>pt_BR</dc:language>", "<language>en</language>").language == "pt-BR"
    assert entry("<title>x</title>", "<language>not a language</language>").language is None
    assert atom('<title xml:lang="nl">x</title>', "").language == "nl"


def test_named_entities_are_read_as_html_names_them() -> None:
    assert entry("<title>caf&eacute;&nbsp;&mdash; 3&colon;1 &lt;3</title>").title == "café — 3:1 <3"


def test_a_doctypes_own_short_entities_are_read_and_bombs_are_not() -> None:
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
    body = f"""<!DOCTYPE rss [<!ENTITY house "The House"><!ENTITY b0 "ha">{bomb}
      <!ENTITY file SYSTEM "file:///etc/hostname">]>
      <rss version="2.0"><channel><item><title>&house; &b9; &file;</title></item></channel></rss>"""
    (only,) = parse_feed(body.encode(), URL).entries
    assert only.title is not None
    assert only.title.startswith("The House")
    assert len(only.title) < 40


def test_netscapes_first_format_has_two_namespaces() -> None:
    for host in ("my", "channel"):
        space = f"http://{host}.netscape.com/rdf/simple/0.9/"
        body = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{space}">
          <channel><title>N</title></channel><item><title>One</title><link>https://n.example/1</link></item></rdf:RDF>"""
        feed = parse_feed(body.encode(), URL)
        assert (feed.format, feed.title, [entry.url for entry in feed.entries]) == (
            "rss090",
            "N",
            ["https://n.example/1"],
        )


def test_netscapes_rss_is_told_by_its_doctype() -> None:
    body = b"""<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/x.dtd">
      <rss version="0.91"><channel><title>N</title></channel></rss>"""
    assert parse_feed(body, URL).format == "rss091n"
