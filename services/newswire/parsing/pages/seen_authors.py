"""Authors whom the markup states and no reader sees: often the account that entered the article."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from newswire.domain.articles.facts.authors import Authors
from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.folding import folded

_STATED: Final = frozenset({"json-ld", "meta"})
_SHOWN: Final = frozenset({"byline", "link", "text"})
_DOUBTED: Final = 0.4
"""What is left of the confidence in a claim whose names the page does not show, beside a byline of other names."""
_UNSEEN: Final = ("script", "style", "noscript", "template", "head")


def with_unseen_doubted(claims: tuple[Claim[Authors], ...], tree: Any) -> tuple[Claim[Authors], ...]:
    """The claims, those of the markup with less confidence where the page shows other authors and none of theirs.

    ``tree`` is an lxml.html root element. It is searched only where markup and byline have no name in common.
    """
    stated = [claim for claim in claims if claim.source in _STATED]
    shown = {key for claim in claims if claim.source in _SHOWN for key in _people(claim)}
    named = {key for claim in stated for key in _people(claim)}
    if not shown or not named or shown & named:
        return claims
    text = " ".join(" ".join(_visible(tree)).split()).casefold()
    unseen = [claim for claim in stated if not any(_surname(name.text) in text for name in claim.value)]
    return tuple(
        Claim(claim.value, claim.source, claim.confidence * _DOUBTED) if claim in unseen else claim for claim in claims
    )


def _surname(name: str) -> str:
    """The last word: first names are shortened, and middle names left out."""
    return name.casefold().split()[-1]


def _people(claim: Claim[Authors]) -> Iterator[str]:
    return (folded(name.text) for name in claim.value if name.kind == "person")


def _visible(tree: Any) -> Iterator[str]:
    """The texts of the page that readers may see. The time is linear in the page."""
    hidden = set(chain.from_iterable(each.iter() for each in tree.iter(*_UNSEEN)))
    for element in tree.iter():
        if isinstance(element.tag, str) and element not in hidden and element.text:
            yield element.text
        if element.tail:
            yield element.tail
