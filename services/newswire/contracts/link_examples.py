"""Examples of changes that move a link and bring no text; see `newswire.contracts.examples`."""

from datetime import datetime

from newswire.events import ArticleExtracted, ArticleGone, Duplicate, Relinked, Unlinked, stable_id


def relinked(linked: Duplicate, cause: ArticleExtracted, at: datetime) -> Relinked:
    """The article is a duplicate of the same original again, as ``cause`` brought that."""
    return Relinked(
        id=stable_id("change", linked.article_id, 3),
        article_id=linked.article_id,
        revision=3,
        entry_id=cause.entry_id,
        source_event_id=cause.id,
        at=at,
        url=linked.article.canonical_url,
        duplicate_of=linked.duplicate_of,
    )


def unlinked(linked: Duplicate, cause: ArticleGone, at: datetime) -> Unlinked:
    """The original of the article is gone."""
    return Unlinked(
        id=stable_id("change", linked.article_id, 4),
        article_id=linked.article_id,
        revision=4,
        entry_id=cause.entry_id,
        source_event_id=cause.id,
        at=at,
        url=linked.article.canonical_url,
        previous=linked.duplicate_of.article_id,
    )
