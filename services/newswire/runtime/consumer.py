"""The loop that both shapes of worker share: poll, hand out, throttle, commit, give back.

Polling goes on whatever the work does, because it keeps the membership; the intake is slowed down by
pausing partitions, never by polling less.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog

from newswire.errors import StaleAssignment, Wait
from newswire.ports import Batch, Clock, Partition, Record, Subscription
from newswire.runtime.assignment import Assignment
from newswire.runtime.consumer_limits import ConsumerLimits
from newswire.runtime.progress import Progress
from newswire.runtime.units import Unit, Units
from newswire.waiting.bounded import pause, settle

log = structlog.get_logger()


class Consumer:
    """One subscription being worked off."""

    def __init__(
        self,
        subscription: Subscription,
        work: Callable[[tuple[Record, ...]], Awaitable[None]],
        *,
        limits: ConsumerLimits,
        clock: Clock,
        progress: Progress,
    ) -> None:
        """See `newswire.runtime.worker` for what ``work`` may raise."""
        self._subscription, self._limits, self._clock, self._progress = subscription, limits, clock, progress
        self._assignment = Assignment(limits.window)
        self._units = Units(work, limits=limits, clock=clock, progress=progress, changed=self._throttle)
        progress.oldest_due = self._units.oldest_due_at
        self._outage = self._units.outage
        self._paused: set[Partition] = set()
        self._leaving: set[Partition] = set()
        self._draining = False
        self._poll_delays = limits.backoff.delays()
        self._committing = asyncio.Lock()
        self._committed_at = clock.now()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set or the work fails; then drain, commit and leave the group."""
        self._subscription.on_revoke(self._revoke)
        try:
            while not stop.is_set() and self._units.failure is None:
                await self._turn(stop)
            await self._drain(stop)
        finally:
            await self._leave()
        if self._units.failure is not None:
            raise self._units.failure

    async def _turn(self, stop: asyncio.Event) -> None:
        try:
            batch = await self._poll()
        except Wait as error:
            self._outage.failed("poll", error)
            await self._nap(next(self._poll_delays), stop)
        else:
            self._outage.passed("poll")
            self._poll_delays = self._limits.backoff.delays()
            self._receive(batch, stop)
        waited = (self._clock.now() - self._committed_at).total_seconds()
        idle = self._progress.in_flight <= self._progress.waiting
        if idle or waited >= self._limits.commit_interval_s:
            await self._commit()

    async def _poll(self) -> Batch:
        # A partition that waits for its time may wait for hours: that is no reason to hurry.
        hurried = self._draining or any(self._units.undue[partition] == 0 for partition in self._paused)
        timeout_s = self._limits.throttled_poll_s if hurried else self._limits.poll_s
        batch = await self._subscription.poll(min(self._limits.max_poll, self._assignment.room), timeout_s)
        self._progress.last_poll_at = self._clock.now()
        return batch

    async def _nap(self, seconds: float, stop: asyncio.Event) -> None:
        if self._draining:
            await settle(self._units.running.values(), seconds, self._clock)
        else:
            await pause(seconds, stop, self._clock)

    def _receive(self, batch: Batch, stop: asyncio.Event) -> None:
        before = self._assignment.in_flight
        lost, new = self._assignment.update(batch.assigned)
        self._dropped(lost, before)
        # What this consumer paused in an earlier epoch must not stay paused in the new one.
        if new:
            self._subscription.resume(sorted(new))
        for record in batch.records:
            if self._draining or stop.is_set() or record.partition in self._leaving:
                continue  # never started, so never committed: it will be delivered again
            if tracker := self._assignment.start(record):
                self._progress.taken += 1
                self._units.add((record, tracker))
        self._units.launch()
        self._throttle()

    def _throttle(self) -> None:
        """Pause what must not deliver now, resume what may again; note the state for the health check."""
        wanted = {
            partition
            for partition, tracker in self._assignment.trackers.items()
            if self._draining
            or self._units.busy
            or tracker.full
            or self._units.undue[partition] > 0
            or partition in self._leaving
        }
        if added := wanted - self._paused:
            self._subscription.pause(sorted(added))
        if removed := self._paused - wanted:
            self._subscription.resume(sorted(removed))
        self._paused = wanted
        self._measure()

    async def _commit(self, partitions: Iterable[Partition] | None = None) -> None:
        async with self._committing:
            self._committed_at = self._clock.now()
            offsets = self._assignment.committable(partitions)
            try:
                if offsets:
                    await self._commit_offsets(offsets)
            except Wait as error:
                self._outage.failed("commit", error)
            else:
                self._outage.passed("commit")
        self._measure()

    async def _commit_offsets(self, offsets: dict[Partition, int]) -> None:
        try:
            await self._subscription.commit(offsets)
            self._assignment.committed(offsets)
        except StaleAssignment:
            if len(offsets) == 1:
                self._drop(offsets)
                return
            # Some of them are no longer ours, and only asking one by one tells which.
            for partition, offset in offsets.items():
                await self._commit_offsets({partition: offset})

    async def _revoke(self, partitions: Sequence[Partition]) -> None:
        """Finish what can be finished of these, commit it, and let go of the rest."""
        leaving = set(partitions) & self._assignment.trackers.keys()
        self._leaving |= leaving
        self._units.forget_pending(leaving)
        self._units.give_up(lambda unit: not unit.due and unit.touches(leaving))
        self._throttle()
        tasks = [task for unit, task in self._units.running.items() if unit.touches(leaving)]
        if not await settle(tasks, self._limits.revoke_s, self._clock):
            log.warning("revoke.timeout", consumer=self._progress.name, seconds=self._limits.revoke_s)
        await self._commit(leaving)
        self._drop(leaving)
        self._leaving -= leaving

    def _drop(self, partitions: Iterable[Partition]) -> None:
        before = self._assignment.in_flight
        lost = frozenset(partitions)
        self._assignment.drop(lost)
        self._dropped(lost, before)
        self._throttle()

    def _dropped(self, lost: frozenset[Partition], before: int) -> None:
        if not lost:
            return
        dropped = before - self._assignment.in_flight
        self._progress.dropped += dropped
        self._paused -= lost
        self._units.forget_pending(lost)
        self._units.give_up(_nobody_waits_for)
        log.info("partitions.lost", consumer=self._progress.name, partitions=_names(lost), dropped=dropped)

    async def _drain(self, stop: asyncio.Event) -> None:
        self._draining = True
        self._units.forget_pending()
        self._units.give_up(lambda unit: not unit.due)
        self._throttle()
        started = self._clock.now()
        while self._units.running and (self._clock.now() - started).total_seconds() < self._limits.drain_s:
            await self._turn(stop)

    async def _leave(self) -> None:
        self._draining = True
        self._units.forget_pending()
        self._units.give_up(lambda _: True)
        if not await settle(self._units.running.values(), self._limits.cancel_s, self._clock):
            log.error("drain.stuck", consumer=self._progress.name, units=len(self._units.running))
        try:
            await self._commit()
        finally:
            self._progress.dropped += self._assignment.in_flight
            self._assignment.drop(tuple(self._assignment.trackers))
            self._paused = set()
            self._measure()
            await self._close()

    async def _close(self) -> None:
        try:
            await self._subscription.close()
        except Wait as error:
            log.warning("close.unheard", consumer=self._progress.name, error=str(error))

    def _measure(self) -> None:
        progress = self._progress
        progress.partitions = len(self._assignment.trackers)
        progress.waiting = self._units.undue.total()
        progress.uncommitted = bool(self._assignment.committable())
        progress.away_since = self._outage.since
        if progress.in_flight <= progress.waiting:
            progress.busy_since = None
        elif progress.busy_since is None:
            progress.busy_since = self._clock.now()


def _nobody_waits_for(unit: Unit) -> bool:
    return all(tracker.ended for _, tracker in unit.taken)


def _names(partitions: Iterable[Partition]) -> list[str]:
    return [f"{partition.topic}/{partition.number}" for partition in sorted(partitions)]
