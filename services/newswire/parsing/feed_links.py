"""Addresses in feeds: absolute http(s) ones, or none."""

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from newswire.parsing.feed_raw import Raw, dicts, string
from newswire.parsing.plain_text import clean

MAX_LENGTH: Final = 8_000
"""No server takes a longer address."""

MAX_HUBS: Final = 10

_REGISTERED: Final = "http://www.iana.org/assignments/relation/"
_LINE_BREAKS: Final = re.compile(r"[\t-\r\x1c-\x1f]")
_HIERARCHY: Final = re.compile(r"[^?#]*")
_MANY_SLASHES: Final = re.compile(r"(?<!/)/{3,}+(?=[^/])")


def absolute(address: object, base: str) -> str | None:
    """``address`` resolved against ``base`` (RFC 3986 §5), when that is an http or https address with a host.

    Before the query a backslash is a slash, and more than two slashes at the beginning are two: a publisher tries a
    link in a browser, and so browsers read it (WHATWG URL §4.4).
    """
    if not isinstance(address, str):
        return None
    address = _LINE_BREAKS.sub("", clean(address).strip())
    if not address or len(address) > MAX_LENGTH:
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


def related(raw: Raw, relation: str, base: str) -> tuple[str, ...]:
    """Where the links of one relation lead, each once; a relation's full IRI is its name (RFC 4287 §4.2.7.2)."""
    links = (link for link in dicts(raw, "links") if string(link, "rel").removeprefix(_REGISTERED) == relation)
    addresses = (absolute(string(link, "href"), base) for link in links)
    return tuple(dict.fromkeys(address for address in addresses if address))
