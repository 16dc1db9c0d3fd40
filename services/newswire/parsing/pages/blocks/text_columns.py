"""What a block's text says by itself, and beside the publisher's own statements: the first columns of its row."""

import re
from dataclasses import dataclass
from math import log1p
from typing import Final

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
_NO_HINTS: Final = (0.0,) * len(_HINTS)


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
        self._sites = {name for site in said.sites if len(name := "".join(words_of(site))) >= _SITE_CHARS}

    def columns(self, words: list[str], known: set[str]) -> tuple[float, ...]:
        """How far the words of a block, in order and as a set, are those of the title, the body, the description."""
        overlap = 0.0
        if not known.isdisjoint(self._any_title):
            overlap = max(len(known & title) / max(1, min(len(known), len(title))) for title in self._title_sets)
        described = len(known & self._description) / max(1, len(known)) if self._description else -1.0
        return float(words in self.titles), overlap, self._share(words), float(bool(self._runs)), described

    def names_site(self, words: list[str]) -> bool:
        """Whether the words of a block name the site, however they part the name."""
        text = "".join(words)
        return any(name in text for name in self._sites)

    def _share(self, words: list[str]) -> float:
        """The share of the words' triples that the stated body has; -1 where that cannot be told."""
        runs = triples(words) if self._runs else []
        return sum(map(self._runs.__contains__, runs)) / len(runs) if runs else -1.0


def text_columns(block: Block, stated: StatedWords) -> tuple[float, ...]:
    """The columns from ``chars`` to ``credit``."""
    text = block.text
    size = len(text)
    words = block.words
    known = set(words)
    short = size < _BEGINNING
    last = text[-1]
    digits = len(_DIGIT.findall(text, 0, _BEGINNING))
    return (
        log1p(size),
        log1p(len(words)),
        float(text.count("\n")),
        block.linked / size,
        block.bold / size,
        float(last in _END),
        float(text[0].isupper()),
        digits / min(size, _BEGINNING),
        float(short and digits > 0 and _STAMP.search(text) is not None),
        (text.count(",") + text.count("，") + text.count("、")) / size * 100,
        float(("©" in text) + ("@" in text) + ("|" in text) + ("»" in text) + ("http" in text)),
        float(size < _FURNITURE_CHARS and is_furniture(text)),
        float("?" in text),
        float(last == ":"),
        *(_NO_HINTS if known.isdisjoint(_ANY_HINT) else [float(not known.isdisjoint(hint)) for hint in _HINTS]),
        float(block.kind),
        float(block.place.depth),
        *stated.columns(words, known),
        float(stated.names_site(words)),
        block.italic / size,
        log1p(block.links),
        float(not known.isdisjoint(_CREDIT) and not _CREDIT.isdisjoint(words[-_TAIL:])),
    )
