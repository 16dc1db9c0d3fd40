"""The recorded events of the wire, in the order of their positions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WireEvent:
    """A change or a feed event as it was recorded."""

    position: int
    event_id: UUID
    kind: str
    article_id: UUID | None
    """The article that a change is about; None for a feed event."""
    feed_id: UUID | None
    """The feed that a feed event is about; None for a change."""
    at: datetime
    value: bytes
    """The event's JSON, the same bytes as on the topic. It has no position where it is older than positions."""


@dataclass(frozen=True, slots=True)
class WireHead:
    """Where the wire begins and ends."""

    epoch: str
    """Positions of one epoch can be compared. A restored database begins a new one."""
    next: int
    """The position of the event that is recorded next."""
    floor: int
    """The lowest position that is kept; equal to ``next`` where no event is."""
    moved_at: datetime | None = None
    """When the wire was moved to another database, where it goes on; None where it goes on here."""


class Wire(Protocol):
    """Reads changes and feed events by position.

    Positions are 1, 2, 3, … without gaps, given in the transaction that records the event, so an event never appears
    behind one that can be seen already. Who remembers the position of the last event that it handled, and asks for
    what comes after it, misses nothing and gets nothing twice.
    """

    async def events_after(self, position: int, limit: int) -> tuple[WireEvent, ...]:
        """The next events after ``position``, at most ``limit``; an empty tuple at the end. Raises `Wait`."""
        ...

    async def head(self) -> WireHead:
        """Where the wire begins and ends now. Raises `Wait`."""
        ...

    async def begin_epoch(self, name: str) -> WireHead:
        """Make the positions that readers remember invalid: the database lost events that they may have read.

        ``name`` is an epoch that no reader knows: 1 to 36 letters, digits and hyphens. Positions go on from where they
        are. Raises `Wait`.
        """
        ...
