"""Hand-driven stand-ins for time and the log: nothing here waits for the real clock."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from newswire.errors import StaleAssignment, Wait
from newswire.ports import Batch, Partition, Record

START = datetime(2026, 1, 1, tzinfo=UTC)


async def eventually(condition: Callable[[], object], what: str = "the condition") -> None:
    """Let the loop turn until ``condition()`` is true; fail after a bounded number of turns."""
    for _ in range(5_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError(f"{what} never came true")


async def turns(number: int = 200) -> None:
    """Let the loop turn: enough for everything that can happen without time passing to have happened."""
    for _ in range(number):
        await asyncio.sleep(0)


class FakeClock:
    """Implements `newswire.ports.Clock`. Time stands still until `advance`; with ``auto``, sleeping advances it."""

    def __init__(self, start: datetime = START, *, auto: bool = False) -> None:
        self._now = start
        self._auto = auto
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self.slept: list[float] = []
        """Every duration that was asked for, in order."""

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self._auto:
            self._now += timedelta(seconds=max(seconds, 0))
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass, waking each sleeper at its own time."""
        end = self._now + timedelta(seconds=seconds)
        await turns(20)
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not future.done():
                future.set_result(None)
                await turns(20)
        self._now = end
        await turns(20)


class FakeSubscription:
    """Implements `newswire.ports.Subscription` over lists; the test gives and takes partitions.

    An empty poll returns after one turn of the loop instead of waiting, whatever its timeout.
    """

    def __init__(self) -> None:
        self.logs: dict[Partition, list[Record]] = {}
        self.assigned: dict[Partition, int] = {}
        self.group: dict[Partition, int] = {}
        """What the group remembers."""
        self.commits: list[dict[Partition, int]] = []
        self.paused: set[Partition] = set()
        self.polls = 0
        self.timeout_s = 0.0
        """What the last poll was given."""
        self.polled: list[Record] = []
        self.away = False
        self.held: asyncio.Event | None = None
        """Hold back what a poll has found until this is set: a poll that answers late."""
        self.stale: set[Partition] = set()
        """Gone in the group's eyes, which the next poll has not learnt yet."""
        self.closed = False
        self._position: dict[Partition, int] = {}
        self._epochs = count(1)
        self._drain: Callable[[Sequence[Partition]], Awaitable[None]] | None = None

    # ------------------------------------------------------------------ driven by the test
    def append(
        self, partition: Partition, number: int = 1, *, headers: tuple[tuple[str, bytes], ...] = (), size: int = 1
    ) -> list[Record]:
        """Publish ``number`` records to ``partition``."""
        log = self.logs.setdefault(partition, [])
        records = [Record(partition, len(log) + i, None, b"x" * size, headers) for i in range(number)]
        log.extend(records)
        return records

    def give(self, *partitions: Partition) -> None:
        """Assign, in a new epoch, from the committed offset on. A pause is kept, as an adapter may."""
        for partition in partitions:
            self.assigned[partition] = next(self._epochs)
            self._position[partition] = self.group.get(partition, 0)
            self.stale.discard(partition)

    def take(self, *partitions: Partition) -> None:
        """Take away without a word, as after a lost session."""
        for partition in partitions:
            del self.assigned[partition]

    async def revoke(self, *partitions: Partition) -> None:
        """Take away in good order."""
        assert self._drain is not None, "on_revoke was never called"
        await self._drain(partitions)
        self.take(*partitions)

    # ------------------------------------------------------------------------- the port
    async def poll(self, max_records: int, timeout_s: float) -> Batch:
        assert timeout_s > 0
        self.polls += 1
        self.timeout_s = timeout_s
        await asyncio.sleep(0)
        if self.away:
            raise Wait("the broker is away")
        records: list[Record] = []
        for partition in sorted(self.assigned.keys() - self.paused):
            start = self._position[partition]
            found = self.logs.get(partition, [])[start : start + max_records - len(records)]
            self._position[partition] += len(found)
            records += found
        self.polled += records
        batch = Batch(tuple(records), dict(self.assigned))
        if records and self.held is not None:
            await self.held.wait()
        return batch

    def pause(self, partitions: Sequence[Partition]) -> None:
        self.paused.update(partitions)

    def resume(self, partitions: Sequence[Partition]) -> None:
        self.paused.difference_update(partitions)

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise Wait("the broker is away")
        if stale := offsets.keys() - (self.assigned.keys() - self.stale):
            raise StaleAssignment(f"not ours: {stale}")
        self.commits.append(dict(offsets))
        self.group.update(offsets)

    def on_revoke(self, drain: Callable[[Sequence[Partition]], Awaitable[None]]) -> None:
        self._drain = drain

    async def close(self) -> None:
        await asyncio.sleep(0)
        self.closed = True
