"""`ApiKeys` over a database."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary, String, Table, Text, func, or_, select, update

from newswire.adapters.database import Database
from newswire.adapters.database.columns import JSON, UtcDateTime, metadata
from newswire.adapters.store.rows import AnyRow
from newswire.domain.wire.keys import SCOPES, ApiKey

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", String(12), primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)
"""A key itself is never kept: ``digest`` is its SHA-256."""


class DatabaseApiKeys:
    """`newswire.ports.ApiKeys`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        row = {
            "key_id": key.key_id,
            "name": key.name,
            "digest": key.digest,
            "scopes": sorted(key.scopes),
            "created_at": key.created_at,
            "expires_at": key.expires_at,
        }
        async with self._database.write() as connection:
            await connection.execute(api_keys.insert(), row)

    async def all(self) -> tuple[ApiKey, ...]:
        """Every key that was ever made, the oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.key_id))
            return tuple(map(_key_of, rows))

    async def find(self, key_id: str) -> ApiKey | None:
        """The key with this id."""
        async with self._database.look() as connection:
            row = (await connection.execute(select(api_keys).where(api_keys.c.key_id == key_id))).one_or_none()
        return _key_of(row) if row else None

    async def expire(self, key_id: str, at: datetime) -> bool:
        """Let a key end at ``at``, unless it ends earlier."""
        later = or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > at)
        async with self._database.write() as connection:
            found = await connection.execute(select(api_keys.c.key_id).where(api_keys.c.key_id == key_id))
            if found.one_or_none() is None:
                return False
            await connection.execute(update(api_keys).where(api_keys.c.key_id == key_id, later).values(expires_at=at))
        return True

    async def revoke(self, key_id: str, now: datetime) -> bool:
        """Let a key end now; the first revocation's time stands."""
        ended = func.coalesce(api_keys.c.revoked_at, now, type_=api_keys.c.revoked_at.type)
        async with self._database.write() as connection:
            statement = update(api_keys).where(api_keys.c.key_id == key_id).values(revoked_at=ended)
            return (await connection.execute(statement)).rowcount > 0

    async def used(self, key_id: str, now: datetime) -> None:
        """Note its last use; the newest time stands."""
        older = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < now)
        async with self._database.write() as connection:
            await connection.execute(
                update(api_keys).where(api_keys.c.key_id == key_id, older).values(last_used_at=now)
            )


def _key_of(row: AnyRow) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        name=row.name,
        digest=row.digest,
        scopes=frozenset(scope for scope in SCOPES if scope in row.scopes),  # a later version may know more
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
