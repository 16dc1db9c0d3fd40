"""Earlier sightings of a feed, and how a document's entries stand to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry that this feed has shown before, under whatever key."""

    key: str
    fingerprint: str
    url: str
    title: str | None
    found_at: datetime
    leader: UUID
    """The entry id of the sighting that this one follows, or its own."""


@dataclass(frozen=True, slots=True)
class Met:
    """How a document's entries stand to what the feed has shown before under other keys."""

    edited: frozenset[str] = frozenset()
    """Addresses at which an unknown key says something else than this feed said there before."""
    follows: Mapping[str, UUID] = field(default_factory=dict)
    """By key the sighting that a known entry is booked to follow, once, under a key that will last."""


NOT_MET: Final = Met()
