"""Hand the documents that a discovery fetched to the first poll, so that a new feed is asked once."""

from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from newswire.errors import Reject, Retry
from newswire.events import NO_VALIDATORS
from newswire.operations.discover import permanent_url
from newswire.ports import Clock, Request, Response, Web

_MAX_AGE: Final = timedelta(minutes=5)
"""An older document is not handed over: there may be news since then."""


@dataclass(frozen=True, slots=True)
class _HeldAnswer:
    request: Request
    answer: Response | Retry | Reject
    at: datetime

    @property
    def size(self) -> int:
        return len(self.answer.body) if isinstance(self.answer, Response) else 0


class Handover:
    """Implements `newswire.ports.Web` over another one.

    Until `end` it passes every request on and keeps the answers, failures included. From `end` on it gives each kept
    answer once, to a request for the same address that asks for the same.
    """

    def __init__(self, web: Web, clock: Clock, *, max_bytes: int = 50_000_000) -> None:
        """``web`` answers the requests. A document that would bring the kept ones above ``max_bytes`` is not kept."""
        self._max_bytes = max_bytes
        self._web = web
        self._clock = clock
        self._recording = True
        self._kept: dict[str, _HeldAnswer] = {}

    def keep(self, urls: Collection[str]) -> None:
        """Forget the answers for all other addresses."""
        self._kept = {url: kept for url, kept in self._kept.items() if url in urls}

    def end(self) -> None:
        """Keep no further answers, and give those that are kept."""
        self._recording = False

    async def get(self, request: Request) -> Response:
        """See `newswire.ports.Web.get`."""
        if not self._recording:
            return self._given(request) or await self._web.get(request)
        try:
            response = await self._web.get(request)
        except (Retry, Reject) as error:
            self._remember(request.url, request, error)
            raise
        self._remember(request.url, request, response)
        new = permanent_url(request.url, response)
        if new != request.url:  # the feed is polled there, without the redirects
            self._remember(new, request, replace(response, redirects=()))
        return response

    def _remember(self, url: str, request: Request, answer: Response | Retry | Reject) -> None:
        kept = _HeldAnswer(request, answer, self._clock.now())
        if kept.size + sum(other.size for other in self._kept.values()) <= self._max_bytes:
            self._kept[url] = kept

    def _given(self, request: Request) -> Response | None:
        kept = self._kept.pop(request.url, None)
        if kept is None or self._clock.now() - kept.at > _MAX_AGE or not _asks_the_same(request, kept):
            return None
        if isinstance(kept.answer, Response):
            return kept.answer
        raise kept.answer

    def fetch(self, request: Request) -> AbstractAsyncContextManager[Response]:
        """See `newswire.ports.Web.fetch`. Pages are not kept."""
        return self._web.fetch(request)

    async def post_form(
        self, url: str, fields: Mapping[str, str], *, max_bytes: int = 65_536, timeout_s: float = 30.0
    ) -> Response:
        """See `newswire.ports.Web.post_form`."""
        return await self._web.post_form(url, fields, max_bytes=max_bytes, timeout_s=timeout_s)

    async def close(self) -> None:
        """See `newswire.ports.Web.close`."""
        await self._web.close()


def _asks_the_same(request: Request, kept: _HeldAnswer) -> bool:
    """Whether the kept answer is the one that this request would get, with its login, its limits and robots.txt."""
    first = kept.request
    return (
        request.validators == NO_VALIDATORS
        and request.credentials == first.credentials
        and request.max_bytes == first.max_bytes
        and request.accept == first.accept
        and request.truncate == first.truncate
        and (first.obey_robots or not request.obey_robots)
    )
