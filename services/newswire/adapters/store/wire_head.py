"""The head of the wire: one row that gives positions to what a transaction records.

The row stays locked until the transaction ends, so positions become visible in their order, and a transaction that
fails leaves no gap. It is the last lock that a transaction takes: nobody who holds it waits for another lock.
"""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.tables import wire_head


async def lock_head(connection: AsyncConnection) -> None:
    """Keep others from taking positions until this transaction ends; on SQLite a writer is alone anyway."""
    await connection.execute(select(wire_head.c.next).with_for_update())


async def take_positions(connection: AsyncConnection, count: int) -> int:
    """Take ``count`` positions in a row; returns the first."""
    taken = update(wire_head).values(next=wire_head.c.next + count).returning(wire_head.c.next - count)
    return int((await connection.execute(taken)).scalar_one())
