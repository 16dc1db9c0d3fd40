"""What `extract` answers an entry with: an article event under the entry's own id."""

from typing import Final
from uuid import UUID

from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.articles.withdrawal import FEED
from newswire.domain.text.signature import signed, to_text
from newswire.errors import InvalidRecord
from newswire.events import Article, ArticleExtracted, ArticleGone, EntryFound, stable_id

GONE: Final = 410
"""The status of a withdrawal that no page's answer brought (RFC 9110 §15.5.11)."""


def event_id(entry: EntryFound) -> UUID:
    """The same id for every answer to one entry, so that a redelivered entry answers under the same id."""
    return stable_id("article-event", entry.id)


def extracted(entry: EntryFound, article: Article, text_of: ParsedPage) -> ArticleExtracted:
    """The event of an article whose text is that of ``text_of``: the page, or the feed's text that stands in for it."""
    return ArticleExtracted(
        id=event_id(entry),
        entry_id=entry.id,
        reason=entry.reason,
        article=article,
        recheck_of=entry.article_id if entry.reason == "recheck" else None,
        signature=to_text(signed(article.title, text_of.text_codes)),
    )


def deleted(entry: EntryFound) -> ArticleGone:
    """The event of an entry that its feed took away (RFC 6721). Raises `InvalidRecord` where it names no article."""
    if entry.article_id is None:
        raise InvalidRecord("an entry that was taken away has to name its article")
    return ArticleGone(
        id=event_id(entry),
        entry_id=entry.id,
        article_id=entry.article_id,
        fetched_at=entry.found_at,
        status=GONE,
        by=FEED,
    )
