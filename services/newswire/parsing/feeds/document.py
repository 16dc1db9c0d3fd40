"""One fetched feed document to a `ParsedFeed`. Pure CPU: no file, no socket, whatever the document says."""

from collections.abc import Iterator
from dataclasses import replace

from newswire.domain.feeds.link_base import link_base
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed, Tombstone
from newswire.errors import Reject
from newswire.parsing.feeds.dates import feed_moment
from newswire.parsing.feeds.decoding import feed_text
from newswire.parsing.feeds.entry import FeedContext, inherited_authors, read_entry, title_of
from newswire.parsing.feeds.json_feed import read_json
from newswire.parsing.feeds.links import MAX_HUBS, alternates, link_of, related
from newswire.parsing.feeds.pace import skip_days, skip_hours, ttl_s
from newswire.parsing.feeds.raw import language_tag, string
from newswire.parsing.feeds.root import find_root
from newswire.parsing.feeds.sitemap import read_index, read_sitemap
from newswire.parsing.feeds.xml_feed import RawFeed, read_xml
from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.plain_text import clean


def parse_feed(body: bytes, url: str, content_type: str | None = None) -> ParsedFeed:
    """The feed in ``body``: RSS 0.9-2.0, RDF, Atom 0.3-1.0, JSON Feed 1.0-1.1, a sitemap or an index of sitemaps.

    The bytes decide what it is; ``content_type`` (the header's value) only helps with the charset.
    Links are resolved against xml:base and ``url``, the address that the body came from; those of the entries of a
    feed that is served from elsewhere, against its site (`newswire.domain.feeds.link_base`). Every entry
    of the document is returned, in its order; only texts are cut (`plain_text.MAX_CHARS`). An RSS
    description that is as long as an article and not cut off counts as content.

    Raises:
        Reject: ``not-a-feed``, for HTML, binary data, an empty body and anything else that is no feed.
    """
    if body[:2] == b"\x1f\x8b":
        raise Reject("not-a-feed", "the body is gzip data that no Content-Encoding announced")
    text = feed_text(body, content_type)
    if not text:
        raise Reject("not-a-feed", "the body is empty")
    if text.startswith("{"):
        return read_json(text, url)
    root = find_root(text)
    head, rest = text[: root.start], text[root.start :]
    if root.name == "urlset":
        return read_sitemap(head, rest, url)
    if root.name == "sitemapindex":
        return read_index(head, rest, url)
    raw = read_xml(head, rest, url)
    # The authors are read once: a feed may name as many people as it has entries.
    authors = inherited_authors(raw.feed, raw.version)
    context = FeedContext(raw.feed, raw.version, url, _base(raw, url), authors)
    return ParsedFeed(
        format=raw.version or "unknown",
        title=title_of(raw.feed),
        link=absolute(string(raw.feed, "link"), url) or link_of(raw.feed, url, url),
        language=language_tag(string(raw.feed, "language")),
        ttl_s=ttl_s(raw.feed),
        skip_hours=skip_hours(raw.feed),
        skip_days=skip_days(raw.feed),
        hubs=related(raw.feed, "hub", url)[:MAX_HUBS],
        self_url=next(iter(related(raw.feed, "self", url)), None),
        prev_archive=next(iter(related(raw.feed, "prev-archive", url)), None),
        next_page=next(iter(related(raw.feed, "next", url)), None),
        complete="fh_complete" in raw.feed,
        archive="fh_archive" in raw.feed,
        truncated=raw.truncated,
        entries=_entries(raw, context),
        deleted=tuple(_tombstones(raw)),
    )


def _tombstones(raw: RawFeed) -> Iterator[Tombstone]:
    for attributes in raw.deleted:
        ref, when = clean(string(attributes, "ref")).strip(), feed_moment(string(attributes, "when"))
        if ref and when is not None:
            yield Tombstone(ref, when.value)


def _entries(raw: RawFeed, context: FeedContext) -> tuple[ParsedEntry, ...]:
    last = len(raw.entries) - 1 if raw.truncated else None
    return tuple(
        read_entry(entry, replace(context, cut_off=True) if at == last else context)
        for at, entry in enumerate(raw.entries)
    )


def _base(raw: RawFeed, url: str) -> str:
    def leading() -> Iterator[str | None]:
        return (absolute(href, "") for entry in raw.entries for href in alternates(entry))

    return link_base(
        url, next((site for href in alternates(raw.feed) if (site := absolute(href, url))), None), leading()
    )
