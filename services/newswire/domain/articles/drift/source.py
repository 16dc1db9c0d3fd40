"""Watches a source: every signal of it, each article once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from newswire.domain.articles.drift.observation import Observation
from newswire.domain.articles.drift.signals import SIGNALS, SignalName
from newswire.domain.articles.drift.states import DriftTurn, Seen, SignalState, SourceState
from newswire.domain.articles.drift.watch import watched
from newswire.events import SourceDrift, SourceEvent, SourceRecovered, source_id_of, stable_id

REMEMBERED: Final = 200
"""As many articles as two consumers have in work at the same time, a batch of `newswire.stages.drift` each."""
NEW_SOURCE: Final = SourceState()
_DIRECTIONS: Final[Mapping[SignalName, tuple[str, ...]]] = {"length": ("lower", "higher"), "furniture": ("higher",)}
_FEWER: Final = ("lower", "lower")


def after(
    source: str, state: SourceState, seen: Iterable[Observation], now: datetime
) -> tuple[SourceState, tuple[SourceEvent, ...]]:
    """The source after these articles, in their order, and the events to tell."""
    recent = dict.fromkeys(state.recent)
    fresh: list[Observation] = []
    for each in seen:
        if (mark := each.article_id.hex[:12]) not in recent:
            recent[mark] = None
            fresh.append(each)
    signals: dict[str, SignalState] = dict(state.signals)
    events: list[SourceEvent] = []
    for name in SIGNALS:
        values = [(Seen(each.section, each.values[name]), each) for each in fresh if name in each.values]
        if values:
            signals[name], turns = watched(name, signals.get(name, SignalState()), values)
            events += (_told(source, name, by, turn, now) for by, turn in turns)
    alarms = [each.alarm.since for each in signals.values() if each.alarm is not None]
    return SourceState(signals, tuple(recent)[-REMEMBERED:], min(alarms, default=None)), tuple(events)


def _told(source: str, name: SignalName, by: Observation, turn: DriftTurn, now: datetime) -> SourceEvent:
    """The event of a turn. Its id is made from the article at which it was noticed: the same whenever that is read."""
    kind = "drift" if turn.ended is None else "recovered"
    common = {
        "id": stable_id("source-event", source, kind, name, by.article_id),
        "source": source,
        "source_id": source_id_of(source),
        "at": now,
        "signal": name,
        "usual": turn.usual,
    }
    if turn.ended is None or turn.since is None:
        direction = _DIRECTIONS.get(name, _FEWER)[turn.direction]
        return SourceDrift(**common, measured=turn.measured, direction=direction, articles=turn.articles)
    return SourceRecovered(**common, since=turn.since, articles=turn.articles, by=turn.ended)
