"""The progress of a running consumer, for the health check and the metrics."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Progress:
    """Counters of one consumer. Written by its loop only; anyone may read."""

    name: str
    """The consumer's name in logs and metrics."""
    taken: int = 0
    """Records that came from the log."""
    finished: int = 0
    """Records whose outputs are durable."""
    dropped: int = 0
    """Records given up because their partition was taken away or the drain ran out; they are delivered again."""
    waiting: int = 0
    """Records in flight that are not due yet (``not_before``)."""
    uncommitted: bool = False
    """Whether finished work is not committed yet."""
    partitions: int = 0
    """How many partitions are assigned to this consumer."""
    last_poll_at: datetime | None = None
    """When the log last answered: old means that the loop hangs or the broker is away."""
    last_finished_at: datetime | None = None
    busy_since: datetime | None = None
    """Since when some work has been due without a break; None while no work is due."""
    oldest_due: Callable[[], datetime | None] = lambda: None
    """Looks up `oldest_due_at`. It walks over all records in flight: too much to do after each of them."""
    away_since: datetime | None = None
    """Since when a dependency has not answered; None while all of them answer."""

    @property
    def oldest_due_at(self) -> datetime | None:
        """When the record became due that has waited longest of those in flight; None while none waits."""
        return self.oldest_due()

    @property
    def in_flight(self) -> int:
        """Records taken and neither finished nor dropped."""
        return self.taken - self.finished - self.dropped

    @property
    def drained(self) -> bool:
        """Nothing is in flight and everything finished is committed."""
        return self.in_flight == 0 and not self.uncommitted

    def stalled_s(self, now: datetime) -> float:
        """For how many seconds work has been due without any of it being finished."""
        if self.busy_since is None:
            return 0.0
        return (now - max(self.busy_since, self.last_finished_at or self.busy_since)).total_seconds()
