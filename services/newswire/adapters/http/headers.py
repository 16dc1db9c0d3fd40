"""Request headers out, response headers in, without changing a byte that is to be echoed."""

from collections.abc import Mapping
from typing import Final

from multidict import CIMultiDict, CIMultiDictProxy

from newswire.events import PageValidators

_ECHOED: Final = frozenset({"etag", "last-modified"})


def outgoing(accept: str, validators: PageValidators) -> CIMultiDict[str]:
    """The headers of one request (RFC 9110 §13.1). A validator that no header can carry is not sent."""
    headers = CIMultiDict({"Accept": accept})
    if validators.etag is not None and _sendable(validators.etag):
        headers["If-None-Match"] = validators.etag
    if validators.last_modified is not None and _sendable(validators.last_modified):
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def form(accept: str) -> CIMultiDict[str]:
    """The headers of a request that sends the fields of a form."""
    return CIMultiDict({"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"})


def received(headers: CIMultiDictProxy[str]) -> Mapping[str, str]:
    """Names in lower case, repeated headers joined by ', ' (RFC 9110 §5.3).

    aiohttp reads values as UTF-8 and keeps other bytes as lone surrogates, which neither JSON nor a
    database takes: such a value is read as Latin-1 instead, and left out where it would have to be
    echoed byte for byte.
    """
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers.items():
        name, value = raw_name.lower(), raw_value
        if not value.isascii() and not _encodable(value):
            if name in _ECHOED:
                continue
            value = value.encode("utf-8", "surrogateescape").decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _sendable(value: str) -> bool:
    return _encodable(value) and not any((char < " " and char != "\t") or char == "\x7f" for char in value)


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
