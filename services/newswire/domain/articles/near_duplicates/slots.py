"""Slots: the places where two aligned texts have other words. ``opened at $243.33`` against ``opened at $119.07``.

A template's editions differ in slots that hold numbers and names. An edited copy differs in slots too, but its
numbers and names are mostly the same.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from newswire.domain.articles.near_duplicates.alignment import Run, runs
from newswire.domain.articles.near_duplicates.shingles import plain

LONGEST: Final = 24
"""A gap with more words than this on either side is new text, no slot."""
_MAX_CELLS: Final = 20_000
"""So many comparisons are spent inside the gaps of one pair; gaps after that count as new text."""
_REMEMBERED: Final = 128
"""The same two texts are laid side by side for a verdict on them and again for a third edition, one after the other."""


class Slot(NamedTuple):
    """Other words at the same place: from ``first`` in one text, from ``second`` in the other."""

    first: int
    first_length: int
    second: int
    second_length: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """``first`` and ``second``: one byte a word, 1 where the word is matched. ``slots``: where words were replaced."""

    runs: tuple[Run, ...]
    first: bytes
    second: bytes
    slots: tuple[Slot, ...]


def laid_out(first: "array[int]", second: "array[int]") -> Aligned:
    """Two texts side by side, as word codes; capitals make no difference."""
    return _laid_out(first.tobytes(), second.tobytes())


@lru_cache(maxsize=_REMEMBERED)
def _laid_out(first: bytes, second: bytes) -> Aligned:
    ours, theirs = plain(array("H", first)), plain(array("H", second))
    return aligned(ours, theirs, runs(ours, theirs))


def aligned(first: "array[int]", second: "array[int]", found: Sequence[Run]) -> Aligned:
    """What the runs match, and what single words match in the short gaps between two neighbouring runs."""
    matched = bytearray(len(first)), bytearray(len(second))
    for run in found:
        matched[0][run.first : run.first + run.length] = b"\1" * run.length
        matched[1][run.second : run.second + run.length] = b"\1" * run.length
    slots: list[Slot] = []
    cells = 0
    for gap in _gaps(found, len(first), len(second)):
        cells += gap.first_length * gap.second_length
        if cells > _MAX_CELLS:
            break
        if matched[0].find(1, gap.first, gap.first + gap.first_length) >= 0:
            continue  # a run that stands elsewhere in the second text lies between
        slots += _inside(first, second, gap, matched)
    return Aligned(tuple(found), bytes(matched[0]), bytes(matched[1]), tuple(slots))


def _gaps(found: Sequence[Run], first_length: int, second_length: int) -> Iterator[Slot]:
    """The short gaps between runs that are neighbours in the second text and in order in the first."""
    first = second = 0
    for run in (*found, Run(first_length, second_length, 0)):
        gap = Slot(first, run.first - first, second, run.second - second)
        if 0 < gap.first_length <= LONGEST and 0 < gap.second_length <= LONGEST:
            yield gap
        first, second = run.first + run.length, run.second + run.length


def _inside(
    first: "array[int]", second: "array[int]", gap: Slot, matched: tuple[bytearray, bytearray]
) -> Iterator[Slot]:
    """Marks the words that a gap's sides share in order; gives the slots between them."""
    ours = first[gap.first : gap.first + gap.first_length]
    theirs = second[gap.second : gap.second + gap.second_length]
    left, right = 0, 0
    for one, other in (*_common(ours, theirs), (len(ours), len(theirs))):
        if one > left and other > right:
            yield Slot(gap.first + left, one - left, gap.second + right, other - right)
        if one < len(ours):
            matched[0][gap.first + one] = matched[1][gap.second + other] = 1
        left, right = one + 1, other + 1


def _common(ours: Sequence[int], theirs: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The index pairs of a longest common subsequence (Wagner and Fischer 1974)."""
    if set(ours).isdisjoint(theirs):
        return
    height, width = len(ours), len(theirs)
    best = [[0] * (width + 1) for _ in range(height + 1)]
    for one in range(height - 1, -1, -1):
        for other in range(width - 1, -1, -1):
            same = ours[one] == theirs[other]
            best[one][other] = best[one + 1][other + 1] + 1 if same else max(best[one + 1][other], best[one][other + 1])
    one = other = 0
    while one < height and other < width:
        if ours[one] == theirs[other]:
            yield one, other
            one, other = one + 1, other + 1
        elif best[one + 1][other] >= best[one][other + 1]:
            one += 1
        else:
            other += 1
