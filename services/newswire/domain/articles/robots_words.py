"""The words of robots meta tags and of the X-Robots-Tag header that say what may be done with a page."""

import re
from typing import Final

RESERVING: Final = frozenset({"noai", "noimageai", "noml"})
"""Informal words that reserve text and data mining."""
NOT_ARCHIVED: Final = frozenset({"noarchive", "nocache"})
NOT_INDEXED: Final = frozenset({"noindex", "none"})

_PARTING: Final = re.compile(r"[,;:\s]")


def robots_words(stated: str) -> frozenset[str]:
    """The words of a value, lower case. A robot's name before a colon is one of them, and means nothing here."""
    return frozenset(word for word in _PARTING.split(stated.casefold()) if word)
