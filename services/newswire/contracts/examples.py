"""One newsroom's day as events: the examples that schemas/examples/ is filled from.

A written example is never changed, since it stands for what consumers hold already. To show a new field or
case, add a new name here with the next number; a changed one here is simply not written again.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from newswire.contracts.fact_examples import with_facts
from newswire.contracts.feed_examples import FEED_EXAMPLES
from newswire.contracts.latest_examples import latest_states
from newswire.contracts.link_examples import relinked, unlinked
from newswire.contracts.registry import Event
from newswire.events import (
    ENTRIES,
    Article,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    Comparison,
    Dated,
    DeadLetter,
    Duplicate,
    DuplicateOf,
    EntryFound,
    Extraction,
    Feed,
    Http,
    PageValidators,
    Passage,
    Published,
    Revised,
    RevisionDifference,
    Rights,
    Withdrawn,
    article_id_of,
    feed_id_of,
    stable_id,
)

FEED_URL: Final = "https://harbour.example/feed.xml"
URL: Final = "https://harbour.example/2026/ferry-strike-ends"
REPRINT_URL: Final = "https://inland.example/news/ferry-strike-ends"
FOUND: Final = datetime(2026, 3, 2, 8, 15, 0, 250_000, tzinfo=UTC)
EXTRACTED: Final = datetime(2026, 3, 2, 8, 15, 3, 500_000, tzinfo=UTC)
DECIDED: Final = datetime(2026, 3, 2, 8, 15, 4, tzinfo=UTC)
LATER: Final = datetime(2026, 3, 2, 9, 30, 0, tzinfo=UTC)

FEED: Final = Feed(id=feed_id_of(FEED_URL), url=FEED_URL, title="Harbour Courier")
ENTRY: Final = EntryFound(
    id=stable_id("entry", FEED.id, "tag:harbour.example,2026:814", "8c1f" * 16),
    reason="new",
    feed=FEED,
    entry_key="tag:harbour.example,2026:814",
    fingerprint="8c1f" * 16,
    url=URL,
    original_url=f"{URL}?utm_source=rss",
    title="Ferry strike ends after nine days",
    summary="Crews return to work on Tuesday morning.",
    authors=("Ana Ruiz",),
    tags=("transport", "labour"),
    language="en",
    image="https://harbour.example/img/ferry.jpg",
    published=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
    found_at=FOUND,
)
RECHECK: Final = EntryFound(
    id=stable_id("recheck", article_id_of(URL), 1),
    reason="recheck",
    entry_key="1",
    fingerprint="1",
    url=URL,
    original_url=URL,
    found_at=LATER,
    article_id=article_id_of(URL),
    validators=PageValidators(etag='W/"814-1"', last_modified="Mon, 02 Mar 2026 08:00:00 GMT"),
)
ARTICLE: Final = Article(
    article_id=article_id_of(URL),
    content_hash="41d3" * 16,
    text_hash="b7a0" * 16,
    url=URL,
    canonical_url=URL,
    canonical_link=URL,
    source="harbour.example",
    site_name="Harbour Courier",
    feed=FEED,
    title="Ferry strike ends after nine days",
    description="Crews return to work on Tuesday morning.",
    authors=("Ana Ruiz",),
    language="en",
    language_confidence=0.98,
    text="The ferry strike is over.\nCrews return to work on Tuesday morning.",
    word_count=12,
    image="https://harbour.example/img/ferry.jpg",
    sections=("Local",),
    tags=("transport", "labour"),
    published=Dated(value=datetime(2026, 3, 2, 8, 0, tzinfo=UTC), source="json-ld", precision="second"),
    modified=Dated(value=datetime(2026, 3, 2, tzinfo=UTC), source="meta", precision="day"),
    found_at=FOUND,
    fetched_at=datetime(2026, 3, 2, 8, 15, 3, tzinfo=UTC),
    extracted_at=EXTRACTED,
    extraction=Extraction(method="trafilatura", version="2.3.1", body_from="page", flags=("short-text",)),
    rights=Rights(robots_allowed=True, tdm_reserved=False, free_access=True, licence="CC-BY-4.0"),
    http=Http(status=200, final_url=URL, content_type="text/html; charset=utf-8", etag='W/"814-1"'),
)
FROM_FEED: Final = Article(
    article_id=article_id_of(REPRINT_URL),
    content_hash="41d3" * 16,
    text_hash="93ce" * 16,
    url=REPRINT_URL,
    canonical_url=REPRINT_URL,
    source="inland.example",
    text="The ferry strike is over.\nCrews return to work on Tuesday morning.",
    word_count=12,
    found_at=FOUND,
    extracted_at=EXTRACTED,
    extraction=Extraction(method="feed", version="1", body_from="feed", flags=("page-unavailable", "no-title")),
)
EXTRACTED_EVENT: Final = ArticleExtracted(
    id=stable_id("article-event", ENTRY.id), entry_id=ENTRY.id, reason="new", article=ARTICLE
)
REPRINT: Final = ArticleExtracted(
    id=stable_id("article-event", "reprint"), entry_id=stable_id("entry", "reprint"), reason="new", article=FROM_FEED
)
SIGNED: Final = EXTRACTED_EVENT.model_copy(
    update={
        "id": stable_id("article-event", "signed"),
        "entry_id": stable_id("entry", "signed"),
        "signature": "1.dYDKAA==.4HJRAKxGkyE=",
    }
)
UNCHANGED: Final = ArticleUnchanged(
    id=stable_id("article-event", RECHECK.id),
    entry_id=RECHECK.id,
    article_id=ARTICLE.article_id,
    fetched_at=LATER,
    validators=PageValidators(etag='W/"814-1"'),
)
GONE: Final = ArticleGone(
    id=stable_id("article-event", RECHECK.id, "gone"),
    entry_id=RECHECK.id,
    article_id=ARTICLE.article_id,
    fetched_at=LATER,
    status=410,
)
PUBLISHED: Final = Published(
    id=stable_id("change", ARTICLE.article_id, 1),
    article_id=ARTICLE.article_id,
    revision=1,
    entry_id=ENTRY.id,
    source_event_id=EXTRACTED_EVENT.id,
    at=DECIDED,
    article=ARTICLE,
)
REVISED: Final = Revised(
    id=stable_id("change", ARTICLE.article_id, 2),
    article_id=ARTICLE.article_id,
    revision=2,
    entry_id=RECHECK.id,
    source_event_id=UNCHANGED.id,
    at=LATER,
    article=ARTICLE.model_copy(update={"title": "Ferry strike ends after ten days", "text_hash": "d00f" * 16}),
    changed=("title",),
    previous_text_hash=ARTICLE.text_hash,
)
DUPLICATE: Final = Duplicate(
    id=stable_id("change", FROM_FEED.article_id, 1),
    article_id=FROM_FEED.article_id,
    revision=1,
    entry_id=REPRINT.entry_id,
    source_event_id=REPRINT.id,
    at=DECIDED,
    article=FROM_FEED,
    duplicate_of=DuplicateOf(
        article_id=ARTICLE.article_id, url=URL, score=1.0, evidence="content-hash", algorithm="content-hash/1"
    ),
)
_COMPARED: Final = Comparison(
    words=164, original_words=391, shared_words=156, new_words=0, same_numbers=7, changed_numbers=0
)
_ALIGNED: Final = {"score": 0.9512, "evidence": "aligned-words", "algorithm": "near-duplicate/2", "relation": "excerpt"}
_NEAR: Final = DUPLICATE.duplicate_of.model_copy(update=_ALIGNED | {"reason": "end-is-cut", "compared": _COMPARED})
NEAR_DUPLICATE: Final = DUPLICATE.model_copy(
    update={"id": stable_id("change", FROM_FEED.article_id, 2), "revision": 2, "duplicate_of": _NEAR}
)
WITHDRAWN: Final = Withdrawn(
    id=stable_id("change", ARTICLE.article_id, 3),
    article_id=ARTICLE.article_id,
    revision=3,
    entry_id=RECHECK.id,
    source_event_id=GONE.id,
    at=LATER,
    url=URL,
    status=410,
)
DELETED: Final = RECHECK.model_copy(
    update={
        "id": stable_id("tombstone", ENTRY.id),
        "feed": ENTRY.feed,
        "fingerprint": "tombstone 2026-03-02T09:00:00+00:00",
        "deleted_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "validators": None,
    }
)
DELETED_EVENT: Final = GONE.model_copy(
    update={"id": stable_id("article-event", DELETED.id), "entry_id": DELETED.id, "by": "feed"}
)
COMPARED: Final = REVISED.model_copy(
    update={
        "id": stable_id("change", ARTICLE.article_id, 4),
        "revision": 4,
        "difference": RevisionDifference(
            fields=("title",),
            material=True,
            added_words=3,
            removed_words=0,
            passages=(Passage(added="after ten days"),),
            algorithm="word-diff/1",
        ),
    }
)
PURGED: Final = WITHDRAWN.model_copy(
    update={
        "id": stable_id("change", ARTICLE.article_id, 5),
        "revision": 5,
        "by": "operator",
        "reason": "A court ordered it.",
        "purged": True,
    }
)
NOT_FOUND: Final = DeadLetter(
    id=stable_id("dead", ENTRY.id, "extract", 4),
    entry_id=ENTRY.id,
    stage="extract",
    topic=ENTRIES,
    partition=3,
    offset=17,
    key="harbour.example",
    value_base64=base64.b64encode(ENTRY.model_dump_json().encode()).decode(),
    headers=(("ce_type", "newswire.entry.found.v1"), ("content-type", "application/json")),
    reason="http-404",
    error="Reject",
    message="the page answers 404",
    attempts=4,
    url=URL,
    first_failed_at=FOUND,
    failed_at=LATER,
    version="0.1.0",
)
NOT_JSON: Final = DeadLetter(
    id=stable_id("dead", ENTRIES, 3, 18, "extract", 1),
    stage="extract",
    topic=ENTRIES,
    partition=3,
    offset=18,
    value_base64="Tk9UIEpTT04=",
    reason="invalid-record",
    error="InvalidRecord",
    message="not JSON: expected value at line 1 column 1",
    attempts=1,
    first_failed_at=FOUND,
    failed_at=FOUND,
    version="0.1.0",
)

EXAMPLES: Final[Mapping[str, Mapping[str, Event]]] = {
    "newswire.entry.found.v1": {"001-new": ENTRY, "002-recheck": RECHECK, "003-deleted": DELETED},
    "newswire.article.extracted.v1": with_facts(EXTRACTED_EVENT) | {"002-feed-text": REPRINT, "003-signed": SIGNED},
    "newswire.article.unchanged.v1": {"001-not-modified": UNCHANGED},
    "newswire.article.gone.v1": {"001-gone": GONE, "002-deleted": DELETED_EVENT},
    "newswire.change.published.v1": {
        "001-published": PUBLISHED,
        "002-position": PUBLISHED.model_copy(update={"id": stable_id("change", "position"), "position": 41}),
    },
    "newswire.change.revised.v1": {"001-title": REVISED, "002-difference": COMPARED},
    "newswire.change.duplicate.v1": {"001-reprint": DUPLICATE, "002-near-duplicate": NEAR_DUPLICATE},
    "newswire.change.withdrawn.v1": {"001-gone": WITHDRAWN, "002-purged": PURGED},
    "newswire.article.latest.v1": latest_states(DUPLICATE, WITHDRAWN, ARTICLE),
    "newswire.change.relinked.v1": {"001-original-came-later": relinked(NEAR_DUPLICATE, EXTRACTED_EVENT, LATER)},
    "newswire.change.unlinked.v1": {"001-original-is-gone": unlinked(NEAR_DUPLICATE, GONE, LATER)},
    "newswire.dead.letter.v1": {"001-http-404": NOT_FOUND, "002-not-json": NOT_JSON},
    **FEED_EXAMPLES,
}
"""By CloudEvents type, then by name."""
