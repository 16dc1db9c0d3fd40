"""What a feed showed when it was last noted: the keys and addresses of its entries, as sorted digests of 8 bytes.

A feed is noted once a day at most, when it answers with a document. What it showed since is known by its sightings.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from newswire.domain.feeds.entries import Identified

NOTED_EVERY: Final = timedelta(days=1)
_BYTES: Final = 8


def is_to_be_noted(noted_at: datetime | None, now: datetime) -> bool:
    """Whether what a feed shows is to be noted again: also where the clock was set back since it was noted."""
    return noted_at is None or not noted_at <= now < noted_at + NOTED_EVERY


def noted(entries: Iterable[Identified]) -> bytes:
    """The digests of these entries' keys and addresses, in order, one after the other."""
    names = {name for entry in entries for name in (entry.key, entry.url) if name is not None}
    return b"".join(sorted(map(_digest, names)))


def shows(found: bytes, name: str) -> bool:
    """Whether a key or an address is among what `noted` gave. Others are, too, once in 2 to the power of 64."""
    wanted = _digest(name)
    place = bisect_left(range(len(found) // _BYTES), wanted, key=lambda number: _at(found, number))
    return _at(found, place) == wanted


def _at(found: bytes, number: int) -> bytes:
    return found[number * _BYTES : (number + 1) * _BYTES]


def _digest(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=_BYTES).digest()
