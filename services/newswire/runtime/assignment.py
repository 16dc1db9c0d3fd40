"""The partitions that are ours now, each with its offset tracker. Values only, no I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from newswire.ports import Partition, Record
from newswire.runtime.offsets import OffsetTracker, Window


@dataclass(slots=True)
class Assignment:
    """Which partitions are ours, by epoch. A partition that was dropped comes back in a later epoch only."""

    window: Window = field(default_factory=Window)
    trackers: dict[Partition, OffsetTracker] = field(default_factory=dict)
    _ended: dict[Partition, int] = field(default_factory=dict)
    """The last epoch of each partition that was dropped."""

    def update(self, assigned: Mapping[Partition, int]) -> tuple[frozenset[Partition], frozenset[Partition]]:
        """Take over what a poll says is ours. Returns the partitions that were lost and those that are new.

        One that came back in another epoch is in both.
        """
        lost = frozenset(p for p, tracker in self.trackers.items() if assigned.get(p) != tracker.epoch)
        self.drop(lost)
        new = frozenset(p for p, epoch in assigned.items() if p not in self.trackers and epoch > self._ended_in(p))
        self.trackers.update({p: OffsetTracker(assigned[p], self.window) for p in new})
        return lost, new

    def drop(self, partitions: Iterable[Partition]) -> None:
        """These are no longer ours: what becomes of their records is for their next owner to say."""
        for partition in partitions:
            if tracker := self.trackers.pop(partition, None):
                tracker.ended = True
                self._ended[partition] = tracker.epoch

    def start(self, record: Record) -> OffsetTracker | None:
        """Take ``record`` into flight. None, and nothing happens, when its partition is not ours."""
        if tracker := self.trackers.get(record.partition):
            tracker.start(record)
        return tracker

    @property
    def in_flight(self) -> int:
        """How many records are started and not finished, over all partitions."""
        return sum(tracker.in_flight for tracker in self.trackers.values())

    @property
    def room(self) -> int:
        """How many more records all windows together hold, at least 1: one partition may borrow another's room."""
        return max(1, self.window.count * max(1, len(self.trackers)) - self.in_flight)

    def committable(self, partitions: Iterable[Partition] | None = None) -> dict[Partition, int]:
        """The offsets to commit now, of ``partitions`` or of all."""
        wanted = self.trackers if partitions is None else partitions
        offsets = {p: t.committable() for p in wanted if (t := self.trackers.get(p))}
        return {p: offset for p, offset in offsets.items() if offset is not None}

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """Note what the group remembers now."""
        for partition, offset in offsets.items():
            if tracker := self.trackers.get(partition):
                tracker.committed(offset)

    def _ended_in(self, partition: Partition) -> int:
        return self._ended.get(partition, -1)
