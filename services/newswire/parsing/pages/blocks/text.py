"""From judged blocks to the article's lines, each with its kind."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from newswire.domain.articles.bodies import SHOWN, BodyText, Kind
from newswire.domain.text.furniture import kept_lines
from newswire.domain.text.normalize import is_headline, normalize_line
from newswire.parsing.pages.blocks.place import CONTEXT_BIT, KINDS, Block

KEPT: Final = 0.45
"""The probability from which a block belongs to the article (by the folds of the training)."""
_DOUBTFUL: Final = 0.15
_REPEATED: Final = 40
"""Characters of a text that may not come twice; shorter ones ("Yes.") may."""
_HEADING_WORDS: Final = 15
_TOP: Final = 3
_LABEL: Final = 40
_SENTENCE_ENDS: Final = frozenset('.!?…。！？।؟"”»’)')

_KIND: Final[dict[str, Kind]] = {
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "li": "list-item",
    "dd": "list-item",
    "td": "cell",
    "pre": "code",
    "blockquote": "quote",
    "figcaption": "caption",
}


def certainty(blocks: Sequence[Block], likely: Any) -> float:
    """How sure the choice is, from 0 to 1: the mean over the text that is likely to be kept, and 0 without any."""
    weight = total = 0.0
    for block, probability in zip(blocks, likely, strict=True):
        if probability > _DOUBTFUL:
            total += len(block.text)
            weight += len(block.text) * abs(2 * probability - 1)
    return weight / total if total else 0.0


def body_of(blocks: Sequence[Block], likely: Any, headlines: Sequence[str | None]) -> BodyText:
    """The lines of the blocks that belong to the article, without furniture and without the headline above them."""
    lines: list[str] = []
    kinds: list[Kind] = []
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        if likely[number] < KEPT or block.text in seen or _heads_links(blocks, likely, number):
            continue
        if len(block.text) >= _REPEATED:
            seen.add(block.text)
        kind = kind_of(block)
        for line in block.text.split("\n"):
            if plain := normalize_line(line):
                lines.append(plain)
                kinds.append(kind)
    subheads = {
        number
        for number in range(len(lines) - 1)
        if kinds[number] == "heading" and kinds[number + 1] != "heading" and len(lines[number + 1]) > 2 * _REPEATED
    }
    kept = [
        number
        for place, number in enumerate(kept_lines(lines, subheads))
        if not (place < _TOP and is_headline(lines[number], headlines))
    ]
    return BodyText(SHOWN, "\n".join(lines[number] for number in kept), tuple(kinds[number] for number in kept))


def _heads_links(blocks: Sequence[Block], likely: Any, number: int) -> bool:
    """Whether a block is the label of a list of links that does not belong to the article."""
    block = blocks[number]
    if number + 1 == len(blocks) or len(block.text) > _LABEL or block.text[-1] in _SENTENCE_ENDS:
        return False
    below = blocks[number + 1]
    return bool(likely[number + 1] < KEPT and below.is_link)


def kind_of(block: Block) -> Kind:
    """A block's kind. A short line all in bold that ends no sentence is a heading, whatever its element."""
    kind = _KIND.get(KINDS[block.kind], "paragraph")
    if kind in ("paragraph", "list-item") and block.place.context & CONTEXT_BIT["blockquote"]:
        return "quote"
    if kind == "paragraph" and block.bold >= 0.95 * len(block.text) and block.text[-1] not in ".,;:…。":
        return "heading" if len(block.text.split()) <= _HEADING_WORDS else kind
    return kind


def beginning(texts: Iterable[str], most: int) -> str:
    """The first ``most`` characters of the texts, one below the other. What stands behind them is not read."""
    pieces: list[str] = []
    size = 0
    for text in texts:
        pieces.append(text[:most])
        size += len(text) + 1
        if size > most:
            break
    return "\n".join(pieces)[:most]
