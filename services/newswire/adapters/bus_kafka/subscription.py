"""One consumer of a group over Kafka: polling, and through it what the group asks of a member."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError

from newswire.adapters.bus_kafka.errors import translated
from newswire.adapters.bus_kafka.member import Member, new_member
from newswire.adapters.bus_kafka.retention import Retention
from newswire.adapters.bus_kafka.watchdog import GiveUp, Watchdog
from newswire.errors import StaleAssignment, Wait
from newswire.ports import Batch, Partition, Record

COMMIT_TIMEOUT_S: Final = 10.0
_LOOK_S: Final = 1.0
"""How often a poll that waits looks whether all is well."""


class KafkaSubscription:
    """See `newswire.ports.Subscription`. One task polls; `commit`, `pause` and `resume` may be called from others.

    A poll that is cancelled delivers nothing and skips nothing. Partitions change hands within a poll:
    it hands revoked ones over, and a new assignment counts only after a poll has returned it.
    """

    def __init__(
        self,
        group: str,
        topics: Sequence[str],
        servers: Sequence[str],
        arguments: Mapping[str, Any],
        *,
        session_timeout_s: float,
    ) -> None:
        """Joins at the first poll."""
        self._group, self._topics = group, tuple(topics)
        self._servers, self._arguments = tuple(servers), arguments
        self._session_timeout_s = session_timeout_s
        self._joined: tuple[Member, Watchdog] | None = None
        self._round = 0  # of the assignment that is held
        self._epoch = 0
        self._held: dict[Partition, int] = {}  # by epoch
        self._paused: set[Partition] = set()
        self._woken = asyncio.Event()
        self._retention = Retention()
        self._drain: Callable[[Sequence[Partition]], Awaitable[None]] | None = None
        self.closed = False

    async def poll(self, max_records: int, timeout_s: float) -> Batch:
        """See the port. Returns, too, as soon as what is assigned has changed."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        await asyncio.sleep(0)  # so that the client has its turn, however little time it is given
        member, watchdog = await self._join()
        try:
            with member.polling():
                return await self._poll(member, watchdog, max_records, deadline)
        except GiveUp:
            await self._drop(member)
            raise
        except (KafkaError, ConsumerStoppedError) as error:
            await self._drop(member)
            self._check_open()
            raise translated(error, f"polling as {self._group}") from error

    def pause(self, partitions: Sequence[Partition]) -> None:
        """See the port. What has been fetched of them is kept, and not taken."""
        self._paused.update(partitions)

    def resume(self, partitions: Sequence[Partition]) -> None:
        """See the port."""
        self._paused.difference_update(partitions)
        self._woken.set()

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """See the port. It is all of them or none."""
        if not offsets:
            return
        if self._joined is None or not self._holds(self._joined[0]):
            raise StaleAssignment("some of these partitions belong to somebody else now")
        member, _ = self._joined
        try:
            async with asyncio.timeout(COMMIT_TIMEOUT_S):
                await member.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            raise StaleAssignment("the group has rebalanced meanwhile") from error
        except TimeoutError as error:
            raise Wait(f"Kafka did not commit within {COMMIT_TIMEOUT_S:g} s", dependency="kafka") from error
        except KafkaError as error:
            await self._drop(member)
            raise translated(error, f"committing as {self._group}") from error

    def on_revoke(self, drain: Callable[[Sequence[Partition]], Awaitable[None]]) -> None:
        """See the port. What was lost, the session having run out, is not drained."""
        self._drain = drain

    async def close(self) -> None:
        """See the port. With the broker away it takes some seconds: the session then runs out by itself."""
        if self.closed:
            return
        self.closed = True
        self._woken.set()
        if self._joined is not None:
            await self._drop(self._joined[0])

    def _check_open(self) -> None:
        if self.closed:
            raise StaleAssignment("this subscription was closed")

    # ------------------------------------------------------------------------------------------- membership
    async def _join(self) -> tuple[Member, Watchdog]:
        self._check_open()
        if self._joined is None:
            member = new_member(
                self._group,
                self._servers,
                self._arguments,
                session_timeout_s=self._session_timeout_s,
                wake=self._woken.set,
            )
            await member.join(self._topics, self._servers, self._arguments)
            self._joined = member, Watchdog(member, self._group, session_timeout_s=self._session_timeout_s)
            self._round = 0
            if self.closed:
                await self._drop(member)
                self._check_open()
        return self._joined

    async def _drop(self, member: Member) -> None:
        """End this client; the next poll starts another."""
        if self._joined is not None and self._joined[0] is member:
            self._joined = None
            self._forget()
        await member.leave()

    def _holds(self, member: Member) -> bool:
        """Whether what is held is still ours, if only to finish it and hand it over."""
        return member.round == self._round and (member.assigned is not None or member.handover is not None)

    def _forget(self) -> None:
        self._paused.difference_update(self._held)
        self._held.clear()

    async def _settle(self, member: Member) -> None:
        """Hand over what is to be given away, take over what was given."""
        if not self._holds(member):
            self._forget()
        if (handover := member.handover) is not None and not handover.is_set():
            try:
                if self._drain is not None and self._held:
                    await self._drain(sorted(self._held))
            finally:
                self._forget()
                handover.set()
        if member.assigned is not None and member.round != self._round:
            self._round = member.round
            self._epoch += 1
            self._held = dict.fromkeys(sorted(member.assigned), self._epoch)
            with suppress(KafkaError, TimeoutError):  # it is for the log only
                await member.compare(self._retention)

    # ---------------------------------------------------------------------------------------------- polling
    async def _poll(self, member: Member, watchdog: Watchdog, max_records: int, deadline: float) -> Batch:
        now = asyncio.get_running_loop().time
        before = dict(self._held)
        while True:
            self._woken.clear()
            member.check()
            await self._settle(member)
            await watchdog.look(self._polled())
            self._check_open()
            records = await self._taken(member, max_records)
            watchdog.gave({record.partition for record in records})
            if records or self._held != before or now() >= deadline:
                return Batch(records, dict(self._held))
            await self._wait(member, min(deadline, now() + _LOOK_S))

    def _polled(self) -> list[Partition]:
        return [at for at in self._held if at not in self._paused]

    async def _taken(self, member: Member, max_records: int) -> tuple[Record, ...]:
        """Nothing is awaited here that could be cancelled, so what is skipped over is what is returned."""
        if member.assigned is None or member.round != self._round or max_records < 1:
            return ()
        return await member.take(self._polled(), max_records)

    async def _wait(self, member: Member, until: float) -> None:
        fetched = member.fetched()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(until):
                    await self._woken.wait()
        finally:
            fetched.cancel()
