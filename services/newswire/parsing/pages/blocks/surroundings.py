"""Where a block stands: the containers around it, the headline, the article element, the prose below each."""

from collections.abc import Sequence
from typing import Final

from newswire.parsing.pages.blocks.place import CONTEXT_BIT, KINDS, Block, Place

_LONGEST_HEADING: Final = 400
H1: Final = KINDS.index("h1")


def add_prose(blocks: Sequence[Block]) -> None:
    """Tell each container how much text, and how much prose, stands below it."""
    for block in blocks:
        size = len(block.text)
        found = block.prose
        place: Place | None = block.place
        while place is not None:
            place.chars += size
            place.prose += found
            place = place.parent


def top_container(blocks: Sequence[Block]) -> Place | None:
    """The container that holds most prose close above it (as Readability scores its candidates)."""
    scores: dict[Place, float] = {}
    for block in blocks:
        score = min(block.prose, 600.0)
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
    if not place.context & CONTEXT_BIT["article"]:
        return None
    return next((above for above in place.upward() if above.tag == "article"), None)


def articles(mine: Place | None, headlines: Place | None) -> tuple[float, float]:
    """Whether a block stands in the article element that holds the headline, and whether in another one."""
    if mine is None or headlines is None:
        return 0.0, 0.0
    return float(any(above is headlines for above in mine.upward())), float(mine is not headlines)


def steps_below(place: Place, top: Place | None) -> int:
    """Steps from the top container down to a place; -1 where it stands elsewhere."""
    if top is None or place.depth < top.depth:
        return -1
    steps = place.depth - top.depth
    at: Place | None = place
    for _ in range(steps):
        at = at.parent if at else None
    return steps if at is top else -1


def heading_at(blocks: Sequence[Block], titles: Sequence[list[str]]) -> int | None:
    """The block that shows the headline. ``titles`` are the words of what the publisher states as such."""
    known = [set(title) for title in titles]
    best: tuple[float, int | None] = (0.0, None)
    for index, block in enumerate(blocks):
        if len(block.text) > _LONGEST_HEADING:
            continue
        score = 0.0
        if len(block.words) > 1 and block.words in titles:
            score = 2.0
        elif block.kind == H1 and titles:
            words = set(block.words)
            score = max(len(title & words) / max(1, len(title | words)) for title in known) + 0.1
        if block.kind == H1 and score:
            score += 1.0
        if score > best[0]:
            best = (score, index)
    return best[1]
