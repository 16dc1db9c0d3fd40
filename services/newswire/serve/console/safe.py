"""Untrusted text on its way into a page: invisible characters are removed, and only safe addresses become links."""

from typing import Final
from urllib.parse import urlsplit

from newswire.domain.text.characters import NOT_SHOWN

_SCHEMES: Final = frozenset({"http", "https"})


def shown(value: object) -> object:
    """A value as every page prints it: text loses control characters and marks that turn its direction.

    Jinja calls this for each printed value, before it escapes it.
    """
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return NOT_SHOWN.sub("", value)
    return value


def link(address: object) -> str | None:
    """The address where it may be a link, which is one over HTTP with a host; None for every other."""
    if not isinstance(address, str) or NOT_SHOWN.search(address) or any(mark.isspace() for mark in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme.lower() in _SCHEMES and parts.hostname else None


def host(address: object) -> str:
    """The host of an address, for people; the address itself where it has none."""
    try:
        return urlsplit(str(address)).hostname or str(address)
    except ValueError:
        return str(address)


def local_path(text: str) -> str:
    r"""Where to go on after the login: a path on this server; the first page for everything that could lead away.

    Browsers take ``//host`` and ``/\\host`` for another server.
    """
    plain = text.isascii() and text.isprintable() and "\\" not in text and " " not in text
    return text if plain and text.startswith("/") and not text.startswith("//") else "/"
