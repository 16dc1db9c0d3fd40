"""A parsed feed document with its entries, as frozen values."""

from dataclasses import dataclass
from datetime import datetime

from newswire.events import Precision


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry as its feed gives it. Every field may be missing; texts are plain, free of control characters."""

    id: str | None = None
    """guid, atom:id or JSON Feed id, exactly as given (stripped of outer white space)."""
    url: str | None = None
    """Absolute http(s) address of the article, resolved against xml:base and the feed's URL."""
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    """The full text, where the feed carries one beside or instead of a summary; paragraphs parted by ``\\n``."""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: str | None = None
    published: datetime | None = None
    """Aware, UTC."""
    updated: datetime | None = None
    """Aware, UTC."""
    published_precision: Precision = "second"
    """``day`` when only a date is given; ``published`` is then its midnight, UTC."""
    updated_precision: Precision = "second"
    """The same for ``updated``."""
    published_raw: str | None = None
    """The date as the feed writes it, where ``published`` is None because it is in doubt."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that the feed says it took away (RFC 6721 section 3)."""

    ref: str
    """The id of the entry."""
    when: datetime
    """Aware, UTC."""


@dataclass(frozen=True, slots=True)
class SitemapChild:
    """A sitemap that a sitemap index names."""

    url: str
    """Absolute."""
    modified: datetime | None = None
    """Its lastmod; aware, UTC."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """One fetched feed document. Addresses are absolute http(s) ones."""

    format: str
    """``rss20``, ``atom10``, ``rdf``, ``json11``, … : feedparser's names, and ``json10``/``json11``."""
    title: str | None = None
    link: str | None = None
    """Absolute address of the site."""
    language: str | None = None
    ttl_s: int | None = None
    """RSS 2.0 ttl or sy:updatePeriod, in seconds: a description that `newswire feeds check` shows, no wish."""
    skip_hours: tuple[int, ...] = ()
    """Hours of the day, 0-23 in UTC, distinct, in which RSS asks not to be polled (skipHours; 24 is 0)."""
    skip_days: tuple[int, ...] = ()
    """Days of the week, 0 = Monday … 6 = Sunday, likewise (skipDays)."""
    hubs: tuple[str, ...] = ()
    """WebSub hubs that announce its changes: rel=hub, JSON Feed hubs of that type; at most 10."""
    self_url: str | None = None
    """The address it goes by: rel=self, JSON Feed's feed_url. The topic to name to a hub."""
    prev_archive: str | None = None
    """The archive document before this one (RFC 5005 section 4)."""
    next_page: str | None = None
    """The page after this one (RFC 5005 section 3, JSON Feed's next_url)."""
    complete: bool = False
    """What is not in it is no longer in the feed (fh:complete, RFC 5005 section 2)."""
    archive: bool = False
    """An archive document, which does not change any more (fh:archive, RFC 5005 section 4)."""
    truncated: bool = False
    """The document ended early or was ill-formed so that entries may be missing: its validators must not be kept."""
    entries: tuple[ParsedEntry, ...] = ()
    deleted: tuple[Tombstone, ...] = ()
    """Entries that the document says were taken away; without those that have no date, which the RFC asks for."""
    children: tuple[SitemapChild, ...] = ()
    """The sitemaps that a sitemap index names; it has no entries."""
