"""Whether two texts are editions of one template: other facts in the same words.

The figures are shares of the facts that stand at aligned places. An edited copy changes a number or two; an edition
changes most of them. Where it has few numbers, its name or number changes in the title and in the text alike.
"""

from typing import Final

from newswire.domain.articles.near_duplicates.evidence import Evidence, Facts

_NEARLY_ALL: Final = 0.9
_HALF: Final = 0.5


def template(evidence: Evidence) -> str | None:
    """The name of the rule by which two texts are editions of a template; None when no rule says so."""
    for reason, holds in (
        ("numbers-differ", _numbers_differ(evidence.numbers)),
        ("names-differ", _names_differ(evidence)),
        ("numbers-and-words-differ", _numbers_and_words_differ(evidence)),
        ("title-and-text-name-another", _title_and_text_name_another(evidence)),
        ("titles-count-editions", _titles_count_editions(evidence)),
    ):
        if holds:
            return reason
    return None


def _numbers_differ(numbers: Facts) -> bool:
    return _changed(numbers, 3, 0.45) or _changed(numbers, 2, 0.6)


def _names_differ(evidence: Evidence) -> bool:
    names = evidence.names
    return _changed(names, 3, 0.4) or (_changed(names, 2, 0.25) and _changed(evidence.numbers, 1, 0.3))


def _numbers_and_words_differ(evidence: Evidence) -> bool:
    new_on_both_sides = min(evidence.first.new_part, evidence.second.new_part) > 0.05
    words_differ = evidence.shared < _NEARLY_ALL or new_on_both_sides
    other = words_differ or evidence.title_numbers.distinct > 0 or _changed(evidence.names, 3, 0.2)
    return other and _changed(evidence.numbers, 3, 0.15)


def _title_and_text_name_another(evidence: Evidence) -> bool:
    if evidence.title_shared < _HALF:
        return False
    renamed = evidence.renamed > 0 and min(evidence.first.shared, evidence.second.shared) < 0.98
    return renamed or (evidence.recounted > 0 and evidence.first.shared < 0.97)


def _titles_count_editions(evidence: Evidence) -> bool:
    edition = evidence.title_numbers.distinct > 0 and evidence.title_shared >= _HALF
    return edition and evidence.shared < 0.97 and min(evidence.first.shared, evidence.second.shared) < _NEARLY_ALL


def _changed(facts: Facts, distinct: int, rate: float) -> bool:
    return facts.distinct >= distinct and facts.rate >= rate
