"""The entry, its article and their events that the examples begin with; see `newswire.contracts.examples`."""

from datetime import UTC, datetime
from typing import Final

from newswire.contracts.feed_examples import FEED
from newswire.events import (
    Article,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    Dated,
    EntryFound,
    Extraction,
    Http,
    PageValidators,
    Rights,
    article_id_of,
    stable_id,
)

URL: Final = "https://harbour.example/2026/ferry-strike-ends"
REPRINT_URL: Final = "https://inland.example/news/ferry-strike-ends"
FOUND: Final = datetime(2026, 3, 2, 8, 15, 0, 250_000, tzinfo=UTC)
EXTRACTED: Final = datetime(2026, 3, 2, 8, 15, 3, 500_000, tzinfo=UTC)
DECIDED: Final = datetime(2026, 3, 2, 8, 15, 4, tzinfo=UTC)
LATER: Final = datetime(2026, 3, 2, 9, 30, 0, tzinfo=UTC)

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
