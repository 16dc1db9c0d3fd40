"""Request headers out, response headers in, without changing a byte that is to be echoed."""

from collections.abc import Mapping
from typing import Final, Protocol
from uuid import UUID

from multidict import CIMultiDict, CIMultiDictProxy

from newswire.events import PageValidators
from newswire.ports import Request

_ECHOED: Final = frozenset({"etag", "last-modified"})
_ALONE: Final = frozenset(
    {"age", "content-range", "content-type", "date", "etag", "expires", "last-modified", "location", "retry-after"}
)
"""Headers whose value is no list (RFC 9110 §5.3): two of them joined would be nonsense."""


class Onward(Protocol):
    """The headers that the next request of a chain of redirects keeps, if it may."""

    validators: PageValidators

    @property
    def cookie(self) -> str | None:
        """The Cookie header."""
        ...

    @property
    def secrets(self) -> tuple[tuple[str, str], ...]:
        """The names and values of the headers of credentials."""
        ...


def outgoing(request: Request, onward: Onward, agent: str) -> CIMultiDict[str]:
    """The headers of one request (RFC 9110 §13.1). A validator that no header can carry is not sent.

    ``onward`` says which of the request's validators and credentials are left after its redirects so far.
    """
    validators = onward.validators
    headers = CIMultiDict({"Accept": request.accept})
    if request.feed_id is not None:
        headers["User-Agent"] = _naming(agent, request.feed_id)
    if validators.etag is not None and _sendable(validators.etag):
        headers["If-None-Match"] = validators.etag
        if request.delta:
            headers["A-IM"] = "feed"  # RFC 3229 §10.5.3; of no use without something to take the difference to
    if validators.last_modified is not None and _sendable(validators.last_modified):
        headers["If-Modified-Since"] = validators.last_modified
    if (cookie := onward.cookie) is not None:
        headers["Cookie"] = cookie
    for name, value in onward.secrets:
        headers[name] = f"{headers[name]}; {value}" if name.lower() == "cookie" and name in headers else value
    return headers


def is_conditional(headers: Mapping[str, str]) -> bool:
    """Whether a request with these headers may be answered 304 (RFC 9110 §15.4.5)."""
    return "If-None-Match" in headers or "If-Modified-Since" in headers


def form(accept: str) -> CIMultiDict[str]:
    """The headers of a request that sends the fields of a form."""
    return CIMultiDict({"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"})


def received(headers: CIMultiDictProxy[str]) -> Mapping[str, str]:
    """Names in lower case, repeated headers joined by ', ' (RFC 9110 §5.3).

    A header that may stand once alone and is repeated with the same value is read once.

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
        if name in _ALONE and joined.get(name) == value:
            continue
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _naming(agent: str, feed_id: UUID) -> str:
    """The user agent with the subscription in its comment."""
    head, bracket, comment = agent.removesuffix(")").partition(" (")
    return f"{head} ({comment}; feed-id={feed_id})" if bracket else f"{agent} (feed-id={feed_id})"


def _sendable(value: str) -> bool:
    return _encodable(value) and not any((char < " " and char != "\t") or char == "\x7f" for char in value)


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
