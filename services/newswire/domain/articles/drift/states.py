"""What is kept of a source between two articles: small values that are stored as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from newswire.domain.articles.drift.baseline import NOTHING_LEARNED, Baseline

DriftEnd = Literal["return", "new-baseline"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One article's value of a signal."""

    section: str
    value: int


@dataclass(frozen=True, slots=True)
class Cusum:
    """The cumulative sum of the evidence for drift in one direction; it is never below 0."""

    sum: float = 0.0
    run: int = 0
    """Articles since it was 0."""
    top: float = 0.0
    """The highest sum since it was 0."""
    highest: float = 0.0
    """The highest sum of ordinary life: of a rise that ended by itself."""
    until: datetime | None = None
    """When the present span of time ends."""
    room: float = 0.0
    """What the articles of the present span can still add."""


@dataclass(frozen=True, slots=True)
class DriftAlarm:
    """A drift that was noticed and has not ended."""

    since: datetime
    direction: int
    """The number of the direction whose evidence raised it."""
    measured: float
    """The figure of the articles by which it was noticed, as `newswire.domain.articles.drift.signals` computes it."""
    fresh: Baseline = NOTHING_LEARNED
    """What was seen since it began."""
    articles: int = 0
    """How many articles that were."""
    back: float = 0.0
    """The evidence that it has ended."""


@dataclass(frozen=True, slots=True)
class SignalState:
    """What is known of one signal of a source."""

    baseline: Baseline = NOTHING_LEARNED
    articles: int = 0
    """Articles learned, ever."""
    since: datetime | None = None
    """When the first one was seen."""
    learned_at: datetime | None = None
    """When the last ones were learned."""
    evidence: tuple[Cusum, ...] = ()
    waiting: tuple[Seen, ...] = ()
    """The newest articles, not learned yet."""
    alarm: DriftAlarm | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source."""

    signals: Mapping[str, SignalState] = field(default_factory=dict)
    recent: tuple[str, ...] = ()
    """The newest articles by a part of their ids: one that is delivered again is not counted again."""
    drifting_since: datetime | None = None
    """Since when a signal of it has been off its baseline; None where all are as usual."""


@dataclass(frozen=True, slots=True)
class DriftTurn:
    """A drift began, or ended."""

    usual: float
    """The figure of the baseline."""
    measured: float
    """The figure of the articles by which the drift was noticed."""
    articles: int
    """The articles by which it was noticed; of one that ended, those that it lasted for."""
    direction: int
    ended: DriftEnd | None = None
    since: datetime | None = None
    """When a drift that ended was noticed."""
