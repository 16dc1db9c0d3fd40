"""Article events and sightings for tests, with the ids and hashes that the pipeline would give them."""

from datetime import UTC, datetime

from newswire.domain.articles.recorded import Arrival
from newswire.domain.feeds.state import FeedState
from newswire.domain.ledger import Sighting
from newswire.domain.text.fingerprint import content_hash, text_hash, word_count
from newswire.domain.text.signature import sign, to_text
from newswire.events import (
    NO_VALIDATORS,
    Article,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    DeadLetter,
    Extraction,
    Http,
    article_id_of,
    stable_id,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://example.org/a"
TEXT = " ".join(f"word{number}" for number in range(40))
"""Long enough to be compared."""


def entry_id_of(name):
    return stable_id("test-entry", name)


def text_of(topic, words=40):
    """A text of its own per ``topic``."""
    return " ".join(f"{topic}{number}" for number in range(words))


def article(url=URL, title="Title", text=TEXT, at=NOW, *, body="page", fetched_from=None):
    """One article as it stood at ``at``; ``fetched_from`` is the address its page was had at."""
    fetched = body == "page"
    return Article(
        article_id=article_id_of(url),
        content_hash=content_hash(text),
        text_hash=text_hash(title, text),
        url=fetched_from or url,
        canonical_url=url,
        source="example.org",
        title=title,
        text=text,
        word_count=word_count(text),
        found_at=at,
        fetched_at=at if fetched else None,
        extracted_at=at,
        extraction=Extraction(method="test", version="1", body_from=body),
        http=Http(status=200, final_url=fetched_from or url, etag='"1"') if fetched else None,
    )


def extracted(url=URL, title="Title", text=TEXT, at=NOW, *, entry=None, body="page", fetched_from=None):
    """The event of an entry; by default each (url, title, text, at) is an entry of its own."""
    entry_id = entry_id_of(entry or f"{url} {title} {text} {at}")
    said = article(url, title, text, at, body=body, fetched_from=fetched_from)
    return ArticleExtracted(id=stable_id("article-event", entry_id), entry_id=entry_id, reason="new", article=said)


def signed(event):
    """The event as a release that knows signatures publishes it."""
    return event.model_copy(update={"signature": to_text(sign(event.article.title, event.article.text))})


def unchanged(url=URL, at=NOW, *, entry="unchanged", validators=NO_VALIDATORS):
    entry_id = entry_id_of(entry)
    return ArticleUnchanged(
        id=stable_id("article-event", entry_id),
        entry_id=entry_id,
        article_id=article_id_of(url),
        fetched_at=at,
        validators=validators,
    )


def gone(url=URL, at=NOW, *, entry="gone", status=410, by="feed", **more):
    """By default the feed says so, which is believed at once."""
    entry_id = entry_id_of(entry)
    return ArticleGone(
        id=stable_id("article-event", entry_id),
        entry_id=entry_id,
        article_id=article_id_of(url),
        fetched_at=at,
        status=status,
        by=by,
        **more,
    )


def arrivals(*events, traceparent=None):
    return [Arrival(event, traceparent) for event in events]


def feed(url="https://example.org/feed", at=NOW, **more):
    return FeedState(id=stable_id("feed", url), url=url, added_at=at, **more)


def sighting(entry, url=URL, at=NOW, *, key=None, reason="new", **more):
    """A line of the books; ``entry`` is the name `extracted` and its like were given, or an event.

    A re-check is a look, unless it gets another fingerprint.
    """
    entry_id = entry_id_of(entry) if isinstance(entry, str) else entry.entry_id
    values = {"fingerprint": "recheck-1" if reason == "recheck" else "f", "reason": reason, "found_at": at}
    return Sighting(entry_id=entry_id, entry_key=key or str(entry_id), url=url, **values | more)


def letter(entry, reason="http-404", at=NOW, *, attempts=1):
    entry_id = entry_id_of(entry) if entry else None
    return DeadLetter(
        id=stable_id("letter", entry_id, reason, attempts),
        entry_id=entry_id,
        stage="extract",
        topic="newswire.entries.v1",
        partition=0,
        offset=7,
        key="example.org",
        value_base64="e30=",
        headers=(("ce_id", "1"),),
        reason=reason,
        error="Reject",
        message="the page answered 404",
        attempts=attempts,
        url=URL,
        first_failed_at=at,
        failed_at=at,
        version="0.1.0",
    )
