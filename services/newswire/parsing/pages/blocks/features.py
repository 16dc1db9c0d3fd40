"""What is known of each block, as a row of numbers for the classifier.

All of it can be explained: the text's size and shape, the elements and names around it, its neighbours, how much prose
its containers hold, how often its kind recurs, and whether the publisher's own statements (headline, description, the
body in JSON-LD) say the same.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newswire.parsing.pages.blocks.names import GROUPS
from newswire.parsing.pages.blocks.place import CONTEXT_BIT, Block
from newswire.parsing.pages.blocks.rows import columns
from newswire.parsing.pages.blocks.surroundings import add_prose
from newswire.parsing.pages.blocks.text_columns import Statements

Matrix = NDArray[np.float32]

OWN: Final = (
    "chars", "words", "lines", "linked", "bold", "ends", "upper", "digits", "stamp", "commas", "marks", "furniture",
    "question", "colon", "invites", "law", "author", "another", "kind", "depth", "same-as-title",
    "title-overlap", "stated", "has-stated", "description", "names-site", "italic", "links", "credit",
    "repeated", "prose-1", "prose-2", "prose-3", "prose-4", "dense-1", "dense-2", "dense-3", "top", "top-distance",
    "like-count", "like-prose", "like-linked", "before-chars", "index", "from-heading", "from-heading-chars", "blocks",
    "page-prose", "since-prose", "until-prose", "title-seen", "same-place-before", "same-place-after",
    "own-article", "other-article", "other-h1s", "like-chars", "top-before", "top-after",
)  # fmt: skip
MASKS: Final = (
    *(f"own-{name}" for name in GROUPS),
    *(f"near-{name}" for name in GROUPS),
    *(f"far-{name}" for name in GROUPS),
    *(f"in-{name}" for name in CONTEXT_BIT),
)
AROUND: Final = ("chars", "words", "linked", "ends", "kind", "furniture", "dense-1", "like-prose", "italic", "bold")
OFFSETS: Final = (-2, -1, 1, 2)
_AROUND: Final = [OWN.index(name) for name in AROUND]
_GROUP, _CONTEXT = np.arange(len(GROUPS)), np.arange(len(CONTEXT_BIT))
NAMES: Final = (*OWN, *MASKS, *(f"{name}{offset:+d}" for offset in OFFSETS for name in AROUND))


def features(blocks: Sequence[Block], said: Statements) -> Matrix:
    """One row for each block, its columns as in `NAMES`. A neighbour beyond the page is -1 throughout."""
    add_prose(blocks)
    rows = np.full((len(blocks), len(NAMES)), -1.0, dtype=np.float32)
    if not blocks:
        return rows
    found = columns(blocks, said)
    for number, name in enumerate(OWN):
        rows[:, number] = found[name]
    begin = len(OWN) + len(MASKS)
    rows[:, len(OWN) : begin] = _masks(blocks)
    around = rows[:, _AROUND]
    for offset in OFFSETS:
        theirs = rows[:, begin : begin + len(AROUND)]
        if offset > 0:
            theirs[:-offset] = around[offset:]
        else:
            theirs[-offset:] = around[:offset]
        begin += len(AROUND)
    return rows


def _masks(blocks: Sequence[Block]) -> NDArray[np.int64]:
    places = [block.place for block in blocks]
    masks = np.array([(place.own, place.near, place.far, place.context) for place in places], dtype=np.int64)
    bits = [(masks[:, number, None] >> _GROUP) & 1 for number in range(3)]
    return np.hstack([*bits, (masks[:, 3, None] >> _CONTEXT) & 1])


def column(rows: Matrix, name: str) -> Any:
    """A column by its name."""
    return rows[:, NAMES.index(name)]
