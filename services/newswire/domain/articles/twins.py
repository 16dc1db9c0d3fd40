"""Which of two articles with equal texts was published first."""

from datetime import datetime

from newswire.domain.articles.before import AsKnown
from newswire.domain.articles.near_duplicates.stored import StoredTexts, published
from newswire.domain.articles.verdict import Twin
from newswire.events import ArticleExtracted, Duplicate


def came_later(twin: Twin, event: ArticleExtracted) -> bool:
    """Whether the twin was published after the event's article, as far as is known."""
    if twin.published is None:
        return False
    article = event.article
    return (published(article), str(article.article_id)) < (twin.published, str(twin.article_id))


def published_as(duplicate: Duplicate, texts: StoredTexts | None) -> datetime | None:
    """When the original of a duplicate was published; None where its text is not compared."""
    original = texts.originals.get(duplicate.duplicate_of.article_id) if texts else None
    return original.text.published if original else None


def not_taken_over(twin: Twin | None, event: ArticleExtracted, known: AsKnown) -> Twin | None:
    """The twin, unless the event's article is the original and takes its place."""
    if twin is None or known.texts is None or not came_later(twin, event):
        return twin
    return None if known.texts.takes_over(event.id, twin.article_id) else twin
