"""Keep the search index up to date with the wire."""

import asyncio
from typing import Final

import structlog

from newswire.errors import Wait
from newswire.ports import Clock, SearchIndex
from newswire.waiting.bounded import pause

log = structlog.get_logger()

BATCH: Final = 100
"""Changes that are indexed in one transaction: it keeps other writers of a SQLite file out for a tenth of a second."""
_LOOK_S: Final = 1.0
"""Between two looks for new changes."""
_AGAIN_S: Final = 2.0
"""Before the next look when the database is away."""


async def fill_index(index: SearchIndex) -> None:
    """Index every change that is not in the index yet. Raises `Wait`: call it again, and it goes on from there."""
    while await index.index_next(BATCH):
        pass


async def follow_index(index: SearchIndex, stop: asyncio.Event, clock: Clock) -> None:
    """Index changes as they come, until ``stop`` is set. A full index is begun, or gone on with, in the same way."""
    while not stop.is_set():
        try:
            if not await index.index_next(BATCH):
                await pause(_LOOK_S, stop, clock)
        except Wait as error:
            log.warning("search.waiting", dependency=error.dependency, error=str(error))
            await pause(_AGAIN_S, stop, clock)
