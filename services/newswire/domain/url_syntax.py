"""http(s) addresses taken apart and brought to one normal form (RFC 3986 §6.2.2 and §6.2.3).

One parser serves identity, the fetch guard and politeness, so that no two parts of newswire can read
one address as two different hosts.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

import idna

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
MAX_LENGTH: Final = 8_000
"""Characters. RFC 9110 §4.1 asks to support 8000 octets; nothing that long names an article."""

_SHAPE: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?://(?P<authority>[^/?#]*))?(?P<rest>[^#]*)")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_LABEL: Final = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH: Final = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_QUERY: Final = _PATH | frozenset("?")
_NORMAL_PATH: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/]*")
_NORMAL_QUERY: Final = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*")


@dataclass(frozen=True, slots=True)
class HttpUrl:
    """A normalised http(s) address without its fragment. ``str()`` gives it back."""

    scheme: str
    host: str
    """Lower case, punycode; an IPv4 address in dotted decimals, an IPv6 address in brackets."""
    port: int | None
    """None is the scheme's own."""
    path: str
    """Begins with ``/``."""
    query: str
    """Without its question mark; an empty query is none."""

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

    def __str__(self) -> str:
        return f"{self.origin}{self.path}?{self.query}" if self.query else f"{self.origin}{self.path}"


def parse(url: str) -> HttpUrl:
    """Take ``url`` apart and normalise it; nothing that a server could tell apart is joined but an empty query.

    Raises:
        ValueError: it cannot be the http(s) address of a public document; the text says why.
    """
    url = url.strip()
    if len(url) > MAX_LENGTH:
        raise ValueError(f"the address is longer than {MAX_LENGTH} characters: {url[:60]!r}…")
    if _CONTROL.search(url):
        raise ValueError(f"the address holds control characters or surrogates: {url!r}")
    shape = _SHAPE.match(url)
    if shape is None:
        raise ValueError(f"not an absolute address (http://… or https://…): {url!r}")
    scheme = shape["scheme"].lower()
    if scheme not in DEFAULT_PORTS:
        raise ValueError(f"not an http or https address: {url!r}")
    if not shape["authority"]:
        raise ValueError(f"the address has no host: {url!r}")
    host, port = _authority(shape["authority"], url)
    path, _, query = shape["rest"].partition("?")
    return HttpUrl(
        scheme=scheme,
        host=host,
        port=None if port == DEFAULT_PORTS[scheme] else port,
        path=_dotless(path if _NORMAL_PATH.fullmatch(path) else _escaped(path, _PATH)) or "/",
        query=query if _NORMAL_QUERY.fullmatch(query) else _escaped(query, _QUERY),
    )


def _authority(authority: str, url: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise ValueError(f"the address carries a user name or password, which is refused: {url!r}")
    host, colon, port = authority, "", ""
    if not authority.endswith("]"):
        head, colon, tail = authority.rpartition(":")
        if colon:
            host, port = head, tail
    if port and not (port.isascii() and port.isdigit() and len(port) <= 9 and 0 < int(port) < 65_536):
        raise ValueError(f"the port is not a number from 1 to 65535: {url!r}")
    try:
        return parse_host(host), int(port) if port else None
    except ValueError as error:
        raise ValueError(f"{error}: {url!r}") from None


def parse_host(host: str) -> str:
    """A host in the form that `HttpUrl.host` has.

    A host whose last label is a number is an IPv4 address in one of inet_aton's notations (WHATWG URL
    §3.5), so ``2130706433`` and ``0x7f.1`` are read as what a lenient resolver would make of them.

    Raises:
        ValueError: no name or address; without the address that it came from.
    """
    if host.startswith("["):
        return _ipv6(host)
    name = host if host.isascii() and "%" not in host else _ascii(host)
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if not name or len(name) > 253 or not all(map(_is_label, labels)):
        raise ValueError("the host is neither a name nor an address")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(labels)
    return name


def _is_label(label: str) -> bool:
    if not _LABEL.fullmatch(label):
        return False
    try:
        return not label.startswith("xn--") or not label[4:].encode().decode("punycode").isascii()
    except UnicodeError:
        return False


def _ascii(host: str) -> str:
    """UTS 46 to punycode; a label that IDNA 2008 has no place for (an emoji) is encoded all the same."""
    raw = re.sub(_ESCAPE, lambda match: chr(int(match[1], 16)), host) if "%" in host and host.isascii() else host
    try:
        if raw is not host:
            raw = raw.encode("latin-1").decode("utf-8")
        mapped = idna.uts46_remap(raw, std3_rules=False, transitional=False)
        return ".".join(map(_alabel, mapped.split(".")))
    except UnicodeError:  # idna.IDNAError is one
        raise ValueError("the host is not a domain name") from None


def _alabel(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        return "xn--" + label.encode("punycode").decode("ascii")


def _ipv4(labels: list[str]) -> str:
    if len(labels) > 4:
        raise ValueError("the host is no IPv4 address though it ends in a number")
    numbers = [_number(label) for label in labels]
    *heads, last = numbers
    if any(head > 255 for head in heads) or last >= 256 ** (5 - len(numbers)):
        raise ValueError("the host is no IPv4 address: a number is too large")
    value = last + sum(head << (24 - 8 * place) for place, head in enumerate(heads))
    return str(ipaddress.IPv4Address(value))


def _number(label: str) -> int:
    try:
        if label.startswith("0x"):
            return int(label[2:] or "0", 16)
        return int(label, 8) if label.startswith("0") and len(label) > 1 else int(label)
    except ValueError:
        raise ValueError("the host is no IPv4 address though it ends in a number") from None


def _ipv6(host: str) -> str:
    if not host.endswith("]") or "%" in host:
        raise ValueError("the host is no IPv6 address (a scope id is refused)")
    try:
        address = ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        raise ValueError("the host is no IPv6 address") from None
    if address.ipv4_mapped is not None:  # Python 3.13 writes these in another way than 3.11: an identity must not move
        value = int(address)
        return f"[::ffff:{value >> 16 & 0xFFFF:x}:{value & 0xFFFF:x}]"
    return f"[{address.compressed}]"


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


def _dotless(path: str) -> str:
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
