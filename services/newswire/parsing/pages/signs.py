"""What a page shows that tells an article from a wall, a notice or a listing."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from newswire.domain.articles.no_article import Signs
from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.blocks.place import KINDS, Block
from newswire.parsing.pages.blocks.text import beginning
from newswire.parsing.pages.body import PageText
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, types_of

_SEEN: Final = 6_000
"""Characters of what the page shows that are looked at."""
_REFRESH: Final = re.compile(r"\s*\d{1,2}\s*;\s*url\s*=", re.IGNORECASE)
_PUBLISHED: Final = ("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date")
_TEASER: Final = range(4, 60)
"""The number of words in a teaser. A text of fewer words is a date, a number or an item of a menu."""
_HEADINGS: Final = frozenset(KINDS.index(kind) for kind in ("h2", "h3", "h4"))


def signs_of(head: Head, article: NodeObject, told: PageText, words: int, *, password: bool) -> Signs:
    """The signs; ``words`` is the number of words of the text that would be published."""
    text = told.choice.body.text
    types = {kind for node in head.data.nodes for kind in types_of(node)}
    teasers = _teasers(told.blocks)
    below = {line for teaser in teasers for line in map(normalize_line, teaser.split("\n"))}
    return Signs(
        title=" \n ".join(dict.fromkeys((head.title or "", *head.headings[:2]))).strip(),
        text=text,
        words=words,
        seen=beginning((block.text for block in told.blocks), _SEEN),
        states_article=bool(article.get("headline") and article.get("datePublished")) or bool(head.first(*_PUBLISHED)),
        types=frozenset(types | {(head.first("og:type") or "").casefold()}) - {""},
        refresh=_REFRESH.match(head.first("refresh") or "") is not None,
        password=password,
        teasers=len(teasers),
        own_words=sum(len(line.split()) for line in text.split("\n") if line not in below),
        longest=max((len(line.split()) for line in text.split("\n")), default=0),
    )


def asks_for_password(tree: Any) -> bool:
    """Whether a page has a field for a password."""
    return any((field.get("type") or "").casefold() == "password" for field in tree.iter("input"))


def below_text(told: PageText) -> str:
    """What the page shows from the last line of the text on."""
    last = max((number for number, each in enumerate(told.likely) if each >= 0.5), default=-1)
    return beginning((block.text for block in told.blocks[last + 1 :]), _SEEN)


def _teasers(blocks: Sequence[Block]) -> list[str]:
    """The line or two of text below each heading that is a link to elsewhere."""
    return [
        below.text
        for block, below in pairwise(blocks)
        if _is_linked_heading(block) and not _is_linked_heading(below) and len(below.text.split()) in _TEASER
    ]


def _is_linked_heading(block: Block) -> bool:
    return block.kind in _HEADINGS and block.is_link
