"""One consumer of a group over the database: polling, and through it the membership."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Final

from newswire.adapters.bus_database.leases import Leases
from newswire.adapters.bus_database.read import read_records
from newswire.adapters.bus_database.wakeups import Idling, Wakeups, wait
from newswire.adapters.database import Database
from newswire.errors import StaleAssignment, Stop, Wait
from newswire.ports import Batch, Partition, Record

CLOSE_TIMEOUT_S: Final = 5.0
_AT_ONCE: Final = float("-inf")
_BEATS: Final = 3  # per lease: two may be late before it runs out
_GATHERING: Final = 0.25  # of the poll interval: a reader that has caught up lets so much gather before it asks again
_LONGEST_BEAT_S: Final = 2.0  # so that what others leave behind is soon found, however long a lease is
_LONGEST_BEAT_WHEN_SHORT_S: Final = 0.3
_BEATS_WHEN_SHORT: Final = 15  # while another member still holds what should be ours


class DatabaseSubscription:
    """See `newswire.ports.Subscription`. One task polls; `commit`, `pause` and `resume` may be called from others.

    A poll that is cancelled delivers nothing and skips nothing.
    """

    def __init__(
        self,
        database: Database,
        leases: Leases,
        wakeups: Wakeups,
        *,
        topics: Sequence[str],
        poll_interval_s: float,
        lease_s: float,
    ) -> None:
        """Joins at the first poll."""
        self._database = database
        self._leases = leases
        self._wakeups = wakeups
        self._topics = tuple(topics)
        self._lease_s = lease_s
        self._idling = Idling(poll_interval_s)
        self._gathering_s = poll_interval_s * _GATHERING
        self._published = asyncio.Event()
        wakeups.add(self._topics, self._published)
        self._held: dict[Partition, int] = {}  # by epoch
        self._positions: dict[Partition, int] = {}  # the partition that was served longest ago comes first
        self._paused: set[Partition] = set()
        self._drain: Callable[[Sequence[Partition]], Awaitable[None]] | None = None
        # By the event loop's clock. Nothing can be found before the last one, unless this process publishes.
        self._beat_due = self._leased_until = self._gathered = self._look_at = _AT_ONCE
        self.closed = False

    async def poll(self, max_records: int, timeout_s: float) -> Batch:
        """See the port."""
        if self.closed:
            raise StaleAssignment("this subscription was closed")
        now = asyncio.get_running_loop().time
        deadline = now() + timeout_s
        while True:
            if now() >= self._beat_due:
                await self._beat()
            if (rest := min(self._gathered, deadline) - now()) > 0:
                await asyncio.sleep(rest)
            read = await self._look(max_records) if self._published.is_set() or now() >= self._look_at else None
            if now() >= self._leased_until:
                # These may have been given to another member meanwhile.
                self._beat_due, self._look_at, read = now(), _AT_ONCE, None
            if read is not None or now() >= deadline:
                if read is None or len(read[0]) < max_records:
                    self._gathered = now() + self._gathering_s
                return self._delivered(read)
            await wait(self._published, min(deadline, self._beat_due, self._look_at) - now())

    def pause(self, partitions: Sequence[Partition]) -> None:
        """See the port."""
        self._paused.update(partitions)

    def resume(self, partitions: Sequence[Partition]) -> None:
        """See the port."""
        self._paused.difference_update(partitions)
        self._published.set()

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """See the port. Here it is all of them or none."""
        if not offsets:
            return
        epochs = {at: self._held[at] for at in offsets if at in self._held}
        try:
            await self._leases.commit(offsets, epochs)
        except StaleAssignment:
            self._beat_due = _AT_ONCE
            raise

    def on_revoke(self, drain: Callable[[Sequence[Partition]], Awaitable[None]]) -> None:
        """See the port."""
        self._drain = drain

    async def close(self) -> None:
        """See the port. With the database away or fenced it does not wait: the leases then run out by themselves."""
        if self.closed:
            return
        self.closed = True
        self._wakeups.remove(self._topics, self._published)
        self._forget(tuple(self._held))
        with suppress(Wait, Stop, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._leases.leave()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        beat = await self._leases.heartbeat(self._held)
        self._forget([at for at in self._held if at not in beat.keep])
        for at, taken in beat.taken.items():
            self._held[at], self._positions[at] = taken.epoch, taken.position
            self._look_at = _AT_ONCE
        self._leased_until = started + self._lease_s
        self._beat_due = started + (
            min(self._lease_s / _BEATS_WHEN_SHORT, _LONGEST_BEAT_WHEN_SHORT_S)
            if beat.short
            else min(self._lease_s / _BEATS, _LONGEST_BEAT_S)
        )
        if beat.give:
            await self._give(beat.give)

    async def _give(self, partitions: Sequence[Partition]) -> None:
        """Let the work on these be finished, then let go of them. The drain's error is raised after that."""
        try:
            if self._drain is not None:
                await self._drained(asyncio.ensure_future(self._drain(partitions)))
        finally:
            await self._leases.release(partitions)
            self._forget(partitions)

    async def _drained(self, drain: "asyncio.Future[None]") -> None:
        """Await it, keeping the membership meanwhile: nobody polls."""
        loop = asyncio.get_running_loop()
        try:
            while not drain.done():
                await asyncio.wait({drain}, timeout=self._lease_s / _BEATS)
                started = loop.time()
                if not drain.done():
                    with suppress(Wait):  # the next round tries again; commits will tell whether it was too late
                        await self._leases.prolong()
                        self._leased_until = started + self._lease_s
            drain.result()
        finally:
            drain.cancel()

    async def _look(self, max_records: int) -> tuple[list[Record], dict[Partition, int]] | None:
        """Read, and after a read without a result note when to read again.

        A consumer with much in hand polls many times a second: not each poll is worth a transaction.
        """
        self._look_at = _AT_ONCE  # where the read fails or is cancelled
        self._published.clear()
        read = await self._read(max_records)
        if read is None:
            self._look_at = asyncio.get_running_loop().time() + self._idling.next_s()
        return read

    async def _read(self, max_records: int) -> tuple[list[Record], dict[Partition, int]] | None:
        open_ = {at: position for at, position in self._positions.items() if at not in self._paused}
        if not open_ or max_records < 1:
            return None
        async with self._database.read() as connection:
            records, after = await read_records(connection, open_, max_records)
        return (records, after) if after else None

    def _delivered(self, read: tuple[list[Record], dict[Partition, int]] | None) -> Batch:
        """Nothing is awaited from here on, so what is skipped over is what is returned."""
        records, after = read or ([], {})
        if after:
            self._idling.reset()
        kept = {at for at in after if at in self._held and at not in self._paused}
        for at in kept:
            del self._positions[at]
            self._positions[at] = after[at]
        return Batch(tuple(record for record in records if record.partition in kept), dict(self._held))

    def _forget(self, partitions: Collection[Partition]) -> None:
        for at in partitions:
            self._held.pop(at, None)
            self._positions.pop(at, None)
            self._paused.discard(at)
