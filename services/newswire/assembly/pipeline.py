"""The stages as running services: alone in a container, or all together in one process."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Final, Literal

import structlog

from newswire.assembly.backends import Backends, FetchBackends
from newswire.assembly.stages import drift_stage, extract_stage, poll_stage, store_stage, websub_stage
from newswire.assembly.upkeep import Upkeep
from newswire.assembly.webhooks import send_webhooks
from newswire.domain.log.topology import DRIFT, EXTRACT, STORE, Node
from newswire.events import ENTRIES, RETRIES
from newswire.operations.search_index import fill_index, follow_index
from newswire.ports import Partition, Subscription
from newswire.runtime.consumer_limits import DEFAULT_LIMITS, ConsumerLimits
from newswire.runtime.heap import give_back
from newswire.runtime.progress import Progress
from newswire.runtime.supervisor import supervise
from newswire.runtime.units import due_at
from newswire.runtime.worker import run_batches, run_each
from newswire.stages.drift import BATCH as DRIFT_BATCH
from newswire.waiting.bounded import pause

log = structlog.get_logger()

StageName = Literal["poll", "extract", "store", "drift", "websub", "webhooks"]
STAGES: Final[tuple[StageName, ...]] = ("poll", "extract", "store", "drift")
"""The stages of every installation. `websub` only makes polls come sooner; `webhooks` sends to receivers."""
_LOOK_S: Final = 0.1
"""How often a run that is to end by itself looks whether everything is done."""
_LINGER_S: Final = 0.1
"""The time for a batch of `store` to gather: a tenth of a second of latency for far fewer transactions."""
_UNHURRIED_S: Final = 1.0
"""The same for `drift`, for which nobody waits but a run that is to end."""
_POLL_S: Final = 0.1
"""How long an idle consumer waits for records before it looks whether it is to stop."""
_ERASE_S: Final = 20.0
_GIVE_BACK_S: Final = 60.0


@dataclass(slots=True)
class Pipeline:
    """Stages over backends. `fetch_backends` may be left out where only `store` runs."""

    backends: Backends
    fetch_backends: FetchBackends | None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    progress: dict[str, Progress] = field(default_factory=dict)
    once: bool = False
    """Whether it ends by itself."""
    polled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when everything that was due has been polled once, in a run that ends by itself."""

    async def run(self, stages: tuple[StageName, ...] = STAGES) -> None:
        """Run until `stop` is set. Raises `Stop` when a stage ended itself."""
        factories: dict[str, Callable[[], Awaitable[None]]] = {name: self._factory(name) for name in stages}
        if "store" in stages:
            factories["prune"] = partial(Upkeep(self.backends).run, self.stop)
            factories["erase"] = self._erase
            factories["index"] = self._index
        factories["heap"] = self._give_back
        if "poll" not in stages:
            self.polled.set()
        for name in stages:
            log.info("stage.started", stage=name)
        await supervise(factories, self.stop, clock=self.backends.clock)

    async def run_once(self, stages: tuple[StageName, ...] = STAGES) -> None:
        """Poll every feed that is due, process all records, then stop."""
        self.once = True
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.run(stages))
            watching = group.create_task(self._stop_when_drained())
            await asyncio.wait((running, watching), return_when=asyncio.FIRST_COMPLETED)
            self.stop.set()
            watching.cancel()

    def _factory(self, name: StageName) -> Callable[[], Awaitable[None]]:
        return {
            "poll": self._poll,
            "extract": self._extract,
            "store": self._store,
            "drift": self._drift,
            "websub": self._websub,
            "webhooks": self._webhooks,
        }[name]

    async def _poll(self) -> None:
        stage = poll_stage(self.backends, self._needed())
        if self.once:
            await stage.due(self.stop)
            self.polled.set()
        await stage.run(self.stop)

    async def _extract(self) -> None:
        stage = extract_stage(self.backends, self._needed())
        subscription = await self._subscribe(EXTRACT)
        await run_each(
            subscription,
            stage.handle,
            stop=self.stop,
            clock=self.backends.clock,
            progress=self._progress("extract"),
            limits=self._limits(self.backends.settings.extract.window),
        )

    async def _store(self) -> None:
        stage = store_stage(self.backends)
        subscription = await self._subscribe(STORE)
        await run_batches(
            subscription,
            stage.handle,
            stop=self.stop,
            clock=self.backends.clock,
            progress=self._progress("store"),
            max_batch=self.backends.settings.store_stage.batch,
            linger_s=_LINGER_S,
            limits=self._limits(self.backends.settings.store_stage.batch),
        )

    async def _drift(self) -> None:
        subscription = await self._subscribe(DRIFT)
        await run_batches(
            subscription,
            drift_stage(self.backends).handle,
            stop=self.stop,
            clock=self.backends.clock,
            progress=self._progress("drift"),
            max_batch=DRIFT_BATCH,
            linger_s=_LINGER_S if self.once else _UNHURRIED_S,
            limits=self._limits(DRIFT_BATCH),
        )

    async def _websub(self) -> None:
        from newswire.serve.listener import listening  # noqa: PLC0415  # FastAPI is slow to import
        from newswire.serve.websub import LIMITS, Callbacks, application  # noqa: PLC0415  # the same

        backends, settings = self.backends, self.backends.settings.websub
        stage = websub_stage(backends, self._needed())
        callbacks = Callbacks(backends.hubs, backends.schedule, backends.clock, timedelta(seconds=settings.lease_s))
        app = application(callbacks)
        async with listening(app, host=settings.host, port=settings.port, name="websub", limits=LIMITS):
            while not self.stop.is_set():
                await stage.due(self.stop)
                await pause(backends.settings.poll.tick_s, self.stop, backends.clock)

    async def _webhooks(self) -> None:
        await send_webhooks(self.backends, self.stop)

    async def _erase(self) -> None:
        """Erase what was booked for articles after their purge."""
        while not self.stop.is_set():
            await self.backends.erasure.erase_late()
            await pause(_ERASE_S, self.stop, self.backends.clock)

    async def _give_back(self) -> None:
        """Return the memory of large batches to the system."""
        while not self.stop.is_set():
            await pause(_GIVE_BACK_S, self.stop, self.backends.clock)
            give_back()

    async def _index(self) -> None:
        """Keep the search index behind the wire; a run that ends by itself ends with a full one."""
        await follow_index(self.backends.search_index, self.stop, self.backends.clock)
        if self.once:
            await fill_index(self.backends.search_index)

    def _progress(self, name: str) -> Progress:
        self.progress[name] = Progress(name)
        return self.progress[name]

    def _limits(self, window: int) -> ConsumerLimits:
        drain_s = self.backends.settings.run.drain_s
        return replace(
            DEFAULT_LIMITS, poll_s=_POLL_S, drain_s=drain_s, window=replace(DEFAULT_LIMITS.window, count=window)
        )

    def _needed(self) -> FetchBackends:
        if self.fetch_backends is None:
            raise RuntimeError("poll, extract and websub need the web, and the first two worker processes")
        return self.fetch_backends

    async def _stop_when_drained(self) -> None:
        await self.polled.wait()
        while not await self.drained():
            await self.backends.clock.sleep(_LOOK_S)
        self.stop.set()

    async def drained(self) -> bool:
        """Whether no record waits for a stage, but for retries that are due later than our patience lasts.

        `extract` is looked at first: what it finished is in `store`'s topics before it is committed.
        """
        if any(progress.in_flight > progress.waiting for progress in self.progress.values()):
            return False  # known without asking the log
        bus, clock = self.backends.bus, self.backends.clock
        patience = timedelta(seconds=self.backends.settings.run.patience_s)
        lag = await self._lag(EXTRACT)
        if any(count for partition, count in lag.items() if partition.topic == ENTRIES):
            return False
        if any(lag.values()):
            until = clock.now() + patience
            # All of them, as a record may have moved to the next one since the lag was read.
            async for record in bus.unfinished(EXTRACT.group, RETRIES):
                due = due_at(record)
                if due is None or due <= until:
                    return False
        if any((await self._lag(STORE)).values()):
            return False
        return "drift" not in self.progress or not any((await self._lag(DRIFT)).values())

    async def _subscribe(self, node: Node) -> Subscription:
        return await self.backends.bus.subscribe(node.group, node.reads)

    async def _lag(self, node: Node) -> Mapping[Partition, int]:
        return await self.backends.bus.lag(node.group, node.reads)
