"""The events that `store` publishes: the deduplicated wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from newswire.events.article import Article
from newswire.events.values import Position, Utc, Value


class Comparison(Value):
    """Two texts that were laid side by side, word by word."""

    words: int = Field(ge=0, description="The length of the duplicate's text.")
    original_words: int = Field(ge=0, description="The length of the original's text.")
    shared_words: int = Field(ge=0, description="Words of the duplicate that are matched with the original's.")
    new_words: int = Field(
        ge=0, description="Words of the duplicate in passages of 12 words or more that the original does not have."
    )
    same_numbers: int = Field(ge=0, description="Numbers that are equal at the same places of both texts.")
    changed_numbers: int = Field(ge=0, description="Numbers that differ at the same places of both texts.")


class DuplicateOf(Value):
    """The link from a duplicate to the article it repeats, with the grounds."""

    article_id: UUID
    url: str
    score: float = Field(ge=0, le=1, description="The shared part of the text that is more nearly inside the other.")
    evidence: str = Field(description="What was found alike: content-hash or aligned-words. An open list.")
    algorithm: str = Field(description="Name and version of the rule that decided.")
    relation: str | None = Field(
        default=None,
        description="How the later published text of the two stands to the earlier one: copy or excerpt. An open list.",
    )
    reason: str | None = Field(default=None, description="The rule that gave the relation, for people and logs.")
    compared: Comparison | None = None


class _ChangeBase(Value):
    id: UUID
    article_id: UUID
    revision: int = Field(ge=1, description="Counts every change of this article: 1, 2, 3, …")
    entry_id: UUID
    source_event_id: UUID
    at: Utc = Field(description="When it was decided.")
    position: Position = None


class Published(_ChangeBase):
    """A new article."""

    kind: Literal["published"] = "published"
    article: Article


class Revised(_ChangeBase):
    """A known article says something else now. The former text stays in the store."""

    kind: Literal["revised"] = "revised"
    article: Article
    changed: tuple[Literal["title", "text", "restored", "unlinked"], ...]
    previous_text_hash: str | None = None


class Duplicate(_ChangeBase):
    """An article that repeats another one. It is stored and linked, never discarded."""

    kind: Literal["duplicate"] = "duplicate"
    article: Article
    duplicate_of: DuplicateOf


class Withdrawn(_ChangeBase):
    """The publisher took the article away. Its revisions stay in the store."""

    kind: Literal["withdrawn"] = "withdrawn"
    url: str
    status: int = Field(description="The HTTP status that said so.")


Change = Annotated[Published | Revised | Duplicate | Withdrawn, Field(discriminator="kind")]
