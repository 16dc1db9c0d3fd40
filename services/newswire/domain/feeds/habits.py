"""Which parts of a feed's entries change though nothing happened, and what an entry looks like without those parts.

Some feeds make a guid or a link token for every request, or put a counter into every text. Compared as they are, all
their entries would be news at every poll.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from newswire.domain.urls.syntax import parse

Texts = Literal["whole", "masked", "title"]
"""What of an entry's text is compared. ``masked``: without words that hold a digit. ``title``: its title, masked."""

_WORD: Final = re.compile(r"[\w-]++")
_MASK: Final = "0"


@dataclass(frozen=True, slots=True)
class Habits:
    """What the polls learned about the entries of one feed. The default is a feed that behaves."""

    ids_anew: bool = False
    """The feed makes new ids for old entries: they are known by their addresses."""
    token_params: tuple[str, ...] = ()
    """Query parameters of the links whose values are made anew for every request; ``""`` for those without a name."""
    by_words: bool = False
    """Ids and links are both made anew: entries are known by title and date."""
    addresses_moved: bool = False
    """Most known entries once came under other addresses. A second time sets ``by_words``."""
    texts: Texts = "whole"
    """What of the texts is compared: less where most texts change between two polls."""
    titles_stay: bool = False
    """Where less of the texts is compared: the titles do not move and are compared as they are, numbers included."""
    texts_moved: bool = False
    """Most texts once changed although less of them was compared. The second time even less is."""
    shared_pages: tuple[str, ...] = ()
    """Pages, without fragment, to which several entries with texts of their own link. The newest last."""

    @property
    def named(self) -> tuple[str, ...]:
        """Short words for what is odd, for people: empty for a feed that behaves."""
        odd = {
            "ids-anew": self.ids_anew,
            "tokens-in-links": bool(self.token_params),
            "addresses-anew": self.by_words,
            f"texts-{self.texts}": self.texts != "whole",
            "shared-pages": bool(self.shared_pages),
        }
        return tuple(name for name, holds in odd.items() if holds)


NO_HABITS: Final = Habits()


@dataclass(frozen=True, slots=True)
class TextSamples:
    """The whole words of some entries, as digests (`newswire.domain.feeds.stillness`)."""

    since: datetime
    """Since when no document has shown that the texts move."""
    forms: Mapping[str, str]
    """By digest of the entry's key the digest of its words."""
    documents: int = 0
    """Documents since then that showed the texts still."""


def without_tokens(url: str, names: Collection[str]) -> str:
    """``url`` without the query parameters ``names``. Raises ValueError for what is no http(s) address."""
    if not names or "?" not in url:
        return url
    parsed = parse(url)
    kept = [part for part in parsed.query.split("&") if _name(part) not in names]
    return str(replace(parsed, query="&".join(kept)))


def varying_params(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The query parameters that differ in pairs of addresses of one entry, sorted.

    Empty where the addresses of a pair differ in anything else, or where they do not differ in their queries.
    """
    names: set[str] = set()
    for one, other in pairs:
        now, before = parse(one), parse(other)
        if (now.origin, now.path) != (before.origin, before.path):
            return ()
        changed = set(now.query.split("&")) ^ set(before.query.split("&"))
        names |= {_name(part) for part in changed if part}
    return tuple(sorted(names))


def masked(text: str | None) -> str | None:
    """``text`` with one mark for each word that holds a digit, so that counters and stamps look alike."""
    return text and _WORD.sub(_masked, text)


def _masked(word: re.Match[str]) -> str:
    return _MASK if any(char.isdigit() for char in word[0]) else word[0]


def _name(part: str) -> str:
    """A parameter's name; the empty one for a part without ``=``: such a part may be the token itself."""
    name, equals, _ = part.partition("=")
    return name if equals else ""
