"""The verdict on two articles, from the evidence alone.

Two questions, in this order. Is it the same story? Not when the facts at the same places differ (a template's
editions), when both texts begin with words of their own (shared background, a quoted statement, an "about us"), or
when little is shared. And if it is: is the later text a copy, a part, or a newer state?

News is told from the top (the inverted pyramid): what two texts share is the story when it stands at the top of both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from newswire.domain.articles.near_duplicates.evidence import PASSAGE, Evidence
from newswire.domain.articles.near_duplicates.templates import template

ALGORITHM: Final = "near-duplicate/2"

AT_LENGTH: Final = "told-at-length"
"""The reason of an update that is more than twice as long as what it updates."""

MIN_WORDS: Final = 20
SHORT: Final = 50
"""Texts with fewer words than this must be equal but for a few words."""

SAME_STORY: Final = 0.55
"""So much of one text is in the other, when it is the same story."""
_NEARLY_ALL: Final = 0.9
_MOSTLY: Final = 0.8
_HALF: Final = 0.5
_SOME: Final = 0.25
_LITTLE: Final = 0.1
_MIN_SHARED: Final = 30
_OWN_LEAD: Final = 0.18
"""Two texts that both go on so long before they share words begin with stories of their own."""
_OWN_STORY: Final = 0.42
"""So much new text on both sides is a story of its own, wherever it stands."""
_UNTOUCHED: Final = 0.999
_TOP: Final = 8
_TITLE: Final = 4

Relation = Literal["copy", "excerpt", "contains", "update", "background", "same-template", "none"]
SAME: Final = frozenset({"copy", "excerpt", "update"})
"""The relations of two texts that tell one story; `reprint` says which links are safe enough for a duplicate."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``reason`` names the rule, for people and logs."""

    relation: Relation
    reason: str


def judge(evidence: Evidence) -> Judgement:
    """How the second article, the later one, stands to the first."""
    found = (rule(evidence) for rule in _APART)
    return next((judgement for judgement in found if judgement), None) or _same_story(evidence)


def _little_shared(evidence: Evidence) -> Judgement | None:
    first, second = evidence.first, evidence.second
    shortest = min(first.length, second.length)
    if shortest < MIN_WORDS:
        return Judgement("none", "too-short")
    few = min(first.matched, second.matched) < min(_MIN_SHARED, shortest * _NEARLY_ALL)
    if few or (evidence.shared < _SOME and not _carries_the_top(evidence)):
        return Judgement("none", "little-shared")
    return None


def _template(evidence: Evidence) -> Judgement | None:
    reason = template(evidence)
    return Judgement("same-template", reason) if reason else None


def _stories_of_their_own(evidence: Evidence) -> Judgement | None:
    first, second = evidence.first, evidence.second
    new = min(first.new_part, second.new_part)
    if evidence.shared < SAME_STORY:
        reason = "less-than-the-story"
    elif min(first.lead_part, second.lead_part) > _OWN_LEAD and evidence.shared < _NEARLY_ALL:
        reason = "leads-differ"
    elif new > _OWN_STORY or (new > _SOME and min(first.lead, second.lead) >= PASSAGE):
        reason = "both-have-much-of-their-own"
    else:
        return None
    return Judgement("contains" if _carries_the_top(evidence) else "background", reason)


def _carries_the_top(evidence: Evidence) -> bool:
    """Whether the later text holds the earlier one's beginning, below words of its own: an item of a digest."""
    return evidence.first.lead < _TOP <= evidence.second.lead and evidence.first.tail >= PASSAGE


def _inside_a_longer_text(evidence: Evidence) -> Judgement | None:
    """The earlier text is inside a longer later one, or the other way round, and is not its beginning."""
    first, second = evidence.first, evidence.second
    if first.shared >= SAME_STORY and second.shared < _HALF and not _grew(evidence):
        return Judgement("contains", "one-part-of-a-longer-text")
    if second.shared >= SAME_STORY and first.shared < _HALF and not _begins_the_longer_text(evidence):
        return Judgement("background", "inside-a-longer-text")
    return None


def _grew(evidence: Evidence) -> bool:
    """Whether the later text is the earlier one at length: the same top and title, or not so much more."""
    first, second = evidence.first, evidence.second
    same_top = max(first.lead, second.lead) < _TOP and first.shared >= _NEARLY_ALL and evidence.title_shared >= _HALF
    return same_top or (second.lead_part <= _OWN_LEAD and second.shared >= 0.45)


def _begins_the_longer_text(evidence: Evidence) -> bool:
    """Whether a short later text is the beginning of the earlier one, or has its title: a digest's item has neither."""
    first = evidence.first
    if evidence.title_matched >= _TITLE and evidence.title_shared >= _NEARLY_ALL:
        return True
    return first.lead <= PASSAGE // 2 or (first.lead_part <= _LITTLE and first.shared >= _SOME)


def _short_and_not_equal(evidence: Evidence) -> Judgement | None:
    if min(evidence.first.length, evidence.second.length) < SHORT and evidence.shared < _NEARLY_ALL:
        return Judgement("background", "short-and-not-equal")
    return None


_APART: Final[tuple[Callable[[Evidence], Judgement | None], ...]] = (
    _little_shared,
    _template,
    _stories_of_their_own,
    _inside_a_longer_text,
    _short_and_not_equal,
)
"""The rules that keep two articles apart, in their order: the first that speaks decides."""


def _same_story(evidence: Evidence) -> Judgement:
    first, second = evidence.first, evidence.second
    if second.shared < _HALF:
        return Judgement("update", AT_LENGTH)
    if first.shared >= _NEARLY_ALL and evidence.numbers.distinct:
        return Judgement("update", "few-numbers-differ")
    if second.lead >= PASSAGE and second.new >= PASSAGE and _MOSTLY <= first.shared < _UNTOUCHED:
        return Judgement("update", "new-lead")
    if first.tail >= PASSAGE and first.new_part > 0.03:
        return Judgement("excerpt", "end-is-cut")
    return Judgement("copy", "the-same-words")
