"""The events that `extract` publishes: one for each sighting of an article, also where it brings nothing new."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from newswire.events.article import Article
from newswire.events.values import NO_VALIDATORS, EntryReason, PageValidators, Utc, Value


class ArticleExtracted(Value):
    """An article's text was extracted. Reprints and unchanged articles have this event too."""

    kind: Literal["extracted"] = "extracted"
    id: UUID
    entry_id: UUID
    reason: EntryReason
    article: Article
    recheck_of: UUID | None = Field(
        default=None,
        description="Of a re-check: the article that was looked at again, under whatever address it is now.",
    )
    signature: str | None = Field(
        default=None,
        description="The words of title and text as numbers, for finding near-duplicates: version, title and text, "
        "parted by dots; each word is a little-endian 16-bit code, in base64. Internal to newswire.",
    )
    body_sha256: str | None = Field(
        default=None,
        description="The digest of the page that the article was read from, as PageValidators has it; null where no "
        "page was read. Internal to newswire.",
    )


class ArticleUnchanged(Value):
    """Nothing changed since the last look: the server says so (304), or the page has the same bytes."""

    kind: Literal["unchanged"] = "unchanged"
    id: UUID
    entry_id: UUID
    article_id: UUID
    fetched_at: Utc
    validators: PageValidators = NO_VALIDATORS


class ArticleGone(Value):
    """A known article is gone: its page answers 404 or 410, its feed says so, or the operator withdraws it.

    `store` decides whether that is a withdrawal: a page has to be gone twice, with time in between.
    """

    kind: Literal["gone"] = "gone"
    id: UUID
    entry_id: UUID
    article_id: UUID
    fetched_at: Utc
    status: int = Field(description="The HTTP status; 410 where `by` names something else than the page.")
    by: str | None = Field(default=None, description="page, feed or operator; null means the page. An open list.")
    said: str | None = Field(default=None, description="The operator's reason.")
    purge: bool = Field(default=False, description="The operator wants the text erased.")


ArticleEvent = Annotated[ArticleExtracted | ArticleUnchanged | ArticleGone, Field(discriminator="kind")]
