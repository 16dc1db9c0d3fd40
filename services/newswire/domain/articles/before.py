"""What is known before a batch is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from newswire.domain.articles.hosts.habits import HostHabits
from newswire.domain.articles.near_duplicates.stored import StoredTexts
from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.articles.verdict import ArticleState, Twin
from newswire.events import Article


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
