"""A place in the partitions of a topic, as a cursor: ``kafka:0-15,1-20`` is the next offset of each partition."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from newswire.client.errors import CursorLost, WireRefused

_PREFIX: Final = "kafka:"
_MOST: Final = 10_000
"""The most partitions of a cursor, and the digits that a number of it may have are 18."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """The kept offsets of a topic: for each partition the oldest, and that of the next record to come."""

    begins: Mapping[int, int]
    ends: Mapping[int, int]


def cursor_of(place: Mapping[int, int]) -> str:
    """The cursor of the next offsets, by partition."""
    return _PREFIX + ",".join(f"{partition}-{offset}" for partition, offset in sorted(place.items()))


def place_of(after: str | None, there: Offsets) -> dict[int, int]:
    """The next offset of each partition behind a cursor; None and ``start`` are the oldest, ``now`` is the end.

    A partition that the cursor does not name came later: it is read from its beginning. Raises `WireRefused` for
    another text, `CursorLost` where records between the cursor and the log are gone.
    """
    if after in {None, "start"}:
        return dict(there.begins)
    if after == "now":
        return dict(there.ends)
    named = _parsed(after or "")
    if named is None:
        raise WireRefused(f"{after!r} is no cursor of kafka://: take one from an earlier change of this address")
    for partition, offset in named.items():
        if not there.begins.get(partition, offset + 1) <= offset <= there.ends.get(partition, -1):
            raise lost(f"the cursor {after} is lost: partition {partition} does not have offset {offset}", there)
    return {**there.begins, **named}


def lost(message: str, there: Offsets) -> CursorLost:
    """The error of a place whose records are gone."""
    return CursorLost(message, floor=cursor_of(there.begins), head=cursor_of(there.ends))


def _parsed(text: str) -> dict[int, int] | None:
    parts = text.removeprefix(_PREFIX).split(",", _MOST)
    if not text.startswith(_PREFIX) or len(parts) > _MOST:
        return None
    found: dict[int, int] = {}
    for part in parts:
        partition, _, offset = part.partition("-")
        if not all(each.isascii() and each.isdigit() and len(each) <= 18 for each in (partition, offset)):
            return None
        found[int(partition)] = int(offset)
    return found
