"""What is known of each block, as a row of numbers for the classifier.

All of it can be explained: the text's size and shape, the elements and names around it, its neighbours, how much prose
its containers hold, how often its kind recurs, and whether the publisher's own statements (headline, description, the
body in JSON-LD) say the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newswire.domain.text.furniture import is_furniture
from newswire.parsing.pages.blocks.names import GROUPS
from newswire.parsing.pages.blocks.place import CONTEXT_BIT, Block
from newswire.parsing.pages.blocks.surroundings import (
    H1,
    add_prose,
    article_of,
    articles,
    containers,
    heading_at,
    prose,
    signature,
    steps_below,
    top_container,
)
from newswire.parsing.pages.blocks.words import triples, words_of

Matrix = NDArray[np.float32]

_END: Final = frozenset(".!?…。！？।؟:\"”»')")
_STAMP: Final = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}:\d\d|\d{1,2}[./]\d{1,2}[./]\d{2}")
_BEGINNING: Final = 200
_DIGIT: Final = re.compile(r"\d")
# fmt: off
_INVITES: Final = """
subscribe subscribed subscriber subscribers subscription newsletter newsletters sign login log register donate donation
download click whatsapp facebook instagram telegram twitter podcast email mail app apps inbox abonnieren abonnement
abonnez anmelden extern externe externen suscríbete suscribirse iscriviti abbonati inscreva assine zapisz подписывайтесь
"""
_LAW: Final = """
copyright © rights reserved privacy cookie cookies terms disclaimer affiliate commission datenschutz derechos
advertisement advertising reproduced reproduction trademark registered consent legal inc llc gmbh
"""
_AUTHOR: Final = """
author reporter editor journalist writer correspondent redakteur redakteurin redaktion periodista journaliste
contributor contributed covers columnist staff producer professor director founder him her she he
"""
_ANOTHER_TEXT: Final = """
related read also photo photos foto image images getty reuters afp source updated published video watch gallery lire
lesen leia lea czytaj читайте mehr more see
"""
_HINTS: Final = tuple(frozenset(words.split()) for words in (_INVITES, _LAW, _AUTHOR, _ANOTHER_TEXT))
_MARK: Final = ("©", "@", "|", "»", "http")
_FURNITURE_CHARS: Final = 120

OWN: Final = (
    "chars", "words", "lines", "linked", "bold", "ends", "upper", "digits", "stamp", "commas", "marks", "furniture",
    "question", "colon", "invites", "law", "author", "another", "kind", "depth", "same-as-title",
    "title-overlap", "stated", "has-stated", "description",
    "repeated", "prose-1", "prose-2", "prose-3", "prose-4", "dense-1", "dense-2", "dense-3", "top", "top-distance",
    "like-count", "like-prose", "like-linked", "before-chars", "index", "from-heading", "from-heading-chars", "blocks",
    "page-prose", "since-prose", "until-prose", "title-seen", "same-place-before", "same-place-after",
    "own-article", "other-article", "other-h1s",
)  # fmt: skip
MASKS: Final = (
    *(f"own-{name}" for name in GROUPS),
    *(f"near-{name}" for name in GROUPS),
    *(f"far-{name}" for name in GROUPS),
    *(f"in-{name}" for name in CONTEXT_BIT),
)
AROUND: Final = ("chars", "words", "linked", "ends", "kind", "furniture", "dense-1")
OFFSETS: Final = (-2, -1, 1, 2)
NAMES: Final = (*OWN, *MASKS, *(f"{name}{offset:+d}" for offset in OFFSETS for name in AROUND))


@dataclass(frozen=True, slots=True)
class Statements:
    """What the publisher says of the article outside its text."""

    titles: tuple[str, ...] = ()
    description: str = ""
    body: str = ""


def features(blocks: Sequence[Block], said: Statements) -> Matrix:
    """One row for each block, its columns as in `NAMES`."""
    add_prose(blocks)
    own = np.array(_rows(blocks, said), dtype=np.float32).reshape(len(blocks), len(OWN))
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


def _rows(blocks: Sequence[Block], said: Statements) -> list[list[float]]:
    titles = [set(words_of(title)) for title in said.titles]
    joined = {" ".join(words_of(title)) for title in said.titles}
    description = set(words_of(said.description))
    stated = set(triples(words_of(said.body)))
    total = sum(len(block.text) for block in blocks) or 1
    page_prose = sum(prose(block) for block in blocks) or 1.0
    top = top_container(blocks)
    texts: dict[str, int] = {}
    alike: dict[str, list[float]] = {}
    for block in blocks:
        texts[block.text] = texts.get(block.text, 0) + 1
        kin = alike.setdefault(signature(block), [0.0, 0.0, 0.0, 0.0])
        kin[0] += 1
        kin[1] += prose(block)
        kin[2] += block.linked
        kin[3] += len(block.text)
    heading = heading_at(blocks, joined, titles)
    own_article = article_of(blocks[heading].place) if heading is not None else None
    other_h1s = 0
    rows: list[list[float]] = []
    before = 0
    heading_before = sum(len(block.text) for block in blocks[:heading]) if heading is not None else 0
    since = 0
    for index, block in enumerate(blocks):
        text = block.text
        size = len(text)
        words = words_of(text)
        known = set(words)
        kin = alike[signature(block)]
        levels = containers(block.place)
        distance = steps_below(block.place, top)
        if heading is not None and index > heading and block.kind == H1:
            other_h1s += 1
        last = blocks[index - 1] if index else None
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        rows.append(
            [
                log1p(size),
                log1p(len(words)),
                float(text.count("\n")),
                block.linked / size,
                block.bold / size,
                float(text[-1] in _END),
                float(text[0].isupper()),
                len(_DIGIT.findall(text, 0, _BEGINNING)) / min(size, _BEGINNING),
                float(_STAMP.search(text) is not None) if size < _BEGINNING else 0.0,
                (text.count(",") + text.count("，") + text.count("、")) / size * 100,
                float(sum(mark in text for mark in _MARK)),
                float(is_furniture(text)) if size < _FURNITURE_CHARS else 0.0,
                float("?" in text),
                float(text[-1] == ":"),
                *(float(not known.isdisjoint(hint)) for hint in _HINTS),
                float(block.kind),
                float(block.place.depth),
                float(" ".join(words) in joined),
                max((len(known & title) / max(1, min(len(known), len(title))) for title in titles), default=0.0),
                _share(words, stated),
                float(bool(stated)),
                len(known & description) / max(1, len(known)) if description else -1.0,
                float(texts[text] - 1),
                *(place.prose / page_prose if place else -1.0 for place in levels),
                *(place.prose / (place.chars or 1) if place else -1.0 for place in levels[:3]),
                float(distance >= 0),
                float(distance),
                log1p(kin[0]),
                kin[1] / page_prose,
                kin[2] / (kin[3] or 1.0),
                before / total,
                index / len(blocks),
                float(max(-50, min(200, index - heading))) if heading is not None else -99.0,
                (before - heading_before) / page_prose if heading is not None else -99.0,
                log1p(len(blocks)),
                log1p(page_prose),
                float(min(50, since)),
                0.0,
                float(heading is not None),
                float(last is not None and last.place.parent is block.place.parent),
                float(following is not None and following.place.parent is block.place.parent),
                *articles(article_of(block.place), own_article),
                float(other_h1s),
            ]
        )
        before += size
        since = 0 if prose(block) else since + 1
    ahead = 0
    column = OWN.index("until-prose")
    for row, block in zip(reversed(rows), reversed(blocks), strict=True):
        row[column] = float(min(50, ahead))
        ahead = 0 if prose(block) else ahead + 1
    return rows


def _share(words: list[str], stated: set[tuple[str, ...]]) -> float:
    """The share of a text's word triples that the stated body has; -1 where that cannot be told."""
    runs = triples(words) if stated else []
    return sum(run in stated for run in runs) / len(runs) if runs else -1.0


def column(rows: Matrix, name: str) -> Any:
    """A column by its name."""
    return rows[:, NAMES.index(name)]
