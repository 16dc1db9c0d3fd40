"""Parts of a page's text that move without an edit: counters, "updated 5 minutes ago", boxes of related links.

Prose is safe from every rule here: a line that ends a sentence of six words or more is compared as it stands, so that a
corrected number in it is an edit. All rules go by whole lines. Linear in the texts' lengths.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from newswire.domain.articles.revisions.gaps import UnmatchedSpan, gaps, near_gaps
from newswire.domain.articles.revisions.volatile_words import AGO, COUNTED, FILLERS, UNITS

_WORD: Final = re.compile(r"[^\W\d_]++|\d[\d.,:’']*+")
_SENTENCE_END: Final = re.compile(r"[.!?…。！？।؟:;][\"'”’»)\]]*+$")
_PROSE: Final = 6
_COUNTER: Final = 12
"""A line of counters has no more words than this."""
_LINK: Final = 24
"""A headline in a box of links has no more words than this."""
_BOX: Final = 40
"""Lines of one box at the most; more is content."""


@dataclass(frozen=True, slots=True)
class TextEdit:
    """One place where the lines of two texts differ, after what moves by itself was left out."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


def is_prose(line: str) -> bool:
    """Whether the line ends a sentence of six words or more."""
    return _SENTENCE_END.search(line) is not None and _words(line) >= _PROSE


def is_counter(line: str) -> bool:
    """Whether the line says nothing but a count or the time since something ("1,234 views", "updated 5 min ago")."""
    words = [word.casefold() for word in _WORD.findall(line)]
    if not words or len(words) > _COUNTER or is_prose(line):
        return False
    numbers = [word for word in words if word[0].isdecimal()]
    named = [word for word in words if not word[0].isdecimal()]
    if any(word not in COUNTED and word not in AGO and word not in UNITS and word not in FILLERS for word in named):
        return False
    says = COUNTED.intersection(named) or AGO.intersection(named)
    return bool(says) and (bool(numbers) or bool(AGO.intersection(named)))


def edits(before: str, after: str) -> list[TextEdit]:
    """The places where the lines of two normalised texts differ, without those that move by themselves."""
    first = [line for line in before.split("\n") if not is_counter(line)]
    second = [line for line in after.split("\n") if not is_counter(line)]
    found = gaps(first, second)
    kept: list[UnmatchedSpan] = []
    for group in _runs(found, first):
        removed = [line for gap in group for line in first[gap.start : gap.end]]
        added = [line for gap in group for line in second[gap.other_start : gap.other_end]]
        if not (_rotates(removed, added) or _clock_moved(removed, added)):
            kept += group
    return [
        TextEdit(tuple(first[gap.start : gap.end]), tuple(second[gap.other_start : gap.other_end]))
        for gap in near_gaps(kept, 0)
    ]


def _runs(found: Sequence[UnmatchedSpan], first: Sequence[str]) -> list[list[UnmatchedSpan]]:
    """The gaps in groups: between those of one group only headlines stand, so that they may be of one box."""
    groups: list[list[UnmatchedSpan]] = []
    for gap in found:
        last = groups[-1][-1] if groups else None
        between = first[last.end : gap.start] if last else ()
        if last and len(between) <= _BOX and all(_is_headline(line) for line in between):
            groups[-1].append(gap)
        else:
            groups.append([gap])
    return groups


def _rotates(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Whether headlines of other articles give way to those of others: a box of related links.

    Lines that resemble each other are edits of a line, and lines with numbers are a table.
    """
    if not removed or not added or len(removed) + len(added) < 3 or max(len(removed), len(added)) > _BOX:
        return False
    if not all(_is_headline(line) for line in (*removed, *added)):
        return False
    if 2 * sum(any(map(str.isdecimal, line)) for line in added) > len(added):
        return False
    return not any(_resemble(line, other) for line in removed for other in added)


def _clock_moved(removed: Sequence[str], added: Sequence[str]) -> bool:
    """Whether short lines that are no prose differ in the time since something alone ("By Ada, 5 minutes ago")."""
    return len(removed) == len(added) > 0 and all(map(_same_but_for_time, removed, added))


def _same_but_for_time(line: str, other: str) -> bool:
    if is_prose(line) or is_prose(other) or max(_words(line), _words(other)) > _LINK:
        return False
    first, second = ([word.casefold() for word in _WORD.findall(each)] for each in (line, other))
    if not (AGO.intersection(first) | COUNTED.intersection(first)):
        return False
    return _without_counts(first) == _without_counts(second)


def _without_counts(words: Sequence[str]) -> list[str]:
    return [word for word in words if not word[0].isdecimal() and word not in UNITS]


def _is_headline(line: str) -> bool:
    sentence = _SENTENCE_END.search(line) is not None and not line.endswith(("?", "!", "…"))
    return not sentence and 3 <= _words(line) <= _LINK


def _resemble(line: str, other: str) -> bool:
    first, second = (frozenset(word.casefold() for word in _WORD.findall(each)) for each in (line, other))
    return 2 * len(first & second) >= min(len(first), len(second))


def _words(line: str) -> int:
    """Its words; where a script parts none, ten characters count for one."""
    return max(len(line.split()), len(line) // 10)
