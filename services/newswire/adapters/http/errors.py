"""Translates every error of the HTTP client into a `Retry` or a `Reject`."""

import ssl
from typing import Final

import aiohttp

from newswire.adapters.http.guard import BlockedAddress
from newswire.errors import NewswireError, Reject, Retry

EXPECTED: Final = (aiohttp.ClientError, OSError)
"""The errors that an exchange may fail with. `TimeoutError` is an OSError."""


def meaning(error: Exception, url: str) -> NewswireError:
    """The typed error for one of `EXPECTED`; its text names the address and the cause."""
    blocked = _blocked(error)
    if blocked is not None:
        return Reject("blocked-address", f"{url}: {blocked}")
    # aiohttp gives its own parser's errors a status of 400, which the server never sent.
    cause = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    cause = " ".join(cause.split()) or type(error).__name__  # the parser's messages draw a picture in lines
    if isinstance(error, aiohttp.InvalidURL):
        return Reject("bad-url", f"{url}: {cause}")
    return Retry(_reason(error), f"{url}: {cause}")


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns"
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return "tls"
    if isinstance(error, OSError | aiohttp.ServerDisconnectedError):
        return "connect"  # refused, unreachable, reset
    return "protocol"  # headers that are malformed or too large, a body cut short


def _blocked(error: BaseException | None) -> BlockedAddress | None:
    while error is not None:
        if isinstance(error, BlockedAddress):
            return error
        error = error.__cause__
    return None
