"""Canonical links that several pages with different articles share: each page is an article of its own."""

from collections.abc import Mapping
from uuid import UUID

from newswire.domain.articles.verdict import ArticleState
from newswire.events import Article, ArticleEvent, ArticleExtracted, article_id_of


def own_id(event: ArticleEvent) -> UUID | None:
    """The id that the event's article has by the address of its page; None where that is its id already."""
    if not isinstance(event, ArticleExtracted) or event.article.url == event.article.canonical_url:
        return None
    return article_id_of(event.article.url)


def told_apart(event: ArticleEvent, states: Mapping[UUID, ArticleState]) -> ArticleEvent:
    """The event with its article under the address of its page, where the canonical link that it claims is shared.

    It is shared where another page was fetched that only claims it too, and title and text of the two differ while
    both stand. A page that was told apart once stays so. The first page keeps the claimed address: its article has
    been published under it.
    """
    own = own_id(event)
    if own is None or not isinstance(event, ArticleExtracted):
        return event
    article, before = event.article, states.get(event.article.article_id)
    if before is None or before.url in {article.url, before.canonical_url} or before.kind == "withdrawn":
        return event
    differ = before.title != article.title and before.content_hash != article.content_hash
    if not differ and own not in states:
        return event
    return event.model_copy(update={"article": _by_its_page(article, own)})


def _by_its_page(article: Article, own: UUID) -> Article:
    flags = tuple(dict.fromkeys((*article.extraction.flags, "canonical-distrusted")))
    extraction = article.extraction.model_copy(update={"flags": flags})
    return article.model_copy(update={"article_id": own, "canonical_url": article.url, "extraction": extraction})
