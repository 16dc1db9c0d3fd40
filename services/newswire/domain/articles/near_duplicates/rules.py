"""The verdict on two articles, from the evidence alone.

Two questions, in this order. Is it the same story? Not when the facts at the same places differ (a template's
editions), when both texts begin with words of their own (shared background, a quoted statement, an "about us"), or
when little is shared. And if it is: is the later text a copy, a part, or a newer state?

News is told from the top (the inverted pyramid): what two stories share counts as the story when it is at the top.
"""

from dataclasses import dataclass
from typing import Final, Literal

from newswire.domain.articles.near_duplicates.evidence import PASSAGE, Evidence, Facts

ALGORITHM: Final = "near-duplicate/1"

MIN_WORDS: Final = 20
SHORT: Final = 50
"""Texts with fewer words than this must be equal but for a few words."""

SAME_STORY: Final = 0.55
"""So much of one text is in the other, when it is the same story."""
_NEARLY_ALL: Final = 0.9
_HALF: Final = 0.5
_SOME: Final = 0.25
_MIN_SHARED: Final = 30

Relation = Literal["copy", "excerpt", "contains", "update", "background", "same-template", "none"]
SAME: Final = frozenset({"copy", "excerpt", "update"})
"""The relations that make the later article a duplicate."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``reason`` names the rule, for people and logs."""

    relation: Relation
    reason: str


def judge(evidence: Evidence) -> Judgement:
    """How the second article, the later one, stands to the first."""
    first, second = evidence.first, evidence.second
    shortest = min(first.length, second.length)
    if shortest < MIN_WORDS:
        return Judgement("none", "too-short")
    if min(first.matched, second.matched) < min(_MIN_SHARED, shortest * _NEARLY_ALL) or evidence.shared < _SOME:
        return Judgement("none", "little-shared")
    if template := _template(evidence):
        return Judgement("same-template", template)
    if own := _stories_of_their_own(evidence):
        return Judgement("contains" if _carries_the_top(evidence) else "background", own)
    if first.shared >= SAME_STORY and second.shared < _HALF:
        return _grown(evidence)
    if second.shared >= SAME_STORY and first.shared < _HALF and not _begins_the_longer_text(evidence):
        return Judgement("background", "inside-a-longer-text")
    if shortest < SHORT and evidence.shared < _NEARLY_ALL:
        return Judgement("background", "short-and-not-equal")
    return _same_story(evidence)


def _template(evidence: Evidence) -> str | None:
    """Why two texts are a template's editions: other facts in the same words. None when they are not."""
    numbers, names = evidence.numbers, evidence.names
    if _changed(numbers, 3, 0.45) or _changed(numbers, 2, 0.6):
        return "numbers-differ"
    if _changed(names, 3, 0.4) or (_changed(names, 2, 0.25) and _changed(numbers, 1, 0.3)):
        return "names-differ"
    edited = evidence.shared < _NEARLY_ALL or min(evidence.first.new_part, evidence.second.new_part) > 0.05
    if _changed(numbers, 3, 0.15) and (edited or evidence.title_numbers.distinct or _changed(names, 3, 0.2)):
        return "numbers-and-words-differ"
    if evidence.title_shared >= _HALF and (
        (evidence.renamed and min(evidence.first.shared, evidence.second.shared) < 0.98)
        or (evidence.recounted and evidence.first.shared < 0.97)
    ):
        return "title-and-text-name-another"
    edition = evidence.title_numbers.distinct and evidence.title_shared >= _HALF
    if edition and evidence.shared < 0.97 and min(evidence.first.shared, evidence.second.shared) < _NEARLY_ALL:
        return "titles-count-editions"
    return None


def _changed(facts: Facts, distinct: int, rate: float) -> bool:
    return facts.distinct >= distinct and facts.rate >= rate


def _stories_of_their_own(evidence: Evidence) -> str | None:
    """Why two texts that share words tell two stories. None when they do not."""
    first, second = evidence.first, evidence.second
    if evidence.shared < SAME_STORY:
        return "less-than-the-story"
    if min(first.lead_part, second.lead_part) > 0.18 and evidence.shared < _NEARLY_ALL:
        return "leads-differ"
    new = min(first.new_part, second.new_part)
    if new > 0.42 or (new > _SOME and min(first.lead, second.lead) >= PASSAGE):
        return "both-have-much-of-their-own"
    return None


def _carries_the_top(evidence: Evidence) -> bool:
    """Whether the later text holds the earlier one's beginning, below words of its own: an item of a digest."""
    return evidence.first.lead < PASSAGE <= evidence.second.lead and evidence.first.tail >= PASSAGE


def _begins_the_longer_text(evidence: Evidence) -> bool:
    """Whether a short later text is the beginning of the earlier one, or has its title: a digest's item has neither."""
    if evidence.title_matched >= _TITLE and evidence.title_shared >= _NEARLY_ALL:
        return True
    return evidence.first.lead <= PASSAGE // 2 or (evidence.first.lead_part <= 0.1 and evidence.first.shared >= _SOME)


def _grown(evidence: Evidence) -> Judgement:
    """The later text holds the earlier one and at least as much besides."""
    first, second = evidence.first, evidence.second
    same_top = second.lead < _ANCHORED and first.lead < _ANCHORED
    if same_top and first.shared >= _NEARLY_ALL and evidence.title_shared >= _HALF:
        return Judgement("update", "the-same-story-at-length")
    if second.lead_part <= 0.2 and second.shared >= 0.45:
        return Judgement("update", "much-added")
    return Judgement("contains", "one-part-of-a-longer-text")


_ANCHORED: Final = 8
_TITLE: Final = 4


def _same_story(evidence: Evidence) -> Judgement:
    first, second = evidence.first, evidence.second
    if first.shared >= _NEARLY_ALL and _changed(evidence.numbers, 1, 0.0):
        return Judgement("update", "few-numbers-differ")
    if second.lead >= PASSAGE and second.new >= PASSAGE and 0.8 <= first.shared < 0.999:
        return Judgement("update", "new-lead")
    if first.tail >= PASSAGE and first.new_part > 0.03:
        return Judgement("excerpt", "end-is-cut")
    return Judgement("copy", "the-same-words")
