"""Two texts side by side: the runs of words that both have.

Every word is in one run at the most. Runs may stand in another order (moved paragraphs). Linear in both lengths.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from newswire.domain.articles.near_duplicates.shingles import LENGTH, shingles

_PLACES: Final = 8
"""How many free places are looked at for a shingle that the first text repeats: the first ones."""


@dataclass(frozen=True, slots=True)
class Run:
    """``length`` words from ``first`` in one text are those from ``second`` in the other."""

    first: int
    second: int
    length: int


def runs(first: "array[int]", second: "array[int]") -> list[Run]:
    """The runs of at least four words, in the order of the second text. Codes must be without capitals."""
    places = _places(shingles(first))
    found: list[Run] = []
    taken = bytearray(len(first))
    looked = shingles(second)
    at = done = expected = 0
    while at < len(looked):
        place = _place(places.get(looked[at]), taken, expected)
        if place is None:
            at += 1
            continue
        run = _extended(first, second, taken, place, at, done)
        taken[run.first : run.first + run.length] = b"\1" * run.length
        found.append(run)
        at = done = run.second + run.length
        expected = run.first + run.length
    return found


def _places(known: Sequence[int]) -> dict[int, list[int]]:
    """Where each shingle stands, the last place first."""
    found = {shingle: [start] for start, shingle in enumerate(known)}
    if len(found) < len(known):
        found = {}
        for start in range(len(known) - 1, -1, -1):
            found.setdefault(known[start], []).append(start)
    return found


def _place(places: list[int] | None, taken: bytearray, expected: int) -> int | None:
    """The free place of a shingle that is nearest to where the last run ended."""
    if not places:
        return None
    while places and taken[places[-1]]:
        places.pop()
    free = [place for place in places[-_PLACES:] if not any(taken[place : place + LENGTH])]
    return min(free, key=lambda place: abs(place - expected), default=None)


def _extended(first: Sequence[int], second: Sequence[int], taken: bytearray, place: int, at: int, done: int) -> Run:
    before = 0
    while before < place and at - before > done and not taken[place - before - 1]:
        if first[place - before - 1] != second[at - before - 1]:
            break
        before += 1
    end, other_end = place + LENGTH, at + LENGTH
    while end < len(first) and other_end < len(second) and not taken[end] and first[end] == second[other_end]:
        end += 1
        other_end += 1
    return Run(place - before, at - before, end - place + before)
