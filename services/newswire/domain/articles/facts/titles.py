"""The article's headline: one decision over all claims of titles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from newswire.domain.articles.facts.claim import Claim, Decision, LostClaim, together
from newswire.domain.articles.facts.folding import folded
from newswire.domain.articles.facts.title_forms import (
    continues,
    is_cut_off,
    overlap,
    without_additions,
    without_rubric,
    without_site,
)

_FAMILY: Final = {"og": "social", "twitter": "social", "json-ld": "data", "microdata": "data", "meta": "social"}
"""Sources that are filled in from one field count once."""
_WEIGHT: Final = {
    "data": 0.5,
    "social": 0.42,
    "h1": 0.6,
    "h2": 0.2,
    "breadcrumb": 0.1,
    "title": 0.26,
    "feed": 0.45,
    "page": 0.5,
}
_ECHO: Final = 0.1
"""The weight of a title element that says what og:title says: both are written for search engines."""
_ONE_FIELD: Final = frozenset({"data", "social", "title"})
_FOR_SEARCH: Final = 0.55
"""The weight of a title that all of the head states alike, unlike the heading: one field, for search engines."""
_UNVOUCHED: Final = 0.12
"""The weight of a heading that shares less than half of its words with every other statement."""
_VOUCHED: Final = 0.5
_ENOUGH_WORDS: Final = 3
"""A heading of fewer words is a section's or a site's name more often than a headline."""

_MOST_WORDS: Final = 30
"""A heading of more words is a teaser."""
_ENOUGH_LETTERS: Final = 12
_HEADLINE_WORDS: Final = 4
"""A site's name that a claim states in full, and that has so many words, is the headline: a fault of the page."""
_HEADINGS: Final = frozenset({"h1", "h2"})
"""Where a breadcrumb has the h1, for search engines, the h2 below it is the headline."""


@dataclass(frozen=True, slots=True)
class _Form:
    claim: Claim[str]
    text: str
    key: str


def decide_title(claims: Sequence[Claim[str]], sites: Collection[str] = ()) -> Decision[str]:
    """The headline that is believed.

    Each claim is freed from its site's name and from what it adds to another claim (a rubric, a kicker). Then claims
    of the same words stand together, each kind of source once; a heading counts in full only where another claim
    vouches for it, and a title that is cut off lends its weight to the one that continues it.
    """
    forms = _forms([claim for claim in claims if claim.value.strip()], sites)
    if not forms:
        return Decision()
    scored = [(_score(form, forms), -number, form) for number, form in enumerate(forms)]
    _, _, best = max(scored, key=lambda each: each[:2])
    confidence = together(form.claim.confidence for form in _first_of_kind(forms) if form.key == best.key)
    lost = (LostClaim(form.claim, _reason(form, best)) for form in forms if form is not best)
    return Decision(Claim(best.text, best.claim.source, confidence), tuple(lost))


def _forms(claims: Sequence[Claim[str]], sites: Collection[str]) -> list[_Form]:
    stated = {folded(claim.value) for claim in claims}
    sites = {site for site in sites if site not in stated or len(site.split()) < _HEADLINE_WORDS}
    bare = [without_site(claim.value, sites) for claim in claims]
    keys = [folded(text) for text in bare]
    elsewhere = {key for claim, key in zip(claims, keys, strict=True) if claim.source not in _HEADINGS}
    shared = {key for claim, key in zip(claims, keys, strict=True) if claim.source in {"og", "feed"}}
    forms = []
    for claim, text, key in zip(claims, bare, keys, strict=True):
        others = {other for other in keys if other != key and len(other) >= _ENOUGH_LETTERS and " " in other}
        cut = without_additions(text, others, others & shared)
        if claim.source in _HEADINGS:
            cut = without_rubric(cut, others & elsewhere)
        forms.append(_Form(claim, cut, folded(cut)))
    return [form for form in forms if form.key and form.key not in sites] or forms[:1]


def _score(form: _Form, forms: Sequence[_Form]) -> float:
    score = 0.0
    families = set()
    for each in forms:
        family = _FAMILY.get(each.claim.source, each.claim.source)
        same = each.key == form.key
        if not same and is_cut_off(each.text) and continues(form.text, each.text):
            same = True
        if same and family not in families:
            families.add(family)
            score += _ECHO if family == "title" and "social" in families else _weight(each, forms)
    if families == _ONE_FIELD and any(_is_for_readers(each, form, forms) for each in forms):
        score = _FOR_SEARCH
    return score * (0.3 if is_cut_off(form.text) and any(continues(each.text, form.text) for each in forms) else 1)


def _is_for_readers(heading: _Form, form: _Form, forms: Sequence[_Form]) -> bool:
    """Whether a heading is another headline than ``form``, and no part of it."""
    long = len(heading.key.split()) > _ENOUGH_WORDS and f" {heading.key} " not in f" {form.key} "
    return long and heading.claim.source in _HEADINGS and _weight(heading, forms) == _WEIGHT["h1"]


def _weight(form: _Form, forms: Sequence[_Form]) -> float:
    source = form.claim.source
    if source in _HEADINGS:
        others = [each.text for each in forms if each.claim.source not in _HEADINGS]
        few = len(form.key.split()) < _ENOUGH_WORDS and form.key.isascii()
        long = len(form.key.split()) > _MOST_WORDS
        if others and (few or long or overlap(form.text, others) < _VOUCHED):
            return _UNVOUCHED
    if source == "h2" and any(each.claim.source == "breadcrumb" for each in forms):
        return _WEIGHT["h1"]
    return _WEIGHT.get(_FAMILY.get(source, source), 0.3)


def _first_of_kind(forms: Sequence[_Form]) -> list[_Form]:
    seen: dict[tuple[str, str], _Form] = {}
    for form in forms:
        seen.setdefault((form.key, _FAMILY.get(form.claim.source, form.claim.source)), form)
    return list(seen.values())


def _reason(form: _Form, best: _Form) -> str:
    if form.key == best.key:
        return "says the same" if form.text == form.claim.value else "says the same, with an addition"
    if is_cut_off(form.text) and continues(best.text, form.text):
        return "is cut off"
    return "other claims weigh more"
