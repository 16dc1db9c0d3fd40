"""How far a partition is finished while many of its records are in flight.

One `OffsetTracker` stands for one partition in one epoch. It is thrown away when the partition is
taken away, so a completion of an earlier epoch reaches a tracker that has ended and nobody reads.
"""

from dataclasses import dataclass, field
from typing import Final

from newswire.ports import Record

RECORD_OVERHEAD: Final = 512
"""Bytes that a record in flight costs beside its value, roughly: the window bounds empty values too."""


@dataclass(frozen=True, slots=True)
class Window:
    """How much of one partition may be in flight at once. Full at either bound, open again at half of both."""

    count: int = 64
    bytes: int = 32_000_000


@dataclass(slots=True)
class OffsetTracker:
    """The records of one partition in one epoch that were started and not finished yet."""

    epoch: int
    window: Window = field(default_factory=Window)
    _unfinished: dict[int, int] = field(default_factory=dict)
    """Size in bytes by offset, in the order of the log."""
    _next: int | None = None
    _bytes: int = 0
    _committed: int | None = None
    _full: bool = False
    ended: bool = False
    """Set when the partition is taken away: completions that come later change nothing."""

    def start(self, record: Record) -> None:
        """Take ``record`` into flight.

        Raises ValueError for an offset that is not beyond all earlier ones: the log broke its order.
        """
        if self._next is not None and record.offset < self._next:
            raise ValueError(f"offset {record.offset} of {record.partition} came after offset {self._next - 1}")
        if self._next is None:
            self._committed = record.offset  # reading began here: there is no progress to commit yet
        size = len(record.value) + RECORD_OVERHEAD
        self._unfinished[record.offset] = size
        self._next = record.offset + 1
        self._bytes += size
        if len(self._unfinished) >= self.window.count or self._bytes >= self.window.bytes:
            self._full = True

    def finish(self, record: Record) -> bool:
        """``record`` needs no more work. False, and nothing changes, when the partition is no longer ours.

        Raises KeyError when it is not in flight.
        """
        if self.ended:
            return False
        self._bytes -= self._unfinished.pop(record.offset)
        if len(self._unfinished) <= self.window.count // 2 and self._bytes <= self.window.bytes // 2:
            self._full = False
        return True

    @property
    def full(self) -> bool:
        """Whether nothing more should be taken: from the moment a bound is reached until half is free again."""
        return self._full

    @property
    def in_flight(self) -> int:
        """How many records are started and not finished."""
        return len(self._unfinished)

    @property
    def finished_to(self) -> int | None:
        """The lowest unfinished offset; None before the first record."""
        return next(iter(self._unfinished), self._next)

    def committable(self) -> int | None:
        """The offset to commit now: `finished_to`, or None when that says nothing new."""
        offset = self.finished_to
        return None if offset == self._committed else offset

    def committed(self, offset: int) -> None:
        """Note that the group remembers ``offset``."""
        self._committed = offset
