"""A page's bytes as text."""

import re
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

from newswire.parsing.text.charset_labels import MARKS, WIDE, codec_of, header_label

_DECLARING: Final = re.compile(rb"<(?:meta|(\?xml))\b[^>]*", re.IGNORECASE)
_META_CHARSET: Final = re.compile(rb"\bcharset\s*=\s*+[\"']?\s*+([\w.:+-]+)", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"\bencoding\s*=\s*+[\"']?\s*+([\w.:+-]+)", re.IGNORECASE)
_META_WITHIN: Final = 8_192
"""Bytes in which a declaration is looked for; the WHATWG rule is 1,024, and real pages exceed it."""
_SAMPLE: Final = 20_000
_TOLERATED: Final = 0.002
"""Share of undecodable characters up to which a declared UTF-8 is still believed: pages cut in mid-character."""


class Decoded(NamedTuple):
    """A page's bytes as text."""

    text: str
    certain: bool
    """Whether the encoding is certain enough for no character to be lost."""
    utf8: bytes | None = None
    """The bytes, where they are the text's UTF-8 already: it need not be encoded again."""


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The text of a page.

    In this order: a byte order mark; bytes that are valid UTF-8 (which hardly any other text is by
    chance, whatever is declared); the HTTP charset; the page's own declaration; a guess.
    """
    for mark, codec in MARKS:
        if body.startswith(mark):
            text = body[len(mark) :].decode(codec, "replace")
            return Decoded(text, "\ufffd" not in text)
    in_header, in_page = (codec_of(label or "") for label in (header_label(content_type), _meta_label(body)))
    if in_page and in_page.startswith(WIDE):
        in_page = None  # a declaration that can be read as ASCII cannot be of UTF-16 (WHATWG HTML §13.2.3.2)
    declared = [name for name in (in_header, in_page) if name]
    seven_bit = [name for name in declared if name.startswith(("iso2022", "hz", *WIDE))]
    for name in (*seven_bit, "utf-8", *declared):
        try:
            return Decoded(body.decode(name), certain=True, utf8=body if name == "utf-8" else None)
        except UnicodeError:
            continue
    for name in declared:
        text = body.decode(name, "replace")
        if text.count("\ufffd") <= _TOLERATED * len(text):
            return Decoded(text, certain=False)
    guess = from_bytes(body[:_SAMPLE]).best()
    return Decoded(body.decode(guess.encoding if guess else "cp1252", "replace"), certain=False)


def _meta_label(body: bytes) -> str | None:
    tags = _DECLARING.finditer(body[:_META_WITHIN])
    found = ((_XML_ENCODING if tag[1] else _META_CHARSET).search(tag[0]) for tag in tags)
    return next((match[1].decode("ascii", "replace") for match in found if match), None)
