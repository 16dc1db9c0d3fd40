"""Authors in the places of a page that mark them up: bylines, links to profiles, boxes about the author."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from newswire.domain.articles.facts.bylines import byline_names, has_prefix
from newswire.domain.articles.facts.folding import folded
from newswire.domain.articles.facts.name_words import BESIDE_NAMES
from newswire.domain.articles.facts.names import Name, is_desk
from newswire.parsing.pages.marks import Mark, MarkKind, Marks

_FEWEST_WORDS, _MOST_WORDS = 2, 4
"""Words of a person's name in a line that is not marked up as one."""
_NEAR: Final = 150
"""Elements from the headline within which a byline is the article's own."""
_CLOSE: Final = 12
_BESIDE: Final = 2
"""Elements between two links that name the authors of one article."""
_TOGETHER: Final = 14
"""Elements between two bylines of one article."""
_NAMED: Final = frozenset({"rel", "card"})
"""Marks whose text is a name, of one word too."""
_MOST_MARKED: Final = 4
"""More people than that are the readers who comment, or the authors of other articles."""


def marked(marks: Marks, kind: MarkKind, sites: frozenset[str], language: str | None) -> Iterator[Name]:
    """The names in the marks of one kind that stand together; none where they are too many for one article."""
    group = [(mark, names) for mark in _near(marks, kind) if (names := _first_line(mark, language, sites))]
    if len({mark.text for mark, _ in group}) > _MOST_MARKED:
        return
    for mark, names in group:
        if kind == "microdata":
            yield from names
            continue
        sure = mark.name in _NAMED and len(names) == 1
        likely = names if sure else tuple(name for name in names if reads_like_a_name(name, sites))
        yield from likely
        if likely and kind == "byline":
            return


def prefixed_lines(marks: Marks, sites: frozenset[str], language: str | None) -> Iterator[Name]:
    """Unmarked lines behind the headline that begin as bylines do."""
    for mark in marks.of("text"):
        first = mark.text.partition("\n")[0]
        if has_prefix(first, language):
            names = [name for name in byline_names(first, language, sites) if reads_like_a_name(name, sites)]
            if names:
                yield from names
                return


def about_boxes(marks: Marks, sites: frozenset[str], language: str | None) -> Iterator[Name]:
    """The names in the first box about an author that has any."""
    for mark in marks.of("byline", "link"):
        if mark.about:
            names = [name for name in _first_line(mark, language, sites) if reads_like_a_name(name, sites)]
            if names:
                yield from names
                return


def _near(marks: Marks, kind: MarkKind) -> list[Mark]:
    """The first marks of one kind that stand together: within reach of the headline, else see `_far`."""
    own = [mark for mark in marks.marks if mark.kind == kind and not _is_about(mark, marks)]
    behind = [mark for mark in own if -_NEAR // 3 <= mark.at - marks.headline_at <= _NEAR]
    behind = [mark for mark in behind if mark.at > marks.headline_at] or behind
    behind = behind or _far(own, kind)
    group: list[Mark] = []
    for mark in behind:
        if group and mark.at - group[-1].at > _TOGETHER:
            break
        group.append(mark)
    return group


def _far(own: list[Mark], kind: MarkKind) -> list[Mark]:
    """The marks that count out of reach of the headline: microdata, and links that the page marks up as the author's.

    Links with several names, with more than a word for "and" between them, are those of other articles.
    """
    if kind == "microdata":
        return own
    named = [mark for mark in own if mark.name == "rel"]
    apart = any(one.text != other.text and other.at - one.at > _BESIDE for one, other in pairwise(named))
    return [] if apart else named


def _is_about(mark: Mark, marks: Marks) -> bool:
    """Whether a mark stands in a box about the author. Right at the headline such a box is the byline."""
    return mark.about and abs(mark.at - marks.headline_at) > _CLOSE


def _first_line(mark: Mark, language: str | None, sites: frozenset[str]) -> tuple[Name, ...]:
    """The names in the first line of a mark that has any: lines behind it are roles, dates and biographies."""
    lines = mark.text.split("\n")
    return next((names for line in lines if (names := byline_names(line, language, sites))), ())


def reads_like_a_name(name: Name, sites: frozenset[str]) -> bool:
    """Whether a name that no markup vouches for is an agency's, the site's, a desk's, or of a person's shape."""
    if name.kind == "agency":
        return True
    if name.kind != "person":
        return folded(name.text) in sites or is_desk(name.text)
    words = name.text.split()
    counted = [word for word in words if word.strip(".").lower() not in BESIDE_NAMES]
    return not name.text.isascii() or (
        len(words) >= _FEWEST_WORDS
        and len(counted) <= _MOST_WORDS
        and not all(word.isupper() and len(word) <= 3 for word in words)
    )
