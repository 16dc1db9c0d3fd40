"""The gate before every path: it checks key, quota and host, and adds the headers that every answer has."""

import base64
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newswire.domain.wire.keys import LOCAL, Caller
from newswire.domain.wire.refusals import CrossSite, Misdirected, NoKey, ReadRefused, TooManyOpen
from newswire.domain.wire.request_limit import QuotaState, RequestQuota, RequestWindow, count_request
from newswire.errors import Wait
from newswire.operations.api_keys import ASK_FOR_ONE, Doorkeeper
from newswire.serve.api.problems import away, problem, refused

CALLER: Final = "caller"
"""The name in ``request.state`` of the `Caller`."""
PUBLIC: Final = frozenset({"/v1/openapi.json"})
"""Paths that need no key."""
_QUOTA_EXCEEDED: Final = "https://iana.org/assignments/http-problem-types#quota-exceeded"
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_EXPOSED: Final = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After"
_MOST_WINDOWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class GateRules:
    """The rules by which the gate lets requests in."""

    with_keys: bool
    """Whether a key is needed. Without keys every caller is on this machine."""
    quota: RequestQuota
    """For each key; callers on this machine have none."""
    origins: frozenset[str]
    """Origins whose pages may read (CORS)."""
    open_at_once: int = 50
    """Requests of one key that may be answered at once, streams and long polls among them."""


class Gate:
    """The middleware. It answers a refused request with a problem, and puts the caller into ``request.state``."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper, rules: GateRules, monotonic: Callable[[], float]) -> None:
        """``monotonic`` gives seconds by a clock that only goes forward."""
        self._app, self._doorkeeper, self._rules, self._monotonic = app, doorkeeper, rules, monotonic
        self._windows: dict[str, RequestWindow] = {}
        self._open: Counter[str] = Counter()
        """The requests of each key that are being answered, streams among them."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it with a problem."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        added = dict(_HEADERS) | self._cors(headers)
        refusal = None
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            refusal = Response(status_code=204)
        elif scope["path"] not in PUBLIC:
            refusal = await self._refusal(scope, headers, added)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        if refusal is not None:
            return await refusal(scope, receive, sending)
        caller = scope.get("state", {}).get(CALLER, LOCAL)
        self._open[caller.name] += 1
        try:
            return await self._app(scope, receive, sending)
        finally:
            self._open[caller.name] -= 1
            if not self._open[caller.name]:
                del self._open[caller.name]

    async def _refusal(self, scope: Scope, headers: Headers, added: dict[str, str]) -> Response | None:
        """The answer to a request that may not come in; None for a request that may."""
        try:
            caller = await self._caller(scope, headers)
        except ReadRefused as refusal:
            return refused(refusal)
        except Wait as error:
            return away(error)
        scope["state"][CALLER] = caller
        if caller is LOCAL:
            return None
        state = self._counted(caller)
        added |= _limit_headers(self._rules.quota, state)
        if not state.allowed:
            return _exceeded(state)
        most = self._rules.open_at_once
        if self._open[caller.name] >= most:
            words = f"{most} requests and streams of this key are open, which is the most: end one of them first"
            return refused(TooManyOpen(words))
        return None

    async def _caller(self, scope: Scope, headers: Mapping[str, str]) -> Caller:
        if scope["method"] not in _READING and _from_elsewhere(headers):
            # Nobody needs to name a key: on this machine none is needed, and browsers add those of Basic by themselves.
            raise CrossSite("a page may change something only where newswire itself served the page")
        if not self._rules.with_keys and "authorization" not in headers:
            # The domain name of another site may lead to this machine (DNS rebinding). Host then has that name.
            host = headers.get("host", "").lower()
            name = host if host.endswith("]") else host.rpartition(":")[0] or host
            if name not in _LOCAL_NAMES:
                raise Misdirected("without keys newswire answers to localhost, 127.0.0.1 and [::1] alone")
            return LOCAL
        return await self._doorkeeper.caller(_key(headers.get("authorization", "")), address_of(scope))

    def _counted(self, caller: Caller) -> QuotaState:
        if len(self._windows) > _MOST_WINDOWS:
            self._windows.clear()
        window, state = count_request(self._windows.get(caller.name), self._rules.quota, self._monotonic())
        self._windows[caller.name] = window
        return state

    def _cors(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers that let pages of an allowed origin read the answer; never with cookies."""
        if not self._rules.origins:
            return {}
        origin = headers.get("origin", "")
        if origin not in self._rules.origins:
            return {"Vary": "Origin, Authorization"}
        return {
            "Vary": "Origin, Authorization",
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "GET",
            "Access-Control-Allow-Headers": "Authorization, If-None-Match, Last-Event-ID",
            "Access-Control-Expose-Headers": _EXPOSED,
            "Access-Control-Max-Age": "600",
        }


def address_of(scope: Scope) -> str:
    """The address at the other end of the connection. Anybody can send a header that names another."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether a page of another origin made the request. Programs send neither of the two headers.

    Any page in a browser on this machine can send us a form. Browsers say where it came from: in Sec-Fetch-Site (Fetch
    Metadata §2.4), older ones in Origin (RFC 6454 §7).
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site not in {"same-origin", "none"}
    host = headers.get("host", "").lower()
    return origin is not None and origin.lower() not in {f"http://{host}", f"https://{host}"}


def _key(authorization: str) -> str:
    """The key in an Authorization header: as a bearer token (RFC 6750), or as the password of Basic (RFC 7617).

    Feed readers support Basic only. Raises `NoKey`.
    """
    scheme, _, credentials = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            return credentials.strip()
        case "basic":
            try:
                return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
            except ValueError:
                raise NoKey(ASK_FOR_ONE) from None
    raise NoKey(ASK_FOR_ONE)


def _limit_headers(quota: RequestQuota, state: QuotaState) -> dict[str, str]:
    """The RateLimit header fields (draft-ietf-httpapi-ratelimit-headers-10, §3 and §4)."""
    return {
        "RateLimit-Policy": f'"key";q={quota.requests};w={quota.window_s}',
        "RateLimit": f'"key";r={state.remaining};t={state.reset_s}',
    }


def _exceeded(state: QuotaState) -> Response:
    return problem(
        429,
        _QUOTA_EXCEEDED,
        "Too many requests with this key",
        f"Wait {state.reset_s} seconds. /v1/changes?wait=30 and /v1/stream need few requests.",
        headers={"Retry-After": str(state.reset_s)},
        more={"violated-policies": ["key"]},
    )
