"""What the examples of articles say about the grounds of their facts."""

from datetime import UTC, datetime
from typing import Final

from newswire.events import ArticleExtracted, ArticleFacts, Basis, Dated, stable_id

_SURE: Final[dict[str, object]] = {
    "author_kinds": ("person",),
    "published": Dated(
        value=datetime(2026, 3, 2, 8, 0, tzinfo=UTC), source="json-ld", precision="second", offset_minutes=60
    ),
    "facts": ArticleFacts(
        title=Basis(source="h1", confidence=0.97),
        authors=Basis(source="json-ld", confidence=0.96),
        published=Basis(source="json-ld", confidence=0.93),
    ),
}
"""Fields of an article whose facts are sure."""

_UNSURE: Final[dict[str, object]] = {
    "published": None,
    "facts": ArticleFacts(
        title=Basis(source="og", confidence=0.75),
        published_candidates=(Dated(value=datetime(2026, 2, 27, tzinfo=UTC), source="text", precision="day"),),
    ),
}
"""Fields of an article whose date nobody states for sure."""


def with_facts(event: ArticleExtracted) -> dict[str, ArticleExtracted]:
    """The event as it is, with the grounds of its article's facts, and with a date that nobody states for sure."""
    return {
        "001-page": event,
        "004-facts": _changed(event, "facts", _SURE),
        "005-unsure-date": _changed(event, "unsure", _UNSURE),
    }


def _changed(event: ArticleExtracted, name: str, fields: dict[str, object]) -> ArticleExtracted:
    return event.model_copy(
        update={"id": stable_id("article-event", name), "article": event.article.model_copy(update=fields)}
    )
