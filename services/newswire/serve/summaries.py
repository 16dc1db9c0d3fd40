"""Writes a line with the figures of each stage into the log, every minute: monitoring for those who have logs alone."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final, NoReturn

import structlog

from newswire import metrics
from newswire.metrics.summary import Figures, figures, summary
from newswire.ports import Clock

log = structlog.get_logger()

EVERY_S: Final = 60.0


class Summaries:
    """The lines of one process."""

    def __init__(self, stages: Iterable[str], clock: Clock, refresh: Callable[[], Awaitable[None]]) -> None:
        """Count from now on. ``refresh`` brings the metrics up to date that no stage counts by itself."""
        self._registries = {stage: metrics.exposed([stage]) for stage in stages}
        self._clock = clock
        self._refresh = refresh
        self._since, self._before = self._now()

    async def run(self) -> NoReturn:
        """Tell again and again, until it is cancelled."""
        while True:
            await self._clock.sleep(EVERY_S)
            await self._refresh()
            self.tell()

    def tell(self) -> None:
        """Write one line for each stage, about the time since the last one."""
        moment, now = self._now()
        seconds = round((moment - self._since).total_seconds(), 1)
        for stage, found in now.items():
            log.info("stage.summary", seconds=seconds, **summary(stage, self._before[stage], found))
        self._since, self._before = moment, now

    def _now(self) -> tuple[datetime, dict[str, Figures]]:
        return self._clock.now(), {stage: figures(registry) for stage, registry in self._registries.items()}
