"""The advisory locks of Postgres that have a meaning for all of newswire (PostgreSQL documentation, 13.3.5).

Those of bytes that `Database` names have two keys, which Postgres keeps apart from these.
"""

from enum import IntEnum, unique

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection


@unique
class AdvisoryLock(IntEnum):
    """Each is held until its transaction ends. A transaction that takes several takes them in this order."""

    MIGRATING = 0x6E657773_00000002
    """One migration at a time."""
    RECORDING = 0x6E657773_00000001
    """Shared by those who decide on articles side by side; alone, who must meet no other, also of older releases."""
    COMMITTING = 0x6E657773_00000003
    """One of those who decide side by side, while it writes what all of them may read."""


async def lock(connection: AsyncConnection, name: AdvisoryLock, *, shared: bool = False) -> None:
    """Wait for the lock. It is a statement of its own: the next one sees what the last holder committed."""
    take = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    await connection.execute(select(take(name.value)))
