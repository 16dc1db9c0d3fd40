"""What `extract` answers an entry with: an article event under the entry's own id."""

from uuid import UUID

from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.text.signature import signed, to_text
from newswire.events import Article, ArticleExtracted, EntryFound, stable_id


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
        signature=to_text(signed(article.title, text_of.text_codes)),
    )
