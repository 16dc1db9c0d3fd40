"""A page's headline."""

import re
from typing import Final

from newswire.domain.text.fingerprint import tokens
from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, text_of

_PARTING: Final = re.compile(r"(\s[|–—·•»›-]\s+|\|\s*)")
_ENOUGH_WORDS: Final = 3
"""An h1 of fewer words is a section or site name more often than a headline."""
_AGREEMENT: Final = 0.5


def title_of(head: Head, article: NodeObject) -> str | None:
    """The headline, from three kinds of statement: JSON-LD, og:title (without the site's name), and h1.

    Two that agree win: JSON-LD with og:title, or with the end of an h1 (which may add a kicker). Else
    the h1 that shares most of its words with any other statement; else JSON-LD, og:title, h1, title
    element, in this order.
    """
    stated = _line(text_of(article.get("headline")))
    sites = [site for site in (head.first("og:site_name"), text_of(article.get("publisher"))) if site]
    shared = _without_site(_line(head.first("og:title", "twitter:title")), sites)
    heading = _best_heading(head, [each for each in (stated, shared, head.title) if each])
    if stated:
        words = _folded(stated)
        if words == _folded(shared or "") or (heading and _folded(heading).endswith(words)):
            return stated
    fallback = stated or shared or next(iter(head.headings), None) or _without_site(head.title, sites)
    return heading or fallback


def _line(text: str | None) -> str | None:
    return normalize_line(text or "") or None


def _folded(text: str) -> str:
    return " ".join(tokens(text))


def _best_heading(head: Head, others: list[str]) -> str | None:
    best: tuple[float, str | None] = (0.0, None)
    known = [set(tokens(other)) for other in others]
    for heading in head.headings:
        words = set(tokens(heading))
        if len(words) < _ENOUGH_WORDS:
            continue
        score = max((_overlap(words, other) for other in known), default=0.0)
        if score >= _AGREEMENT and score > best[0]:
            best = (score, heading)
    return best[1]


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _without_site(title: str | None, sites: list[str]) -> str | None:
    """``Headline | The Daily`` without its last part, where that is the site's name."""
    parts = _PARTING.split(title or "")
    last = _folded(parts[-1])
    if len(parts) < 3 or not last:
        return title
    names = [_folded(site) for site in sites]
    return "".join(parts[:-2]).rstrip() if any(last in name or name in last for name in names if name) else title
