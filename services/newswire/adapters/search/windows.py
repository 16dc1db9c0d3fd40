"""Ranges of positions in which a search looks one after the other, from the newest articles to the oldest.

A word that is common is found often enough in the first, small range; for a rare one the last and largest costs little.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SHIFTS: Final = (10, 14, 18)
"""A range of each size has 2 to the power of so many positions: 1,024, 16,384, 262,144."""


@dataclass(frozen=True, slots=True)
class PositionWindow:
    """Positions from ``low`` on, less than ``high``."""

    low: int
    high: int
    names: tuple[str, ...]
    """The names of ranges of one size that cover it; none for the last window, which has all the rest."""


def range_names(position: int) -> tuple[str, ...]:
    """The names of the ranges in which a position lies, one of each size."""
    return tuple(f"b{size}.{position >> shift}" for size, shift in enumerate(_SHIFTS))


def windows(below: int) -> Iterator[PositionWindow]:
    """The windows that cover the positions less than ``below``, the greatest first: two ranges a size, then all."""
    high = below
    for size, shift in enumerate(_SHIFTS):
        if high <= 0:
            return
        newest = (high - 1) >> shift
        oldest = max(0, newest - 1)
        yield PositionWindow(oldest << shift, high, tuple(f"b{size}.{number}" for number in range(oldest, newest + 1)))
        high = oldest << shift
    if high > 0:
        yield PositionWindow(0, high, ())
