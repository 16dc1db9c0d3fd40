"""SQLite's files after an erasure.

A row that is changed or deleted leaves its bytes in the free part of its page, and in the write-ahead log. The file is
written anew without them (VACUUM), and the log is cut to nothing.
"""

import asyncio
from typing import Final

import structlog
from sqlalchemy import text

from newswire.adapters.database import Database
from newswire.errors import Wait

log = structlog.get_logger()

TRIES: Final = 60
PAUSE_S: Final = 0.5
_CHECKPOINT: Final = text("PRAGMA wal_checkpoint(TRUNCATE)")
_VACUUM: Final = text("VACUUM")


async def scrub(database: Database) -> None:
    """Write the file anew, and cut the write-ahead log. Raises `Wait` when others never let go of them."""
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(PAUSE_S)
        try:
            async with database.look() as connection:
                await connection.execute(_VACUUM)
                busy = (await connection.execute(_CHECKPOINT)).one()[0]
        except Wait as error:
            log.warning("sqlite.scrub.waits", error=str(error))
            continue
        if not busy:
            return
    told = "the database's files still hold erased text: others have read them all the while; purge again"
    raise Wait(told, dependency="database")
