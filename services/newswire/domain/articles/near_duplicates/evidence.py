"""What an alignment shows: how much of each text is in the other, what is new, which facts differ."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from newswire.domain.articles.near_duplicates.shingles import flagged
from newswire.domain.articles.near_duplicates.slots import Slot, laid_out
from newswire.domain.text.word_codes import CAPITAL, NUMBER

PASSAGE: Final = 12
"""So many unmatched words in a row are new text; fewer are an edit."""
_UNMATCHED: Final = bytes(PASSAGE)
_ANCHOR: Final = 8
"""A run of so many words is taken as the beginning of what two texts share; shorter ones are chance."""


_Words = tuple[list[int], list[int]]
"""A slot's words in both texts."""


@dataclass(frozen=True, slots=True)
class Facts:
    """How many words of one kind (numbers, names) are the same at aligned places, and how many are others.

    ``distinct`` counts each replacement once, however often it stands in the text.
    """

    same: int
    changed: int
    distinct: int

    @property
    def rate(self) -> float:
        """The changed part of all, from 0 to 1."""
        return self.changed / (self.same + self.changed) if self.changed else 0.0


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts, in words. ``shared`` is the part that is matched."""

    length: int
    matched: int
    new: int
    """Words in unmatched passages of at least `PASSAGE` words."""
    lead: int
    """Words before the first long run."""
    tail: int
    """Words after the last long run."""

    @property
    def shared(self) -> float:
        """The part of the text that the other has, from 0 to 1."""
        return self.matched / self.length if self.length else 0.0

    @property
    def new_part(self) -> float:
        """The part of the text that is new passages, from 0 to 1."""
        return self.new / self.length if self.length else 0.0

    @property
    def lead_part(self) -> float:
        """How far into the text the shared words begin, from 0 to 1."""
        return self.lead / self.length if self.length else 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """``first`` is the earlier text, ``second`` the later one."""

    first: Side
    second: Side
    numbers: Facts
    names: Facts
    title_numbers: Facts
    replaced: int
    """Words of the later text that stand in slots: others at the same places."""
    renamed: int
    """Replacements of a name that title and text have in common. Without capitals (Arabic, Han) every word counts."""
    recounted: int
    """Replacements of a number that title and text have in common."""
    title_matched: int
    """Words that both titles have."""
    title_shared: float
    """The part of the shorter title that the longer one has."""

    @property
    def shared(self) -> float:
        """The shared part of the text that is more nearly inside the other."""
        return max(self.first.shared, self.second.shared)


def weigh(first: "array[int]", second: "array[int]", first_title: "array[int]", second_title: "array[int]") -> Evidence:
    """The evidence on two texts and their titles, as word codes."""
    texts, titles = laid_out(first, second), laid_out(first_title, second_title)
    in_text = [_replaced(first, second, slot) for slot in texts.slots]
    in_titles = [_replaced(first_title, second_title, slot) for slot in titles.slots]
    names, numbers = _pairs(in_text, CAPITAL), _pairs(in_text, NUMBER)
    title_numbers = _pairs(in_titles, NUMBER)
    named = CAPITAL if any(flagged(second, CAPITAL)) else 0
    title_names = set(_pairs(in_titles, named))
    renamed = title_names.intersection(names if named else _pairs(in_text, named)) if title_names else ()
    return Evidence(
        first=_side(texts.first, [(run.first, run.length) for run in texts.runs]),
        second=_side(texts.second, [(run.second, run.length) for run in texts.runs]),
        numbers=_facts(second, texts.second, numbers, NUMBER),
        names=_facts(second, texts.second, names, CAPITAL),
        title_numbers=_facts(second_title, titles.second, title_numbers, NUMBER),
        replaced=sum(slot.second_length for slot in texts.slots),
        renamed=len(renamed),
        recounted=len(set(title_numbers).intersection(numbers)),
        title_matched=titles.first.count(1),
        title_shared=titles.first.count(1) / max(1, min(len(first_title), len(second_title))),
    )


def _side(matched: bytes, found: Sequence[tuple[int, int]]) -> Side:
    long_runs = [(start, start + length) for start, length in found if length >= _ANCHOR]
    return Side(
        length=len(matched),
        matched=matched.count(1),
        new=_new(matched),
        lead=min((start for start, _ in long_runs), default=len(matched)),
        tail=len(matched) - max((end for _, end in long_runs), default=0),
    )


def _new(matched: bytes) -> int:
    """The words in unmatched passages."""
    words = 0
    start = matched.find(_UNMATCHED)
    while start >= 0:
        end = matched.find(1, start)
        end = len(matched) if end < 0 else end
        words += end - start
        start = matched.find(_UNMATCHED, end)
    return words


def _facts(second: "array[int]", matched: bytes, pairs: Sequence[tuple[int, int]], kind: int) -> Facts:
    same = int.from_bytes(matched, "little") & int.from_bytes(flagged(second, kind), "little")
    return Facts(same=same.bit_count(), changed=len(pairs), distinct=len(set(pairs)))


def _replaced(first: "array[int]", second: "array[int]", slot: Slot) -> _Words:
    return (
        first[slot.first : slot.first + slot.first_length].tolist(),
        second[slot.second : slot.second + slot.second_length].tolist(),
    )


def _pairs(slots: Sequence[_Words], kind: int) -> list[tuple[int, int]]:
    return [pair for words in slots for pair in _of_kind(words, kind)]


def _of_kind(words: _Words, kind: int) -> list[tuple[int, int]]:
    """The words of a slot that are of one kind, each with the one that stands for it; kind 0: all but numbers."""
    ours, theirs = ([value for value in side if (value & kind if kind else not value & NUMBER)] for side in words)
    return [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
