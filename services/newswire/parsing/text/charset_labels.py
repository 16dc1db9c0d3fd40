"""What feeds and pages say of their charset: byte order marks, the header's label, and the codec that a label means."""

import codecs
import re
from typing import Final

import webencodings

_MAX_LABEL: Final = 40
"""Characters; no label is longer."""

_OWN_CODECS: Final = {"gbk": "gb18030", "x-user-defined": "cp1252"}
"""By WHATWG's name, where the library's codec is not the one to use: GBK is decoded as its superset (§10.1.1), and
x-user-defined is Windows-1252 in documents (HTML §13.2.3.2)."""

# Charsets that the standard leaves out, and texts still come in. Python knows other codecs too, which are no charsets
# (base64, rot13), one of them quadratic (punycode).
_OLDER: Final = re.compile(r"(?:utf-32|iso|cp\d|koi8|gb|big5|euc|shift|mac|tis|johab|hz|ptcp|kz)")
_SUPERSETS: Final = {"shift_jis": "cp932", "gb2312": "gb18030", "euc_kr": "cp949"}


MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, each with the codec of what follows it."""

WIDE: Final = ("utf-16", "utf-32")
"""How the names of codecs begin that have no ASCII in them."""

_IN_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]+)", re.IGNORECASE)


def header_label(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type (RFC 9110 §8.3.2), as it is written."""
    match = _IN_HEADER.search(content_type or "")
    return match[1] if match else None


def codec_of(label: str) -> str | None:
    """The name of Python's codec for a charset label in any case; None for a label that means no charset.

    Labels mean what they mean on the web (WHATWG Encoding §4.2). One that the standard does not know, or replaces for
    security (``hz-gb-2312``, ``iso-2022-kr``), means what it means to Python: here texts are read, and no scripts run.
    """
    label = label.strip()
    if not label.isascii() or len(label) > _MAX_LABEL:
        return None
    encoding = webencodings.lookup(label)
    if encoding is not None and encoding.name != "replacement":
        return _OWN_CODECS.get(encoding.name, encoding.codec_info.name)
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(name, name) if _OLDER.match(name) else None
