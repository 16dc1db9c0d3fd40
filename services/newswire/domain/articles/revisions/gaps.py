"""Where two sequences differ, in time that is linear in their lengths but for a logarithm.

Patience diff (Bram Cohen): elements that both sides have exactly once are anchors; the longest chain of anchors that
stand in the same order in both is kept, and the stretches between them are compared in the same way again. What is
left after `_DEPTH` rounds counts as replaced.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_DEPTH: Final = 4


@dataclass(frozen=True, slots=True)
class UnmatchedSpan:
    """The elements ``first[start:end]`` stand where the other sequence has ``second[other_start:other_end]``."""

    start: int
    end: int
    other_start: int
    other_end: int


def gaps(first: Sequence[str], second: Sequence[str]) -> list[UnmatchedSpan]:
    """The stretches in which the two differ, in order; none of them touches the next one."""
    return _joined(_differing(first, second, UnmatchedSpan(0, len(first), 0, len(second)), _DEPTH), within=0)


def near_gaps(found: Sequence[UnmatchedSpan], within: int) -> list[UnmatchedSpan]:
    """The same with those joined that at most ``within`` equal elements part."""
    return _joined(found, within)


def _differing(first: Sequence[str], second: Sequence[str], span: UnmatchedSpan, depth: int) -> Iterator[UnmatchedSpan]:
    start, end, other_start, other_end = span.start, span.end, span.other_start, span.other_end
    while start < end and other_start < other_end and first[start] == second[other_start]:
        start, other_start = start + 1, other_start + 1
    while start < end and other_start < other_end and first[end - 1] == second[other_end - 1]:
        end, other_end = end - 1, other_end - 1
    rest = UnmatchedSpan(start, end, other_start, other_end)
    if start == end and other_start == other_end:
        return
    anchors = _anchors(first, second, rest) if depth and start < end and other_start < other_end else []
    if not anchors:
        yield rest
        return
    for place, other in [*anchors, (end, other_end)]:
        yield from _differing(first, second, UnmatchedSpan(start, place, other_start, other), depth - 1)
        start, other_start = place + 1, other + 1


def _anchors(first: Sequence[str], second: Sequence[str], span: UnmatchedSpan) -> list[tuple[int, int]]:
    """Places of elements that are unique on both sides, as many as stand in the same order."""
    once = _unique(first, span.start, span.end)
    other = _unique(second, span.other_start, span.other_end)
    pairs = [(place, other[element]) for element, place in once.items() if element in other]
    return _longest_chain(pairs)


def _unique(elements: Sequence[str], start: int, end: int) -> dict[str, int]:
    counts = Counter(elements[start:end])
    return {elements[at]: at for at in range(start, end) if counts[elements[at]] == 1}


def _longest_chain(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence whose second places grow (patience sorting); ``pairs`` are sorted by the first ones."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        pile = bisect_left(tops, other)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(other)
            piles.append(number)
        else:
            tops[pile], piles[pile] = other, number
    chain: list[tuple[int, int]] = []
    at = piles[-1] if piles else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _joined(found: Iterator[UnmatchedSpan] | Sequence[UnmatchedSpan], within: int) -> list[UnmatchedSpan]:
    joined: list[UnmatchedSpan] = []
    for gap in found:
        last = joined[-1] if joined else None
        if last and gap.start - last.end <= within and gap.other_start - last.other_end <= within:
            joined[-1] = UnmatchedSpan(last.start, gap.end, last.other_start, gap.other_end)
        else:
            joined.append(gap)
    return joined
