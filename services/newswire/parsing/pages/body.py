"""The article's text out of a page's tree."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any, Final

import trafilatura
from lxml import etree

from newswire.domain.text.fingerprint import tokens
from newswire.domain.text.normalize import normalize_text, without_headline
from newswire.parsing.pages.jsonld import NodeObject, text_of

METHOD: Final = "trafilatura"
VERSION: Final = version("trafilatura")

_INERT: Final = ("style", "svg", "template", "iframe", "object", "canvas", "link", "meta")
"""Elements without article text. Their contents would be copied and walked again at every step."""

_GRAM: Final = 3
_VOUCHED: Final = 0.6
"""Share of a line's word triples that the publisher's body must have, and share of the lines that it must vouch for."""


def text_of_page(tree: Any, url: str, article: NodeObject, headlines: Iterable[str | None]) -> str:
    """The normalised text; empty when nothing was found. Uses up the tree.

    What trafilatura finds without reader comments, less the headline, less furniture, and less what
    follows after the end of the body that the publisher states in JSON-LD.
    """
    _strip(tree)
    document: Any = trafilatura.bare_extraction(tree, url=url, include_comments=False)
    text = normalize_text(document.text or "") if document is not None else ""
    return ended_as_stated(without_headline(text, *headlines), text_of(article.get("articleBody")) or "")


def ended_as_stated(text: str, body: str) -> str:
    """``text`` up to the last line that ``body``, the publisher's own statement of it, also has.

    Only where ``body`` has most of the text, so a teaser in its place cuts nothing. Lines above the
    end are all kept: a stated body often lacks the lead and the subheadings.
    """
    stated = set(_grams(body))
    if not stated:
        return text
    lines = text.split("\n")
    found = vouched = last = 0
    for number, line in enumerate(lines, 1):
        grams = _grams(line)
        held = sum(gram in stated for gram in grams)
        found += len(grams)
        if grams and held >= _VOUCHED * len(grams):
            vouched += len(grams)
            last = number
    return "\n".join(lines[:last]) if found and vouched >= _VOUCHED * found else text


def _grams(text: str) -> list[tuple[str, ...]]:
    words = tokens(text)
    return list(zip(*(words[start:] for start in range(_GRAM)), strict=False)) or ([tuple(words)] if words else [])


def _strip(tree: Any) -> None:
    for script in list(tree.iter("script")):
        if "ld+json" not in str(script.get("type", "")):
            script.text = None
    etree.strip_elements(tree, *_INERT, with_tail=False)
