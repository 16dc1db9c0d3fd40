"""Text that was garbled on its way, put right: UTF-8 read as Windows-1252 (``MÃ¼ller``), entities (``&amp;rsquo;``).

Only for comparing texts: a reprint that was garbled on its way has the words of the original.
"""

import re
from typing import Final

from newswire.domain.text.references import decode_references

_GARBLED: Final = re.compile(
    "[\u00c2-\u00c5\u00ce-\u00d1\u00d7-\u00db\u00e0-\u00e9\u00ea-\u00f0][\x80-\xff\u0152-\u2122]"
)
"""A byte that begins a sequence of UTF-8 and one that goes on, as Windows-1252 shows them."""
_RUN: Final = re.compile("[\x80-\xff\u0152-\u02dc\u2010-\u2122]{2,}+")
_UNDEFINED: Final = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
"""Bytes that Windows-1252 gives no character; what reads it shows them as control characters."""

_ESCAPED: Final = 2
"""So often a text may have been escaped: ``&amp;rsquo;`` was so twice."""


def repaired(text: str) -> str:
    """The text with garbled runs put right; a run that is no UTF-8 stays as it is. Linear in the text's length."""
    for _ in range(_ESCAPED):
        text = decode_references(text)
    return _RUN.sub(_repaired, text) if _GARBLED.search(text) else text


def _repaired(run: re.Match[str]) -> str:
    try:
        return b"".join(map(_byte, run[0])).decode("utf-8")
    except UnicodeError:
        return run[0]


def _byte(character: str) -> bytes:
    return bytes([ord(character)]) if ord(character) in _UNDEFINED else character.encode("cp1252")
