"""Texts of marked-up places: headings without their kickers, bylines in their pieces, what stands before a link."""

from collections.abc import Iterator
from typing import Any, Final

from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.head import MAX_VALUE, text_within
from newswire.parsing.pages.mark_words import JOINING, KICKER, SUBTITLE

LONGEST: Final = 240
"""Characters of a mark. A longer text is no byline and no date."""
_BESIDE_TAGS: Final = frozenset({"small", "time", "h2", "h3", "h4", "h5", "h6"})
"""Elements within a heading that are no part of it."""
_BEFORE: Final = 40
_FEW_PIECES: Final = 3
_MOST_PIECES: Final = 1_000
"""Pieces of text of one mark, white space between elements included. Marks may lie in one another."""


def heading_text(element: Any) -> str:
    """A heading's text on one line, without the kicker that stands in an element of its own."""
    if not len(element):
        return text_within(element, MAX_VALUE)
    words = _words(element.text)
    for child in element:
        if isinstance(child.tag, str) and not _is_beside_headline(child, behind=bool(words)):
            words += _words(text_within(child, MAX_VALUE))
        words += _words(child.tail)
    without = normalize_line(" ".join(words)[:MAX_VALUE]).strip(" :|–—-")
    return without if len(without.split()) > 1 else text_within(element, MAX_VALUE)


def _words(text: str | None) -> list[str]:
    return (text or "")[:MAX_VALUE].split()


def _is_beside_headline(element: Any, *, behind: bool) -> bool:
    """Whether an element within a heading is a kicker or, ``behind`` the headline, a subtitle: no part of it."""
    names = f"{element.get('class')} {element.get('id')}".lower()
    return element.tag in _BESIDE_TAGS or bool(KICKER.search(names)) or (behind and bool(SUBTITLE.search(names)))


def text_before(element: Any) -> str:
    """The text that stands before an element, in its own line or in the element before it."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return text_within(previous, _BEFORE)[:_BEFORE] + (previous.tail or "")[-_BEFORE:]
    if parent is None:
        return ""
    text = (parent.text or "")[-_BEFORE:]
    above = None if text.strip() else parent.getprevious()
    return text if above is None else text + text_within(above, _BEFORE)[:_BEFORE]


def label_before(element: Any) -> str:
    """The words before an element that may say what it is, as "Last updated" and "on" before a date.

    They stand in the few elements before it or before its parent. A text with a figure is a statement of its own.
    """
    for node in (element, element.getparent()):
        label = normalize_line(" ".join(reversed([*_just_before(node)])))
        if label:
            return "" if any(map(str.isdecimal, label)) else label
    return ""


def _just_before(node: Any) -> Iterator[str]:
    """The texts before a node within its parent, from the last to the third before it."""
    for _ in range(_FEW_PIECES):
        previous = None if node is None else node.getprevious()
        if previous is None:
            parent = None if node is None else node.getparent()
            yield "" if parent is None else (parent.text or "")[-_BEFORE:]
            return
        yield (previous.tail or "")[-_BEFORE:]
        if isinstance(previous.tag, str):
            yield text_within(previous, _BEFORE)[:_BEFORE]
        node = previous


def lines_of(element: Any, *, beginning: bool = False) -> str:
    """The element's text, one line per piece of markup, so that a name and the role behind it stay apart.

    Where the text is longer than `LONGEST`, or has more than 1,000 pieces, the result is empty, or with ``beginning``
    the pieces before that.
    """
    pieces: list[str] = []
    length = 0
    for number, piece in enumerate(element.itertext()):
        if number >= _MOST_PIECES:
            return "\n".join(_joined(pieces)) if beginning else ""
        if line := " ".join(piece[:LONGEST].split()):
            length += len(line) + 1
            if length > LONGEST:
                return "\n".join(_joined(pieces)) if beginning else ""
            pieces.append(normalize_line(line))
    if len(pieces) <= _FEW_PIECES and all(" " not in each for each in pieces):  # a name in several elements
        return " ".join(pieces)
    return "\n".join(_joined(pieces))


def _joined(pieces: list[str]) -> list[str]:
    """The pieces, those that a word for "and" or "by" joins to their neighbours on one line."""
    lines: list[str] = []
    joined = False
    for piece in pieces:
        joins = JOINING.fullmatch(piece) is not None or piece[:2] in {", ", "& "} or piece[:4].lower() == "and "
        if lines and (joined or joins):
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
        joined = joins or piece[-1:] in {",", "&"} or piece[-4:].lower() in {" and", " und"}
    return lines
