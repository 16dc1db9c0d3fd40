"""The grounds of an article's facts, as its event and `newswire extract --explain` state them."""

from typing import Any, TypeVar

from newswire.domain.articles.facts.authors import Authors
from newswire.domain.articles.facts.claim import Claim, Decision
from newswire.domain.articles.facts.page_claims import Decided
from newswire.events import ArticleFacts, Basis, Dated

T = TypeVar("T")


def facts_of(decided: Decided) -> ArticleFacts:
    """The source and the confidence of each fact; where no date is sure, the dates that were claimed."""
    unsure = () if decided.published.chosen else tuple(lost.claim.value for lost in decided.published.lost)
    return ArticleFacts(
        title=_basis(decided.title),
        authors=_basis(decided.authors),
        published=_basis(decided.published),
        modified=_basis(decided.modified),
        published_candidates=unsure,
    )


def explained(decided: Decided) -> dict[str, object]:
    """Every claim as JSON values: the chosen one, and the others with the reason why they lost."""
    return {
        "title": _told(decided.title),
        "authors": _told(decided.authors),
        "published": _told(decided.published),
        "modified": _told(decided.modified),
    }


def _basis(decision: Decision[Any]) -> Basis | None:
    chosen = decision.chosen
    return Basis(source=chosen.source, confidence=chosen.confidence) if chosen else None


def _told(decision: Decision[T]) -> dict[str, object]:
    lost = [{**_claim(each.claim), "lost": each.reason} for each in decision.lost]
    return {"chosen": _claim(decision.chosen) if decision.chosen else None, "lost": lost}


def _claim(claim: Claim[T]) -> dict[str, object]:
    return {"value": _shown(claim.value), "source": claim.source, "confidence": round(claim.confidence, 3)}


def _shown(value: object) -> object:
    if isinstance(value, Dated):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        names: Authors = value
        return [{"name": name.text, "kind": name.kind} for name in names]
    return value
