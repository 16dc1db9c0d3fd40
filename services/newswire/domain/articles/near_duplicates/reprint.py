"""Which of two texts of one story is the duplicate, and whether the link is safe without a person looking at it.

`rules` says what two texts most probably are to each other. A wrong link hides news, a missing one costs a reader a
second look, so this asks for more: short texts that were published on different days are editions of a template (a
forecast, a menu) about as often as they are reprints, unless they are nearly equal word by word.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.articles.near_duplicates.choose import TextLink
from newswire.domain.articles.near_duplicates.evidence import PASSAGE, Evidence
from newswire.domain.articles.near_duplicates.rules import AT_LENGTH

_MAX_CORRECTED: Final = 0.34
"""The largest share of the numbers that a copy with other numbers may change."""
_MAX_NEW: Final = 0.4
"""A text with a larger part of new passages, which begins with an earlier one, is that one's whole."""
_MOSTLY: Final = 0.8
"""The smallest part of a text that must be inside its whole."""
_SHORT: Final = 120
_VERY_SHORT: Final = 80
_SAME_EDITION: Final = timedelta(hours=12)
_NEARLY_EQUAL: Final = 0.97
_ALMOST: Final = 0.9
"""The smallest part of a cut text that must be inside its whole."""
_CUT: Final = 0.6
"""A cut text has at most this part of its whole's length."""
_FEW_REPLACED: Final = 3


def best_reprint(found: Iterable[TextLink]) -> TextLink | None:
    """The link to the original of which the article is a duplicate: the one whose text is most nearly equal."""
    return min(filter(is_reprint, found), key=_distance, default=None)


def _distance(link: TextLink) -> tuple[float, datetime, str]:
    """Texts that hold all of each other come first: an excerpt's words are all in the original too."""
    evidence = link.evidence
    return (-min(evidence.first.shared, evidence.second.shared), link.other.published, link.other.article_id)


def is_reprint(link: TextLink) -> bool:
    """Whether the later text of the two is a duplicate of the earlier one."""
    return _is_safe(link) and not _goes_on(link)


def holds(link: TextLink) -> bool:
    """Whether the earlier text of the two is the beginning of the later one, which goes on where that ends.

    Then the later text is the original, although it was published later.
    """
    return _is_safe(link) and _goes_on(link)


def _goes_on(link: TextLink) -> bool:
    first, second = link.evidence.first, link.evidence.second
    tells_more = link.judgement.reason == AT_LENGTH or second.new_part > _MAX_NEW
    return tells_more and first.shared >= _MOSTLY and max(first.lead, second.lead) < PASSAGE


def _is_safe(link: TextLink) -> bool:
    return link.same_story and not _has_other_numbers(link) and not _may_be_an_edition(link)


def _has_other_numbers(link: TextLink) -> bool:
    numbers = link.evidence.numbers
    return numbers.rate > _MAX_CORRECTED


def _is_cut_short(evidence: Evidence) -> bool:
    """Whether one text is a much longer one's beginning, but for a few words of its own.

    Editions of a template have other facts at the same places, and are about as long as each other.
    """
    first, second = evidence.first, evidence.second
    shorter, longer = sorted((first.length, second.length))
    at_the_top = max(first.lead, second.lead) < PASSAGE
    same_facts = not evidence.numbers.changed and not evidence.names.changed and evidence.replaced < _FEW_REPLACED
    return at_the_top and same_facts and evidence.shared >= _ALMOST and shorter <= _CUT * longer


def _may_be_an_edition(link: TextLink) -> bool:
    evidence = link.evidence
    if evidence.shared >= _NEARLY_EQUAL or _is_cut_short(evidence):
        return False
    words = min(evidence.first.length, evidence.second.length)
    another_day = link.apart > _SAME_EDITION
    return words < _SHORT if another_day else words < _VERY_SHORT and evidence.replaced >= _FEW_REPLACED
