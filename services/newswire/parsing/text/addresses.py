"""Addresses in documents: absolute http(s) ones, or none."""

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from newswire.domain.text.characters import NOT_TEXT
from newswire.domain.urls.syntax import MAX_LENGTH

_LINE_BREAKS: Final = re.compile(r"[\t-\r\x1c-\x1f]")
_OUTER: Final = "".join(map(chr, range(33))) + "\x85\xa0\u2028\u2029\u3000\ufeff"
_HIERARCHY: Final = re.compile(r"[^?#]*")
_MANY_SLASHES: Final = re.compile(r"(?<!/)/{3,}+(?=[^/])")


def absolute(address: object, base: str) -> str | None:
    """``address`` resolved against ``base`` (RFC 3986 §5), when that is an http or https address with a host.

    Before the query a backslash is a slash, and more than two slashes at the beginning are two: a publisher tries a
    link in a browser, and so browsers read it (WHATWG URL §4.4). Outer white space and controls go, and line breaks
    everywhere; an address with another control character or half a surrogate pair in it is none: without that it would
    be another one.
    """
    if not isinstance(address, str):
        return None
    address = _LINE_BREAKS.sub("", address.strip(_OUTER))
    if not address or len(address) > MAX_LENGTH or NOT_TEXT.search(address):
        return None
    address = _HIERARCHY.sub(lambda start: start[0].replace("\\", "/"), address, count=1)
    address = _MANY_SLASHES.sub("//", address, count=1) if address.startswith("///") else address
    try:
        resolved = urljoin(base, address)
        parts = urlsplit(resolved)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return parts.scheme + resolved[len(parts.scheme) :]  # schemes have no case (RFC 3986 §3.1)
