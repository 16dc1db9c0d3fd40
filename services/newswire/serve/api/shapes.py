"""The shapes of the answers, for the OpenAPI document.

The routes write their JSON themselves, which is several times as fast; tests hold what they write against these shapes.
"""

from typing import Any, Literal

from pydantic import Field

from newswire.domain.wire.documents import ArticleDocument, Edit, WireArticle, WireChange
from newswire.events import DeadLetter, DuplicateOf, FeedEvent, Utc, Value


class ChangesAnswer(Value):
    """A page of changes."""

    changes: list[WireChange]
    next: str = Field(description="The cursor to go on from: send it as `after`.")
    more: bool = Field(description="Whether there may be more already: ask again at once.")


class ListedArticle(ArticleDocument):
    """An article of a list; with `duplicates=fold`, its copies below it."""

    duplicates: list[ArticleDocument] | None = Field(default=None, description="Given with `duplicates=fold`.")


class ArticlesAnswer(Value):
    """A page of articles."""

    articles: list[ListedArticle]
    next: str | None = Field(description="Send it as `after`; null where the list ends.")


class CountedMatches(Value):
    """How many articles match, counted up to a bound."""

    value: int = Field(ge=0)
    more: bool = Field(description="Whether there are more than were counted.")


class SearchAnswer(Value):
    """A page of the articles that match."""

    articles: list[ArticleDocument]
    next: str | None = Field(description="Send it as `after`; null where there is nothing more.")
    indexed_to: str = Field(description="The cursor of the newest change that was searched; it may be behind the wire.")
    count: CountedMatches | None = Field(default=None, description="Given with `count=true`.")


class RevisionRow(Value):
    """One text that an article had."""

    revision: int = Field(ge=1)
    at: Utc = Field(description="When it was recorded.")
    article: WireArticle


class RevisionsAnswer(Value):
    """A page of the texts of an article, the oldest first."""

    revisions: list[RevisionRow]
    next: str | None


class RevisionName(Value):
    """Which text was compared."""

    revision: int = Field(ge=1)
    at: Utc


class DiffAnswer(Value):
    """Two texts of an article, word by word. Equal and deleted runs together are the old text, and so on."""

    article_id: str
    from_: RevisionName = Field(alias="from")
    to: RevisionName
    title: list[Edit]
    text: list[Edit]


class DuplicateRow(Value):
    """A copy of an article, with the grounds."""

    duplicate_of: DuplicateOf | None
    article: ArticleDocument


class DuplicatesAnswer(Value):
    """The copies of an article, the first that was seen first."""

    duplicates: list[DuplicateRow]


class FeedsAnswer(Value):
    """A page of feeds, as `newswire feeds list` prints them."""

    feeds: list[dict[str, Any]]
    next: str | None


class FeedEventsAnswer(Value):
    """What happened to a feed, the newest first."""

    events: list[FeedEvent]


class ExplainAnswer(Value):
    """Everything that is known of an address, as `newswire explain` prints it."""

    known: bool = Field(description="Whether an entry or an article has this address.")
    story: list[dict[str, Any]]


class BooksAnswer(Value):
    """The books, as `newswire audit` prints them."""

    found: int = Field(ge=0)
    outcomes: dict[str, int]
    rejected: dict[str, int]
    pending: int = Field(ge=0)
    unbooked: int = Field(ge=0)
    folded: int = Field(default=0, ge=0, description="Those of `found` that are counted in totals alone.")
    lost: int = Field(ge=0, description="Anything but 0 is a bug or a deleted topic.")
    balanced: bool


class DeadLettersAnswer(Value):
    """A page of dead letters, the oldest first, as `newswire dead list` prints them."""

    dead: list[dict[str, Any]]
    next: str | None


class DeadLetterAnswer(DeadLetter):
    """One dead letter, with the record in it."""


class ParameterError(Value):
    """One parameter that cannot be taken."""

    parameter: str
    detail: str


class Problem(Value):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="A URI that never changes, for programs: urn:newswire:problem:….")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="What to do instead, for people.")
    errors: list[ParameterError] | None = Field(default=None, description="Given for parameters that cannot be taken.")
    why: Literal["below-floor", "other-epoch", "above-head"] | None = Field(
        default=None, description="Given for a lost cursor."
    )
    floor: str | None = Field(default=None, description="Given for a lost cursor: the oldest one that can be used.")
    head: str | None = Field(default=None, description="Given for a lost cursor: the newest one.")
