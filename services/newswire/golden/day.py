"""What happens on the golden day, in order: what pages and feeds say, what the drift watch sees, what editors do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from newswire.domain.text.fingerprint import count_and_hash, text_hash
from newswire.domain.text.signature import sign, to_text
from newswire.domain.urls.canonical import canonicalize, registrable_domain
from newswire.events import (
    Article,
    ArticleEvent,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    CoverageGap,
    CoverageRestored,
    Dated,
    EntryReason,
    Extraction,
    Feed,
    FeedEvent,
    FeedFailing,
    FeedGone,
    FeedMoved,
    FeedNotAFeed,
    FeedRecovered,
    FeedSilent,
    Http,
    Rights,
    SourceDrift,
    SourceEvent,
    SourceRecovered,
    article_id_of,
    source_id_of,
    stable_id,
)
from newswire.golden import pieces
from newswire.golden.pieces import LOWTOWN, OLD_MILL, QUAY, STRAND, UPLAND, GoldenArticle

DATE: Final = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EditorsLink:
    """An editor links an article to an original, or to none."""

    article_id: UUID
    original_id: UUID | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens, and when."""

    at: datetime
    what: ArticleEvent | FeedEvent | SourceEvent | EditorsLink


def moment(clock: str) -> datetime:
    """A moment of the day, from hours and minutes."""
    return datetime.combine(DATE, time.fromisoformat(clock), UTC)


def id_of(piece: GoldenArticle) -> UUID:
    """The id of the piece's article."""
    return article_id_of(canonicalize(piece.url))


def _page(piece: GoldenArticle, clock: str, *, reason: EntryReason = "new") -> Happening:
    """The page of an article was read."""
    at, entry_id = moment(clock), stable_id("golden-day", piece.url, clock)
    article = _article(piece, at)
    event = ArticleExtracted(
        id=stable_id("article-event", entry_id),
        entry_id=entry_id,
        reason=reason,
        article=article,
        signature=to_text(sign(article.title, article.text)),
    )
    return Happening(at, event)


def _article(piece: GoldenArticle, at: datetime) -> Article:
    words, folded = count_and_hash(piece.text)
    address, of_page = canonicalize(piece.url), piece.title is not None
    return Article(
        article_id=id_of(piece),
        content_hash=folded,
        text_hash=text_hash(piece.title, piece.text),
        url=piece.url,
        canonical_url=address,
        source=registrable_domain(address),
        site_name=piece.feed.title,
        feed=piece.feed,
        title=piece.title,
        authors=piece.authors,
        author_kinds=("person",) * len(piece.authors),
        language=piece.language,
        text=piece.text,
        text_kinds=("paragraph",) * (piece.text.count("\n") + 1),
        word_count=words,
        published=Dated(value=moment(piece.published), source="feed", precision="second") if piece.published else None,
        found_at=at,
        fetched_at=at if of_page else None,
        extracted_at=at,
        extraction=Extraction(
            method="golden-day",
            version="1",
            body_from="page" if of_page else "feed",
            flags=() if of_page else ("page-unavailable", "no-title", "short-text"),
        ),
        rights=Rights(robots_allowed=True),
        http=Http(status=200, final_url=piece.url, content_type="text/html; charset=utf-8") if of_page else None,
    )


def _unchanged(piece: GoldenArticle, clock: str) -> Happening:
    at, entry_id = moment(clock), stable_id("golden-day", piece.url, clock)
    event_id = stable_id("article-event", entry_id)
    return Happening(at, ArticleUnchanged(id=event_id, entry_id=entry_id, article_id=id_of(piece), fetched_at=at))


def _gone(piece: GoldenArticle, clock: str, by: str, *, reason: str | None = None, purge: bool = False) -> Happening:
    at, entry_id = moment(clock), stable_id("golden-day", piece.url, clock)
    event = ArticleGone(
        id=stable_id("article-event", entry_id),
        entry_id=entry_id,
        article_id=id_of(piece),
        fetched_at=at,
        status=410,
        by=by,
        said=reason,
        purge=purge,
    )
    return Happening(at, event)


def _of_feed(make: Callable[..., FeedEvent], feed: Feed, clock: str, **said: object) -> Happening:
    at = moment(clock)
    event_id = stable_id("feed-event", feed.id, make.__name__, at.isoformat())
    return Happening(at, make(id=event_id, feed=feed, at=at, **said))


def _of_source(make: Callable[..., SourceEvent], source: str, clock: str, **said: object) -> Happening:
    at = moment(clock)
    event_id = stable_id("source-event", source, make.__name__, "author", at.isoformat())
    named = {"id": event_id, "source": source, "source_id": source_id_of(source), "signal": "author", "usual": 0.93}
    return Happening(at, make(at=at, **named, **said))


_GAP: Final = _of_feed(CoverageGap, QUAY, "07:10", since=moment("05:30"), until=moment("06:50"))
_DRIFT: Final = {"measured": 0.0, "direction": "lower", "articles": 7}

DAY: Final = (
    _page(pieces.FERRY, "06:00"),
    _page(pieces.ORCHARD, "06:04"),
    _page(pieces.DYKE, "06:07"),
    _page(pieces.FERRY_REPRINT, "06:12"),
    _page(pieces.FERRY_CUT, "06:20"),
    _of_feed(FeedFailing, UPLAND, "06:30", reason="timeout", errors=3, last_success=moment("06:04")),
    _page(pieces.FERRY_CORRECTED, "06:41", reason="changed"),
    _page(pieces.ORCHARD_RETITLED, "06:50", reason="changed"),
    _unchanged(pieces.FERRY, "07:00"),
    _of_feed(FeedRecovered, UPLAND, "07:05", was="failing", since=moment("06:30")),
    _GAP,
    _page(pieces.BELLS, "07:15"),
    _page(pieces.BRIDGE_REPRINT, "07:30"),
    _page(pieces.BRIDGE, "07:45"),
    _of_feed(CoverageRestored, QUAY, "08:00", gap_id=_GAP.what.id, by="sitemap", recovered=1),  # type: ignore[union-attr]  # it is an event
    _of_feed(FeedNotAFeed, LOWTOWN, "08:05", content_type="text/html", announced=("https://lowtown.example/new.atom",)),
    _of_feed(FeedRecovered, LOWTOWN, "08:15", was="not-a-feed", since=moment("08:05")),
    _of_feed(FeedSilent, STRAND, "08:20", last_entry=moment("06:00"), usual_gap_s=1800.0),
    _gone(pieces.ORCHARD, "08:25", "feed"),
    _page(pieces.ORCHARD_RETITLED, "08:45"),
    _page(pieces.MARKET, "08:50"),
    _page(pieces.MARKET_REPRINT, "08:55"),
    _gone(pieces.MARKET, "09:05", "feed"),
    Happening(moment("09:15"), EditorsLink(id_of(pieces.FERRY_CUT), None)),
    _of_source(SourceDrift, "upland.example", "09:25", **_DRIFT),
    _of_feed(FeedMoved, OLD_MILL, "09:35", to="https://oldmill.example/feed.rdf"),
    _page(pieces.CLINIC, "09:40"),
    _page(pieces.CLINIC_EDITED, "09:50", reason="changed"),
    _gone(pieces.CLINIC, "10:00", "operator", reason="The report named a patient.", purge=True),
    _of_source(SourceRecovered, "upland.example", "10:05", since=moment("09:25"), articles=31, by="return"),
    _of_source(SourceDrift, "lowtown.example", "10:10", **_DRIFT),
    _of_feed(FeedGone, OLD_MILL, "10:20", status=410, since=moment("09:50")),
    _of_feed(CoverageGap, UPLAND, "10:25", since=moment("09:00"), until=moment("10:20")),
    _page(pieces.FERRY_LAST, "10:30", reason="changed"),
)
