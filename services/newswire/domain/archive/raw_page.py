"""A page as it was fetched, with everything that its extraction needs besides the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from newswire.events import ArticleEvent, ArticleExtracted, ArticleUnchanged, EntryFound


@dataclass(frozen=True, slots=True)
class Provenance:
    """Why a page was fetched, and what an archive has to say of it that HTTP has no header for."""

    entry: EntryFound
    """The entry that the page was fetched for."""
    article_id: UUID
    """The article as it was extracted; the store may have put it under another id."""
    fetched_at: datetime
    robots_allowed: bool | None = None
    flags: tuple[str, ...] = ()
    """Faults of the answer in spite of which the page was taken."""
    extraction: str = ""
    """The version of the extraction that read the page first."""


PROVENANCE: TypeAdapter[Provenance] = TypeAdapter(Provenance)
"""Reads and writes the JSON of the metadata record."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """A fetched page."""

    url: str
    """The final address."""
    status: int
    body: bytes
    """Decoded: without content coding and transfer coding."""
    provenance: Provenance
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""


def is_kept(event: ArticleEvent) -> bool:
    """Whether the page that the event was made from is to be archived.

    Not where no page was sent (a feed's text, a 304, a page that is gone), nor where the publisher asks that no copy is
    kept: ``noarchive`` or ``nocache`` in the page's robots meta tag or in X-Robots-Tag.
    """
    if isinstance(event, ArticleExtracted):
        return event.article.http is not None and not is_forbidden(event)
    return isinstance(event, ArticleUnchanged) and event.validators.body_sha256 is not None


def is_forbidden(event: ArticleEvent) -> bool:
    """Whether the publisher of the page asks that no copy of it is kept."""
    return isinstance(event, ArticleExtracted) and event.article.rights.archiving_allowed is False
