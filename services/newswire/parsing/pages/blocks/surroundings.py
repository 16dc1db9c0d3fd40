"""Where a block stands: the containers around it, the headline, the article element, the prose below each."""

from collections.abc import Sequence
from typing import Final

from newswire.parsing.pages.blocks.place import KINDS, Block, Place
from newswire.parsing.pages.blocks.words import words_of

LEVELS: Final = 4
"""So many containers of a block are looked at."""
H1: Final = KINDS.index("h1")


def add_prose(blocks: Sequence[Block]) -> None:
    """Tell each container how much text, and how much prose, stands below it."""
    for block in blocks:
        size = len(block.text)
        found = prose(block)
        place: Place | None = block.place
        while place is not None:
            place.chars += size
            place.prose += found
            place = place.parent


def prose(block: Block) -> float:
    """The characters of a block that look like prose: enough words, few of them linked."""
    size = len(block.text)
    return size - block.linked if size >= 50 and block.linked < 0.4 * size else 0.0


def top_container(blocks: Sequence[Block]) -> Place | None:
    """The container that holds most prose close above it (as Readability scores its candidates)."""
    scores: dict[Place, float] = {}
    for block in blocks:
        score = min(prose(block), 600.0)
        if score:
            place = block.place.parent if block.kind < KINDS.index("div") else block.place
            for share in (1.0, 0.5, 0.25):
                if place is None:
                    break
                scores[place] = scores.get(place, 0.0) + share * score
                place = place.parent
    return max(scores, key=scores.__getitem__) if scores else None


def article_of(place: Place) -> Place | None:
    """The nearest article element above a place."""
    return next((above for above in place.upward() if above.tag == "article"), None)


def articles(mine: Place | None, headlines: Place | None) -> tuple[float, float]:
    """Whether a block stands in the article element that holds the headline, and whether in another one."""
    if mine is None or headlines is None:
        return 0.0, 0.0
    return float(any(above is headlines for above in mine.upward())), float(mine is not headlines)


def signature(block: Block) -> str:
    """What blocks of one kind have in common: the element and class of their place and of its parent."""
    parent = block.place.parent
    return f"{block.place.signature} {parent.signature if parent else ''}"


def containers(place: Place) -> list[Place | None]:
    """A place and those that it stands in, from the inside out; None beyond the root."""
    found: list[Place | None] = []
    at: Place | None = place
    for _ in range(LEVELS):
        found.append(at)
        at = at.parent if at else None
    return found


def steps_below(place: Place, top: Place | None) -> int:
    """Steps from the top container down to a place; -1 where it stands elsewhere."""
    if top is None or place.depth < top.depth:
        return -1
    steps = place.depth - top.depth
    at: Place | None = place
    for _ in range(steps):
        at = at.parent if at else None
    return steps if at is top else -1


def heading_at(blocks: Sequence[Block], joined: set[str], titles: list[set[str]]) -> int | None:
    """The block that shows the headline."""
    best: tuple[float, int | None] = (0.0, None)
    for index, block in enumerate(blocks):
        if len(block.text) > 400:
            continue
        words = words_of(block.text)
        score = 0.0
        if " ".join(words) in joined and len(words) > 1:
            score = 2.0
        elif block.kind == H1 and titles:
            score = max(len(title & set(words)) / max(1, len(title | set(words))) for title in titles) + 0.1
        if block.kind == H1 and score:
            score += 1.0
        if score > best[0]:
            best = (score, index)
    return best[1]
