"""Whether a client of Kafka that says nothing is idle, cut off, or stuck. Decisions only; ``now`` is in seconds."""

from collections.abc import Collection, Mapping
from typing import Final

from newswire.ports import Partition

PATIENCE_S: Final = 5.0
"""Without any sign of a broker for so long, one is asked."""
STALL_S: Final = 60.0
"""A partition that is polled and gives nothing for so long is compared with what the broker holds."""
UNASSIGNED_S: Final = 150.0
"""A rebalance takes a minute at most, and a session half of that to be found expired; this is longer than both."""


class Liveness:
    """The signs of life of one client."""

    def __init__(self, now: float) -> None:
        """As if everything had been well at ``now``."""
        self._heard = self._assigned = now
        self._marks: Mapping[Partition, int | None] = {}
        self._moved: dict[Partition, float] = {}

    def hear(self, now: float, marks: Mapping[Partition, int | None]) -> None:
        """``marks`` change for every partition that a broker answered for."""
        if marks != self._marks:
            self._heard, self._marks = now, marks

    def heard(self, now: float) -> None:
        """A broker answered."""
        self._heard = now

    def silent(self, now: float) -> bool:
        """Whether it is time to ask a broker."""
        return now - self._heard >= PATIENCE_S

    def silent_s(self, now: float) -> float:
        """For how long there has been no sign of a broker."""
        return now - self._heard

    def unassigned(self, now: float, *, assigned: bool) -> bool:
        """Whether the group has left this member without an assignment for longer than any rebalance takes."""
        if assigned:
            self._assigned = now
        return now - self._assigned >= UNASSIGNED_S

    def move(self, now: float, partitions: Collection[Partition]) -> None:
        """These gave records, or have none to give."""
        self._moved.update(dict.fromkeys(partitions, now))

    def quiet(self, now: float, polled: Collection[Partition]) -> list[Partition]:
        """The partitions of ``polled`` that gave nothing for so long that the broker should be asked."""
        self._moved = {at: self._moved.get(at, now) for at in polled}
        return [at for at, moved in self._moved.items() if now - moved >= STALL_S]
