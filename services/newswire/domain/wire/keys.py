"""Keys to the read side, what their holders may do, and who asks.

A key is ``nwk_<id>_<secret>_<check>``: 12 letters and digits that name it, 43 characters of secret (256 bits, base64url
without padding), and the CRC-32 of what stands before, in hexadecimal. The check sum lets a mistyped key be refused
without a look into the database, and lets secret scanners be sure. Only the SHA-256 of a key is kept: a secret of 256
random bits needs no slow hash.
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
    "webhooks": "webhooks; nothing asks for it yet",
    "feeds": "subscribing and unsubscribing; nothing asks for it yet",
    "admin": "everything, dead letters too",
}
_KEY: Final = re.compile(r"nwk_([a-z0-9]{12})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})")
USE_NOTED: Final = timedelta(minutes=1)
"""The last use of a key is noted to the minute."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: everything but the key itself."""

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
        """Whether it opens anything at ``now``."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def use_to_be_noted(self, now: datetime) -> bool:
        """Whether its last use is known so roughly that ``now`` is worth a row's update."""
        return self.last_used_at is None or now - self.last_used_at >= USE_NOTED


@dataclass(frozen=True, slots=True)
class Caller:
    """The one who asks."""

    name: str
    """The id of the key; ``local`` where no key is asked for."""
    scopes: frozenset[Scope]

    def must(self, scope: Scope) -> None:
        """Raise `Denied` unless this caller may do what ``scope`` allows."""
        if scope not in self.scopes and "admin" not in self.scopes:
            raise Denied(f"this key lacks the scope {scope}: {MEANINGS[scope]}")


LOCAL: Final = Caller("local", frozenset(SCOPES))
"""Somebody on this machine, where newswire listens on loopback and asks for no key."""


def key_text(key_id: str, secret: str) -> str:
    """The whole key: what its holder sends. ``secret`` is 43 characters."""
    head = f"nwk_{key_id}_{secret}"
    return f"{head}_{_check(head)}"


def key_id_of(text: str) -> str | None:
    """The id within a key; None where the text cannot be one: other characters, another length, a wrong check sum."""
    found = _KEY.fullmatch(text)
    if found is None or _check(text[: -len(found[3]) - 1]) != found[3]:
        return None
    return found[1]


def digest_of(text: str) -> bytes:
    """What is kept of a key: its SHA-256."""
    return hashlib.sha256(text.encode()).digest()


def _check(head: str) -> str:
    return f"{zlib.crc32(head.encode()):08x}"
