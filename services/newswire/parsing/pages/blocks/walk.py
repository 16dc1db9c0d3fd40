"""One walk over a page's tree: its blocks of text in order, each with the place that it stands in.

A block is the text between two borders of block elements, as a reader sees it: a paragraph, a heading, an item of a
list, a cell. Text that no reader sees (scripts, hidden inline elements, icons) is left out. The walk is linear in the
number of elements, and what it keeps of each is bounded.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from newswire.parsing.pages.blocks.names import BIT, MAX_NAME, groups_of
from newswire.parsing.pages.blocks.place import CONTEXT_BIT, CONTEXT_OF, Block, Place, Styled, kind_at

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
_BESIDE: Final = frozenset(("nav", "footer"))
# fmt: on
_MAIN: Final = 0.5
"""Share of a page's prose from which an aside is no aside: some publishers put the whole article into one."""
_HIDDEN: Final = re.compile(r"display\s*+:\s*+none", re.IGNORECASE)
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
        self.whole = whole
        self.elements = 0
        self.fullest = 0
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.linked = self.bold = self.italic = self.links = 0
        self.total = 0
        self.style = 0
        """The bits of the inline elements that the walk is in: `_LINK`, `_BOLD`, `_ITALIC`."""

    def text(self, text: str) -> None:
        self.pieces.append(text)
        if style := self.style:
            size = len(text)
            if style & _LINK:
                self.linked += size
            if style & _BOLD:
                self.bold += size
            if style & _ITALIC:
                self.italic += size

    def flush(self, place: Place) -> None:
        """End the block whose pieces were read."""
        raw = "".join(self.pieces)
        styled = self.linked, self.bold, self.italic, self.links
        self.pieces = []
        self.linked = self.bold = self.italic = self.links = 0
        if raw.isspace() or len(self.blocks) >= MAX_BLOCKS or self.total > MAX_CHARS:
            return
        whole = len(raw)
        for text in _paragraphs(raw):
            self.total += len(text)
            share = len(text) / whole
            self.blocks.append(Block(text, kind_at(place), place, Styled(*(round(each * share) for each in styled))))

    def visit(self, element: Any, place: Place) -> None:
        """Read an element's content; ``place`` is the block element that it stands in."""
        if element.text:
            self.text(element.text)
        inline = 0
        for child in element:
            self.elements += 1
            tag = child.tag
            if tag in _INLINE:
                inline += 1
                self.inline(child, tag, place)
            elif tag == "br":
                self.pieces.append(BREAK)
            elif isinstance(tag, str) and not self.cut(tag):
                if self.pieces:
                    self.flush(place)
                inner = self.place(child, tag, place)
                self.visit(child, inner)
                if self.pieces:
                    self.flush(inner)
            if child.tail:
                self.text(child.tail)
        self.fullest = max(self.fullest, inline)

    def cut(self, tag: str) -> bool:
        """Whether an element's content is left out unread: scripts, menus, footers."""
        return tag in _SILENT or (not self.whole and tag in _BESIDE)

    def inline(self, element: Any, tag: str, place: Place) -> None:
        if tag in _MAY_BE_UNSEEN and (keys := element.keys()) and self.unseen(element, keys):
            return
        style = self.style
        if bit := _STYLE_OF.get(tag):
            self.style = style | bit
            self.links += bit == _LINK
        self.visit(element, place)
        self.style = style

    def unseen(self, element: Any, keys: list[str]) -> bool:
        """Whether an inline element is an icon, or hidden from the reader's eye. ``keys`` are its attributes' names."""
        get = element.get
        if "hidden" in keys or ("style" in keys and _HIDDEN.search(get("style"))):
            return True
        if "role" in keys and get("role") == _TOOLTIP:
            return True
        name = get("class")[:MAX_NAME].lower() if "class" in keys else ""
        return bool(name) and (_UNSEEN.search(name) is not None or (_TOOLTIP in name and "text" in name))

    def place(self, element: Any, tag: str, parent: Place) -> Place:
        context = parent.context | CONTEXT_OF.get(tag, 0)
        name = ""
        own = 0
        if keys := element.keys():
            get = element.get
            name = get("class") if "class" in keys else ""
            if name or "id" in keys:
                own = groups_of(f"{name} {get('id') or ''}")
            if "hidden" in keys or ("style" in keys and _HIDDEN.search(get("style")[:MAX_NAME])):
                context |= CONTEXT_BIT["hidden"]
            if "aria-hidden" in keys and get("aria-hidden") == "true":
                context |= CONTEXT_BIT["aria-hidden"]
            if "itemprop" in keys and get("itemprop") == "articleBody":
                context |= CONTEXT_BIT["itemprop"]
                own |= BIT["body"]
            if "role" in keys and get("role") == "navigation":
                own |= BIT["nav"]
        return Place(tag, parent, own, context, f"{tag}.{name[:MAX_NAME]}" if name else tag)


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
    place = walk.place(root, "body", Place("html", None, 0, 0, ""))
    walk.visit(root, place)
    if walk.pieces:
        walk.flush(place)
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
