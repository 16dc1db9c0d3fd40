"""A page's bytes as text."""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SUPERSETS: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""What a label means on the web (WHATWG Encoding §4.2), by Python's name of the codec."""

_NO_CHARSETS: Final = frozenset(
    {"base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode", "undefined"}
)
"""What Python also calls a codec."""

_IN_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]+)", re.IGNORECASE)
_IN_META: Final = re.compile(
    rb"<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE
)
_META_WITHIN: Final = 8_192
"""Bytes in which a declaration is looked for; the WHATWG rule is 1,024, and real pages exceed it."""
_SAMPLE: Final = 20_000
_TOLERATED: Final = 0.002
"""Share of undecodable characters up to which a declared UTF-8 is still believed: pages cut in mid-character."""


def decode(body: bytes, content_type: str | None = None) -> tuple[str, bool]:
    """The text of a page, and whether its encoding is certain enough for no character to be lost.

    In this order: a byte order mark; bytes that are valid UTF-8 (which hardly any other text is by
    chance, whatever is declared); the HTTP charset; the page's own declaration; a guess.
    """
    for bom, codec in _BOMS:
        if body.startswith(bom):
            text = body.decode(codec, "replace")
            return text.removeprefix("\ufeff"), "\ufffd" not in text
    declared = [name for label in (_header_label(content_type), _meta_label(body)) if (name := _codec(label))]
    seven_bit = [name for name in declared if name.startswith(("iso2022", "utf-16", "utf-32", "hz"))]
    for name in (*seven_bit, "utf-8", *declared):
        try:
            return body.decode(name), True
        except UnicodeError:
            continue
    for name in declared:
        text = body.decode(name, "replace")
        if text.count("\ufffd") <= _TOLERATED * len(text):
            return text, False
    guess = from_bytes(body[:_SAMPLE]).best()
    return body.decode(guess.encoding if guess else "cp1252", "replace"), False


def _header_label(content_type: str | None) -> str | None:
    match = _IN_HEADER.search(content_type or "")
    return match[1] if match else None


def _meta_label(body: bytes) -> str | None:
    match = _IN_META.search(body[:_META_WITHIN])
    label = match[1].decode("ascii", "replace") if match else None
    # A declaration that can be read as ASCII cannot be of UTF-16 (WHATWG HTML §13.2.3.2).
    return None if label and label.casefold().startswith(("utf-16", "utf-32")) else label


def _codec(label: str | None) -> str | None:
    if not label:
        return None
    try:
        info = codecs.lookup(label)
    except LookupError:
        return None
    return _SUPERSETS.get(info.name, info.name) if info.name not in _NO_CHARSETS else None
