"""Articles and events as readers get them: with the fields that they name, and the text only where they name it."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field

from newswire.domain.wire.filters import ListedKind
from newswire.events import (
    Article,
    Duplicate,
    FeedEvent,
    Published,
    Relinked,
    Revised,
    SourceEvent,
    Unlinked,
    Utc,
    Value,
    Withdrawn,
)

TEXT: Final = "text"
EVERYTHING: Final = "all"
"""The word for every field, the text too."""
ALWAYS: Final = "article_id"
"""The field that is given whether it is named or not."""


class WireArticle(Article):
    """An article as readers are given it: without its text, unless they ask for it."""

    text: str | None = Field(
        default=None,
        description="Given where `fields` names it. Empty where `extraction.flags` has text-dropped or purged.",
    )  # type: ignore[assignment]  # narrower readers than the events' own


class ArticleDocument(WireArticle):
    """An article as it is now, with what is known of it besides its text."""

    kind: ListedKind = Field(description="What the article is now.")
    revision: int = Field(ge=1, description="Counts every change of this article: 1, 2, 3, …")
    duplicate_of: UUID | None = Field(default=None, description="The article that this one repeats.")
    first_seen: Utc
    changed_at: Utc


class WirePublished(Published):
    """A new article."""

    article: WireArticle


class WireRevised(Revised):
    """A known article says something else now."""

    article: WireArticle


class WireDuplicate(Duplicate):
    """An article that repeats another one."""

    article: WireArticle


ArticleChange = WirePublished | WireRevised | WireDuplicate | Withdrawn | Relinked | Unlinked
AnyWireEvent = Annotated[ArticleChange | FeedEvent | SourceEvent, Field(discriminator="kind")]
"""Every event of the wire, its article with or without text."""


class WireChange(Value):
    """One place of the wire: the event there, and the cursor to go on from."""

    cursor: str = Field(description="Hand this back as `after` when the event is dealt with.")
    data: AnyWireEvent


class Edit(Value):
    """A run of words that both texts have, or that one of them lacks."""

    op: Literal["equal", "insert", "delete"]
    text: str


WITH_ARTICLE: Final = frozenset({"published", "revised", "duplicate"})
"""The kinds of events that carry the article; the others of an article carry its id alone."""
ARTICLE_FIELDS: Final = frozenset(Article.model_fields)
DOCUMENT_FIELDS: Final = frozenset(ArticleDocument.model_fields)


def fields_of(named: frozenset[str], known: frozenset[str]) -> frozenset[str]:
    """The fields to give where ``named`` were asked for: without any, all but the text."""
    if EVERYTHING in named:
        return known
    return (named or known - {TEXT}) | {ALWAYS}


def chosen(article: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """An article's JSON object with these fields alone, in its own order."""
    return {name: value for name, value in article.items() if name in fields}


def chosen_event(event: dict[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """An event's JSON object with these fields of its article; everything else of it stays.

    The difference of a revision is made of words of the text, so it is given where the text is.
    """
    article = event.get("article")
    if article is None:
        return event
    given = {**event, "article": chosen(article, fields)}
    if TEXT not in fields:
        given.pop("difference", None)
    return given
