"""Whether a link is safe enough to call an article a duplicate without a person looking at it.

`rules` says what two texts most probably are to each other. A wrong link hides news, a missing one costs a reader a
second look, so this asks for more: short texts that were published on different days are editions of a template (a
forecast, a menu) about as often as they are reprints, unless they are nearly equal word by word.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.articles.near_duplicates.choose import TextLink

_RELATIONS: Final = frozenset({"copy", "excerpt"})
_CORRECTED: Final = "few-numbers-differ"
"""An update that differs from a copy in a number or two: a correction, or a number that was misread."""
_MAX_CORRECTED: Final = 0.34
"""The largest share of the numbers that a corrected copy may change."""
_MAX_NEW: Final = 0.4
"""The largest part of a duplicate that may be passages which its original does not have."""

_SHORT: Final = 120
_VERY_SHORT: Final = 80
_SAME_EDITION: Final = timedelta(hours=12)
_NEARLY_EQUAL: Final = 0.97
_FEW_REPLACED: Final = 3


def best_reprint(found: Iterable[TextLink]) -> TextLink | None:
    """The link to the original of which the article is a duplicate: the one whose text is most nearly equal."""
    return min(filter(is_reprint, found), key=_distance, default=None)


def _distance(link: TextLink) -> tuple[float, datetime, str]:
    """Texts that hold all of each other come first: an excerpt's words are all in the original too."""
    evidence = link.evidence
    return (-min(evidence.first.shared, evidence.second.shared), link.other.published, link.other.article_id)


def is_reprint(link: TextLink) -> bool:
    """Whether the link's article is a duplicate of the link's other text, whichever of the two came first."""
    evidence = link.evidence
    article = evidence.second if link.article_is_later else evidence.first
    return _tells_the_same(link) and article.new_part <= _MAX_NEW and not _may_be_an_edition(link)


def _tells_the_same(link: TextLink) -> bool:
    judgement = link.judgement
    corrected = judgement.reason == _CORRECTED and link.evidence.numbers.rate <= _MAX_CORRECTED
    return judgement.relation in _RELATIONS or corrected


def _may_be_an_edition(link: TextLink) -> bool:
    evidence = link.evidence
    if evidence.shared >= _NEARLY_EQUAL:
        return False
    words = min(evidence.first.length, evidence.second.length)
    another_day = link.apart > _SAME_EDITION
    return words < _SHORT if another_day else words < _VERY_SHORT and evidence.replaced >= _FEW_REPLACED
