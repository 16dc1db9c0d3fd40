"""Audits the books now and then, for the metrics: the proof that nothing is lost, with the time of the proof."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NoReturn

import structlog

from newswire import metrics
from newswire.operations.audit import audit
from newswire.ports import Bus, Clock, Ledger

log = structlog.get_logger()

FIRST_S: Final = 60.0
"""From the start of the process to its first audit: a process that is started again and again audits nothing."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Audits until it is cancelled. Raises nothing: an audit that fails leaves the time of the last one to grow old."""

    ledger: Ledger
    bus: Bus
    clock: Clock
    every: timedelta

    async def run(self) -> NoReturn:
        """Audit again and again."""
        await self.clock.sleep(min(FIRST_S, self.every.total_seconds()))
        while True:
            await self.look()
            await self.clock.sleep(self.every.total_seconds())

    async def look(self) -> None:
        """Audit once."""
        began = self.clock.now()
        try:
            balance = await audit(self.ledger, self.bus)
        except Exception as error:  # noqa: BLE001  # whatever it is, the next audit may succeed, and an alert counts
            log.warning("audit.failed", error=str(error) or type(error).__name__)
            return
        now = self.clock.now()
        metrics.audited(balance.lost, now)
        log.log(
            logging.ERROR if balance.lost else logging.INFO,
            "audit.done",
            lost=balance.lost,
            pending=balance.pending,
            seconds=round((now - began).total_seconds(), 1),
        )
