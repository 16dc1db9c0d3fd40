"""What one version of an article says otherwise than the version before: bounded in size, nearly linear in time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from newswire.domain.articles.revisions.gaps import UnmatchedSpan, gaps, near_gaps
from newswire.domain.articles.revisions.spelling import is_respelled
from newswire.domain.articles.revisions.volatile import TextEdit, edits
from newswire.domain.text.fingerprint import tokens
from newswire.events import Article, Passage, RevisionDifference

ALGORITHM: Final = "word-diff/1"
MAX_PASSAGES: Final = 5
MAX_CHARS: Final = 200
MAX_WORDS: Final = 50_000
"""Words of one place that are compared; the words after these count as replaced."""
_NEAR: Final = 2
"""Changes with so few equal words between them are one passage."""
_FIELDS: Final = ("title", "text", "authors", "published", "language")
_MAX_RESPELLED: Final = 5

Compared = Sequence[tuple[tuple[list[str], list[str]], Sequence[UnmatchedSpan]]]
"""For each edit the words before and after it, and where they differ."""


def difference(before: Article, after: Article) -> RevisionDifference | None:
    """What changed in title and text; None where they say the same but for what moves by itself (`volatile`)."""
    of_title = [TextEdit((before.title or "",), (after.title or "",))] if before.title != after.title else []
    of_text = edits(before.text, after.text)
    changed = [*of_title, *of_text]
    if not changed:
        return None
    compared = [(pair, gaps(*pair)) for pair in map(_words, changed)]
    found = [gap for _, each in compared for gap in each]
    return RevisionDifference(
        fields=tuple(_fields(before, after, text=bool(of_text))),
        material=_is_material(changed, compared),
        added_words=sum(gap.other_end - gap.other_start for gap in found),
        removed_words=sum(gap.end - gap.start for gap in found),
        passages=tuple(_passages(compared)),
        algorithm=ALGORITHM,
    )


def _fields(before: Article, after: Article, *, text: bool) -> Iterable[str]:
    """The fields that differ; but for the title, those that both versions have."""
    for name in _FIELDS:
        old, new = _said(before, name), _said(after, name)
        if text if name == "text" else old != new and (name == "title" or (old and new)):
            yield name


def _said(article: Article, name: str) -> object:
    value = getattr(article, name)
    return value.value if name == "published" and value is not None else value


def _words(edit: TextEdit) -> tuple[list[str], list[str]]:
    return "\n".join(edit.removed).split()[:MAX_WORDS], "\n".join(edit.added).split()[:MAX_WORDS]


def _passages(compared: Compared) -> list[Passage]:
    places = (
        Passage(removed=_cut(removed[gap.start : gap.end]), added=_cut(added[gap.other_start : gap.other_end]))
        for (removed, added), each in compared
        for gap in near_gaps(each, _NEAR)
    )
    return list(islice(places, MAX_PASSAGES))


def _cut(words: Sequence[str]) -> str:
    text = " ".join(words[:MAX_CHARS])
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1] + "…"


def _is_material(changed: Sequence[TextEdit], compared: Compared) -> bool:
    """Whether more than spelling, punctuation, case, spacing or the order of paragraphs changed."""
    removed, added = (Counter(line for edit in changed for line in side(edit)) for side in (_removed, _added))
    if removed == added:
        return False
    respelled = 0
    for (first, second), places in compared:
        for gap in places:
            old, new = (
                tokens(" ".join(first[gap.start : gap.end])),
                tokens(" ".join(second[gap.other_start : gap.other_end])),
            )
            if old == new:
                continue
            spelled = second[gap.other_start : gap.other_end]
            if not is_respelled(old, new, spelled):
                return True
            respelled += len(new)
    return respelled > _MAX_RESPELLED


def _removed(edit: TextEdit) -> tuple[str, ...]:
    return edit.removed


def _added(edit: TextEdit) -> tuple[str, ...]:
    return edit.added
