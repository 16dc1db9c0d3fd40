"""An article as it is indexed: the tokens of its title and of its text, and the facts that filters read.

The bounds are those of Postgres: a tsvector has 16,383 positions, 255 of one word, and a megabyte of words. They hold
for both engines, so that both find the same. What is beyond them is not searched.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from newswire.domain.search.days import day_tokens
from newswire.domain.search.tokens import tokens

LEFT_OUT: Final = "-"
"""Stands for a token that is not indexed, and keeps the places of those behind it. No query has it."""
MAX_TITLE: Final = 500
MAX_BODY: Final = 15_000
"""Tokens of a title, and of a text."""
MAX_REPEATS: Final = 250
"""How often one token of an article is indexed."""
MAX_BYTES: Final = 500_000
"""The bytes of different tokens of an article, in UTF-8."""
PUBLISHED: Final = "p"
CHANGED: Final = "c"
"""The names of days."""
_MAX_CHARACTERS: Final = 250_000
_FACET: Final = 200
_UTF8: Final = 4
"""The most bytes of a character."""


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The tokens of an article by their places. A phrase does not reach from the title into the text."""

    title: tuple[str, ...]
    body: tuple[str, ...]


def indexed_text(title: str | None, text: str | None) -> IndexedText:
    """What is indexed of a title and a text."""
    found = _tokens(title, MAX_TITLE), _tokens(text, MAX_BODY)
    repeats = Counter(found[0])
    repeats.update(found[1])
    # Nearly every article is within the bounds, and counting all tokens at once takes a fraction of a loop over them.
    if max(repeats.values(), default=0) > MAX_REPEATS or len("".join(repeats)) > MAX_BYTES // _UTF8:
        return _bounded(*found)
    return IndexedText(*found)


def _tokens(text: str | None, most: int) -> tuple[str, ...]:
    return tuple(tokens((text or "")[:_MAX_CHARACTERS])[:most])


def _bounded(title: tuple[str, ...], body: tuple[str, ...]) -> IndexedText:
    """The tokens within `MAX_REPEATS` and `MAX_BYTES`."""
    seen: Counter[str] = Counter()
    room = MAX_BYTES

    def taken(found: tuple[str, ...]) -> tuple[str, ...]:
        nonlocal room
        kept: list[str] = []
        for token in found:
            if room <= 0:
                break
            seen[token] += 1
            if seen[token] == 1:
                room -= len(token.encode())
            kept.append(token if seen[token] <= MAX_REPEATS else LEFT_OUT)
        return tuple(kept)

    return IndexedText(taken(title), taken(body))


def facets(kind: str, article: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts of an article that filters read, as tokens that no word is equal to. ``article`` is its JSON object."""
    feed = article.get("feed")
    given = {"k": kind, "s": article["source"], "l": article.get("language"), "f": feed["id"] if feed else None}
    return tuple(facet(name, value) for name, value in given.items() if value is not None)


def day_facets(published: datetime | None, changed_at: datetime) -> tuple[str, ...]:
    """The days of an article, as tokens that no word is equal to."""
    return (*(day_tokens(PUBLISHED, published) if published else ()), *day_tokens(CHANGED, changed_at))


def facet(name: str, value: object) -> str:
    """One fact as a token: a letter, a point, and the value, whose other characters are written by their numbers."""
    plain = str(value).lower()[:_FACET]
    return f"{name}." + "".join(
        each if each in ".-" or (each.isascii() and each.isalnum()) else f"-{ord(each):x}-" for each in plain
    )
