"""Events without the words of their article: what is left of them once an article is purged."""

from typing import Final, TypeVar

from newswire.events import (
    Article,
    ArticleExtracted,
    DeadLetter,
    Duplicate,
    EntryFound,
    LatestArticle,
    Published,
    Revised,
)

FLAG: Final = "purged"
"""The extraction flag of an article whose text was erased."""

T = TypeVar("T")


def erased_article(article: Article) -> Article:
    """The article with its ids, addresses, dates and hashes, and without a word of its own."""
    flags = tuple(dict.fromkeys((*article.extraction.flags, FLAG)))
    return article.model_copy(
        update={
            "title": None,
            "description": None,
            "authors": (),
            "author_kinds": (),
            "text": "",
            "text_kinds": (),
            "image": None,
            "sections": (),
            "tags": (),
            "extraction": article.extraction.model_copy(update={"flags": flags}),
        }
    )


def erased(event: T) -> T:
    """The event under the same id, without the words of the article that it carries; others as they are."""
    changed: object = event
    match event:
        case EntryFound():
            nothing = dict.fromkeys(("title", "summary", "content", "image", "published_raw"))
            changed = event.model_copy(update={**nothing, "authors": (), "tags": ()})
        case ArticleExtracted():
            changed = event.model_copy(update={"article": erased_article(event.article), "signature": None})
        case Revised():
            changed = event.model_copy(update={"article": erased_article(event.article), "difference": None})
        case Published() | Duplicate():
            changed = event.model_copy(update={"article": erased_article(event.article)})
        case LatestArticle():
            changed = event.model_copy(update={"article": None})
        case DeadLetter():
            changed = event.model_copy(update={"value_base64": ""})
    return changed  # type: ignore[return-value]  # model_copy keeps the class
