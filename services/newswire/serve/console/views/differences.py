"""Two texts side by side as paragraphs, in which the words that differ are marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from newswire.domain.wire.documents import Edit

_WORD: Final = re.compile(r"\S+\s*|\s+")
CONTEXT: Final = 1
"""Unchanged paragraphs that are shown before and after a changed one."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of both texts."""

    runs: tuple[Edit, ...]

    @property
    def changed(self) -> bool:
        """Whether the texts differ in it."""
        return any(run.op != "equal" for run in self.runs)


@dataclass(frozen=True, slots=True)
class DiffStretch:
    """Paragraphs in a row; folded ones are unchanged and far from every change."""

    folded: bool
    paragraphs: tuple[Paragraph, ...]


def tidied(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits without those that change nothing but the space behind a word: such a word is the same to a reader."""
    return tuple(edit for run in _replacements(edits) for edit in _without_spacing(run) if edit.text)


def _replacements(edits: Sequence[Edit]) -> Iterator[tuple[Edit, ...]]:
    """A deletion together with the insertion behind it; everything else alone."""
    place = 0
    while place < len(edits):
        pair = tuple(edits[place : place + 2])
        size = 2 if [edit.op for edit in pair] == ["delete", "insert"] else 1
        yield pair[:size]
        place += size


def _without_spacing(run: tuple[Edit, ...]) -> Iterator[Edit]:
    if len(run) == 1:
        yield run[0]
        return
    old, new = (_WORD.findall(edit.text) for edit in run)
    same = 0
    for one, other in zip(old, new, strict=False):
        if one.strip() != other.strip():
            break
        same += 1
    yield Edit(op="equal", text="".join(new[:same]))
    yield Edit(op="delete", text="".join(old[same:]))
    yield Edit(op="insert", text="".join(new[same:]))


def paragraphs_of(edits: Sequence[Edit]) -> tuple[Paragraph, ...]:
    """The edits cut at line ends. Empty paragraphs are left out."""
    return tuple(Paragraph(tuple(runs)) for runs in _lines(edits) if any(run.text.strip() for run in runs))


def stretches(paragraphs: Sequence[Paragraph], context: int = CONTEXT) -> tuple[DiffStretch, ...]:
    """The paragraphs, with those folded that are further than ``context`` from every change."""
    near: set[int] = set()
    for place, paragraph in enumerate(paragraphs):
        if paragraph.changed:
            near.update(range(place - context, place + context + 1))
    grouped = groupby(enumerate(paragraphs), lambda each: each[0] not in near)
    return tuple(DiffStretch(folded, tuple(paragraph for _, paragraph in each)) for folded, each in grouped)


def counts(edits: Sequence[Edit]) -> tuple[int, int]:
    """How many words were inserted, and how many deleted."""
    inserted, deleted = (sum(len(e.text.split()) for e in edits if e.op == op) for op in ("insert", "delete"))
    return inserted, deleted


def _lines(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    line: list[Edit] = []
    for edit in edits:
        first, *others = edit.text.split("\n")
        for number, piece in enumerate((first, *others)):
            if number:
                yield line
                line = []
            if piece:
                line.append(Edit(op=edit.op, text=piece))
    yield line
