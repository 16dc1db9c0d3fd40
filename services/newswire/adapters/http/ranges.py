"""A 206 that nobody asked for: the whole document, or a part of it (RFC 9110 §14.4, §15.3.7)."""

import re
from collections.abc import Mapping
from typing import Final

_RANGE: Final = re.compile(r"bytes[ \t]++0-(\d{1,18}+)/(\d{1,18}+)", re.IGNORECASE)
_ROOT: Final = re.compile(rb"<([A-Za-z_][\w:.-]{0,60}+)")
_PROLOG: Final = 4_096
"""Bytes of a document within which its first element begins."""
_COMMENTS: Final = 5
"""Comments behind the last element that are passed over: caches write their name there."""


def holds_all(headers: Mapping[str, str]) -> bool:
    """Whether a 206 with these ``headers`` (names in lower case) holds the whole document.

    It does where its Content-Range runs from the first byte to the last. Without that header it does where the body's
    end can be told (by its length, or by a last chunk): the reader of the body sees to it that the body is complete.
    Several parts (``multipart/byteranges``) are never the whole.
    """
    if headers.get("content-type", "").strip().lower().startswith("multipart/byteranges"):
        return False
    content_range = headers.get("content-range")
    if content_range is None:
        return "content-length" in headers or "transfer-encoding" in headers
    return whole_length(headers) is not None


def whole_length(headers: Mapping[str, str]) -> int | None:
    """The length in bytes of the document whose first to last byte a Content-Range announces; None for any other."""
    found = _RANGE.fullmatch(headers.get("content-range", "").strip())
    return int(found[2]) if found is not None and int(found[1]) + 1 == int(found[2]) else None


def closes_its_root(document: bytes) -> bool:
    """Whether a markup document ends with the end of its first element, so that nothing of it was cut off.

    JSON, and HTML without ``</html>``, do not show it.
    """
    root = _ROOT.search(document[:_PROLOG])
    if root is None:
        return False
    rest = document.rstrip()
    for _ in range(_COMMENTS):
        if not rest.endswith(b"-->"):
            break
        rest = rest[: max(0, rest.rfind(b"<!--"))].rstrip()
    start = rest.rfind(b"</")
    return rest[start:].endswith(b">") and rest[start + 2 : -1].strip().lower() == root[1].lower()
