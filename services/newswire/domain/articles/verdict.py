"""The input of a decision on an article event, and its result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from newswire.domain.articles.hosts.habits import NO_HABITS, HostHabits, PageLook
from newswire.domain.articles.near_duplicates.choose import TextLink
from newswire.domain.articles.revisions.headlines import NO_HEADLINES, Headlines
from newswire.domain.ledger import Outcome, OutcomeKind
from newswire.events import NO_VALIDATORS, Article, ArticleEvent, Change, PageValidators

ArticleKind = Literal["published", "duplicate", "withdrawn"]


@dataclass(frozen=True, slots=True)
class ArticleState:
    """An article as the store holds it: what decisions need, without the text."""

    article_id: UUID
    kind: ArticleKind
    revision: int
    url: str
    """The address it was fetched from, and is looked at again."""
    canonical_url: str
    title: str | None
    content_hash: str
    text_hash: str
    body_from: str
    first_seen: datetime
    fetched_at: datetime
    """When its text stood like this: its page was fetched, or the feed was read that stands in for it."""
    changed_at: datetime
    validators: PageValidators = NO_VALIDATORS
    duplicate_of: UUID | None = None
    linked_by: str | None = None
    """``editor`` when an editor decided whether it is a duplicate, and of which original; None for the rules."""
    recheck_at: datetime | None = None
    headlines: Headlines = NO_HEADLINES
    gone_since: datetime | None = None
    """When its page was gone first, while that is not confirmed."""
    withdrawn_by: str | None = None
    """Who withdrew it: page, feed or operator; None for an article that stands, or that an older release withdrew."""
    purged_at: datetime | None = None
    """When its text was erased; nothing of it is taken in any more."""


@dataclass(frozen=True, slots=True)
class Twin:
    """The original that an article repeats."""

    article_id: UUID
    url: str
    link: TextLink | None = None
    """How the two texts stand to each other; None when the content hashes are equal."""
    published: datetime | None = None
    """When it was published; None where its text is not compared, so that no earlier text takes its place."""
    equal: bool = False
    """Whether the content hashes are equal, whatever the link says."""
    through: bool = False
    """Whether the article only follows its former original, which is a duplicate of this one now."""
    by_editor: bool = False
    """Whether an editor made the link."""
    by_copy: bool = False
    """Whether the equal text is that of a near-duplicate of the original."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything in the store that the decision on one event needs."""

    article: ArticleState | None
    """The event's own article."""
    twin: Twin | None
    """Another article that carries the event's content hash; followed to its own original.

    Without near-duplicates, it may also have carried it once.
    """
    before: Article | None = None
    """The newest text of the event's own article; None where it is not kept, or the event has the same."""
    habits: HostHabits = NO_HABITS
    """What was learned of the host that the article is on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to write."""

    outcome: Outcome
    state: ArticleState | None
    """The article as it stands after this; None when there is no such article."""
    change: Change | None = None
    """What to tell the world; None when nothing is new."""
    look: PageLook | None = None
    """What it teaches about the host; None where nothing is learned."""


Decide = Callable[[ArticleEvent, Known, datetime], Verdict]
"""The decision about one arrived event; see `newswire.domain.articles.decide.decide`."""
Noted = Callable[[ArticleEvent, Verdict], None]
"""Is told each decision that is about to be written."""
Booked = Callable[[Sequence[OutcomeKind]], None]
"""Is told the kinds of the outcomes that a transaction wrote, once they are durable."""
