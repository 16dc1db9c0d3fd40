"""Which of Python's codecs a charset label means on the web (WHATWG Encoding §4.2, by the webencodings library)."""

import codecs
import re
from typing import Final

import webencodings

_MAX_LABEL: Final = 40
"""Characters; no label is longer."""

_OWN_CODECS: Final = {"gbk": "gb18030", "x-user-defined": None, "replacement": None}
"""By WHATWG's name, where the library's codec is not the one to use: GBK is decoded as its superset (§10.1.1), and two
encodings are no text in any language."""

# Charsets that the standard leaves out, and texts still come in. Python knows other codecs too, which are no charsets
# (base64, rot13), one of them quadratic (punycode).
_OLDER: Final = re.compile(r"(?:utf-32|iso|cp\d|koi8|gb|big5|euc|shift|mac|tis|johab|hz|ptcp|kz)")
_SUPERSETS: Final = {"shift_jis": "cp932", "gb2312": "gb18030", "euc_kr": "cp949"}


def codec_of(label: str) -> str | None:
    """The name of the codec for a charset label in any case; None for a label that means no charset.

    A label that the WHATWG standard does not know, or replaces for security (``hz-gb-2312``, ``iso-2022-kr``), means
    what it means to Python: here texts are read, and no scripts run.
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
