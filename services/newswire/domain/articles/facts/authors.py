"""Who wrote the article: one decision over all claims of authors."""

from collections.abc import Sequence
from typing import Final

from newswire.domain.articles.facts.claim import Claim, Decision, LostClaim, together
from newswire.domain.articles.facts.folding import folded
from newswire.domain.articles.facts.name_words import HONORIFICS
from newswire.domain.articles.facts.names import Name

Authors = tuple[Name, ...]

_VISIBLE: Final = frozenset({"byline", "text"})
"""Lines that readers of the page see; names that are marked up one by one may be those of checkers and editors."""
_SEEN: Final = _VISIBLE | {"link", "about-box"}
"""Sources that read one visible byline in several ways count once."""
_NO_PERSON: Final = 0.3
"""How much a claim counts that names no person and no agency."""
_LEAST: Final = 0.1


def decide_authors(claims: Sequence[Claim[Authors]]) -> Decision[Authors]:
    """The claim that is believed.

    People and agencies before other organisations and accounts; then the sum of what agreeing claims weigh. A visible
    byline that has all the names of the best claim, and more, is the fuller statement. A name that two others make up
    ("Nora Quill Otto Brandel") is a badly joined list.
    """
    claims = [claim for claim in claims if claim.value]
    if not claims:
        return Decision()
    scored = sorted(((_score(claim, claims), -at, claim) for at, claim in enumerate(claims)), reverse=True)
    score, _, best = scored[0]
    fuller = next((claim for _, _, claim in scored if claim.source in _VISIBLE and _is_fuller(claim, best)), None)
    chosen = fuller or best
    if score < _LEAST:
        return Decision(None, tuple(LostClaim(claim, "no claim is strong enough") for claim in claims))
    agreed = [claim.confidence for claim in claims if _keys(claim) == _keys(chosen)]
    others = [claim for claim in claims if claim is not chosen]
    return Decision(
        Claim(_people_first(chosen.value), chosen.source, together(agreed)),
        tuple(LostClaim(claim, _reason(claim, chosen)) for claim in others),
    )


def _people_first(names: Authors) -> Authors:
    """The people and agencies; an organisation or an account only where nobody else is named."""
    known = tuple(name for name in names if name.kind in {"person", "agency"})
    return known or names


def _score(claim: Claim[Authors], claims: Sequence[Claim[Authors]]) -> float:
    keys = _keys(claim)
    agreeing: dict[str, float] = {}
    for each in claims:
        if _keys(each) == keys:
            kind = "visible" if each.source in _SEEN else each.source
            agreeing[kind] = max(agreeing.get(kind, 0.0), each.confidence)
    weight = 1.0 if any(name.kind in {"person", "agency"} for name in claim.value) else _NO_PERSON
    glued = any(_is_glued(keys, _keys(each)) for each in claims if each is not claim)
    return weight * together(agreeing.values()) * (0.2 if glued else 1)


def _keys(claim: Claim[Authors]) -> frozenset[str]:
    return frozenset(_bare(name) for name in _people_first(claim.value))


def _bare(name: Name) -> str:
    """A name for comparing: without a title before two words or more."""
    words = folded(name.text).split()
    return " ".join(words[1:] if len(words) > 2 and words[0] in HONORIFICS else words)


def _is_fuller(claim: Claim[Authors], best: Claim[Authors]) -> bool:
    return len(_keys(claim)) <= 4 and _keys(claim) > _keys(best) and all(n.kind == "person" for n in claim.value)


def _is_glued(keys: frozenset[str], others: frozenset[str]) -> bool:
    if len(keys) >= len(others):
        return False
    rest = sorted(word for key in others for word in key.split())
    return sorted(word for key in keys for word in key.split()) == rest


def _reason(claim: Claim[Authors], chosen: Claim[Authors]) -> str:
    if _keys(claim) == _keys(chosen):
        return "says the same"
    if not any(name.kind in {"person", "agency"} for name in claim.value):
        return "names no person and no agency"
    if _keys(claim) < _keys(chosen):
        return "names fewer of the authors"
    return "other claims weigh more"
