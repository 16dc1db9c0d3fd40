"""Days as tokens of the index, so that a filter on times begins where its time is, and not at the newest article.

Days are counted from 1990-01-01 in UTC. A moment has a token for its day and one for each larger block that has the
day: blocks of 16, 256 and 4,096 days. So a few tokens cover any span (a decomposition into dyadic intervals, with 16 in
place of 2). They are coarser than a filter, which is still checked on the time itself.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final

_FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_END: Final = 16**4
"""The day behind the last one, in the year 2169. Days before the first count as the first, later ones as the last."""
_BITS: Final = 4
_SIZES: Final = 4


def day_tokens(name: str, moment: datetime) -> tuple[str, ...]:
    """The tokens of the blocks in which a moment lies, one of each size."""
    day = _day(moment - _FIRST)
    return tuple(_token(name, size, day >> size * _BITS) for size in range(_SIZES))


def tokens_between(name: str, after: datetime | None, before: datetime | None) -> tuple[str, ...]:
    """Tokens, one of which every moment has that is not before ``after`` and is before ``before``."""
    low = 0 if after is None else _day(after - _FIRST)
    end = _END if before is None else _day(before - _FIRST - timedelta(microseconds=1)) + 1
    return tuple(_token(name, size, block) for size, block in _blocks(low, end))


def _blocks(low: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest blocks that the days from ``low`` on, before ``end``, consist of: their sizes and numbers."""
    for size in range(_SIZES):
        largest = size == _SIZES - 1
        begin = end if largest else min(end, -(-low >> _BITS) << _BITS)
        rest = end if largest else max(begin, end >> _BITS << _BITS)
        yield from ((size, block) for block in chain(range(low, begin), range(rest, end)))
        low, end = begin >> _BITS, rest >> _BITS


def _day(since_first: timedelta) -> int:
    return min(max(since_first // timedelta(days=1), 0), _END - 1)


def _token(name: str, size: int, block: int) -> str:
    return f"{name}{size}.{block:x}"
