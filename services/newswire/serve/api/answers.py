"""Answers in JSON, with what caches and readers of many pages need."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Request, Response
from pydantic_core import to_json

from newswire.domain.wire.refusals import Impossible

REVALIDATE: Final = "private, no-cache"
"""Caches of one reader may keep it, and ask each time whether it is still so: a purge erases words for good."""


def answer(
    request: Request,
    value: Any,
    *,
    next_place: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """A JSON answer with its ETag; 304 where the reader has it already (RFC 9110 §13.1.2).

    ``next_place`` holds the parameters of this request that differ in the one for the next page (RFC 8288).
    """
    body = value if isinstance(value, bytes) else to_json(value)
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": "Authorization"}
    if next_place is not None:
        headers["Link"] = f'<{next_address(request, next_place)}>; rel="next"'
    if _has(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def next_address(request: Request, changed: Mapping[str, str]) -> str:
    """The path and query of this request with some parameters changed. Relative, as proxies may rename us."""
    kept = [(name, text) for name, text in parse_qsl(request.url.query) if name not in changed]
    return f"{request.url.path}?{urlencode([*kept, *changed.items()])}"


def _has(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match[:4000].split(",")}
    return etag in tags or "*" in tags


def page_token(*parts: object) -> str:
    """A place in a list as one word that readers hand back unread."""
    return base64.urlsafe_b64encode("|".join(map(str, parts)).encode()).decode().rstrip("=")


def page_parts(token: str, count: int) -> list[str]:
    """The parts of a `page_token`. Raises `Impossible` for a word that is none."""
    try:
        padded = token + "=" * (-len(token) % 4)
        parts = base64.urlsafe_b64decode(padded.encode("ascii")).decode().split("|")
    except ValueError:
        parts = []
    if len(parts) != count:
        raise bad_place()
    return parts


def place_id(token: str | None) -> UUID | None:
    """The id in a `page_token` of one part. Raises `Impossible`."""
    if token is None:
        return None
    try:
        return UUID(page_parts(token, 1)[0])
    except ValueError:
        raise bad_place() from None


def bad_place() -> Impossible:
    """The refusal of a place that was not given out."""
    return Impossible("after", "this is not a place that an earlier page gave as next: leave it out to begin anew")
