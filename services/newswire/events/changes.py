"""The events that `store` publishes: the deduplicated wire."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from newswire.events.article import Article
from newswire.events.values import Position, Utc, Value

RULE: Final = "rule"
EDITOR: Final = "editor"
"""Who decided on a link."""


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
    score: float = Field(
        ge=0,
        le=1,
        description="The shared part of the text that is more nearly inside the other; 0 where no text was compared.",
    )
    evidence: str = Field(
        description="What was found alike: content-hash, aligned-words, editor, or former-original (it was linked to "
        "an article that is a duplicate of this one now). An open list."
    )
    algorithm: str = Field(description="Name and version of the rule that decided.")
    relation: str | None = Field(
        default=None,
        description="How the duplicate stands to the original: copy, excerpt, or update (a newer state of the story, "
        "which may tell more). An open list.",
    )
    reason: str | None = Field(default=None, description="The rule that gave the relation, for people and logs.")
    compared: Comparison | None = None


class Passage(Value):
    """One place where two versions of a title or a text differ."""

    removed: str = Field(default="", description="What the version before said there, at most 200 characters.")
    added: str = Field(default="", description="What the new version says there, at most 200 characters.")


class RevisionDifference(Value):
    """What a revision changed, word by word."""

    fields: tuple[str, ...] = Field(
        description="What differs: title, text, authors, published, language. An open list."
    )
    material: bool = Field(
        description="Whether a reader is told something else. False when only spelling, punctuation, case or spacing "
        "changed."
    )
    added_words: int = Field(ge=0, description="Words of the new title and text that the version before did not have.")
    removed_words: int = Field(ge=0, description="Words of the version before that the new title and text do not have.")
    passages: tuple[Passage, ...] = Field(
        default=(), description="The first places where title and text differ, in their order, at most 5."
    )
    algorithm: str = Field(description="Name and version of the rule that compared.")


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
    changed: tuple[Literal["title", "text", "restored", "unlinked", "extraction"], ...]
    previous_text_hash: str | None = None
    difference: RevisionDifference | None = Field(
        default=None, description="What changed, word by word; null where the version before is not kept any more."
    )


class Duplicate(_ChangeBase):
    """An article that repeats another one. It is stored and linked, never discarded."""

    kind: Literal["duplicate"] = "duplicate"
    article: Article
    duplicate_of: DuplicateOf


class Withdrawn(_ChangeBase):
    """The article was taken away. Its revisions stay in the store, unless it was purged."""

    kind: Literal["withdrawn"] = "withdrawn"
    url: str
    status: int = Field(description="The HTTP status that said so; 410 where `by` names something else than the page.")
    by: str | None = Field(
        default=None,
        description="Who said so: page (404 or 410, confirmed), feed (RFC 6721 tombstone) or operator. An open list.",
    )
    reason: str | None = Field(default=None, description="The operator's words.")
    purged: bool | None = Field(
        default=None, description="Whether the text is erased too. Consumers are asked to erase theirs."
    )


class Relinked(_ChangeBase):
    """A known article repeats another article than the wire said before. Its text is what it was."""

    kind: Literal["relinked"] = "relinked"
    url: str
    duplicate_of: DuplicateOf
    previous: UUID | None = Field(
        default=None, description="The original that it was linked to before; null when it was no duplicate."
    )
    decided_by: str = Field(default=RULE, description="rule or editor. An open list.")


class Unlinked(_ChangeBase):
    """A known article repeats no other any more. Its text is what it was."""

    kind: Literal["unlinked"] = "unlinked"
    url: str
    previous: UUID | None = Field(
        default=None, description="The original that it was linked to before; null when it was no duplicate."
    )
    decided_by: str = Field(default=RULE, description="rule or editor. An open list.")


Change = Annotated[Published | Revised | Duplicate | Withdrawn | Relinked | Unlinked, Field(discriminator="kind")]
