"""The callbacks of WebSub hubs as an ASGI application: GET confirms or denies a subscription, POST announces news.

newswire believes of an announcement only that the hub sent it: the feed is polled at once, and the poll finds the
news. A copy that is sent again costs one conditional request more.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import structlog
from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from newswire import metrics
from newswire.domain.websub.callback import confirm, is_gone
from newswire.domain.websub.changes import delivered
from newswire.domain.websub.signature import SignatureCheck
from newswire.domain.websub.steps import PATH
from newswire.domain.websub.subscription import HubSubscription
from newswire.errors import Wait
from newswire.ports import Clock, FeedSchedule, HubSubscriptions
from newswire.serve.listener import ConnectionLimits

log = structlog.get_logger()

MAX_BODY: Final = 10_000_000
"""The limit on the body of a delivery, which is read for its signature alone and never kept."""
LIMITS: Final = ConnectionLimits(connections=256, seconds=30)
AGAIN_S: Final = 30
"""When a hub may try again while the database is away."""
_TRIES: Final = 10
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,200}")
_HEADERS: Final = {"Connection": "close", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}

Delivered = Literal["accepted", "unsigned", "forged", "gone", "unknown", "too-large", "broken-off", "waiting"]
_STATUS: Final[Mapping[Delivered, int]] = {
    "accepted": 202,
    "unsigned": 202,  # who forges is not told that it did not work (WebSub §7.1.2)
    "forged": 202,
    "gone": 410,
    "unknown": 404,
    "too-large": 413,
    "broken-off": 400,
    "waiting": 503,
}


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The effects of the requests, over the ports."""

    subscriptions: HubSubscriptions
    schedule: FeedSchedule
    clock: Clock
    lease: timedelta
    """The lease that hubs are asked for."""

    async def confirm(self, token: str, query: Mapping[str, str]) -> str | None:
        """The body that confirms the hub's question about a callback; None where the answer is no. Raises `Wait`."""
        for _ in range(_TRIES):
            was, now = await self._of(token), self.clock.now()
            answer = None if was is None else confirm(was, token, query, asked=self.lease, now=now)
            if was is None or answer is None:
                return None
            saved = await self.subscriptions.save(answer.after)
            if saved is None:
                continue
            log.info("websub.called", feed_id=str(saved.feed_id), hub=saved.hub, was=was.state, state=saved.state)
            if was.relied_on != saved.relied_on:
                # A poll now finds entries that no hub announced, or that none will announce any more.
                await self.schedule.hurry(saved.feed_id, now)
            return answer.body
        raise Wait("other processes keep changing this subscription")

    async def deliver(self, token: str, signature: str | None, body: AsyncIterator[bytes]) -> Delivered:
        """Handle an announcement; ``accepted``: its feed is due, durably. Raises `Wait`."""
        subscription = await self._of(token)
        if subscription is None:
            return "unknown"
        check, size = SignatureCheck(subscription.secret, signature), 0
        async for piece in body:
            size += len(piece)
            if size > MAX_BODY:
                return "too-large"
            check.update(piece)
        if is_gone(subscription, token):
            return "gone"  # said after the body was taken, or a hub in the midst of it may not hear it
        signing = check.result()
        if signing != "genuine":
            log.warning("websub.ignored", feed_id=str(subscription.feed_id), hub=subscription.hub, why=signing)
            return signing
        await self._heard(token, subscription)
        await self.schedule.hurry(subscription.feed_id, self.clock.now())
        log.info("websub.delivered", feed_id=str(subscription.feed_id), hub=subscription.hub, bytes=size)
        return "accepted"

    async def _heard(self, token: str, subscription: HubSubscription | None) -> None:
        """Note that the hub is alive, on top of what others change at the same time."""
        for _ in range(_TRIES):
            if subscription is None:
                return
            if await self.subscriptions.save(delivered(subscription, self.clock.now())) is not None:
                return
            subscription = await self._of(token)

    async def _of(self, token: str) -> HubSubscription | None:
        return await self.subscriptions.by_token(token) if _TOKEN.fullmatch(token) else None


def application(callbacks: Callbacks) -> FastAPI:
    """The application. It never redirects: to a hub that would be a failure (WebSub §7)."""
    app = FastAPI(title="newswire", openapi_url=None, redirect_slashes=False)

    @app.get(f"/{PATH}{{token}}")
    async def verification(token: str, request: Request) -> Response:
        try:
            body = await callbacks.confirm(token, request.query_params)
        except Wait as error:
            return _waiting(error)
        # As plain text: the caller chooses the challenge (WebSub §5.3.1).
        return _answer(404) if body is None else _answer(200, body)

    @app.post(f"/{PATH}{{token}}")
    async def delivery(token: str, request: Request) -> Response:
        outcome = await _delivered(callbacks, token, request)
        metrics.hub_delivered(outcome)
        return _answer(_STATUS[outcome])

    return app


async def _delivered(callbacks: Callbacks, token: str, request: Request) -> Delivered:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > MAX_BODY:
        return "too-large"
    try:
        return await callbacks.deliver(token, request.headers.get("x-hub-signature"), request.stream())
    except ClientDisconnect:
        return "broken-off"
    except Wait as error:
        log.warning("websub.waiting", dependency=error.dependency, error=str(error))
        return "waiting"


def _waiting(error: Wait) -> Response:
    log.warning("websub.waiting", dependency=error.dependency, error=str(error))
    return _answer(503)


def _answer(status: int, body: str = "") -> Response:
    more = {"Retry-After": str(AGAIN_S)} if status == 503 else {}
    return Response(body, status, headers=_HEADERS | more, media_type="text/plain")
