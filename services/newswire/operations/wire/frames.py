"""Events of the wire, read from the database once for all readers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from pydantic_core import from_json, to_json

from newswire.domain.wire.documents import ARTICLE_FIELDS, WITH_ARTICLE, chosen_event
from newswire.domain.wire.facets import facets_of
from newswire.domain.wire.filters import Facets
from newswire.ports import ArticleReads
from newswire.ports.wire import WireEvent

_KEPT: Final = 4
"""How many choices of fields are kept ready of each event."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of the wire, with the facets that filters read."""

    position: int
    event_id: UUID
    facets: Facets
    value: bytes
    """The event's JSON, whole."""
    erases: bool = False
    """Whether it says that words of earlier events are erased."""
    _ready: dict[frozenset[str], bytes] = field(default_factory=dict)

    def json(self, fields: frozenset[str]) -> bytes:
        """The event's JSON on one line, with these fields of its article alone."""
        ready = self._ready.get(fields)
        if ready is None:
            event = from_json(self.value)
            if fields != ARTICLE_FIELDS:
                event = chosen_event(event, fields)
            ready = to_json(event)
            if len(self._ready) < _KEPT:
                self._ready[fields] = ready
        return ready


async def frames_of(events: Sequence[WireEvent], articles: ArticleReads) -> tuple[Frame, ...]:
    """The frames of these events. Raises `Wait` when the database is away."""
    bare = [event.article_id for event in events if event.article_id and event.kind not in WITH_ARTICLE]
    known = await articles.facets(bare) if bare else {}
    return tuple(_frame(event, known) for event in events)


def _frame(event: WireEvent, known: dict[UUID, Facets]) -> Frame:
    article = known.get(event.article_id) if event.article_id else None
    said = from_json(event.value)
    return Frame(event.position, event.event_id, facets_of(said, article), event.value, erases=bool(said.get("purged")))
