"""Lines of a page's visible part that no markup names: where a byline or a date may stand."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.head import text_within
from newswire.parsing.pages.mark_texts import LONGEST, label_before, lines_of

PLAIN: Final = frozenset(
    ("p", "span", "div", "small", "em", "i", "b", "strong", "li", "address", "cite", "td", "dd", "h3", "h4", "h5", "h6")
)
"""Elements whose text may be a line."""
_BESIDE: Final = frozenset({"time", "abbr", "h1", "h2"})
"""Elements of another meaning, behind which a line may stand."""
LINES: Final = PLAIN | _BESIDE
_MOST_CHILDREN: Final = 6
"""An element of more children is no line."""
_LONGEST_PARENT: Final = 160
"""Characters of an element whose text behind a child may be a line of its own; a longer one is running text."""
_ENDS_A_LINE: Final = _BESIDE | {"small", "br", "img", "svg", "i", "h3", "h4", "h5", "h6"}
"""Elements behind which a line begins: an ``i`` without text is an icon, one with text is a part of the line."""
_UNSEEN: Final = ("br", "img", "svg")
"""Elements that the walk over the page does not visit, for the text behind them."""
_INLINE: Final = frozenset({"a", "span", "strong", "b", "em"})


def lines_at(element: Any, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The lines that begin in an element or right behind it, each with the words before it that may say what it is.

    ``wanted`` says by a line's beginning whether it is read.
    """
    text = element.text
    if text and element.tag in PLAIN and len(text) <= LONGEST and len(element) <= _MOST_CHILDREN:
        text = text.strip()
        if text and wanted(text):
            yield lines_of(element), label_before(element)
    if element.tag in _ENDS_A_LINE and element.tail and not (element.tag == "i" and text_within(element, 1)):
        yield from _line_behind(element, wanted)
    for child in element[:_MOST_CHILDREN] if len(element) else ():
        if child.tag in _UNSEEN and child.tail:
            yield from _line_behind(child, wanted)


def _line_behind(element: Any, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    line = _behind(element)
    if line and wanted(line):
        label = ("" if element.tag in _UNSEEN else text_within(element, LONGEST)) or label_before(element)
        yield line, "" if any(map(str.isdecimal, label)) else label


def _behind(element: Any) -> str:
    """The text behind an element, with the link that it runs on into."""
    tail = (element.tail or "")[: LONGEST + 1].strip()
    parent = element.getparent()
    if not tail or len(tail) > LONGEST or parent is None or len(parent) > _MOST_CHILDREN:
        return ""
    if len(text_within(parent, 2 * _LONGEST_PARENT)) > _LONGEST_PARENT:
        return ""
    following = element.getnext()
    if following is not None and following.tag in _INLINE:
        tail = f"{tail} {text_within(following, LONGEST)}"
    return normalize_line(tail)[:LONGEST]
