"""Editions of one template, known by a third one: the same places hold a third value.

Two editions of a report without numbers (a menu, a horoscope) differ like a text and its edited copy. A third edition
gives them away: it differs from the first at the same places, and with other words again. Two editors of one text
work at other places, or come to the same words.
"""

from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from newswire.domain.articles.near_duplicates.shingles import plain
from newswire.domain.articles.near_duplicates.slots import Slot, laid_out

_MIN_PLACES: Final = 3
_SAME_PLACES: Final = 0.6
"""The share of the places where two editions differ at which a third edition differs too, with words of its own."""
_MAX_THIRDS: Final = 3


def shown_by(first: "array[int]", second: "array[int]", thirds: Iterable["array[int]"]) -> bool:
    """Whether one of the first three ``thirds`` shows two texts to be editions of a template; word codes."""
    values = _values(first, second)
    if len(values) < _MIN_PLACES:
        return False
    return any(_third_values(values, _values(first, third)) for third in islice(thirds, _MAX_THIRDS))


def _third_values(values: dict[int, tuple[int, ...]], others: dict[int, tuple[int, ...]]) -> bool:
    apart = sum(1 for place, value in values.items() if place in others and others[place] != value)
    return apart >= max(_MIN_PLACES, _SAME_PLACES * len(values))


def _values(first: "array[int]", second: "array[int]") -> dict[int, tuple[int, ...]]:
    """The places of the first text where other words stand in the second, with these words."""
    theirs = plain(second)
    return dict(entry for slot in laid_out(first, second).slots for entry in _places(slot, theirs))


def _places(slot: Slot, theirs: "array[int]") -> Iterator[tuple[int, tuple[int, ...]]]:
    words = tuple(theirs[slot.second : slot.second + slot.second_length])
    return ((place, words) for place in range(slot.first, slot.first + slot.first_length))
