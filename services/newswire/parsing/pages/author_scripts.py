"""Authors that no markup names: signatures below Korean texts, and what the page's own scripts say."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from newswire.domain.articles.facts.bylines import byline_names, stated_names
from newswire.domain.articles.facts.folding import folded
from newswire.domain.articles.facts.names import Name
from newswire.parsing.pages.author_marks import reads_like_a_name

_SCRIPTED: Final = re.compile(
    r"""uthors?(?:_?[nN]ames?)?["']?\s{0,3}[:=]\s{0,3}(?:"([^"\\<>{}\n]{3,80})"|'([^'\\<>{}\n]{3,80})')"""
)
_MOST_SCRIPTED: Final = 1_000
"""Statements in the scripts of a page that are read."""
_LONGEST_SIGNATURE: Final = 50
_LONGEST_SCRIPT: Final = 200_000


def signed(tree: Any, sites: frozenset[str]) -> Iterator[Name]:
    """The reporter who signs below a Korean text: ``김하늘 기자``."""
    for element in tree.iter("p", "div", "span"):
        text = (element.text or "").strip()
        if len(text) <= _LONGEST_SIGNATURE and "기자" in text:
            names = byline_names(text, "ko", sites)
            if names and all(name.kind == "person" for name in names):
                yield from names
                return


def scripted(tree: Any, sites: frozenset[str]) -> Iterator[Name]:
    """The author that the page's own scripts give to its statistics; only where all of them say the same."""
    found: dict[str, tuple[Name, ...]] = {}
    for text in islice(_in_scripts(tree), _MOST_SCRIPTED):
        names = tuple(name for name in stated_names(text, sites) if reads_like_a_name(name, sites))
        if names:
            found.setdefault(folded(text), names)
        if len(found) > 1:
            return
    for names in found.values():
        yield from names


def _in_scripts(tree: Any) -> Iterator[str]:
    """What the scripts assign to a name such as ``author``."""
    for script in tree.iter("script"):
        text = script.text or ""
        if len(text) <= _LONGEST_SCRIPT and "uthor" in text and "ld+json" not in (script.get("type") or ""):
            yield from (match[1] or match[2] for match in _SCRIPTED.finditer(text))
