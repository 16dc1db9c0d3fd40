"""Credentials for one feed: headers that are secret, and the one origin that they are for."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from newswire.domain.urls.syntax import HttpUrl, parse

MAX_HEADER: Final = 8_000
"""Characters of one secret header's value; servers refuse longer ones."""
OURS: Final = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "expect", "host", "if-modified-since", "if-none-match"),
        *("keep-alive", "range", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
"""Headers that are the fetcher's own: with another value it could not read the answer."""

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]++")


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that no message, log line or representation of a value may show."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SecretHeader:
    """One header of a request, e.g. ``Authorization``."""

    name: str
    value: Secret


@dataclass(frozen=True, slots=True)
class Credentials:
    """The headers that a feed's server wants to see."""

    origin: str
    """Scheme, host and port (RFC 6454 §4) of the feed: nobody else is sent them."""
    headers: tuple[SecretHeader, ...]
    unencrypted: bool = False
    """They are sent over http too: the operator insists, or the host is this machine."""

    def meant_for(self, origin: str) -> bool:
        """Whether a request to ``origin`` may carry them."""
        return origin == self.origin and (self.unencrypted or origin.startswith("https://"))


def secret_header(name: str, value: str) -> SecretHeader:
    """A header that may be sent. Raises ValueError, which does not show ``value``, where it may not."""
    if not _NAME.fullmatch(name) or name.lower() in OURS or name.lower().startswith("proxy-"):
        raise ValueError(f"{name!r} is no header that can be set for a feed")
    if not value or not value.isprintable() or len(value) > MAX_HEADER or value != value.strip():
        raise ValueError(f"the value for {name} is empty, longer than {MAX_HEADER} characters, or holds control ones")
    return SecretHeader(name, Secret(value))


def basic(user: str, password: str) -> SecretHeader:
    """The header of HTTP's Basic scheme (RFC 7617), in UTF-8. Raises ValueError, which does not show the password."""
    if not user or ":" in user:
        raise ValueError("a user name is not empty and has no colon in it (RFC 7617)")
    if not (user + password).isprintable():
        raise ValueError("a user name and a password have no control characters in them (RFC 7617)")
    return secret_header("Authorization", "Basic " + b64encode(f"{user}:{password}".encode()).decode())


def for_feed(url: str, headers: Sequence[SecretHeader], *, over_http: bool = False) -> Credentials:
    """``headers`` for the feed at ``url``; of two with one name the later counts.

    Over http they can be read on the way, so that ``over_http`` has to be asked for. To this machine itself they can
    go as they are (W3C Secure Contexts §3.1). Raises ValueError where they may not be sent.
    """
    address = parse(url)
    unencrypted = over_http or is_loopback(address)
    if address.scheme == "http" and not unencrypted:
        raise ValueError(f"over http everybody on the way to {address.host} can read what is secret")
    distinct = {header.name.lower(): header for header in headers}
    return Credentials(address.origin, tuple(distinct.values()), unencrypted)


def taken_out(url: str) -> tuple[str, SecretHeader | None]:
    """An address without its ``user:password@``, and these as a header.

    Raises ValueError, which shows neither, where they cannot be sent.
    """
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    user, _, password = userinfo.partition(":")
    return urlunsplit(parts._replace(netloc=host)), basic(unquote(user), unquote(password))


def is_loopback(address: HttpUrl) -> bool:
    """Whether the host is this machine, without asking a name server."""
    if not address.is_ip:
        return address.host == "localhost" or address.host.endswith(".localhost")
    return ip_address(address.host.strip("[]")).is_loopback
