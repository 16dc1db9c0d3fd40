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
    signature: str | None = Field(
        default=None,
        description="The words of title and text as numbers, for finding near-duplicates: version, title and text, "
        "parted by dots; each word is a little-endian 16-bit code, in base64. Internal to newswire.",
    )


class ArticleUnchanged(Value):
    """The page's server says that nothing changed since the last look (304)."""

    kind: Literal["unchanged"] = "unchanged"
    id: UUID
    entry_id: UUID
    article_id: UUID
    fetched_at: Utc
    validators: PageValidators = NO_VALIDATORS


class ArticleGone(Value):
    """A known article's page is gone (410, or 404 that was confirmed)."""

    kind: Literal["gone"] = "gone"
    id: UUID
    entry_id: UUID
    article_id: UUID
    fetched_at: Utc
    status: int


ArticleEvent = Annotated[ArticleExtracted | ArticleUnchanged | ArticleGone, Field(discriminator="kind")]
