"""The keys to the read side."""

from datetime import datetime
from typing import Protocol

from newswire.domain.wire.keys import ApiKey


class ApiKeys(Protocol):
    """Keeps keys without the keys themselves. Every method raises `Wait` when the database is away."""

    async def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        ...

    async def all(self) -> tuple[ApiKey, ...]:
        """Every key that was ever made, the oldest first; those that are revoked or expired too."""
        ...

    async def find(self, key_id: str) -> ApiKey | None:
        """The key with this id."""
        ...

    async def expire(self, key_id: str, at: datetime) -> bool:
        """Let a key end at ``at``; False where there is none with this id. A key that ends earlier stays as it is."""
        ...

    async def revoke(self, key_id: str, now: datetime) -> bool:
        """Let a key end now, for good; False where there is none with this id. The first revocation's time stands."""
        ...

    async def used(self, key_id: str, now: datetime) -> None:
        """Note its last use; the newest time stands."""
        ...
