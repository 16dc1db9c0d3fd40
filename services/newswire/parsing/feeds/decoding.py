"""A feed's bytes to text: which encoding they really are in, whatever is declared.

Declarations are often wrong, the bytes hardly ever lie: text that is valid UTF-8 beyond ASCII is
UTF-8. After that the order is RFC 7303 §3: byte order mark, the charset of the Content-Type, the XML
declaration; then Windows-1252, which decodes anything.
"""

import codecs
import re
from typing import Final

from newswire.parsing.text.characters import UNUSABLE

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML 1.0 appendix F: how "<?", "<r" or "{ " begin gives wide encodings away without a mark.
_WIDE: Final = (
    (re.compile(rb"[<{]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{]\0[^\0]"), "utf-16-be"),
)
# The superset that is really used under a label (WHATWG Encoding §4.2).
_SUPERSETS: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
}
# Python also knows codecs that are no charsets, one of them quadratic (punycode).
_CHARSETS: Final = re.compile(r"(?:ascii|utf-(?:8|16|32)|iso|cp\d|koi8|gb|big5|euc|shift|mac|tis|johab|hz|ptcp|kz)")
_SEVEN_BIT: Final = ("iso2022", "hz")

_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")


def feed_text(body: bytes, content_type: str | None = None) -> str:
    """The document's text without the characters that XML forbids. Never raises; undecodable bytes become U+FFFD."""
    return UNUSABLE.sub("", _decode(body, content_type or "")).lstrip("\ufeff \t\r\n")


def _decode(body: bytes, content_type: str) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _WIDE:
        if start.match(body):
            return body.decode(encoding, "replace")
    declared = _declared(body, content_type)
    if body.isascii():
        candidates = [encoding for encoding in declared if encoding.startswith(_SEVEN_BIT)]
        return body.decode(candidates[0] if candidates else "ascii", "replace")
    text = body.decode("utf-8", "replace")
    if _mostly_valid(text):
        return text
    for encoding in declared:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode(declared[0] if declared else "cp1252", "replace")


def _mostly_valid(text: str) -> bool:
    """Whether what was read as UTF-8 is: a cut or a stray byte does not make all the rest something else."""
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") * 10 <= beyond_ascii


def _declared(body: bytes, content_type: str) -> list[str]:
    labels = [found[1] for found in [_CHARSET.search(content_type)] if found]
    labels += [found[1].decode("ascii", "replace") for found in [_DECLARED.search(body, 0, 1_000)] if found]
    names = (_charset(label) for label in labels)
    return [name for name in names if name is not None]


def _charset(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    if not _CHARSETS.match(name) or name.startswith(("utf-16", "utf-32")):
        return None  # wide encodings were seen by their bytes: here the label is wrong
    return _SUPERSETS.get(name, name)
