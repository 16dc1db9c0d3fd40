"""An article's signature: all that the near-duplicate decision needs of its words, two bytes a word.

Computed once, where the text is extracted; it goes with the article from there on. It holds the words' order, so two
signatures can be aligned word by word, and exact shingle sets come from it; a MinHash sketch of the same size can do
neither.
"""

import base64
import sys
from array import array
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from newswire.domain.text.word_codes import MAX_CODES, codes

VERSION: Final = 1
MAX_TITLE: Final = 64


@dataclass(frozen=True)
class Signature:
    """``title`` and ``text``: little-endian 16-bit word codes (`newswire.domain.text.word_codes`)."""

    title: bytes
    text: bytes
    version: int = VERSION

    @cached_property
    def title_codes(self) -> "array[int]":
        """The title's codes."""
        return _codes(self.title)

    @cached_property
    def text_codes(self) -> "array[int]":
        """The text's codes."""
        return _codes(self.text)


def sign(title: str | None, text: str) -> Signature:
    """The signature of a normalised title and text."""
    return signed(title, text_part(text))


def text_part(text: str) -> bytes:
    """`Signature.text` of a normalised text: the part that takes time."""
    return _bytes(codes(text))


def signed(title: str | None, part: bytes) -> Signature:
    """The signature of a title and the `text_part` of its text."""
    return Signature(title=_bytes(codes(title or "")[:MAX_TITLE]), text=part)


def to_text(signature: Signature) -> str:
    """A signature as one line of ASCII, for an event's field: ``version.title.text``, the codes in base64."""
    title, text = (base64.b64encode(part).decode("ascii") for part in (signature.title, signature.text))
    return f"{signature.version}.{title}.{text}"


def from_text(line: str) -> Signature | None:
    """The signature that `to_text` wrote; None for a version that this newswire does not know.

    Raises ValueError when the line is none.
    """
    version, title, text = line.split(".")
    if version != str(VERSION):
        return None
    signature = Signature(title=base64.b64decode(title, validate=True), text=base64.b64decode(text, validate=True))
    if len(signature.title) % 2 or len(signature.text) % 2 or len(signature.text) > 2 * MAX_CODES:
        message = "a signature is whole 16-bit codes, and no more than there may be"
        raise ValueError(message)
    return signature


def _bytes(values: "array[int]") -> bytes:
    if sys.byteorder == "big":
        values = array("H", values)
        values.byteswap()
    return values.tobytes()


def _codes(data: bytes) -> "array[int]":
    values = array("H", data)
    if sys.byteorder == "big":
        values.byteswap()
    return values
