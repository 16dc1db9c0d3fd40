"""The row of numbers of each block: its text, its containers, its neighbours, how often its kind recurs."""

from collections.abc import Sequence
from math import log1p
from typing import Final

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

_LEVELS: Final = 4
"""So many containers of a block are looked at."""
_FAR: Final = 50.0
"""Blocks beyond so many are equally far."""


class _Kin:
    """What the blocks of one kind have together. They have the element and class of their place and its parent's."""

    __slots__ = ("chars", "count", "linked", "prose")

    def __init__(self) -> None:
        self.count = self.chars = self.linked = 0
        self.prose = 0.0

    def add(self, block: Block) -> None:
        self.count += 1
        self.prose += block.prose
        self.linked += block.linked
        self.chars += len(block.text)

    def columns(self, page_prose: float) -> tuple[float, float, float]:
        return log1p(self.count), self.prose / page_prose, self.linked / (self.chars or 1.0)


def rows(blocks: Sequence[Block], said: Statements) -> list[list[float]]:
    """For each block its columns, as `newswire.parsing.pages.blocks.features` names them."""
    stated = StatedWords(said)
    total = sum(len(block.text) for block in blocks) or 1
    page_prose = sum(block.prose for block in blocks) or 1.0
    top = top_container(blocks)
    texts: dict[str, int] = {}
    for block in blocks:
        texts[block.text] = texts.get(block.text, 0) + 1
    kin = _kin(blocks)
    heading = heading_at(blocks, stated.titles)
    headed = heading is not None
    own_article = article_of(blocks[heading].place) if heading is not None else None
    heading_before = sum(len(block.text) for block in blocks[:heading]) if headed else 0
    page_columns = log1p(len(blocks)), log1p(page_prose)
    parents = [None, *(block.place.parent for block in blocks), None]
    until = _until_prose(blocks)
    found: list[list[float]] = []
    other_h1s = before = since = 0
    top_prose = (top.prose if top else 0.0) or 1.0
    in_top = 0.0
    for index, block in enumerate(blocks):
        place = block.place
        if heading is not None and index > heading and block.kind == H1:
            other_h1s += 1
        distance = steps_below(place, top)
        found.append(
            [
                *text_columns(block, stated),
                float(texts[block.text] - 1),
                *_container_columns(place, page_prose),
                float(distance >= 0),
                float(distance),
                *kin[index].columns(page_prose),
                before / total,
                index / len(blocks),
                float(max(-50, min(200, index - heading))) if heading is not None else -99.0,
                (before - heading_before) / page_prose if headed else -99.0,
                *page_columns,
                min(_FAR, since),
                until[index],
                float(headed),
                float(index > 0 and parents[index] is place.parent),
                float(index + 1 < len(blocks) and parents[index + 2] is place.parent),
                *articles(article_of(place), own_article),
                float(other_h1s),
                log1p(kin[index].chars / kin[index].count),
                in_top / top_prose,
                1.0 - (in_top + (block.prose if distance >= 0 else 0.0)) / top_prose,
            ]
        )
        if distance >= 0:
            in_top += block.prose
        before += len(block.text)
        since = 0 if block.prose else since + 1
    return found


def _kin(blocks: Sequence[Block]) -> list[_Kin]:
    """For each block what its kind has together."""
    known: dict[tuple[str, str], _Kin] = {}
    found = []
    for block in blocks:
        parent = block.place.parent
        kind = block.place.signature, parent.signature if parent else ""
        kin = known.get(kind)
        if kin is None:
            kin = known[kind] = _Kin()
        kin.add(block)
        found.append(kin)
    return found


def _container_columns(place: Place, page_prose: float) -> list[float]:
    """The columns ``prose-1`` to ``dense-3``: of the place and those that it stands in, -1 beyond the root."""
    shares = [-1.0] * _LEVELS
    dense = [-1.0] * _LEVELS
    at: Place | None = place
    for level in range(_LEVELS):
        if at is None:
            break
        shares[level] = at.prose / page_prose
        dense[level] = at.prose / (at.chars or 1)
        at = at.parent
    return shares + dense[:-1]


def _until_prose(blocks: Sequence[Block]) -> list[float]:
    """For each block how many follow it before prose does."""
    found: list[float] = []
    ahead = 0
    for block in reversed(blocks):
        found.append(min(_FAR, ahead))
        ahead = 0 if block.prose else ahead + 1
    return found[::-1]
