"""http(s) addresses taken apart and brought to one normal form (RFC 3986 §6.2.2 and §6.2.3).

One parser serves identity, the fetch guard and politeness, so that no two parts of newswire can read
one address as two.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from newswire.domain.urls.hosts import parse_host

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
MAX_LENGTH: Final = 8_000
"""Characters, as it was written and normalised. RFC 9110 §4.1 asks to support 8000; nothing that long is an article."""
_REMEMBERED: Final = 256
"""A page's address is taken apart some ten times, from its feed to its event."""

_SHAPE: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://(?P<authority>[^/?#]*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?"
    r"(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_ROUTE: Final = re.compile(r"[!/].*[A-Za-z0-9]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_USERINFO: Final = re.compile(r"//[^/?#]*@")
# Typed without an escape, "/", "?" and "#" in a password end the authority before its "@".
_MISTYPED: Final = re.compile(
    r"((?:[a-z][a-z\d+.-]*+:(?=[\\/]))?+[\\/]*+)[^\s\\/?#@:\[]*+:(?!\d{1,5}(?:[\\/?#]|\Z)).*@",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH: Final = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY: Final = _PATH | frozenset("?")
_NORMAL_PATH: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/]*")
_NORMAL_QUERY: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*")


@dataclass(frozen=True, slots=True)
class HttpUrl:
    """A normalised http(s) address. ``str()`` gives it back."""

    scheme: str
    host: str
    """Lower case, punycode; an IPv4 address in dotted decimals, an IPv6 address in brackets."""
    port: int | None
    """None is the scheme's own."""
    path: str
    """Begins with ``/``."""
    query: str
    """Without its question mark; an empty query is none."""
    fragment: str = ""
    """Without its number sign, and only where it is a route (``#!/a``, ``#/a``): there a page of scripts shows another
    article by each. Any other fragment names a place in the article, and is dropped."""

    @property
    def is_ip(self) -> bool:
        """Whether the host is an address, not a name."""
        return self.host[0] == "[" or self.host.rpartition(".")[2].isdigit()

    @property
    def effective_port(self) -> int:
        """The port that is connected to."""
        return self.port or DEFAULT_PORTS[self.scheme]

    @property
    def netloc(self) -> str:
        """Host, and port where it is not the scheme's own."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454 §4)."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def document(self) -> str:
        """The address without the fragment: what a server is asked for."""
        return f"{self.origin}{self.path}?{self.query}" if self.query else f"{self.origin}{self.path}"

    def __str__(self) -> str:
        return f"{self.document}#{self.fragment}" if self.fragment else self.document


def parse(url: str) -> HttpUrl:
    """Take ``url`` apart and normalise it; nothing that a server could tell apart is joined but an empty query.

    A backslash in the path is a slash, as in every browser (WHATWG URL §4.4): no server is ever asked for one.

    Raises:
        ValueError: it cannot be the http(s) address of a public document; the text says why.
    """
    url = url.strip()
    if len(url) > MAX_LENGTH:
        raise ValueError(f"the address is longer than {MAX_LENGTH} characters: {shown(url)[:60]!r}…")
    return _parsed(url)


@lru_cache(maxsize=_REMEMBERED)
def _parsed(url: str) -> HttpUrl:
    if _CONTROL.search(url):
        raise ValueError(f"the address holds control characters or surrogates: {shown(url)!r}")
    shape = _SHAPE.match(url)
    if shape is None:
        raise ValueError(f"not an absolute address (http://… or https://…): {shown(url)!r}")
    scheme = shape["scheme"].lower()
    if scheme not in DEFAULT_PORTS:
        raise ValueError(f"not an http or https address: {shown(url)!r}")
    if not shape["authority"]:
        raise ValueError(f"the address has no host: {shown(url)!r}")
    host, port = _authority(shape["authority"], url)
    path = shape["path"].replace("\\", "/")
    query, fragment = shape["query"] or "", _escaped(shape["fragment"] or "", _QUERY)
    parsed = HttpUrl(
        scheme=scheme,
        host=host,
        port=None if port == DEFAULT_PORTS[scheme] else port,
        path=dotless(path if _NORMAL_PATH.fullmatch(path) else _escaped(path, _PATH)) or "/",
        query=query if _NORMAL_QUERY.fullmatch(query) else _escaped(query, _QUERY),
        fragment=fragment if _ROUTE.match(fragment) else "",
    )
    if len(str(parsed)) > MAX_LENGTH:
        raise ValueError(f"the address is longer than {MAX_LENGTH} characters when it is escaped: {shown(url)[:60]!r}…")
    return parsed


def shown(url: str) -> str:
    """The address as a message may show it: without a user's name and password."""
    if _USERINFO.search(url):
        return _USERINFO.sub("//***@", url)
    found = _MISTYPED.match(url)
    return f"{found[1]}***@{url[found.end() :]}" if found else url


def _authority(authority: str, url: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise ValueError(f"the address carries a user name or password, which is refused: {shown(url)!r}")
    host, colon, port = authority, "", ""
    if not authority.endswith("]"):
        head, colon, tail = authority.rpartition(":")
        if colon:
            host, port = head, tail
    if port and not (port.isascii() and port.isdigit() and len(port) <= 9 and 0 < int(port) < 65_536):
        raise ValueError(f"the port is not a number from 1 to 65535: {shown(url)!r}")
    try:
        return parse_host(host), int(port) if port else None
    except ValueError as error:
        raise ValueError(f"{error}: {shown(url)!r}") from None


def _escaped(text: str, keep: frozenset[str]) -> str:
    """Percent-encoding in one form: unreserved characters bare, hex in upper case, a stray % encoded."""
    parts: list[str] = []
    place = 0
    while place < len(text):
        char = text[place]
        if char == "%" and (match := _ESCAPE.match(text, place)):
            decoded = chr(int(match[1], 16))
            parts.append(decoded if decoded in _UNRESERVED else match[0].upper())
            place += 3
            continue
        parts.append(char if char in keep else "".join(f"%{byte:02X}" for byte in char.encode()))
        place += 1
    return "".join(parts)


def dotless(path: str) -> str:
    """RFC 3986 §5.2.4 for a path that is empty or begins with a slash; empty segments stay."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
