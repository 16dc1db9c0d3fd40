"""Blocks whose neighbours say that they belong to the article: subheads above its prose, and what it announces.

A paragraph that ends with a colon announces the list, the paragraph or the code behind it.

Counted on pages whose sites the classifier was not trained on, of the doubtful blocks that a rule keeps: 80 subheads
belong to the article and 6 do not, 25 items of lists do and 7 do not, 24 paragraphs and pieces of code do and 3 do not.
"""

from collections.abc import Sequence
from typing import Any, Final

from newswire.domain.text.furniture import is_list_label
from newswire.parsing.pages.blocks.place import KINDS, Block

_SUBHEADS: Final = frozenset(KINDS.index(kind) for kind in ("h2", "h3", "h4"))
_PROSE: Final = frozenset(KINDS.index(kind) for kind in ("p", "div"))
_ITEMS: Final = frozenset(KINDS.index(kind) for kind in ("li", "dd"))
_ANNOUNCED: Final = _ITEMS | {KINDS.index(kind) for kind in ("p", "pre")}
_SURE: Final = 0.9
"""The probability of a neighbour from which it speaks for a block."""
_LEAST_SUBHEAD, _LEAST_ANNOUNCED = 0.2, 0.15
_RAISED: Final = 0.5


def with_neighbours(blocks: Sequence[Block], likely: Sequence[float]) -> list[Any]:
    """For each block the probability that it belongs to the article, raised where its neighbours speak for it."""
    found = list(likely)
    announced = False
    for number, block in enumerate(blocks):
        if announced and block.kind in _ANNOUNCED and found[number] >= _LEAST_ANNOUNCED:
            found[number] = max(found[number], _RAISED)
        if block.kind in _ITEMS:
            continue
        announced = found[number] >= _SURE and block.text.endswith((":", "：")) and not is_list_label(block.text)
        if block.kind in _SUBHEADS and found[number] >= _LEAST_SUBHEAD and _is_above_prose(blocks, likely, number):
            found[number] = max(found[number], _RAISED)
    return found


def _is_above_prose(blocks: Sequence[Block], likely: Sequence[float], number: int) -> bool:
    below = number + 1
    return below < len(blocks) and blocks[below].kind in _PROSE and likely[below] >= _SURE
