"""Reads into the metrics, now and then, the figures that no stage knows by itself: lag, schedule, hubs, webhooks."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NoReturn

import structlog

from newswire import metrics
from newswire.ports import Bus, Clock, FeedSchedule, HubUpkeep, Webhooks

log = structlog.get_logger()

EVERY_S: Final = 15.0
"""Between two looks, however often somebody scrapes: each of them costs the broker and the database a few reads."""
BOUND_S: Final = 10.0
"""For one look."""


@dataclass(frozen=True, slots=True)
class Observer:
    """Looks until it is cancelled. Raises nothing: what cannot be read is absent from the metrics meanwhile."""

    bus: Bus
    clock: Clock
    groups: Mapping[str, Sequence[str]]
    """The topics of each consumer group to be observed."""
    feeds: FeedSchedule | None = None
    """Given where the schedule is to be observed."""
    hubs: HubUpkeep | None = None
    """Given where the subscriptions at hubs are to be observed."""
    webhooks: Webhooks | None = None
    """Given where webhooks are to be observed."""
    bound_s: float = BOUND_S

    async def run(self) -> NoReturn:
        """Look again and again."""
        while True:
            await self.look()
            await self.clock.sleep(EVERY_S)

    async def look(self) -> None:
        """Read everything once."""
        try:
            async with asyncio.timeout(self.bound_s):
                await self._read()
        except Exception as error:  # noqa: BLE001  # whatever it is, the stage meets it too and says so
            log.debug("metrics.unobserved", error=str(error) or type(error).__name__)
            metrics.unobserved()

    async def _read(self) -> None:
        lags = {group: await self._lag(group, topics) for group, topics in self.groups.items()}
        if self.hubs is not None:
            metrics.hub_subscriptions(await self.hubs.count())
        if self.webhooks is not None:
            figures = await self.webhooks.figures()
            metrics.webhooks.observed(figures.states, figures.lag)
        if self.feeds is None:
            metrics.observed(lags, None, None, self.clock.now())
            return
        counts, due = await self.feeds.count(), await self.feeds.next_due()
        now = self.clock.now()
        metrics.observed(lags, counts, timedelta() if due is None else now - due, now)

    async def _lag(self, group: str, topics: Sequence[str]) -> dict[str, int]:
        waiting = dict.fromkeys(topics, 0)
        for partition, records in (await self.bus.lag(group, topics)).items():
            waiting[partition.topic] += records
        return waiting
