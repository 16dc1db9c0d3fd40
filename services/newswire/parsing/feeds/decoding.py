"""A feed's bytes to text: which encoding they really are in, whatever is declared.

Declarations are often wrong, the bytes hardly ever lie: text that is valid UTF-8 beyond ASCII is
UTF-8. After that the order is RFC 7303 §3: byte order mark, the charset of the Content-Type, the XML
declaration; then Windows-1252, which decodes anything.
"""

import re
from typing import Final

from newswire.domain.text.characters import XML_FORBIDDEN
from newswire.parsing.text.charset_labels import MARKS, WIDE, codec_of, header_label

# XML 1.0 appendix F: how "<?", "<r" or "{ " begin gives wide encodings away without a mark.
_WIDE: Final = (
    (re.compile(rb"[<{]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[<{]\0[^\0]"), "utf-16-be"),
)
_SEVEN_BIT: Final = ("iso2022", "hz")

_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")


def feed_text(body: bytes, content_type: str | None = None) -> str:
    """The document's text without the characters that XML forbids. Never raises; undecodable bytes become U+FFFD."""
    return XML_FORBIDDEN.sub("", _decode(body, content_type or "")).lstrip("\ufeff \t\r\n")


def _decode(body: bytes, content_type: str) -> str:
    for mark, encoding in MARKS:
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
    found = _DECLARED.search(body, 0, 1_000)
    labels = (header_label(content_type), found[1].decode("ascii", "replace") if found else None)
    names = (codec_of(label) for label in labels if label)
    # Wide encodings were seen by their bytes: here such a label is wrong.
    return [name for name in names if name is not None and not name.startswith(WIDE)]
