"""What is known of each block beside its text: its containers, its neighbours, how often its kind recurs.

A column is computed for all blocks at once: a page has a hundred of them and more.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newswire.parsing.pages.blocks.place import Block, Place
from newswire.parsing.pages.blocks.surroundings import (
    H1,
    article_of,
    articles,
    heading_at,
    steps_below,
    top_container,
)
from newswire.parsing.pages.blocks.text_columns import StatedWords, Statements, text_columns

Columns = dict[str, Any]
"""By a column's name its numbers, one for each block, or the one number that all blocks have."""
_LEVELS: Final = 4
"""So many containers of a block are looked at."""
_FAR: Final = 50.0
"""Blocks beyond so many are equally far."""


def columns(blocks: Sequence[Block], said: Statements) -> Columns:
    """The columns of at least one block, as `newswire.parsing.pages.blocks.features` names the first of them."""
    stated = StatedWords(said)
    sizes = _numbers(len(block.text) for block in blocks)
    prose = _numbers(block.prose for block in blocks)
    page_prose = prose.sum() or 1.0
    before = np.cumsum(sizes) - sizes
    texts: dict[str, int] = {}
    for block in blocks:
        texts[block.text] = texts.get(block.text, 0) + 1
    return {
        **text_columns(blocks, sizes, stated),
        "repeated": [texts[block.text] - 1 for block in blocks],
        "before-chars": before / (sizes.sum() or 1),
        "index": np.arange(len(blocks)) / len(blocks),
        "blocks": np.log1p(len(blocks)),
        "page-prose": np.log1p(page_prose),
        **_containers(blocks, page_prose),
        **_top(blocks, prose),
        **_kin(blocks, sizes, prose, page_prose),
        **_nearest(blocks, prose),
        **_heading(blocks, heading_at(blocks, stated.titles), before, page_prose),
    }


def _numbers(values: Iterable[float]) -> NDArray[np.float64]:
    return np.fromiter(values, np.float64)


def _containers(blocks: Sequence[Block], page_prose: float) -> Columns:
    """The prose of the place and of those that it stands in, -1 beyond the root."""
    found: Columns = {}
    at: list[Place | None] = [block.place for block in blocks]
    for level in range(1, _LEVELS + 1):
        there = np.array([place is not None for place in at])
        prose = _numbers(place.prose if place else 0.0 for place in at)
        found[f"prose-{level}"] = np.where(there, prose / page_prose, -1.0)
        if level < _LEVELS:
            chars = _numbers((place.chars or 1) if place else 1 for place in at)
            found[f"dense-{level}"] = np.where(there, prose / chars, -1.0)
        at = [place.parent if place else None for place in at]
    return found


def _top(blocks: Sequence[Block], prose: NDArray[np.float64]) -> Columns:
    """Where the blocks stand below the container that holds most prose."""
    top = top_container(blocks)
    distance = _numbers(steps_below(block.place, top) for block in blocks)
    below = np.where(distance >= 0, prose, 0.0)
    upto = np.cumsum(below)
    whole = (top.prose if top else 0.0) or 1.0
    return {
        "top": distance >= 0,
        "top-distance": distance,
        "top-before": (upto - below) / whole,
        "top-after": 1.0 - upto / whole,
    }


def _kin(blocks: Sequence[Block], sizes: NDArray[np.float64], prose: NDArray[np.float64], page_prose: float) -> Columns:
    """What the blocks of one kind have together. They have the element and class of their place and its parent's."""
    known: dict[tuple[str, str], int] = {}
    kind = np.array(
        [
            known.setdefault(
                (block.place.signature, parent.signature if (parent := block.place.parent) else ""), len(known)
            )
            for block in blocks
        ]
    )
    count = np.bincount(kind)
    chars = np.bincount(kind, sizes)
    linked = np.bincount(kind, _numbers(block.linked for block in blocks))
    return {
        "like-count": np.log1p(count)[kind],
        "like-prose": (np.bincount(kind, prose) / page_prose)[kind],
        "like-linked": (linked / chars)[kind],
        "like-chars": np.log1p(chars / count)[kind],
    }


def _nearest(blocks: Sequence[Block], prose: NDArray[np.float64]) -> Columns:
    """The blocks before, behind, and up to the next prose on either side."""
    number = np.arange(len(blocks))
    ends = len(blocks)
    last = np.maximum.accumulate(np.where(prose > 0, number, -1))
    following = np.minimum.accumulate(np.where(prose > 0, number, ends)[::-1])[::-1]
    parents = [block.place.parent for block in blocks]
    same = [one is other for one, other in pairwise(parents)]
    return {
        "since-prose": np.minimum(_FAR, number - np.concatenate(([-1], last[:-1])) - 1),
        "until-prose": np.minimum(_FAR, np.concatenate((following[1:], [ends])) - number - 1),
        "same-place-before": [False, *same],
        "same-place-after": [*same, False],
    }


def _heading(blocks: Sequence[Block], heading: int | None, before: NDArray[np.float64], page_prose: float) -> Columns:
    """Where the blocks stand beside the one that shows the headline."""
    places = [article_of(block.place) for block in blocks]
    headlines = None if heading is None else places[heading]
    shared = [articles(place, headlines) for place in places]
    found: Columns = {"own-article": [own for own, _ in shared], "other-article": [other for _, other in shared]}
    if heading is None:
        return {**found, "title-seen": 0.0, "other-h1s": 0.0, "from-heading": -99.0, "from-heading-chars": -99.0}
    number = np.arange(len(blocks))
    h1 = np.array([block.kind == H1 for block in blocks])
    return {
        **found,
        "title-seen": 1.0,
        "other-h1s": np.cumsum(h1 & (number > heading)),
        "from-heading": np.clip(number - heading, -50, 200),
        "from-heading-chars": (before - before[heading]) / page_prose,
    }
