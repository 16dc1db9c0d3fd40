"""Keys to the read side, their scopes, and the caller of a request.

A key is ``nwk_<id>_<secret>_<check>``: 12 letters and digits that name it, 43 characters of secret (256 bits, base64url
without padding), and the CRC-32 of the characters before it, in hexadecimal. With the check sum a mistyped key is
refused without a query to the database, and a secret scanner recognises a key for certain. Only the SHA-256 of a key is
stored: a secret of 256 random bits needs no slow hash.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from newswire.domain.wire.refusals import Denied

Scope = Literal["read", "text", "stream", "webhooks", "feeds", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
MEANINGS: Final[dict[Scope, str]] = {
    "read": "articles and changes without their texts, feeds, explanations, the books",
    "text": "the texts of articles",
    "stream": "the stream of server-sent events",
    "webhooks": "making webhooks and changing those that the key made, together with read",
    "feeds": "subscribing to feeds in the console, together with read",
    "admin": "everything, dead letters too",
}
_KEY: Final = re.compile(r"nwk_([a-z0-9]{12})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})")
USE_NOTED: Final = timedelta(minutes=1)
"""The last use of a key is noted to the minute."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: everything but the key itself."""

    key_id: str
    name: str
    digest: bytes
    """The SHA-256 of the whole key, 32 bytes."""
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def works(self, now: datetime) -> bool:
        """Whether the key can be used at ``now``."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def use_to_be_noted(self, now: datetime) -> bool:
        """Whether the noted last use is so old that ``now`` is to be written to the database."""
        return self.last_used_at is None or now - self.last_used_at >= USE_NOTED


@dataclass(frozen=True, slots=True)
class Caller:
    """A reader whose request was let in, with the scopes of its key."""

    name: str
    """The id of the key; ``local`` where no key is needed."""
    scopes: frozenset[Scope]

    def may(self, scope: Scope) -> bool:
        """Whether this caller may do what ``scope`` allows."""
        return scope in self.scopes or "admin" in self.scopes

    def must(self, scope: Scope) -> None:
        """Raise `Denied` unless this caller may do what ``scope`` allows."""
        if not self.may(scope):
            raise Denied(f"this key lacks the scope {scope}: {MEANINGS[scope]}")


LOCAL: Final = Caller("local", frozenset(SCOPES))
"""A program or person on this machine, where newswire listens on loopback and needs no key."""


def key_text(key_id: str, secret: str) -> str:
    """The whole key, as its holder sends it. ``secret`` has 43 characters."""
    head = f"nwk_{key_id}_{secret}"
    return f"{head}_{_check(head)}"


def key_id_of(text: str) -> str | None:
    """The id within a key; None where the text cannot be one: other characters, another length, a wrong check sum."""
    found = _KEY.fullmatch(text)
    if found is None or _check(text[: -len(found[3]) - 1]) != found[3]:
        return None
    return found[1]


def digest_of(text: str) -> bytes:
    """The SHA-256 of a key: the only part of it that is stored."""
    return hashlib.sha256(text.encode()).digest()


def _check(head: str) -> str:
    return f"{zlib.crc32(head.encode()):08x}"
