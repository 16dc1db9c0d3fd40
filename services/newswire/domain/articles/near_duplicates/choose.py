"""The decision among the candidates that a store has found: which of them tells the same story, if any does.

The result depends on the candidates as a set, never on their order.
"""

from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.articles.near_duplicates.comparisons import Comparisons
from newswire.domain.articles.near_duplicates.editions import shown_by
from newswire.domain.articles.near_duplicates.evidence import Evidence
from newswire.domain.articles.near_duplicates.rules import SAME, Judgement
from newswire.domain.text.signature import Signature

MAX_CANDIDATES: Final = 24
"""So many candidates are worth fetching, those with the most keys in common."""
_MAX_ALIGNED: Final = 8
_MIN_SHARED: Final = 8
_MIN_CONTAINED: Final = 0.12
"""Pairs that share fewer shingles, or a smaller part of the shorter text's, are not laid side by side."""
_MIN_REPLACED: Final = 3
_RELATED: Final = 0.6
_VERBATIM: Final = 0.95
"""A text with this part of another's shingles is its copy, no third text."""
_SAME_GAPS: Final = 0.5
"""A third edition lacks this part of the shingles that the second one lacks: it differs at the same places."""


@dataclass(frozen=True, slots=True)
class Text:
    """An article as the decision sees it. ``story``: the id of its cluster's original, its own for an original."""

    article_id: str
    story: Hashable
    published: datetime
    signature: Signature


@dataclass(frozen=True, slots=True)
class TextLink:
    """How the article and one candidate stand to each other; ``judgement`` is about the later of the two."""

    other: Text
    judgement: Judgement
    evidence: Evidence
    article_is_later: bool
    apart: timedelta
    """Between the two publications; never negative."""

    @property
    def same_story(self) -> bool:
        """Whether the two tell one story."""
        return self.judgement.relation in SAME

    @property
    def score(self) -> float:
        """The shared part of the text that is more nearly inside the other, from 0 to 1."""
        return self.evidence.shared


def before(one: Text, other: Text) -> bool:
    """Whether the first text was published before the second; ids decide between equal moments."""
    return (one.published, one.article_id) < (other.published, other.article_id)


def links(
    article: Text, candidates: Iterable[Text], members: Iterable[Text] = (), seen: Comparisons | None = None
) -> list[TextLink]:
    """The article's links, the best first; those to the same story come before the others.

    ``candidates``: originals, which share keys with the article. ``members``: their duplicates; nothing is linked to
    them, but they show what a template's editions have in common.
    """
    seen = seen or Comparisons()
    candidates = list(candidates)
    if not candidates:
        return []
    thirds = [*candidates, *members]
    ours = seen.shingles(article.signature)
    shared: dict[str, int] = {}  # by the id of a third text: the shingles that it shares with the article
    found = []
    for text in _worth_aligning(ours, candidates, seen):
        link = _link(article, text, seen)
        if len(thirds) > 1 and link.same_story and link.evidence.replaced >= _MIN_REPLACED:
            shared = shared or {each.article_id: len(ours & seen.shingles(each.signature)) for each in thirds}
            others = _thirds(ours, text, thirds, shared, seen)
            if shown_by(text.signature.text_codes, article.signature.text_codes, others):
                link = replace(link, judgement=Judgement("same-template", "a-third-edition"))
        found.append(link)
    return sorted(found, key=_preference)


def _thirds(
    ours: frozenset[int], compared: Text, texts: Sequence[Text], shared: Mapping[str, int], seen: Comparisons
) -> Iterator["array[int]"]:
    """The texts that may be a third edition, those with most in common first.

    Each has most of what the compared two share, lacks what the second lacks of the first, and is no copy of that. Only
    the few shingles in which the two differ are looked up in each text: ``shared`` says what it shares with the first.
    """
    theirs = seen.shingles(compared.signature)
    lacking, own = theirs - ours, ours - theirs
    enough = _RELATED * (len(ours) - len(own))
    found = []
    for text in texts:
        if shared[text.article_id] < enough or text.article_id == compared.article_id:
            continue
        its = seen.shingles(text.signature)
        of_lacking = len(lacking & its)
        common = shared[text.article_id] - len(own & its)
        lacks_enough = len(lacking) - of_lacking >= _SAME_GAPS * len(lacking)
        if lacks_enough and common >= enough and common + of_lacking < _VERBATIM * len(theirs):
            found.append((-common, text.published, text.article_id, text))
    for *_, text in sorted(found, key=lambda each: each[:3]):
        yield text.signature.text_codes


def _worth_aligning(ours: frozenset[int], candidates: Sequence[Text], seen: Comparisons) -> list[Text]:
    known = {text.article_id: seen.shingles(text.signature) for text in candidates}
    shared = {each: len(ours & theirs) for each, theirs in known.items()}
    worth = [
        text
        for text in candidates
        if shared[text.article_id] >= max(_MIN_SHARED, _MIN_CONTAINED * min(len(ours), len(known[text.article_id])))
    ]
    worth.sort(key=lambda text: (-shared[text.article_id], text.published, text.article_id))
    return worth[:_MAX_ALIGNED]


def _link(article: Text, other: Text, seen: Comparisons) -> TextLink:
    later = before(other, article)
    first, second = (other, article) if later else (article, other)
    evidence, judgement = seen.judged(first.signature, second.signature)
    apart = abs(article.published - other.published)
    return TextLink(other, judgement, evidence, article_is_later=later, apart=apart)


def _preference(link: TextLink) -> tuple[bool, float, datetime, str]:
    return (not link.same_story, -link.score, link.other.published, link.other.article_id)
