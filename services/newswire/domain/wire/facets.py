"""The facets of a recorded event, read from its bytes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from newswire.domain.wire.filters import Facets


def facets_of(event: dict[str, Any], article: Facets | None = None) -> Facets:
    """The facets of one event of the wire, given as its JSON object.

    A withdrawal and a new link say nothing of their article but the address. They have the facets of the article's last
    text, which are handed in as ``article``: a reader who was given the article must be given its withdrawal.
    """
    said, kind, changed = event.get("article"), event["kind"], datetime.fromisoformat(event["at"])
    if said is not None:
        return article_facets(said, kind, changed)
    if article is not None:
        return Facets(kind, changed, article.source, article.feed_id, article.language, article.published)
    return Facets(kind, changed, source=event.get("source"), feed_id=_id(event.get("feed")))


def article_facets(article: dict[str, Any], kind: str, changed: datetime) -> Facets:
    """The facets of an article, given as the JSON object that events carry."""
    published = article.get("published")
    return Facets(
        kind=kind,
        changed=changed,
        source=article["source"],
        feed_id=_id(article.get("feed")),
        language=article.get("language"),
        published=datetime.fromisoformat(published["value"]) if published else None,
    )


def _id(feed: dict[str, Any] | None) -> UUID | None:
    return UUID(feed["id"]) if feed else None
