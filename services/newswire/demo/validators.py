"""The validators of an answer, and whether a client has the present answer already."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from newswire.demo.sites import Validator


@dataclass(frozen=True, slots=True)
class Stamp:
    """The validators of one answer, as header values."""

    etag: str | None
    last_modified: datetime | None

    @property
    def headers(self) -> dict[str, str]:
        """As response headers."""
        headers = {}
        if self.etag:
            headers["ETag"] = self.etag
        if self.last_modified:
            headers["Last-Modified"] = format_datetime(self.last_modified, usegmt=True)
        return headers

    def matches(self, request: web.BaseRequest) -> bool:
        """Whether the asker has this already: If-None-Match rules, If-Modified-Since only in its absence.

        RFC 9110 §13.2.2; entity tags are compared weakly (§13.1.2).
        """
        tags = request.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return self.etag is not None and ("*" in known or self.etag in known)
        since = request.headers.get("If-Modified-Since")
        if since is None or self.last_modified is None:
            return False
        try:
            return self.last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False  # an unreadable date is ignored (§13.1.3)


def stamp_of(body: bytes, last_modified: datetime, kept: frozenset[Validator]) -> Stamp:
    """The validators that a publisher who keeps ``kept`` gives out for ``body``."""
    return Stamp(
        etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"' if "etag" in kept else None,
        last_modified=last_modified if "last-modified" in kept else None,
    )
