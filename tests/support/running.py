"""All stages at work in this process, over real parts and a scripted web. Time goes on only when a test says so."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from newswire.assembly.backends import Backends, FetchBackends
from newswire.assembly.pipeline import Pipeline
from newswire.contracts import entry_id_of
from newswire.events import TOPICS
from newswire.operations.audit import audit
from newswire.operations.subscribe import subscription
from newswire.ports import Message, Record
from support.line import on
from support.waiting import PATIENCE_S, eventually
from support.web import FakeWeb, answer, atom
from support.workers import Inline

LOOK_S = 0.05  # looking into a log is work for the machine that the stages run on
BREATH_S = 10.0


class LeapingClock:
    """Implements `newswire.ports.Clock`: time stands still, however slow the machine is, and goes on by `leap` alone.

    A sleep of up to `BREATH_S` seconds is housekeeping (a tick, a linger, a retry while the broker is away): it really
    lasts as long, and the clock shows the same time after it. A longer one lasts until leaps have reached its end.
    """

    def __init__(self) -> None:
        self._now = datetime.now(UTC)
        self._leapt = asyncio.Event()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= BREATH_S:
            await asyncio.sleep(seconds)
            return
        due = self._now + timedelta(seconds=seconds)
        while self._now < due:
            await self._leapt.wait()

    def leap(self, by: timedelta) -> None:
        self._now += by
        self._leapt.set()
        self._leapt = asyncio.Event()


@dataclass
class RunningLine:
    """A pipeline at work, and what a test asks of it."""

    backends: Backends
    web: FakeWeb
    clock: LeapingClock

    async def subscribe(self, url: str, *entries: dict[str, str]) -> None:
        """A feed that is polled at once, and serves these entries. A second passes, so that the poller looks for it."""
        self.serve_feed(url, *entries)
        await self.backends.feeds.add([subscription(url, self.clock.now())])
        self.clock.leap(timedelta(seconds=1))

    def serve_feed(self, url: str, *entries: dict[str, str]) -> None:
        self.web.serve(url, answer(url, atom(*entries), content_type="application/atom+xml"))

    async def asked(self, url: str, times: int) -> None:
        """Return once ``url`` has been asked so often; it must not be more."""
        await eventually(lambda: self.web.asked.count(url) >= times, what=f"{times} × {url}")
        assert self.web.asked.count(url) == times

    async def settled(self, found: int) -> dict[str, int]:
        """Return once that many entries were found and each has come to its outcome: how many to which."""

        async def over() -> bool:
            balance = await audit(self.backends.ledger, self.backends.bus)
            return balance.found == found and balance.pending == 0

        await eventually(over, every_s=LOOK_S, what=f"{found} entries and their outcomes")
        balance = await audit(self.backends.ledger, self.backends.bus)
        assert balance.balanced
        return {kind: count for kind, count in balance.outcomes.items() if count}

    async def on(self, topic: str, count: int) -> list[Record]:
        """The topic's records, once there are so many."""
        found: list[Record] = []

        async def there() -> bool:
            found[:] = await on(self.backends.bus, topic)
            return len(found) >= count

        await eventually(there, every_s=LOOK_S, what=lambda: f"{count} records on {topic}, have {len(found)}")
        return found

    async def about(self, entry_id: UUID) -> dict[str, list[Record]]:
        """Every record that names the entry, by topic."""
        found = {topic: await on(self.backends.bus, topic) for topic in TOPICS}
        named = {topic: [r for r in records if entry_id_of(r) == entry_id] for topic, records in found.items()}
        return {topic: records for topic, records in named.items() if records}

    async def deliver_again(self, records: Sequence[Record]) -> None:
        """Have these handled once more, as after a crash before their offsets were committed."""
        await self.backends.bus.publish(
            [Message(record.partition.topic, record.key or "", record.value, record.headers) for record in records]
        )


@asynccontextmanager
async def running(backends: Backends, web: FakeWeb, clock: LeapingClock | None = None) -> AsyncIterator[RunningLine]:
    """Every stage over ``backends``, in the test's time. The log keeps the machine's time: leases run out by it."""
    clock = clock or LeapingClock()
    pipeline = Pipeline(replace(backends, clock=clock), FetchBackends(web, Inline()))
    work = asyncio.create_task(pipeline.run())
    try:
        yield RunningLine(pipeline.backends, web, clock)
    finally:
        pipeline.stop.set()
        await asyncio.wait_for(work, PATIENCE_S)
