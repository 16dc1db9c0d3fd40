"""A block of text, and the place in the page that it stands in."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from newswire.parsing.pages.blocks.words import words_of

# fmt: off
KINDS: Final = (
    "p", "h1", "h2", "h3", "h4", "li", "td", "blockquote", "figcaption", "dd", "pre", "div", "section", "other",
)
# fmt: on
_KIND_OF: Final = {
    **{kind: number for number, kind in enumerate(KINDS)},
    "h5": KINDS.index("h4"),
    "h6": KINDS.index("h4"),
    "th": KINDS.index("td"),
    "dt": KINDS.index("dd"),
    "caption": KINDS.index("figcaption"),
    "summary": KINDS.index("h4"),
}
_SHORT: Final = 50
"""Characters that prose has at the least."""
_LINKED: Final = 0.4
"""Share of a text that is linked, from which it is no prose."""
_LINK: Final = 0.9
"""Share of a block's text from which it is a link: a date or a number of comments may stand beside it."""
_OTHER: Final = KINDS.index("other")
_CONTEXT: Final = ("article", "main", "aside", "header", "footer", "form", "table", "figure", "blockquote", "list")
CONTEXT_BIT: Final = {name: 1 << number for number, name in enumerate((*_CONTEXT, "hidden", "aria-hidden", "itemprop"))}
CONTEXT_OF: Final = {
    **{tag: CONTEXT_BIT[tag] for tag in _CONTEXT if tag != "list"},
    "ul": CONTEXT_BIT["list"],
    "ol": CONTEXT_BIT["list"],
    "dl": CONTEXT_BIT["list"],
}


class Place:
    """A block element that text stands in, and what was found below it."""

    __slots__ = ("chars", "context", "depth", "far", "near", "own", "parent", "prose", "signature", "tag")

    tag: str
    parent: "Place | None"
    own: int
    near: int
    far: int
    context: int
    depth: int
    signature: str
    prose: float
    chars: int

    def __init__(self, tag: str, parent: "Place | None", own: int, context: int, signature: str) -> None:
        """Stand below ``parent``; ``own`` are its names' groups, ``context`` the kinds of its ancestors."""
        self.tag = tag
        self.parent = parent
        self.own = own
        self.near = own | (parent.own | (parent.parent.own if parent.parent else 0) if parent else 0)
        self.far = own | (parent.far if parent else 0)
        self.context = context
        self.depth = parent.depth + 1 if parent else 0
        self.signature = signature
        self.prose = 0.0
        self.chars = 0

    def upward(self) -> "Iterator[Place]":
        """This place, and those that it stands in, from the inside out."""
        at: Place | None = self
        while at is not None:
            yield at
            at = at.parent

    def root_prose(self) -> float:
        """The prose of the whole page."""
        at = self
        while at.parent is not None:
            at = at.parent
        return at.prose


class Styled(NamedTuple):
    """How much of a text stands in inline elements of a kind: characters of each, and the number of the links."""

    linked: int = 0
    bold: int = 0
    italic: int = 0
    links: int = 0


class Block:
    """One block of text."""

    __slots__ = ("bold", "italic", "kind", "linked", "links", "place", "prose", "text", "words")

    prose: float
    """The characters of the text where it looks like prose (enough of it, little of it linked), else 0."""
    words: list[str]
    """The words of the text, lower case."""

    def __init__(self, text: str, kind: int, place: Place, styled: Styled) -> None:
        r"""Hold a text, its lines parted by ``\n`` where the page breaks them."""
        self.text = text
        self.kind = kind
        self.place = place
        self.linked, self.bold, self.italic, self.links = styled
        size = len(text)
        self.prose = size - self.linked if size >= _SHORT and self.linked < _LINKED * size else 0.0
        self.words = words_of(text)

    @property
    def is_link(self) -> bool:
        """Whether nearly all of the text is linked."""
        return self.linked >= _LINK * len(self.text)


def kind_at(place: Place) -> int:
    """The kind of the nearest element that says more than ``div``."""
    kind = _KIND_OF.get(place.tag, _OTHER)
    if kind >= KINDS.index("div") and place.parent is not None:
        above = _KIND_OF.get(place.parent.tag, _OTHER)
        if above < KINDS.index("div"):
            return above
    return kind
