"""One newsroom's day as events: the examples that schemas/examples/ is filled from.

A written example is never changed, since it stands for what consumers hold already. To show a new field or
case, add a new name here with the next number; a changed one here is simply not written again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from newswire.contracts.dead_examples import NOT_FOUND, NOT_JSON
from newswire.contracts.entry_examples import (
    ARTICLE,
    DECIDED,
    ENTRY,
    EXTRACTED_EVENT,
    FROM_FEED,
    GONE,
    LATER,
    RECHECK,
    REPRINT,
    SIGNED,
    UNCHANGED,
    URL,
)
from newswire.contracts.fact_examples import with_facts
from newswire.contracts.feed_examples import FEED_EXAMPLES
from newswire.contracts.latest_examples import latest_states
from newswire.contracts.link_examples import relinked, unlinked
from newswire.contracts.registry import Event
from newswire.contracts.source_examples import SOURCE_EXAMPLES
from newswire.events import (
    Comparison,
    Duplicate,
    DuplicateOf,
    Passage,
    Published,
    Revised,
    RevisionDifference,
    Withdrawn,
    stable_id,
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
    **SOURCE_EXAMPLES,
}
"""By CloudEvents type, then by name."""
