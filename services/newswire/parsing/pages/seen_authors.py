"""Authors whom a page's tags state and no reader sees: the account that entered the article."""

from collections.abc import Iterator
from typing import Any, Final

from newswire.domain.articles.facts.authors import Authors
from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.folding import folded

_STATED: Final = frozenset({"meta", "json-ld"})
_SHOWN: Final = frozenset({"byline", "link", "text"})
_DOUBTED: Final = 0.4
"""What is left of the confidence in names that the page does not show, beside a byline of other names."""
_UNSEEN: Final = ("script", "style", "noscript", "template", "head")


def with_unseen_doubted(claims: tuple[Claim[Authors], ...], tree: Any) -> tuple[Claim[Authors], ...]:
    """The claims, those of the tags with less confidence where the page shows other authors and none of theirs.

    Content systems fill in the tags, and JSON-LD alike, from the account that entered the article. Linked data that
    differs from the tags is written on purpose. ``tree`` is an lxml.html root element. It is searched only where tags
    and byline have no name in common.
    """
    tagged = next((claim for claim in claims if claim.source == "meta"), None)
    shown = {key for claim in claims if claim.source in _SHOWN for key in _people(claim)}
    named = set(_people(tagged)) if tagged else set()
    if tagged is None or not shown or not named or shown & named:
        return claims
    text = " ".join(" ".join(_visible(tree)).split()).casefold()
    if any(_surname(name.text) in text for name in tagged.value):
        return claims
    return tuple(
        Claim(claim.value, claim.source, claim.confidence * _DOUBTED)
        if claim.source in _STATED and set(_people(claim)) == named
        else claim
        for claim in claims
    )


def _surname(name: str) -> str:
    """The last word: first names are shortened, and middle names left out."""
    return name.casefold().split()[-1]


def _people(claim: Claim[Authors]) -> Iterator[str]:
    return (folded(name.text) for name in claim.value if name.kind == "person")


def _visible(tree: Any) -> Iterator[str]:
    """The texts of the page that readers may see. The time is linear in the page."""
    hidden: set[Any] = set()
    for unseen in tree.iter(*_UNSEEN):
        if unseen not in hidden:  # they may stand in one another
            hidden.update(unseen.iter())
    for element in tree.iter():
        if isinstance(element.tag, str) and element not in hidden and element.text:
            yield element.text
        if element.tail:
            yield element.tail
