"""What must hold of any bytes that a publisher serves: feeds, lists of feeds, pages, robots.txt."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

from newswire.contracts import decode, encode
from newswire.domain.articles.compose import Fetched, from_page
from newswire.domain.feeds.entries import identify, plan_entries
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.sitemaps import MAX_PARTS, parts_to_read, recent
from newswire.domain.text.normalize import normalize_line, normalize_text
from newswire.domain.urls.canonical import registrable_domain
from newswire.errors import Reject, UsageError
from newswire.events import ArticleExtracted, EntryFound, Feed, stable_id
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.feeds.opml import parse_opml, write_opml
from newswire.parsing.pages.page import parse_page
from newswire.parsing.sites.autodiscovery import feed_links
from newswire.parsing.sites.robots import MAX_BYTES, read_robots, sitemaps_named
from newswire.parsing.text.plain_text import MAX_CHARS
from support.feed_books import Books

URL = "https://n.example/feed.xml"
PAGE = "https://n.example/2026/pier"
FEED = Feed(id=stable_id("feed", URL), url=URL)
NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
TYPES = (None, "", "text/html", "application/xml; charset=utf-16", "text/html;charset=\xe9", "application/json", "*/*")


def feeds(data: bytes) -> None:
    """A feed or `Reject`; of a feed every entry can be told from others, published and read again."""
    content_type = TYPES[data[0] % len(TYPES)] if data else None
    try:
        parsed = parse_feed(data[1:], URL, content_type)
    except Reject:
        return
    for entry in parsed.entries:
        sound_entry(entry)
    identified = identify(parsed)
    assert len(identified) == len(parsed.entries)
    plan = plan_entries(FEED, identified, {}, {}, NOW)
    assert len(plan.sightings) >= len(plan.publish)
    for event in plan.publish:
        assert decode(encode(event)) == event, "an entry reads back as another"
    assert plan_entries(FEED, identify(parsed), {}, {}, NOW) == plan, "another plan the second time"


def sound_entry(entry: ParsedEntry) -> None:
    for name in (field.name for field in fields(entry)):
        for value in found if isinstance(found := getattr(entry, name), tuple) else (found,):
            if isinstance(value, str):
                value.encode()
                assert len(value) <= MAX_CHARS
            if isinstance(value, datetime):
                assert value.utcoffset() == timedelta(0)
    assert entry.url is None or entry.url.startswith(("http://", "https://"))


def lists_of_feeds(data: bytes) -> None:
    """Feeds or `UsageError`; what was read can be written and is read again."""
    try:
        read = parse_opml(data).feeds
    except UsageError:
        return
    assert {feed.url for feed in parse_opml(write_opml(read)).feeds} == {feed.url for feed in read}


def announced_feeds(data: bytes) -> None:
    """Absolute addresses, each once, whatever the page is."""
    found = [link.url for link in feed_links(data, PAGE)]
    assert len(found) == len(set(found))
    assert all(url.startswith(("http://", "https://")) for url in found)


def pages(data: bytes) -> None:
    """An article whose texts are normal and which can be published and read again, or `Reject`."""
    content_type = TYPES[data[0] % len(TYPES)] if data else None
    try:
        page = parse_page(data[1:], PAGE, content_type)
    except Reject:
        return
    assert normalize_text(page.text) == page.text
    assert page.title is None or normalize_line(page.title) == page.title
    entry = EntryFound(
        id=stable_id("entry", "fuzz"),
        reason="new",
        entry_key="fuzz",
        fingerprint="",
        url=PAGE,
        original_url=PAGE,
        found_at=NOW,
    )
    article = from_page(entry, Fetched(page, PAGE, 200, NOW), NOW)
    event = ArticleExtracted(id=stable_id("event", "fuzz"), entry_id=entry.id, reason="new", article=article)
    assert decode(encode(event)) == event, "an article reads back as another"


def robots(data: bytes) -> None:
    """Junk allows; a ruling, always the same one, and a delay that is a number of seconds or none."""
    rules = read_robots(data, "newswire")
    for url in (PAGE, "https://n.example/", "https://n.example/a%2Fb?c=%C3%A4*$"):
        assert rules.allow(url) is rules.allow(url)
    assert rules.delay_s is None or rules.delay_s >= 0
    assert rules.size <= MAX_BYTES + 1_000
    named = sitemaps_named(data, PAGE)
    assert len(named) == len(set(named))
    assert all(url.startswith(("http://", "https://")) for url in named)


def sitemaps(data: bytes) -> None:
    """What begins as a sitemap or an index is one; of an index, what is to be read is of its own site."""
    root = b"sitemapindex" if data[:1] > b"\x7f" else b"urlset"
    try:
        parsed = parse_feed(b"<" + root + b">" + data[1:], URL)
    except Reject:
        return
    for entry in (*parsed.entries, *recent(parsed, NOW)):
        sound_entry(entry)
    assert len(recent(parsed, NOW)) <= len(parsed.entries)
    chosen = parts_to_read(parsed.children, URL, None)
    assert len(chosen) <= MAX_PARTS
    assert all(registrable_domain(part) == "n.example" for part in chosen)


def polls_of_a_feed(data: bytes) -> None:
    """Three requests for two documents: no words are booked without a fetch of their page or a comparison with it.

    The documents are parted by the bytes FF FE FF.
    """
    first, _, second = data[1:].partition(b"\xff\xfe\xff")
    books = Books(Feed(id=stable_id("feed"), url="https://n.example/feed"))
    for number, body in enumerate((first, second, first)):
        try:
            document = parse_feed(body, "https://n.example/feed", None)
        except Reject:
            continue
        told, plan = books.take(document, NOW + timedelta(hours=number))
        published = {entry.id for entry in plan.publish}
        assert told.new <= len(document.entries)
        assert all(line.entry_id in published or line.follows or line.outcome for line in plan.sightings)
        again, repeated = books.take(document, NOW + timedelta(hours=number))
        assert again.new == 0, "a document is news twice"
        assert not repeated.publish, "a document is fetched twice"
