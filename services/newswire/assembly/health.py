"""A running stage's /livez, /readyz and /metrics: what they are made of, and for how long they answer."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from newswire import metrics
from newswire.assembly.backends import Backends
from newswire.assembly.pipeline import Pipeline, StageName
from newswire.domain.log.topology import STAGES
from newswire.domain.readiness import Readiness, judge
from newswire.errors import UsageError
from newswire.ports import Schema
from newswire.runtime.health import HealthCheck, HealthChecks
from newswire.runtime.progress import Progress
from newswire.serve.auditor import Auditor
from newswire.serve.observer import Observer
from newswire.serve.summaries import Summaries
from newswire.settings import Settings

_ENDING_S: Final = 1.0


class Health:
    """How this process is, from its start to its very end."""

    def __init__(self, config: Settings, stages: Sequence[StageName]) -> None:
        """Not ready before `watching` a pipeline."""
        self._config, self._stages = config, stages
        self._pipeline: Pipeline | None = None
        self._checks: HealthChecks | None = None
        self._registry = metrics.exposed(stages)

    @asynccontextmanager
    async def watching(self, pipeline: Pipeline) -> AsyncGenerator[None]:
        """Ask the pipeline's dependencies and read its figures while the block lasts; after it, it is draining.

        Without a port nobody asks: then the figures are read for the log alone, once a minute.
        """
        backends = pipeline.backends
        self._checks = HealthChecks(_checks(backends, self._stages), backends.clock)
        self._pipeline = pipeline
        nodes = [STAGES[stage] for stage in self._stages]
        groups = {node.group: node.reads for node in nodes if node.reads}
        observer = Observer(
            backends.bus,
            backends.clock,
            groups,
            feeds=backends.schedule if "poll" in self._stages else None,
            hubs=backends.hub_upkeep if "websub" in self._stages else None,
            webhooks=backends.webhooks if "webhooks" in self._stages else None,
        )
        answers = self._config.health.port is not None
        metrics.unobserved()  # a gauge begins at 0, which would say that nothing waits

        async def refresh() -> None:
            self._tell_progress()
            if not answers:
                await observer.look()

        summaries = Summaries(self._stages, backends.clock, refresh)
        looking = [asyncio.create_task(summaries.run())]
        if answers:
            looking.append(asyncio.create_task(observer.run()))
        if "store" in self._stages and (interval_s := self._config.health.audit_interval_s):
            auditor = Auditor(backends.ledger, backends.bus, backends.clock, timedelta(seconds=interval_s))
            looking.append(asyncio.create_task(auditor.run()))
        try:
            yield
        finally:
            pipeline.stop.set()
            for task in looking:
                task.cancel()
            await asyncio.wait(looking, timeout=_ENDING_S)
            if not pipeline.once:
                self._tell_progress()
                summaries.tell()

    async def ready(self) -> Readiness:
        """The answer of /readyz."""
        pipeline, checks = self._pipeline, self._checks
        if pipeline is None or checks is None:
            return judge({}, started=False, draining=False)
        troubles = {} if pipeline.stop.is_set() else await checks.look()
        return judge(troubles, started=True, draining=pipeline.stop.is_set())

    def metrics(self) -> bytes:
        """The answer of /metrics."""
        self._tell_progress()
        return metrics.text(self._registry)

    def _tell_progress(self) -> None:
        if self._pipeline is not None:
            for progress in self._pipeline.progress.values():
                _tell(progress, self._pipeline.backends.clock.now())


@asynccontextmanager
async def answering(config: Settings, stages: Sequence[StageName]) -> AsyncGenerator[Health]:
    """Answer on the port of the settings, if any, while the block lasts. Raises `UsageError` when it is taken."""
    health = Health(config, stages)
    if config.health.port is None:
        yield health
        return
    from newswire.serve.health import application  # noqa: PLC0415  # FastAPI is slow to import
    from newswire.serve.listener import listening  # noqa: PLC0415  # the same

    app = application(ready=health.ready, metrics=health.metrics)
    async with listening(app, host=config.health.host, port=config.health.port):
        yield health


def _checks(backends: Backends, stages: Sequence[StageName]) -> dict[str, HealthCheck]:
    """Checks of the dependencies of these stages. `extract` needs no database when the bus is not in it."""
    topics = dict.fromkeys(topic for stage in stages for topic in STAGES[stage].topics)
    if backends.settings.latest.publish:
        topics |= dict.fromkeys(topic for stage in stages for topic in STAGES[stage].may_write)
    checks: dict[str, HealthCheck] = {"bus": partial(backends.bus.reach, tuple(topics))} if topics else {}
    if list(stages) != ["extract"] or not backends.settings.kafka_servers:
        checks |= {"database": backends.schema.ping, "schema": partial(_right_schema, backends.schema)}
    return checks


async def _right_schema(schema: Schema) -> None:
    state = await schema.state()
    if not state.fits:
        raise UsageError(f"the database's schema is {state.have or 'missing'}, this version needs {state.need}")
    if state.fence:
        raise UsageError(state.fence)


def _tell(progress: Progress, now: datetime) -> None:
    def since(moment: datetime) -> float:
        return max(0.0, (now - moment).total_seconds())

    metrics.consumer(
        progress.name,
        in_flight=progress.in_flight,
        waiting=progress.waiting,
        partitions=progress.partitions,
        stalled_s=progress.stalled_s(now),
        away_s=since(progress.away_since) if progress.away_since else 0.0,
        last_poll_age_s=since(progress.last_poll_at) if progress.last_poll_at else None,
        oldest_waiting_s=since(progress.oldest_due_at) if progress.oldest_due_at else 0.0,
    )
