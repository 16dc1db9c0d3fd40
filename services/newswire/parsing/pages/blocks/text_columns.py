"""What a block's text says by itself, and beside the publisher's own statements: the first columns of its row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newswire.domain.text.furniture import is_furniture
from newswire.parsing.pages.blocks.place import Block
from newswire.parsing.pages.blocks.words import triples, words_of

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
_CREDITS: Final = """
getty reuters afp ap epa shutterstock istock alamy image images photo photos photograph picture credit courtesy via
foto fotos bild imago dpa ansa efe rex instagram youtube
"""
_CREDIT: Final = frozenset(_CREDITS.split())
"""Words that end the caption of a picture."""
_TAIL: Final = 5
_HINTS: Final = tuple(frozenset(words.split()) for words in (_INVITES, _LAW, _AUTHOR, _ANOTHER_TEXT))
_FURNITURE_CHARS: Final = 120
_SITE_CHARS: Final = 4
"""Characters of a site's name at the least: shorter ones stand in other words."""

_ANY_HINT: Final = frozenset().union(*_HINTS)
_NO_HINTS: Final = (False,) * len(_HINTS)


@dataclass(frozen=True, slots=True)
class Statements:
    """What the publisher says of the article outside its text."""

    titles: tuple[str, ...] = ()
    description: str = ""
    body: str = ""
    sites: tuple[str, ...] = ()
    """The names of the site, lower case."""


class StatedWords:
    """The words of the statements, each read once a page."""

    def __init__(self, said: Statements) -> None:
        """Read the words of ``said``."""
        self.titles = [words_of(title) for title in said.titles]
        self._title_sets = [set(title) for title in self.titles]
        self._any_title = set().union(*self._title_sets)
        self._description = set(words_of(said.description))
        self._runs = set(triples(words_of(said.body)))
        self.has_body = bool(self._runs)
        self._sites = {name for site in said.sites if len(name := "".join(words_of(site))) >= _SITE_CHARS}

    def columns(self, words: list[str], known: set[str]) -> tuple[float, ...]:
        """How far the words of a block, in order and as a set, are those of the title, the body, the description."""
        overlap = 0.0
        if not known.isdisjoint(self._any_title):
            overlap = max(len(known & title) / max(1, min(len(known), len(title))) for title in self._title_sets)
        described = len(known & self._description) / max(1, len(known)) if self._description else -1.0
        return words in self.titles, overlap, self._share(words), described

    def names_site(self, words: list[str]) -> bool:
        """Whether the words of a block name the site, however they part the name."""
        text = "".join(words)
        return any(name in text for name in self._sites)

    def _share(self, words: list[str]) -> float:
        """The share of the words' triples that the stated body has; -1 where that cannot be told."""
        runs = triples(words) if self._runs else []
        return sum(map(self._runs.__contains__, runs)) / len(runs) if runs else -1.0


_READ: Final = (
    "words", "lines", "ends", "upper", "digits", "stamp", "commas", "marks", "furniture", "question", "colon",
    "invites", "law", "author", "another", "same-as-title", "title-overlap", "stated", "description", "names-site",
    "credit",
)  # fmt: skip
"""The columns that `_read` gives, in its order."""


def text_columns(blocks: Sequence[Block], sizes: NDArray[np.float64], stated: StatedWords) -> dict[str, Any]:
    """The columns of at least one block that are about its text; ``sizes`` are the lengths of the texts."""
    rows = np.array([_read(block, stated) for block in blocks], dtype=np.float64)
    read = dict(zip(_READ, rows.T, strict=True))
    styled = np.array([(block.linked, block.bold, block.italic, block.links) for block in blocks], dtype=np.float64)
    linked, bold, italic, links = styled.T
    return {
        **read,
        "chars": np.log1p(sizes),
        "words": np.log1p(read["words"]),
        "digits": read["digits"] / np.minimum(sizes, _BEGINNING),
        "commas": read["commas"] / sizes * 100,
        "linked": linked / sizes,
        "bold": bold / sizes,
        "italic": italic / sizes,
        "links": np.log1p(links),
        "kind": [block.kind for block in blocks],
        "depth": [block.place.depth for block in blocks],
        "has-stated": float(stated.has_body),
    }


def _read(block: Block, stated: StatedWords) -> tuple[float, ...]:
    """What a block's text and words say, as `_READ` names it."""
    text = block.text
    size = len(text)
    words = block.words
    known = set(words)
    last = text[-1]
    digits = len(_DIGIT.findall(text, 0, _BEGINNING))
    return (
        len(words),
        text.count("\n"),
        last in _END,
        text[0].isupper(),
        digits,
        digits > 0 and size < _BEGINNING and _STAMP.search(text) is not None,
        text.count(",") + text.count("，") + text.count("、"),
        ("©" in text) + ("@" in text) + ("|" in text) + ("»" in text) + ("http" in text),
        size < _FURNITURE_CHARS and is_furniture(text),
        "?" in text,
        last == ":",
        *(_NO_HINTS if known.isdisjoint(_ANY_HINT) else [not known.isdisjoint(hint) for hint in _HINTS]),
        *stated.columns(words, known),
        stated.names_site(words),
        not known.isdisjoint(_CREDIT) and not _CREDIT.isdisjoint(words[-_TAIL:]),
    )
