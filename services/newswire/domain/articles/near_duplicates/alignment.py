"""Two texts side by side: the runs of words that both have.

Every word is in one run at the most. Runs may stand in another order (moved paragraphs). Linear in both lengths.
"""

from array import array
from typing import Final, NamedTuple

from newswire.domain.articles.near_duplicates.shingles import LENGTH, shingles

_PLACES: Final = 8
"""How many free places are looked at for a shingle that the first text repeats: the first ones."""
_COMPARED: Final = 64
"""So many words are compared at once."""
_CODE_BITS: Final = 16


class Run(NamedTuple):
    """``length`` words from ``first`` in one text are those from ``second`` in the other."""

    first: int
    second: int
    length: int


def runs(first: "array[int]", second: "array[int]") -> list[Run]:
    """The runs of at least four words, in the order of the second text. Codes must be without capitals."""
    known, looked = shingles(first), shingles(second)
    last = dict(zip(known, range(len(known)), strict=True))
    repeated = _repeated(known, last) if len(last) < len(known) else {}
    found: list[Run] = []
    taken = bytearray(len(first))
    at = done = expected = 0
    while at < len(looked):
        place = last.get(looked[at])
        if place is not None:
            places = repeated.get(looked[at])
            place = _nearest(places, taken, expected) if places is not None else _free(place, taken)
        if place is None:
            at += 1
            continue
        run = _extended(first, second, taken, place, at, done)
        taken[run.first : run.first + run.length] = b"\1" * run.length
        found.append(run)
        at = done = run.second + run.length
        expected = run.first + run.length
    return found


def _repeated(known: "array[int]", last: dict[int, int]) -> dict[int, list[int]]:
    """Where each shingle stands that stands at several places, the last place first."""
    found: dict[int, list[int]] = {}
    for start in range(len(known) - 1, -1, -1):
        shingle = known[start]
        if last[shingle] != start:
            found.setdefault(shingle, [last[shingle]]).append(start)
    return found


def _free(place: int, taken: bytearray) -> int | None:
    return place if taken.find(1, place, place + LENGTH) < 0 else None


def _nearest(places: list[int], taken: bytearray, expected: int) -> int | None:
    """The free place of a shingle that is nearest to where the last run ended."""
    while places and taken[places[-1]]:
        places.pop()
    free = [place for place in places[-_PLACES:] if _free(place, taken) is not None]
    return min(free, key=lambda place: abs(place - expected), default=None)


def _extended(first: "array[int]", second: "array[int]", taken: bytearray, place: int, at: int, done: int) -> Run:
    before = 0
    while before < place and at - before > done and not taken[place - before - 1]:
        if first[place - before - 1] != second[at - before - 1]:
            break
        before += 1
    end, other_end = place + LENGTH, at + LENGTH
    room = min(len(first) - end, len(second) - other_end)
    stop = taken.find(1, end, end + room)
    after = _equal_from(first, second, end, other_end, room if stop < 0 else stop - end)
    return Run(place - before, at - before, before + LENGTH + after)


def _equal_from(first: "array[int]", second: "array[int]", start: int, other_start: int, room: int) -> int:
    """How many words are equal from two places on, at most ``room``."""
    for passed in range(0, room, _COMPARED):
        size = min(_COMPARED, room - passed)
        ours = first[start + passed : start + passed + size].tobytes()
        theirs = second[other_start + passed : other_start + passed + size].tobytes()
        if ours != theirs:
            differ = int.from_bytes(ours, "little") ^ int.from_bytes(theirs, "little")
            return passed + ((differ & -differ).bit_length() - 1) // _CODE_BITS
    return max(0, room)
