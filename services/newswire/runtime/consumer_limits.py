"""The limits of one consumer: how much it handles at once, and how long it may take to stop. Numbers only."""

from dataclasses import dataclass, field
from math import inf
from typing import Final

from newswire.runtime.offsets import Window
from newswire.waiting.backoff import Backoff


@dataclass(frozen=True, slots=True)
class ConsumerLimits:
    """How much one consumer reads and handles at once, and how long it waits. Times are in seconds."""

    window: Window = field(default_factory=Window)
    """The bound on unfinished records of each partition."""
    unit: int = 1
    """The most records that are handled together."""
    units: float = inf
    """The most units that are handled at once, over all partitions."""
    max_poll: int = 200
    """The most records of one poll."""
    poll_s: float = 0.5
    """The time that one poll waits for records. A stop may be noticed so late."""
    throttled_poll_s: float = 0.05
    """The same while a partition is paused. The log may notice so late that it was resumed."""
    commit_interval_s: float = 1.0
    drain_s: float = 20.0
    """The time for work in flight to end after the consumer is told to stop."""
    revoke_s: float = 30.0
    """The time for work in flight of a revoked partition: half of the time that the group waits."""
    cancel_s: float = 5.0
    """The time for cancelled work to end."""
    backoff: Backoff = field(default_factory=Backoff)
    """The delays between two tries while a dependency is away."""


DEFAULT_LIMITS: Final = ConsumerLimits()
