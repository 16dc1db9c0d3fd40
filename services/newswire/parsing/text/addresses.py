"""Addresses in documents: absolute http(s) ones, or none."""

import re
from typing import Final
from urllib.parse import urlsplit

from newswire.domain.text.characters import NOT_TEXT
from newswire.domain.urls.join import join
from newswire.domain.urls.syntax import MAX_LENGTH

_LINE_BREAKS: Final = re.compile(r"[\t-\r\x1c-\x1f]")
_OUTER: Final = "".join(map(chr, range(33))) + "\x85\xa0\u2028\u2029\u3000\ufeff"
_HIERARCHY: Final = re.compile(r"[^?#]*")
_WWW: Final = re.compile(
    r"www\.[^\s/?#:@.]++(?:\.[^\s/?#:@.]++)*\.(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59})(?::[0-9]{1,5})?(?=[/?#]|\Z)",
    re.IGNORECASE,
)
"""At least three labels, the last of letters or in punycode, then a port, a path or the end."""
_PLACEHOLDERS: Final = frozenset(("-", "#", "#!", "n/a", "na", "nil", "none", "null", "tbd", "undefined"))
"""What generators write where there is no address. As relative ones they would lead to the feed or beside it."""
_AFTER_HOST: Final = ("", "/", "?", "#")
_MANY_SLASHES: Final = re.compile(r"(?<!/)/{3,}+(?=[^/])")
_TWO_SCHEMES: Final = re.compile(r"https?:/{0,9}+(?=https?://)", re.IGNORECASE)
"""What a form makes of an address that was pasted behind its prefix."""
_BEFORE_HOST: Final = re.compile(r"(?:https?:)?(?=///)", re.IGNORECASE)


def absolute(address: object, base: str) -> str | None:
    """``address`` resolved against ``base`` (RFC 3986 §5), when that is an http or https address with a host.

    Before the query a backslash is a slash, and more than two slashes before the host are two: a publisher tries a link
    in a browser, and so browsers read it (WHATWG URL §4.4). Of two schemes in a row the second counts. Outer white
    space and controls go, and line breaks everywhere; an address with another control character or half a surrogate
    pair in it is none: without that it would be another one. A placeholder ("N/A", "#") is none. ``www.…`` and what
    begins with the host of ``base`` lack a scheme only, and get that of ``base``.
    """
    if not isinstance(address, str):
        return None
    address = _LINE_BREAKS.sub("", address.strip(_OUTER))
    if not address or len(address) > MAX_LENGTH or NOT_TEXT.search(address) or address.lower() in _PLACEHOLDERS:
        return None
    address = _HIERARCHY.sub(lambda start: start[0].replace("\\", "/"), address, count=1)
    if twice := _TWO_SCHEMES.match(address):
        address = address[twice.end() :]
    address = _MANY_SLASHES.sub("//", address, count=1) if _BEFORE_HOST.match(address) else address
    try:
        resolved = join(base, f"//{address}" if lacks_scheme(address, base) else address)
        parts = urlsplit(resolved)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return parts.scheme + resolved[len(parts.scheme) :]  # schemes have no case (RFC 3986 §3.1)


def lacks_scheme(address: str, base: str) -> bool:
    """Whether ``address`` begins with a host: ``www.…``, or the whole host and port of ``base``.

    A host without a dot (``news/a/7`` at ``https://news``) may be a folder, so it does not count. ``base`` is absolute
    or empty. Raises ValueError for one that is neither.
    """
    if _WWW.match(address):
        return True
    host = urlsplit(base).netloc.lower()
    return "." in host and address[: len(host)].lower() == host and address[len(host) : len(host) + 1] in _AFTER_HOST
