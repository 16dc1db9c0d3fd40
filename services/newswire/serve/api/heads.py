"""HEAD requests: answered as GET is, without the body (RFC 9110 section 9.3.2)."""

from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEAD: Final = "newswire_head"
"""The name in ``request.state`` of the mark that nobody wants the body."""


class Heads:
    """The middleware that hands a HEAD request on as GET, and keeps the body of the answer back.

    An answer whose body would take long (a stream, a long poll) looks at `is_head`, and ends at once.
    """

    def __init__(self, app: ASGIApp) -> None:
        """``app`` gets every request."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        state = {**scope.get("state", {}), _HEAD: True}
        return await self._app({**scope, "method": "GET", "state": state}, receive, without_body)


def is_head(request: Request) -> bool:
    """Whether the reader wants no more than the head of the answer."""
    return bool(getattr(request.state, _HEAD, False))
