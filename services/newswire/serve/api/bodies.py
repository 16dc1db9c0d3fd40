"""The body of a request, read with a bound."""

from fastapi import Request
from starlette.requests import ClientDisconnect

from newswire.domain.wire.refusals import Impossible, TooLarge


async def read_bounded(request: Request, most: int) -> bytes:
    """The body. Raises `TooLarge` where it has more than ``most`` bytes, `Impossible` where it broke off."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                raise TooLarge(f"a body has at most {most} bytes")
    except ClientDisconnect:
        raise Impossible("request", "the body broke off") from None
    return bytes(body)
