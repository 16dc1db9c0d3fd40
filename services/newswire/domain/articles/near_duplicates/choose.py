"""The decision among the candidates that a store has found: which of them tells the same story, if any does.

The result depends on the candidates as a set, never on their order.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from newswire.domain.articles.near_duplicates.evidence import Evidence, weigh
from newswire.domain.articles.near_duplicates.families import only_family
from newswire.domain.articles.near_duplicates.rules import SAME, Judgement, judge
from newswire.domain.articles.near_duplicates.shingles import shingles
from newswire.domain.text.signature import Signature

MAX_CANDIDATES: Final = 24
"""So many candidates are worth fetching, those with the most keys in common."""
_MAX_ALIGNED: Final = 8
_MIN_SHARED: Final = 8
_MIN_CONTAINED: Final = 0.12
"""Pairs that share fewer shingles, or a smaller part of the shorter text's, are not laid side by side."""


@dataclass(frozen=True, slots=True)
class Text:
    """An article as the decision sees it. ``story``: the id of its cluster's original, its own for an original."""

    article_id: str
    story: Hashable
    published: datetime
    signature: Signature


@dataclass(frozen=True, slots=True)
class Link:
    """How the article and one candidate stand to each other; ``judgement`` is about the later of the two."""

    other: Text
    judgement: Judgement
    evidence: Evidence
    article_is_later: bool

    @property
    def same_story(self) -> bool:
        """Whether one of the two is a duplicate of the other."""
        return self.judgement.relation in SAME

    @property
    def score(self) -> float:
        """The shared part of the text that is more nearly inside the other, from 0 to 1."""
        return self.evidence.shared


def links(article: Text, candidates: Sequence[Text]) -> list[Link]:
    """The article's links, the best first; those to the same story come before the others."""
    ours = frozenset(shingles(article.signature.text_codes))
    known = {text.article_id: frozenset(shingles(text.signature.text_codes)) for text in candidates}
    worth = [(len(ours & known[text.article_id]), text) for text in candidates]
    worth = [
        (shared, text)
        for shared, text in worth
        if shared >= _MIN_SHARED and shared >= _MIN_CONTAINED * min(len(ours), len(known[text.article_id]))
    ]
    worth.sort(key=lambda pair: (-pair[0], pair[1].published, pair[1].article_id))
    found = []
    for _, text in worth[:_MAX_ALIGNED]:
        link = _link(article, text)
        if link.same_story:
            rest = ((each.story, known[each.article_id]) for each in candidates if each.story != text.story)
            if only_family(ours, known[text.article_id], rest):
                link = replace(link, judgement=Judgement("same-template", "words-of-a-family"))
        found.append(link)
    return sorted(found, key=_preference)


def _link(article: Text, other: Text) -> Link:
    later = (article.published, article.article_id) >= (other.published, other.article_id)
    first, second = (other, article) if later else (article, other)
    evidence = weigh(
        first.signature.text_codes,
        second.signature.text_codes,
        first.signature.title_codes,
        second.signature.title_codes,
    )
    return Link(other, judge(evidence), evidence, article_is_later=later)


def _preference(link: Link) -> tuple[bool, float, datetime, str]:
    return (not link.same_story, -link.score, link.other.published, link.other.article_id)
