"""Ranges of positions in which a search looks one after the other, from the newest articles to the oldest.

A word that is common is found often enough in the first, small range; for a rare one the last and largest costs little.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

_SHIFTS: Final = (10, 14, 18)
"""A range of each size has 2 to the power of so many positions: 1,024, 16,384, 262,144."""
_FEW: Final = 8


@dataclass(frozen=True, slots=True)
class PositionWindow:
    """Positions from ``low`` on, less than ``high``."""

    low: int
    high: int
    names: tuple[str, ...]
    """The names of ranges of one size that cover it; none where it reaches from some position down to the first."""


def range_names(position: int) -> tuple[str, ...]:
    """The names of the ranges in which a position lies, one of each size."""
    return tuple(f"b{size}.{position >> shift}" for size, shift in enumerate(_SHIFTS))


def windows(below: int, start: int = 0) -> Iterator[PositionWindow]:
    """The windows that cover the positions less than ``below``, the greatest first: two ranges a size, then all.

    From ``start`` downwards they begin with the smallest size again, since more is likely to be found there.
    """
    return chain(_windows(start, below), _windows(0, start)) if 0 < start < below else _windows(0, below)


def window_of(low: int, high: int) -> PositionWindow:
    """The window from ``low`` on, less than ``high``, by the names of few ranges, or of the largest."""
    for size, shift in enumerate(_SHIFTS):
        numbers = range(low >> shift, ((high - 1) >> shift) + 1)
        if len(numbers) <= _FEW or size == len(_SHIFTS) - 1:
            break
    return PositionWindow(low, high, tuple(f"b{size}.{number}" for number in numbers))


def _windows(low: int, high: int) -> Iterator[PositionWindow]:
    for shift in _SHIFTS:
        if high <= low:
            return
        bottom = max(low, ((high - 1 >> shift) - 1) << shift)
        yield window_of(bottom, high)
        high = bottom
    if high > low:
        yield window_of(low, high) if low else PositionWindow(low, high, ())
