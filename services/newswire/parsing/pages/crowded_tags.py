"""Takes away the attributes of tags that have very many: libxml2 compares each attribute with all before it.

A tag is read as the HTML standard says (13.2.5, "Tokenization"): it ends at the first ``>`` outside of a quoted value,
and a ``<`` within it is a character like any other.
"""

import re
from typing import Final

MAX_ATTRIBUTES: Final = 250
"""A tag with more loses them all. Of 1,236 recorded pages, none has a tag with more than 99."""
_LONG: Final = 2 * MAX_ATTRIBUTES
"""Bytes that more attributes take at the least."""
_ATTRIBUTE: Final = rb"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+"""
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
_TAG: Final = re.compile(
    rb"<(?:!--(?:[^-]++|-(?!->))*+"
    rb"|(?:(?P<raw>script|style|title|textarea)(?![^\s/>])|[a-z][^\s/>]*+)"
    rb"(?P<attributes>(?:[\s/]*+" + _ATTRIBUTE + rb")*+[\s/]*+)(?:>|\Z)"
    rb"(?(raw)[^<]*+(?:<(?!/(?P=raw))[^<]*+)*+))",
    re.IGNORECASE,
)
"""A comment, or the tag that begins an element. An element whose text is no markup is read up to its end."""


def without_crowds(source: bytes) -> bytes:
    """The page, tags with more than `MAX_ATTRIBUTES` attributes without them. ``source`` is UTF-8.

    The time is linear in the length: each match goes on behind the one before, and ends at the end of the page where
    its own end is missing.
    """
    pieces = []
    done = 0
    for tag in _TAG.finditer(source):
        begin, end = tag.span("attributes")
        if end - begin > _LONG and sum(1 for _ in _ATTRIBUTES.finditer(source, begin, end)) > MAX_ATTRIBUTES:
            pieces.append(source[done:begin])
            done = end
    return b"".join((*pieces, source[done:])) if pieces else source
