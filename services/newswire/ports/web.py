"""The outside world over HTTP."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from newswire.domain.feeds.credentials import Credentials
from newswire.events import NO_VALIDATORS, PageValidators


@dataclass(frozen=True, slots=True)
class Request:
    """A GET that the publisher should welcome."""

    url: str
    validators: PageValidators = NO_VALIDATORS
    """Echoed byte for byte as If-None-Match and If-Modified-Since; dropped when a redirect leaves the origin."""
    max_bytes: int = 5_000_000
    """The limit on the decoded body."""
    max_bytes_setting: str | None = None
    """The setting that raises ``max_bytes``: an error that is about this limit names it."""
    truncate: bool = False
    """Read only the first ``max_bytes`` of a larger body, and flag it, rather than fail."""
    timeout_s: float = 30.0
    """For everything after the host's turn came: connecting, redirects, the whole body."""
    timeout_setting: str | None = None
    """The setting that raises ``timeout_s``: an error that is about this limit names it."""
    accept: str = "*/*"
    obey_robots: bool = False
    """Ask robots.txt first (RFC 9309); a disallowed fetch raises `Reject` ``robots``."""
    delta: bool = False
    """Welcome an answer with only what is new (226, RFC 3229 with ``A-IM: feed``), where there are validators."""
    feed_id: UUID | None = None
    """Said in the user agent, so that a publisher can name the subscription that it has trouble with."""
    credentials: Credentials | None = None
    """Sent to their own origin alone; left out of every request that a redirect leads elsewhere."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer of any status, its body decoded: whole where the status is 2xx, else at least its beginning."""

    url: str
    """The final address, after redirects."""
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; repeated ones joined by ', '."""
    body: bytes = b""
    redirects: tuple[tuple[int, str], ...] = ()
    """Each hop taken: its status and the address it led to."""
    conditional: bool = False
    """Whether the request that this answers had a validator, after redirects: only then may it be a 304."""
    robots_allowed: bool | None = None
    """True when robots.txt was asked and allowed this, None when it was not asked."""
    flags: tuple[str, ...] = ()
    """Oddities of the answer that were accepted: ``insecure`` (a redirect led from https to http),
    ``content-encoding-ignored`` (the body was not in the coding that its header names), ``status-206`` (a 206 that
    held the whole document, given as 200), ``truncated`` (the body was larger than the limit)."""


class Web(Protocol):
    """The outside world over HTTP, polite and guarded."""

    async def get(self, request: Request) -> Response:
        """Fetch, following up to 5 redirects, each checked like the first address.

        Any status is an answer, but a 206 that holds a part of the document. Raises `Retry` with reason
        ``timeout``, ``dns``, ``connect``, ``tls``, ``protocol``, ``http-206``, ``robots-unreachable`` or
        ``host-held`` (the host asked for a longer pause than one waits in place) for a failure that may pass;
        `Reject` with reason ``blocked-address``, ``bad-url``, ``too-large``, ``redirect-loop``,
        ``insecure-redirect``, ``bad-encoding`` or ``robots`` for one that will not.
        Cookies are kept from one request of a chain of redirects to the next, and then forgotten.
        No byte is ever sent to a private address unless the settings allow it.
        """
        ...

    def fetch(self, request: Request) -> AbstractAsyncContextManager[Response]:
        """`get`, with the response counting against the requests that may run at once while the block lasts.

        So a caller that uses pages slowly also fetches slowly, and fetched pages do not fill the memory.
        """
        ...

    async def post_form(
        self, url: str, fields: Mapping[str, str], *, max_bytes: int = 65_536, timeout_s: float = 30.0
    ) -> Response:
        """POST ``fields`` as application/x-www-form-urlencoded (UTF-8), guarded and polite as `get` is.

        A 307 or 308 is followed, with the same method and body (RFC 9110 §15.4.8); any other redirect is
        an answer like every other status. robots.txt is not asked: a server that accepts forms expects requests.
        The server has acted by the time it answers, so a body is cut after ``max_bytes`` (decoded) rather
        than an error; ``timeout_s`` counts as `Request.timeout_s` does.

        Raises what `get` raises but ``robots``, ``robots-unreachable`` and ``too-large``. After a `Retry`
        the server may have acted or not.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
