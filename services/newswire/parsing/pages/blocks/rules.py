"""What names and words say more surely than the classifier has learned: captions, invitations, walls within a page.

Each rule takes from a block's log-odds. Counted on the developer corpus, every rule takes away at least twice as many
words of furniture as of articles.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from newswire.domain.articles.no_article_words import consent_words
from newswire.domain.articles.paywall import payment_words
from newswire.domain.text.furniture import is_list_label
from newswire.parsing.pages.blocks.features import Matrix, column
from newswire.parsing.pages.blocks.names import BIT
from newswire.parsing.pages.blocks.place import Block, Place
from newswire.parsing.pages.blocks.text import beginning

DOUBT: Final = -4.0
SURE: Final = -9.0
_OWN_TEXT: Final = 150
"""Characters that the headline's own article element holds at the least, the headline among them."""
_CAPTION_WORDS: Final = 80
_SMALL: Final = 0.3
"""Share of the page's prose that a container of furniture holds at the most."""
_LEVELS: Final = 3
_ASIDE: Final = BIT["newsletter"] | BIT["comment"] | BIT["share"]
_FURNITURE: Final = _ASIDE | BIT["caption"] | BIT["advert"]
"""Without these around it no rule of names takes from a block."""
_WALL: Final = BIT["payment"] | BIT["cookie"]
_OFFERS: Final = 2
_CONSENT_WORDS: Final = 3
_MAX_READ: Final = 5_000
"""Characters of a container's text that are looked at. One with more is no offer: it holds the whole article."""
_LABEL: Final = 40
_WORDS_AN_OFFER: Final = 60
_COMMISSION: Final = re.compile(
    r"\bwe may (?:earn|receive|get) (?:an? )?(?:small )?(?:affiliate )?commission", re.IGNORECASE
)


def penalties(blocks: Sequence[Block], rows: Matrix) -> list[float]:
    """For each block what is added to its log-odds: 0 or less. ``rows`` are their `features`."""
    page = max((block.place.root_prose() for block in blocks[:1]), default=0.0) or 1.0
    walls = _walls(blocks)
    found = [_penalty(block, page, walls) for block in blocks]
    for number in (*_in_other_articles(blocks, rows), *_below_labels(blocks)):
        found[number] = SURE
    return found


def _in_other_articles(blocks: Sequence[Block], rows: Matrix) -> Iterable[int]:
    """The blocks of article elements beside the one that holds the headline, where that one holds prose as well."""
    own = column(rows, "own-article") > 0
    if sum(len(blocks[number].text) for number in own.nonzero()[0]) < _OWN_TEXT:
        return ()
    return [int(number) for number in ((column(rows, "other-article") > 0) & ~own).nonzero()[0]]


def _below_labels(blocks: Sequence[Block]) -> Iterable[int]:
    """The links that follow a label such as "You may like", and the label."""
    labelled = False
    for number, block in enumerate(blocks):
        if len(block.text) <= _LABEL and is_list_label(block.text):
            labelled = True
            yield number
        elif labelled and block.is_link:
            yield number
        else:
            labelled = False


def _penalty(block: Block, page: float, walls: set[Place]) -> float:
    own = block.place.own
    if walls and any(place in walls for place in block.place.upward()):
        return SURE
    if len(block.text) < 400 and "commission" in block.text.lower() and _COMMISSION.search(block.text):
        return SURE
    if not block.place.far & _FURNITURE:
        return 0.0
    words = block.text.count(" ") + 1
    if own & BIT["caption"] and not own & BIT["body"] and words <= _CAPTION_WORDS:
        return DOUBT
    for level, place in enumerate(block.place.upward()):
        if level > _LEVELS:
            break
        if place.prose >= _SMALL * page:
            continue
        of_short_text = BIT["advert"] | BIT["caption"] if level == 1 else BIT["advert"]
        if place.own & _ASIDE or (words <= _CAPTION_WORDS and place.own & of_short_text):
            return DOUBT
    return 0.0


def _walls(blocks: Sequence[Block]) -> set[Place]:
    """Containers whose name and words both say that they ask for money or for consent."""
    texts: dict[Place, list[str]] = {}
    for block in blocks:
        if not block.place.far & _WALL:
            continue
        for place in block.place.upward():
            if place.own & _WALL:
                texts.setdefault(place, []).append(block.text)
    return {place for place, pieces in texts.items() if _is_wall(place, beginning(pieces, _MAX_READ))}


def _is_wall(place: Place, text: str) -> bool:
    if (
        place.own & BIT["payment"]
        and place.chars <= _MAX_READ
        and payment_words(text) >= max(_OFFERS, len(text.split()) / _WORDS_AN_OFFER)
    ):
        return True
    return bool(place.own & BIT["cookie"]) and len(set(consent_words(text))) >= _CONSENT_WORDS
