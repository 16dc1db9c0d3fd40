"""Watches the sources: notices when the pages of one no longer give what they used to give, and when they do again.

A consumer of its own reads what extraction found, and the dead letters of pages without an article. A batch's new
states of the sources and the events that follow from them are recorded in one transaction; then the events are
published. When a batch is delivered again, its articles are known and count no more, and what is recorded and not yet
published is published: a crash loses no alarm, and repeats one only under its id.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import structlog

from newswire import metrics
from newswire.contracts import decode
from newswire.domain.articles.drift.observation import Observation, observed
from newswire.domain.articles.drift.source import after
from newswire.domain.articles.drift.states import SourceState
from newswire.errors import InvalidRecord
from newswire.events import ArticleExtracted, DeadLetter, SourceDrift, SourceEvent
from newswire.ports import Bus, Clock, FeedEvents, Record, Sources
from newswire.stages.telling import tell

log = structlog.get_logger()

BATCH: Final = 100
"""Records of a batch. The state of a source remembers the articles of two (`newswire.domain.articles.drift.source`)."""


class Drift:
    """The stage, over its ports."""

    def __init__(self, sources: Sources, events: FeedEvents, bus: Bus, clock: Clock) -> None:
        """Holds no state of its own."""
        self._sources, self._events, self._bus, self._clock = sources, events, bus, clock

    async def handle(self, records: Sequence[Record]) -> None:
        """Judge the sources by a batch; when this returns, their states are saved and their events are published.

        Raises `Wait` when the database or the broker is away.
        """
        seen: defaultdict[str, list[Observation]] = defaultdict(list)
        for record in records:
            if (one := _observed(record)) is not None:
                seen[one.source].append(one)
        now = self._clock.now()

        def judge(source: str, state: SourceState) -> tuple[SourceState, tuple[SourceEvent, ...]]:
            return after(source, state, seen[source], now)

        for event in await self._sources.judge(seen, judge):
            _log(event)
        await tell(self._events, self._bus, self._clock)
        metrics.drifting(await self._sources.drifting())


def _observed(record: Record) -> Observation | None:
    try:
        event = decode(record)
    except InvalidRecord:
        return None  # `store` reads the same record, and keeps it as a dead letter
    return observed(event) if isinstance(event, ArticleExtracted | DeadLetter) else None


def _log(event: SourceEvent) -> None:
    facts = {"source": event.source, "signal": event.signal, "usual": event.usual, "articles": event.articles}
    if isinstance(event, SourceDrift):
        log.warning("source.drift", **facts, measured=event.measured, direction=event.direction)
    else:
        log.info("source.recovered", **facts, by=event.by, since=event.since.isoformat())
