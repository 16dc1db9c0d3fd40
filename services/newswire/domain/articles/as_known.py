"""What is known when a batch of article events arrives, and which article each event is about. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

from newswire.domain.articles.claims import own_id, told_apart
from newswire.domain.articles.hosts.habits import HostHabits
from newswire.domain.articles.moves import may_be, moved_onto
from newswire.domain.articles.near_duplicates.stored import StoredTexts
from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.articles.verdict import ArticleState, Twin
from newswire.events import Article, ArticleEvent, ArticleExtracted


@dataclass(frozen=True, slots=True)
class PastDecisions:
    """What became of the batch's entries before."""

    settled: set[UUID]
    """Entries with an outcome other than a rejection."""
    recorded: dict[UUID, RecordedChange]
    """By source event id."""
    caused: dict[UUID, list[RecordedChange]] = field(default_factory=dict)
    """By event id: the changes of other articles that it caused, each article's in order."""


@dataclass(frozen=True, slots=True)
class AsKnown:
    """The articles as they stand, and who carried the batch's texts first."""

    states: dict[UUID, ArticleState]
    originals: dict[str, Twin]
    """By content hash; an original that became a duplicate itself is followed to its own."""
    urls: dict[UUID, str]
    """By entry id: the address each booked entry was found under."""
    pinned: Mapping[UUID, Twin] = field(default_factory=dict)
    """By article id: the originals that an editor linked the batch's articles to."""
    before: dict[UUID, Article] = field(default_factory=dict)
    """By article id: the newest text of those of which the batch brings another one."""
    lives: dict[str, UUID] = field(default_factory=dict)
    """By address: the article that it leads to."""
    habits: dict[str, HostHabits] = field(default_factory=dict)
    """By host."""
    texts: StoredTexts | None = None
    """What is compared word by word; None when only equal texts are duplicates."""


def article_id_in(event: ArticleEvent) -> UUID:
    """The article that an event speaks of."""
    return event.article.article_id if isinstance(event, ArticleExtracted) else event.article_id


def article_ids_in(event: ArticleEvent, found_under: str | None = None) -> tuple[UUID, ...]:
    """The articles that an event may speak of: its own, the one that its page is by its address, one that moved."""
    own = own_id(event)
    named = (article_id_in(event), *may_be(event, found_under))
    return named if own is None else (*named, own)


def host_of(url: str) -> str:
    """The host that answers for an address, with its port."""
    return urlsplit(url).netloc


def as_article(event: ArticleEvent, known: AsKnown) -> ArticleEvent:
    """The event under the id of the article that it is about, where that is not the one it names."""
    event = told_apart(event, known.states)
    return moved_onto(
        event,
        known.states,
        known.before,
        found_under=known.urls.get(event.entry_id),
        lives_here=known.lives.get(event.article.canonical_url) if isinstance(event, ArticleExtracted) else None,
    )


def host_in(event: ArticleEvent, known: AsKnown) -> str:
    """The host of the page that the event is about."""
    state = known.states.get(article_id_in(event))
    url = state.url if state else event.article.url if isinstance(event, ArticleExtracted) else ""
    return host_of(url)
