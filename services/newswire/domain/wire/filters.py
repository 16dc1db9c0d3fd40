"""Which changes and articles a reader wants."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

Duplicates = Literal["all", "none", "fold"]
ListedKind = Literal["published", "duplicate", "withdrawn"]

ChangeKind = Literal["published", "revised", "duplicate", "withdrawn", "relinked", "unlinked"]
FeedKind = Literal[
    "feed-failing",
    "feed-not-a-feed",
    "feed-silent",
    "feed-recovered",
    "feed-moved",
    "feed-gone",
    "coverage-gap",
    "coverage-restored",
]
SourceKind = Literal["source-drift", "source-recovered"]
WireKind = Literal[ChangeKind, FeedKind, SourceKind]
FEED_KINDS: Final[tuple[FeedKind, ...]] = get_args(FeedKind)
SOURCE_KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)


@dataclass(frozen=True, slots=True)
class Facets:
    """The facts that filters read.

    An event about a feed has no source, language or publication; one about a source has its source alone.
    """

    kind: str
    changed: datetime
    source: str | None = None
    feed_id: UUID | None = None
    language: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class WireFilter:
    """Every condition must hold; of the values of one condition, one. An empty condition takes everything.

    "After" includes its moment and "before" does not, so that two neighbouring ranges share nothing and miss nothing.
    """

    kinds: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    feeds: frozenset[UUID] = frozenset()
    languages: frozenset[str] = frozenset()
    published_after: datetime | None = None
    published_before: datetime | None = None
    changed_after: datetime | None = None
    changed_before: datetime | None = None
    duplicates: Duplicates = "all"

    def takes(self, facets: Facets) -> bool:
        """Whether something with these facets is wanted."""
        return (
            (not self.kinds or facets.kind in self.kinds)
            and (not self.sources or facets.source in self.sources)
            and (not self.feeds or facets.feed_id in self.feeds)
            and (not self.languages or facets.language in self.languages)
            and (self.duplicates == "all" or facets.kind != "duplicate")
            and _within(facets.published, self.published_after, self.published_before)
            and _within(facets.changed, self.changed_after, self.changed_before)
        )


NO_FILTER: Final = WireFilter()


def impossible(wanted: WireFilter) -> tuple[str, str] | None:
    """The parameter by which nothing can ever pass this filter, and why, in words; None where something can.

    An answer that is always empty looks like a quiet wire. The reader is told instead.
    """
    for name, after, before in (
        ("published", wanted.published_after, wanted.published_before),
        ("changed", wanted.changed_after, wanted.changed_before),
    ):
        if after is not None and before is not None and after >= before:
            return f"{name}_after", f"must be earlier than {name}_before"
    if wanted.duplicates != "all" and wanted.kinds == {"duplicate"}:
        return "duplicates", f"{wanted.duplicates} leaves out the only kind that is wanted, which is duplicate"
    about_articles = wanted.languages or wanted.published_after or wanted.published_before
    if (about_articles or wanted.sources) and wanted.kinds and wanted.kinds <= set(FEED_KINDS):
        return "kind", "events about feeds have no source, language or time of publication: choose by feed and changed"
    if (about_articles or wanted.feeds) and wanted.kinds and wanted.kinds <= set(SOURCE_KINDS):
        return "kind", "events about sources have no feed, language or publication: choose by source and changed"
    return None


def _within(moment: datetime | None, after: datetime | None, before: datetime | None) -> bool:
    if after is None and before is None:
        return True
    return moment is not None and (after is None or moment >= after) and (before is None or moment < before)
