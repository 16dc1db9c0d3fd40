"""Work in flight: records grouped into units, each one asyncio task that ends when all is durable."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Container
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from newswire.domain.log.topology import NOT_BEFORE, due_moment
from newswire.errors import Wait
from newswire.ports import Clock, Partition, Record
from newswire.runtime.consumer_limits import ConsumerLimits
from newswire.runtime.offsets import OffsetTracker
from newswire.runtime.progress import Progress
from newswire.waiting.outage import Outage

log = structlog.get_logger()

TrackedRecord = tuple[Record, OffsetTracker]


@dataclass(slots=True, eq=False)
class Unit:
    """Records that are handled together."""

    taken: tuple[TrackedRecord, ...]
    due: bool = True
    given_up: bool = False

    def touches(self, partitions: Container[Partition]) -> bool:
        """Whether any of its records is of ``partitions``."""
        return any(record.partition in partitions for record, _ in self.taken)


def due_at(record: Record) -> datetime | None:
    """When the record is due; None for at once, also when its header cannot be read (which is logged)."""
    text = record.header(NOT_BEFORE)
    try:
        return due_moment(text)
    except ValueError:
        log.warning("record.not-before-unreadable", topic=record.partition.topic, offset=record.offset, header=text)
        return None


def _due_since(record: Record) -> datetime | None:
    with suppress(ValueError):  # `due_at` has logged it
        return due_moment(record.header(NOT_BEFORE)) or record.published_at
    return record.published_at


class Units:
    """Everything in flight of one consumer."""

    def __init__(
        self,
        work: Callable[[tuple[Record, ...]], Awaitable[None]],
        *,
        limits: ConsumerLimits,
        clock: Clock,
        progress: Progress,
        changed: Callable[[], None],
    ) -> None:
        """``work`` returns when the outputs of all its records are durable; ``changed`` is called after each unit."""
        self._work, self._limits, self._clock = work, limits, clock
        self._progress, self._changed = progress, changed
        self.outage = Outage(progress.name, clock)
        self._pending: deque[TrackedRecord] = deque()
        self.running: dict[Unit, asyncio.Task[None]] = {}
        self.undue: Counter[Partition] = Counter()
        """How many records of each partition wait for their time."""
        self.failure: BaseException | None = None
        """The first error that is not about waiting; nothing is started any more."""

    @property
    def busy(self) -> bool:
        """Whether no further unit may run at present."""
        return len(self.running) >= self._limits.units

    def add(self, taken: TrackedRecord) -> None:
        """Queue a record; `launch` starts it."""
        self._pending.append(taken)

    def launch(self) -> None:
        """Start as many units as may run."""
        while self._pending and not self.busy and self.failure is None:
            count = min(self._limits.unit, len(self._pending))
            unit = Unit(tuple(self._pending.popleft() for _ in range(count)))
            task = asyncio.create_task(self._run(unit))
            self.running[unit] = task
            task.add_done_callback(partial(self._ended, unit))

    def oldest_due_at(self) -> datetime | None:
        """When the record became due, or was published, that has waited longest; None where none waits."""
        waiting = [*self._pending, *(taken for unit in self.running if unit.due for taken in unit.taken)]
        return min((due for record, _ in waiting if (due := _due_since(record))), default=None)

    def forget_pending(self, partitions: Container[Partition] | None = None) -> None:
        """Do not start what was not started yet, of ``partitions`` or of all."""
        self._pending = deque(t for t in self._pending if partitions is not None and t[0].partition not in partitions)

    def give_up(self, when: Callable[[Unit], bool]) -> None:
        """Cancel the running units that ``when`` is true of."""
        for unit, task in self.running.items():
            if when(unit):
                unit.given_up = True
                task.cancel()

    async def _run(self, unit: Unit) -> None:
        await self._until_due(unit)
        records = tuple(record for record, _ in unit.taken)
        for delay in self._limits.backoff.delays():
            try:
                await self._work(records)
            except Wait as error:
                self.outage.failed(unit, error)
                await self._clock.sleep(delay)
            else:
                self.outage.passed(unit)
                return

    async def _until_due(self, unit: Unit) -> None:
        times = [due for record, _ in unit.taken if (due := due_at(record))]
        if not times or (seconds := (max(times) - self._clock.now()).total_seconds()) <= 0:
            return
        held = Counter(record.partition for record, _ in unit.taken)
        unit.due = False
        self.undue.update(held)
        self._changed()
        try:
            await self._clock.sleep(seconds)
        finally:
            unit.due = True
            self.undue.subtract(held)
            self._changed()

    def _ended(self, unit: Unit, task: "asyncio.Task[None]") -> None:
        del self.running[unit]
        self.outage.gave_up(unit)
        error = None if task.cancelled() else task.exception()
        if task.cancelled() and not unit.given_up:
            error = RuntimeError("the work on a record was cancelled from inside")
        if error is not None:
            self.failure = self.failure or error
        elif not task.cancelled():
            self._progress.finished += sum(tracker.finish(record) for record, tracker in unit.taken)
            self._progress.last_finished_at = self._clock.now()
            self._progress.uncommitted = True
        self.launch()
        self._changed()
