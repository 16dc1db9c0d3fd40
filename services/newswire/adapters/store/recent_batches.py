"""What the batches that were recorded last wrote, on Postgres: a row each, as numbers (`domain.articles.footprints`).

A batch is decided while others record theirs, and is written alone. It then reads here what they wrote since it looked.
The migration makes the table unlogged: after a crash of the server no batch goes on that looked before it.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, LargeBinary, Table, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database.advisory import AdvisoryLock, lock
from newswire.adapters.database.columns import metadata
from newswire.domain.articles.footprints import disturbed

recent_batches = Table(
    "recent_batches",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # in the order of the commits
    Column("written", LargeBinary),  # numbers of 4 bytes each; null where it may have written anything
)
KEPT: Final = 100
"""So many batches are kept at least. Who looked before the oldest of them decides everything again."""
_ROUND: Final = 10
"""Older ones are deleted once in so many batches."""

_NEWEST: Final = select(func.coalesce(func.max(recent_batches.c.number), 0))


async def share_recording(connection: AsyncConnection) -> int:
    """Let nobody in who holds `lock_recording`, until this transaction ends; returns the number of the newest batch."""
    await lock(connection, AdvisoryLock.RECORDING, shared=True)
    return int((await connection.execute(_NEWEST)).scalar_one())


async def lock_commits(connection: AsyncConnection) -> None:
    """Let nobody else write what all may read, until this transaction ends."""
    await lock(connection, AdvisoryLock.COMMITTING)


class Standing:
    """The decisions of a batch that stand so far: by event id, the numbers of what each read."""

    def __init__(self, newest: int, prints: Mapping[UUID, frozenset[int]]) -> None:
        """``newest`` is the number of the newest batch before anything was read."""
        self.newest = newest
        """The number of the newest batch at the last look."""
        self._prints = dict(prints)

    async def disturbed(self, connection: AsyncConnection) -> set[UUID]:
        """The events whose decisions others have disturbed since the last look; they do not stand any more."""
        later = select(recent_batches).where(recent_batches.c.number > self.newest).order_by(recent_batches.c.number)
        rows = (await connection.execute(later)).all()
        if not rows:
            return set()
        missing = rows[0].number != self.newest + 1 or any(row.written is None for row in rows)
        again = disturbed(self._prints, None if missing else _unpacked(row.written for row in rows))
        self.newest = rows[-1].number
        for each in again:
            del self._prints[each]
        return again


def _unpacked(every: Iterable[bytes]) -> set[int]:
    numbers: set[int] = set()
    for each in every:
        numbers.update(struct.unpack(f"<{len(each) // 4}I", each))
    return numbers


async def note_batch(connection: AsyncConnection, number: int, numbers: set[int] | None) -> None:
    """Keep the numbers of what this transaction wrote as the batch ``number``; None: it may be anything.

    Only a transaction that holds `lock_commits` calls it.
    """
    if numbers is not None and not numbers:
        return
    packed = None if numbers is None else struct.pack(f"<{len(numbers)}I", *numbers)
    await connection.execute(insert(recent_batches).values(number=number, written=packed))
    if not number % _ROUND:
        await connection.execute(delete(recent_batches).where(recent_batches.c.number <= number - KEPT))
