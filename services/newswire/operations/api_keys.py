"""Create and revoke the keys to the read side, and check the key of a request."""

import hmac
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.wire.keys import LOCAL, ApiKey, Caller, Scope, digest_of, key_id_of, key_text
from newswire.domain.wire.refusals import NoKey
from newswire.errors import Stop, UsageError
from newswire.operations.failed_tries import FailedTries
from newswire.ports import ApiKeys, Clock, Webhooks

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
_ID_LENGTH: Final = 12
_SECRET_BYTES: Final = 32
_UNKNOWN: Final = "this key opens nothing: it is not one of ours, or it was revoked, or it has expired"
ASK_FOR_ONE: Final = "send a key as 'Authorization: Bearer nwk_…'; 'newswire keys create' makes one"


@dataclass(frozen=True, slots=True)
class Chance:
    """Where the random parts of a key come from; the system's generator for secrets, except in tests."""

    choice: Callable[[str], str]
    """Gives one character of a text."""
    token: Callable[[int], str]
    """Gives this number of random bytes in base64url, without padding."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made."""

    text: str
    """The key itself. It is shown once and stored nowhere."""
    kept: ApiKey


async def create_key(
    keys: ApiKeys,
    chance: Chance,
    now: datetime,
    *,
    name: str,
    scopes: Collection[Scope],
    expires_at: datetime | None = None,
) -> NewKey:
    """Create a key. Raises `UsageError` for a key without scopes, and for one that has expired already."""
    if not scopes:
        raise UsageError("a key without a scope opens nothing: name at least one")
    if expires_at is not None and expires_at <= now:
        raise UsageError("this key would have expired already: name a later time")
    key_id = "".join(chance.choice(_LETTERS) for _ in range(_ID_LENGTH))
    text = key_text(key_id, chance.token(_SECRET_BYTES))
    kept = ApiKey(key_id, name, digest_of(text), frozenset(scopes), now, expires_at)
    await keys.add(kept)
    return NewKey(text, kept)


async def replace_key(
    keys: ApiKeys,
    webhooks: Webhooks,
    chance: Chance,
    now: datetime,
    *,
    key_id: str,
    overlap: timedelta,
    expires_at: datetime | None = None,
) -> NewKey:
    """Create a key with the name and scopes of an older key, and give it that key's webhooks.

    The older key expires after ``overlap``. Without ``expires_at`` the new key is made for as long a time as the older
    key was: a key that expires is not replaced by a key that never does.

    Raises `UsageError` where there is no working key with this id.
    """
    old = await keys.find(key_id)
    if old is None or not old.works(now):
        raise UsageError(f"no working key {key_id}: 'newswire keys list' shows them")
    if expires_at is None and old.expires_at is not None:
        expires_at = now + (old.expires_at - old.created_at)
    made = await create_key(keys, chance, now, name=old.name, scopes=old.scopes, expires_at=expires_at)
    await webhooks.hand_over(key_id, made.kept.key_id)
    await keys.expire(key_id, now + overlap)
    return made


async def revoke_key(keys: ApiKeys, key_id: str, now: datetime) -> None:
    """Revoke a key now. Raises `UsageError` where no key has this id."""
    if not await keys.revoke(key_id, now):
        raise UsageError(f"no key {key_id}: 'newswire keys list' shows them")


class Doorkeeper:
    """Checks keys. A key that was looked up is remembered for `KNOWN_S` seconds, so long also after it is revoked."""

    KNOWN_S: Final = 5
    _MOST: Final = 1000

    def __init__(self, keys: ApiKeys, clock: Clock) -> None:
        self._keys, self._clock = keys, clock
        self._known: dict[str, tuple[datetime, ApiKey | None]] = {}
        self._tries = FailedTries()

    async def caller(self, text: str, address: str) -> Caller:
        """The caller with this key, from this network address.

        Raises `NoKey` where the key is not valid, `TooManyTries` where many such keys came from the address, and `Wait`
        when the database is away.
        """
        key_id, now = key_id_of(text), self._clock.now()
        self._tries.check(address, key_id, now)
        key = await self._find(key_id) if key_id else None
        if key is None or not hmac.compare_digest(key.digest, digest_of(text)) or not key.works(now):
            self._tries.failed(address, now)
            raise NoKey(_UNKNOWN)
        self._tries.worked(key.key_id, now)
        if key.use_to_be_noted(now):
            with suppress(Stop):  # a store that moves can still be read
                await self._keys.used(key.key_id, now)
            self._known.pop(key.key_id, None)
        return Caller(key.key_id, key.scopes)

    async def still_works(self, caller: Caller) -> bool:
        """Whether the key of a caller that was let in can still be used; a caller without a key always may go on."""
        if caller.name == LOCAL.name:
            return True
        key = await self._find(caller.name)
        return key is not None and key.works(self._clock.now())

    async def _find(self, key_id: str) -> ApiKey | None:
        now = self._clock.now()
        known = self._known.get(key_id)
        if known is not None and now - known[0] < timedelta(seconds=self.KNOWN_S):
            return known[1]
        key = await self._keys.find(key_id)
        if len(self._known) >= self._MOST:
            self._known.clear()
        self._known[key_id] = (now, key)
        return key
