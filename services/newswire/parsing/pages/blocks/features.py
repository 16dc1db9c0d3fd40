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
NAMES: Final = (*OWN, *MASKS, *(f"{name}{offset:+d}" for offset in OFFSETS for name in AROUND))


def features(blocks: Sequence[Block], said: Statements) -> Matrix:
    """One row for each block, its columns as in `NAMES`."""
    add_prose(blocks)
    own = np.empty((len(blocks), len(OWN)), dtype=np.float32)
    if blocks:
        found = columns(blocks, said)
        for number, name in enumerate(OWN):
            own[:, number] = found[name]
    masks = _masks(blocks)
    around = own[:, [OWN.index(name) for name in AROUND]]
    shifted = [_shift(around, offset) for offset in OFFSETS]
    return np.hstack([own, masks, *shifted])


def _shift(rows: Matrix, offset: int) -> Matrix:
    """Each row's neighbour at ``offset``; -1 beyond the page."""
    moved = np.full_like(rows, -1.0)
    if len(rows) > abs(offset):
        if offset > 0:
            moved[:-offset] = rows[offset:]
        else:
            moved[-offset:] = rows[:offset]
    return moved


def _masks(blocks: Sequence[Block]) -> Matrix:
    own = np.array([block.place.own for block in blocks], dtype=np.int64)
    near = np.array([block.place.near for block in blocks], dtype=np.int64)
    far = np.array([block.place.far for block in blocks], dtype=np.int64)
    context = np.array([block.place.context for block in blocks], dtype=np.int64)
    groups = np.arange(len(GROUPS))
    bits = [(mask[:, None] >> groups) & 1 for mask in (own, near, far)]
    return np.hstack([*bits, (context[:, None] >> np.arange(len(CONTEXT_BIT))) & 1]).astype(np.float32)


def column(rows: Matrix, name: str) -> Any:
    """A column by its name."""
    return rows[:, NAMES.index(name)]
