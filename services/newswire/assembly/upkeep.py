"""What `store` does every hour beside its records: it drops what was kept for long enough."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from newswire.assembly.backends import Backends
from newswire.operations.drop_old import drop_letters, drop_texts
from newswire.operations.drop_pages import drop_pages
from newswire.operations.fold_ledger import fold_ledger
from newswire.ports import TimePlace
from newswire.waiting.bounded import pause

log = structlog.get_logger()

_EVERY_S: Final = 3600.0
_FOLDED: Final = 500_000
"""Lines of the ledger that are folded in an hour: a backlog does not keep the rest of the hourly work waiting."""
_LOOKED_AT: Final = 200_000
"""Old texts that are looked at in an hour, for the same reason."""


@dataclass(slots=True)
class Upkeep:
    """The hourly work over the backends."""

    backends: Backends
    _texts_behind: TimePlace | None = None
    """Where the next hour goes on with old texts; from the beginning where it is None."""

    async def run(self, stop: asyncio.Event) -> None:
        """Work every hour until ``stop`` is set. Raises `Wait` when a dependency is away."""
        while not stop.is_set():
            await self._prune_log()
            await self._fold()
            await self._drop_texts()
            await self._drop_letters()
            await self._drop_pages()
            await pause(_EVERY_S, stop, self.backends.clock)

    async def _prune_log(self) -> None:
        keep = timedelta(days=self.backends.settings.bus_database.retention_days)
        dropped = await self.backends.bus.prune(self.backends.clock.now() - keep)
        if dropped:
            log.info("bus.pruned", records=dropped)

    async def _fold(self) -> None:
        backends = self.backends
        if days := backends.settings.retain.ledger_days:
            folded = await fold_ledger(backends.ledger_fold, backends.clock, days, most=_FOLDED)
            if folded.lines:
                log.info("ledger.folded", lines=folded.lines, deleted=folded.deleted)

    async def _drop_texts(self) -> None:
        backends, behind = self.backends, self._texts_behind
        if days := backends.settings.retain.text_days:
            found = await drop_texts(backends.retention, backends.clock, days, behind=behind, most=_LOOKED_AT)
            self._texts_behind = found.behind
            if found.texts:
                log.info("texts.dropped", texts=found.texts, size=found.size, kept=found.kept)

    async def _drop_letters(self) -> None:
        backends = self.backends
        if days := backends.settings.retain.dead_letter_days:
            gone = await drop_letters(backends.retention, backends.clock, days)
            if gone.letters:
                log.info("dead-letters.dropped", letters=gone.letters, unsent=gone.unsent)

    async def _drop_pages(self) -> None:
        archive, days = self.backends.archive, self.backends.settings.archive.keep_days
        if archive is not None and days is not None:
            await drop_pages(archive, days, self.backends.clock.now())
