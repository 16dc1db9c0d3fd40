"""The words that two versions of a text share, and those that one of them lacks.

Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), §4: the greedy search for the shortest way of edits,
with a bound on its work. Texts that differ in more than the bound allows are shown as one replaced whole between their
common beginning and end: such a comparison would help no reader, and it would cost seconds.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from newswire.domain.wire.documents import Edit

MAX_STEPS: Final = 400_000
"""Steps of the search, each of which compares two words: about a fifth of a second."""
_WORD: Final = re.compile(r"\S+\s*|\s+")


def word_diff(old: str, new: str, *, max_steps: int = MAX_STEPS) -> tuple[Edit, ...]:
    """The way from ``old`` to ``new`` in runs of words; equal and deleted runs together are ``old``, and so on."""
    first, second = _WORD.findall(old), _WORD.findall(new)
    start = _common(first, second)
    end = _common(first[start:][::-1], second[start:][::-1])
    a, b = first[start : len(first) - end], second[start : len(second) - end]
    moves = [("equal", word) for word in first[:start]]
    moves += _shortest(a, b, max_steps)
    moves += [("equal", word) for word in first[len(first) - end :]]
    return tuple(_runs(moves))


def _runs(moves: Sequence[tuple[str, str]]) -> Iterator[Edit]:
    for op, words in groupby(moves, key=lambda move: move[0]):
        yield Edit.model_validate({"op": op, "text": "".join(word for _, word in words)})


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _shortest(a: list[str], b: list[str], max_steps: int) -> list[tuple[str, str]]:
    """The shortest way from ``a`` to ``b``; everything deleted and inserted where it takes too many steps to find."""
    furthest, trace, steps = {1: 0}, list[dict[int, int]](), 0
    for edits in range(len(a) + len(b) + 1):
        trace.append({k: furthest[k] for k in range(-edits - 1, edits + 2) if k in furthest})
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += 1
                steps += 1
            furthest[k] = x
            if x >= len(a) and x - k >= len(b):
                return _walked_back(a, b, trace)
        steps += 3 * edits + 1  # the walk along the diagonals, and the copy of them
        if steps > max_steps:
            break
    return [*(("delete", word) for word in a), *(("insert", word) for word in b)]


def _walked_back(a: list[str], b: list[str], trace: list[dict[int, int]]) -> list[tuple[str, str]]:
    moves, x, y = list[tuple[str, str]](), len(a), len(b)
    for edits in range(len(trace) - 1, -1, -1):
        furthest, k = trace[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        before_x = furthest[k + 1] if down else furthest[k - 1]
        before_y = before_x - (k + 1 if down else k - 1)
        while x > before_x and y > before_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            moves.append(("equal", a[x]))
        if edits == 0:
            break
        if down:
            y -= 1
            moves.append(("insert", b[y]))
        else:
            x -= 1
            moves.append(("delete", a[x]))
    return moves[::-1]
