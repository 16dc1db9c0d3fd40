"""Streamed answers, with a time limit for the reader to receive each piece."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import structlog
from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from newswire.serve.api.heads import is_head
from newswire.serve.listener import ABORT

log = structlog.get_logger()


class TimedStream(StreamingResponse):
    """A stream that ends when its reader leaves data unread for too long. The reader may connect again and continue."""

    def __init__(
        self,
        request: Request,
        pieces: AsyncIterator[bytes],
        *,
        send_timeout_s: float,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(_nothing() if is_head(request) else pieces, media_type=media_type, headers=headers)
        self._send_timeout_s = send_timeout_s
        self._abort: Callable[[], None] | None = getattr(request.state, ABORT, None)

    async def stream_response(self, send: Send) -> None:
        """Send the pieces as they come."""

        async def timed(message: Message) -> None:
            async with asyncio.timeout(self._send_timeout_s):
                await send(message)

        try:
            await super().stream_response(timed)
        except TimeoutError:
            log.info("serve.slow-reader", seconds=self._send_timeout_s)
            if self._abort is not None:
                self._abort()  # closed at once: the unread data is thrown away


async def _nothing() -> AsyncIterator[bytes]:
    """A stream without a piece."""
    for piece in tuple[bytes, ...]():
        yield piece
