"""One walk over a page's tree: its blocks of text in order, each with the place that it stands in.

A block is the text between two borders of block elements, as a reader sees it: a paragraph, a heading, an item of a
list, a cell. Text that no reader sees (scripts, hidden inline elements, icons) is left out. The walk is linear in the
number of elements, and what it keeps of each is bounded.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from newswire.parsing.pages.blocks.names import MAX_NAME
from newswire.parsing.pages.blocks.place import CONTEXT_BIT, Block, Place, Styled, kind_at
from newswire.parsing.pages.blocks.spot import HIDDEN, Spot

MAX_BLOCKS: Final = 6_000
"""Blocks that are read of one page. No article has more."""
MAX_CHARS: Final = 2_000_000
"""Characters of text that are read of one page."""

BREAK: Final = "\x1e"
"""Stands for a line break; the parser has dropped all control characters of the page itself."""

_LEAST_TEXT: Final = 500
"""Characters of a page that shows an article. With fewer, a footer or a menu that is never closed may hold the rest."""

# fmt: off
_SILENT: Final = frozenset((
    "script", "style", "template", "svg", "iframe", "object", "canvas", "select", "textarea", "input", "noscript",
    "head", "math", "audio", "video", "map", "datalist", "option", "button", "dialog", "embed", "applet", "meta",
    "link", "img", "source", "picture", "progress", "meter",
))
_INLINE: Final = frozenset((
    "a", "span", "b", "i", "em", "strong", "u", "font", "small", "sub", "sup", "abbr", "time", "cite", "code", "mark",
    "ins", "del", "q", "label", "s", "big", "acronym", "dfn", "kbd", "samp", "var", "bdi", "bdo", "tt", "strike",
    "data", "wbr", "nobr", "ruby", "rb", "rt", "rp", "output", "slot",
))
_LINK, _BOLD, _ITALIC = 1, 2, 4
_STYLE_OF: Final = {"a": _LINK, "b": _BOLD, "strong": _BOLD, "i": _ITALIC, "em": _ITALIC, "cite": _ITALIC}
_MAY_BE_UNSEEN: Final = frozenset(("span", "i", "small", "em", "label"))
_SILENT_OR_BESIDE: Final = _SILENT | {"nav", "footer"}
# fmt: on
_MAIN: Final = 0.5
"""Share of a page's prose from which an aside is no aside: some publishers put the whole article into one."""
_UNSEEN: Final = re.compile(r"\b(?:sr-only|visually-?hidden|screen-reader|material-icons|material-symbols|icon)\b")
_TOOLTIP: Final = "tooltip"


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What one walk saw."""

    blocks: list[Block]
    elements: int
    """How many elements were read."""
    inline: int
    """How many inline elements the fullest block element has for children."""


class _BlockWalk:
    def __init__(self, *, whole: bool) -> None:
        self.unread = _SILENT if whole else _SILENT_OR_BESIDE
        """Elements whose content is left out: scripts, and menus and footers."""
        self.elements = 0
        self.fullest = 0
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.led = 0
        """Characters of white space before the first of the pieces."""
        self.linked = self.bold = self.italic = self.links = 0
        self.total = 0
        self.style = 0
        """The bits of the inline elements that the walk is in: `_LINK`, `_BOLD`, `_ITALIC`."""

    def text(self, text: str) -> None:
        style = self.style
        if not self.pieces and not style and text.isspace():
            self.led += len(text)  # between most elements there is nothing else
            return
        self.pieces.append(text)
        if style:
            size = len(text)
            if style & _LINK:
                self.linked += size
            if style & _BOLD:
                self.bold += size
            if style & _ITALIC:
                self.italic += size

    def border(self, spot: Spot) -> None:
        """End the block whose pieces were read, where there are any."""
        if self.pieces:
            self.flush(spot)
        elif not self.led:
            return
        self.led = self.linked = self.bold = self.italic = self.links = 0

    def flush(self, spot: Spot) -> None:
        raw = "".join(self.pieces)
        self.pieces = []
        if raw.isspace() or len(self.blocks) >= MAX_BLOCKS or self.total > MAX_CHARS:
            return
        whole = self.led + len(raw)
        place = spot.place()
        kind = kind_at(place)
        styled = Styled(self.linked, self.bold, self.italic, self.links)
        for text in _paragraphs(raw):
            self.total += len(text)
            share = len(text) / whole
            own = styled if share == 1 or not any(styled) else Styled(*(round(each * share) for each in styled))
            self.blocks.append(Block(text, kind, place, own))

    def visit(self, element: Any, spot: Spot) -> None:
        """Read an element's content; ``spot`` is the block element that it stands in."""
        if text := element.text:
            self.text(text)
        inline = 0
        children = element[:]  # in one call, which is quicker than to ask for one after the other
        self.elements += len(children)
        for child in children:
            tag = child.tag
            if tag in _INLINE:
                inline += 1
                self.inline(child, tag, spot)
            elif tag == "br":
                self.pieces.append(BREAK)
            elif tag not in self.unread and isinstance(tag, str):
                self.border(spot)
                inner = Spot(child, tag, spot)
                self.visit(child, inner)
                self.border(inner)
            if tail := child.tail:
                self.text(tail)
        self.fullest = max(self.fullest, inline)

    def inline(self, element: Any, tag: str, spot: Spot) -> None:
        if tag in _MAY_BE_UNSEEN and (keys := element.keys()) and self.unseen(element, keys):
            return
        style = self.style
        if bit := _STYLE_OF.get(tag):
            self.style = style | bit
            self.links += bit == _LINK
        self.visit(element, spot)
        self.style = style

    def unseen(self, element: Any, keys: list[str]) -> bool:
        """Whether an inline element is an icon, or hidden from the reader's eye. ``keys`` are its attributes' names."""
        get = element.get
        if "hidden" in keys or ("style" in keys and HIDDEN.search(get("style"))):
            return True
        if "role" in keys and get("role") == _TOOLTIP:
            return True
        name = get("class")[:MAX_NAME].lower() if "class" in keys else ""
        return bool(name) and (_UNSEEN.search(name) is not None or (_TOOLTIP in name and "text" in name))


def read_page(tree: Any) -> ReadPage:
    """The blocks of a page in document order. ``tree`` is the root element; it is left as it is."""
    body = tree.find("body")
    root = tree if body is None else body
    walk = _walked(root, whole=False)
    blocks = _without_asides(walk.blocks)
    if sum(len(block.text) for block in blocks) < _LEAST_TEXT:
        walk = _walked(root, whole=True)
        blocks = walk.blocks
    return ReadPage(blocks, walk.elements, walk.fullest)


def _walked(root: Any, *, whole: bool) -> _BlockWalk:
    walk = _BlockWalk(whole=whole)
    spot = Spot(root, "body", None)
    walk.visit(root, spot)
    walk.border(spot)
    return walk


def _without_asides(blocks: list[Block]) -> list[Block]:
    """The blocks without those of asides outside article elements. An aside that holds most of the prose stays."""
    asides = [_aside_of(block.place) for block in blocks]
    shares: dict[Place, float] = {}
    for block, aside in zip(blocks, asides, strict=True):
        if aside is not None:
            shares[aside] = shares.get(aside, 0.0) + block.prose
    least = _MAIN * sum(block.prose for block in blocks) if shares else 0.0
    small = {aside for aside, share in shares.items() if not share or share < least}
    return [block for block, aside in zip(blocks, asides, strict=True) if aside not in small]


def _aside_of(place: Place) -> Place | None:
    """The outermost aside that a place stands in; None where there is none, and where an article is around it."""
    if not place.context & CONTEXT_BIT["aside"]:
        return None
    outermost = [above for above in place.upward() if above.tag == "aside"][-1]
    return None if outermost.context & CONTEXT_BIT["article"] else outermost


def _paragraphs(raw: str) -> list[str]:
    """The texts between two or more line breaks; a single one parts lines within a text."""
    if BREAK not in raw:
        text = " ".join(raw.split())
        return [text] if text else []
    found: list[list[str]] = [[]]
    for each in raw.split(BREAK):
        line = " ".join(each.split())
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]
