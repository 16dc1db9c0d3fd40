"""How fast a consumer may go, and how long it may take to stop: numbers only."""

from dataclasses import dataclass, field
from math import inf
from typing import Final

from newswire.runtime.offsets import Window
from newswire.waiting.backoff import Backoff


@dataclass(frozen=True, slots=True)
class Pace:
    """The bounds of one consumer."""

    window: Window = field(default_factory=Window)
    """Of each partition."""
    unit: int = 1
    """Records that are handled together, at most."""
    units: float = inf
    """Units that are handled at once, over all partitions."""
    max_poll: int = 200
    """Records of one poll."""
    poll_s: float = 0.5
    """For how long one poll waits for records; also how late a stop may be noticed."""
    throttled_poll_s: float = 0.05
    """The same while a partition is paused: how late the log may notice that it was resumed."""
    commit_interval_s: float = 1.0
    drain_s: float = 20.0
    """For work in flight, once the consumer is told to stop."""
    revoke_s: float = 30.0
    """For work in flight of a partition that is given away: half of what the group waits for us."""
    cancel_s: float = 5.0
    """For cancelled work to end."""
    backoff: Backoff = field(default_factory=Backoff)
    """Between two tries while a dependency is away."""


NORMAL: Final = Pace()
