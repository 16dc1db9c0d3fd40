"""The article's text out of a page's tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import trafilatura
from lxml import etree

from newswire.domain.articles.bodies import BodyText, Choice, choose
from newswire.domain.text.normalize import normalize_text, without_headline
from newswire.parsing.pages.app_state import text_in_state
from newswire.parsing.pages.blocks.features import features
from newswire.parsing.pages.blocks.model import Trees, probabilities, shifted
from newswire.parsing.pages.blocks.neighbours import with_neighbours
from newswire.parsing.pages.blocks.place import Block
from newswire.parsing.pages.blocks.rules import penalties
from newswire.parsing.pages.blocks.text import body_of, certainty
from newswire.parsing.pages.blocks.text_columns import Statements
from newswire.parsing.pages.blocks.vote import with_vote
from newswire.parsing.pages.blocks.walk import read_page
from newswire.parsing.pages.details import description_of
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, as_list
from newswire.parsing.pages.site_names import site_names
from newswire.parsing.text.plain_text import is_markup, plain_lines, plain_text

SURE: Final = 0.65
"""Below this certainty of the classifier trafilatura is asked as well: on every fourteenth page."""
_FEW_WORDS: Final = 60
"""A text of fewer words may be a part of what the page says elsewhere."""
MAX_ELEMENTS: Final = 12_000
MAX_INLINE: Final = 300
"""Larger pages are not given to trafilatura: some of its steps are quadratic in these."""
_INERT: Final = ("script", "style", "svg", "template", "iframe", "object", "canvas", "link", "meta")
"""Elements without article text. Their contents would be copied and walked again at every step."""


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says about its article's text, and what else was seen on the way."""

    choice: Choice
    blocks: Sequence[Block]
    likely: Any
    """For each block the probability that it belongs to the article."""


def statements(head: Head, article: NodeObject, title: str | None) -> Statements:
    """What the publisher says of the article outside its text, for the block classifier."""
    sites = tuple(sorted(site_names(head, article)))
    titles = dict.fromkeys(each for each in (title, *head.headings, head.first("og:title")) if each)
    return Statements(tuple(titles), description_of(head, article) or "", stated_body(article), sites)


def stated_body(article: NodeObject) -> str:
    """The text that JSON-LD gives (``articleBody``); empty where there is none."""
    pieces = [each for each in as_list(article.get("articleBody")) if isinstance(each, str)]
    text = "\n".join(pieces)
    if "&lt;" in text or is_markup(text):
        text = plain_text(text)
    return plain_lines(plain_text(text) if is_markup(text) else text)


def text_of_page(
    tree: Any, url: str, head: Head, article: NodeObject, title: str | None, known: Trees | None = None
) -> PageText:
    """The text, chosen among the page's accounts of it. Uses up the tree.

    ``known`` are the trees that judge the blocks; without them those of the weights file do.
    """
    page = read_page(tree)
    said = statements(head, article, title)
    likely = _judged(page.blocks, said, known)
    sure = certainty(page.blocks, likely)
    headlines = said.titles
    others = [BodyText("json-ld", without_headline(normalize_text(said.body), *headlines))]
    shown = body_of(page.blocks, with_neighbours(page.blocks, likely), headlines)
    few = len(shown.text.split()) < _FEW_WORDS
    if few:
        others.append(BodyText("app-state", without_headline(normalize_text(text_in_state(tree, title)), *headlines)))
    if (sure < SURE or few) and page.elements <= MAX_ELEMENTS and page.inline <= MAX_INLINE:
        second = _trafilatura(tree, url, fast=bool(shown.text))
        likely = with_vote(page.blocks, likely, second)
        shown = body_of(page.blocks, with_neighbours(page.blocks, likely), headlines)
        others.append(BodyText("trafilatura", without_headline(normalize_text(second), *headlines)))
    return PageText(choose(shown, sure, others), page.blocks, likely)


def _judged(blocks: Sequence[Block], said: Statements, known: Trees | None) -> list[float]:
    """For each block the probability that it belongs to the article: the classifier's, less what the rules take."""
    if not blocks:
        return []
    rows = features(blocks, said)
    found = probabilities(rows, known).tolist()
    taken = penalties(blocks, rows)
    return [shifted(each, odds) if odds else each for each, odds in zip(found, taken, strict=True)]


def _trafilatura(tree: Any, url: str, *, fast: bool) -> str:
    """Its text by its own rules. ``fast`` leaves out its fallback extractors.

    They cost a third more, and decide no better where the classifier found any text.
    """
    etree.strip_elements(tree, *_INERT, with_tail=False)
    document: Any = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False, fast=fast)
    return document.text or "" if document is not None else ""
