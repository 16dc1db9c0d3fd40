"""Answers in JSON, with ETags for caches and links to next pages."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response
from pydantic_core import to_json

REVALIDATE: Final = "private, no-cache"
"""The reader's own cache may keep an answer, and asks each time whether it is still valid: a purge erases texts."""


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


def list_answer(request: Request, name: str, rows: Sequence[Any], token: str | None) -> Response:
    """A page of a list. ``token`` is the place of the next page; None where the list ends."""
    return answer(request, {name: rows, "next": token}, next_place={"after": token} if token else None)


def next_address(request: Request, changed: Mapping[str, str]) -> str:
    """The path and query of this request with some parameters changed. Relative, as proxies may rename us."""
    kept = [(name, text) for name, text in parse_qsl(request.url.query) if name not in changed]
    query = urlencode([*kept, *changed.items()])
    return f"{request.url.path}?{query}" if query else request.url.path


def absolute(request: Request, address: str) -> str:
    """The URL of a path and query of ours, on the host that the reader named.

    A proxy that ends TLS says so in X-Forwarded-Proto. Anybody may send that, and gets no other link than https.
    """
    forwarded = request.headers.get("x-forwarded-proto", "").strip().lower()
    scheme = "https" if forwarded == "https" else request.url.scheme
    return f"{scheme}://{request.url.netloc}{address}"


def _has(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match[:4000].split(",")}
    return etag in tags or "*" in tags
