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
    """The bounds of each partition."""
    unit: int = 1
    """Records that are handled together, at most."""
    units: float = inf
    """Units that are handled at once, in all partitions together."""
    max_poll: int = 200
    """Records of one poll."""
    poll_s: float = 0.5
    """For how long one poll waits for records; also how late a stop may be noticed."""
    throttled_poll_s: float = 0.05
    """The same while a partition is paused. It bounds how late the log notices that the partition was resumed."""
    commit_interval_s: float = 1.0
    drain_s: float = 20.0
    """How long work in flight may take once the consumer is told to stop."""
    revoke_s: float = 30.0
    """How long work in flight may take when its partition is given away: half of the time that the group waits."""
    cancel_s: float = 5.0
    """How long cancelled work may take to end."""
    backoff: Backoff = field(default_factory=Backoff)
    """The time between two tries while a dependency does not answer."""


NORMAL: Final = Pace()
