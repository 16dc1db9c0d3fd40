"""The door before the console: it reads the cookie, refuses forms of other sites, and adds headers to every page.

It stands outside of the gate of the API. It turns the cookie into the Authorization header that the gate checks, so
only the gate decides about keys. It turns a problem of the gate or of an operation into a page.
"""

import json
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newswire.serve.console.templating import page

COOKIE: Final = "__Host-newswire"
API: Final = "/v1/"
PUBLIC: Final = ("/login", "/logout", "/static/")
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_PROBLEM: Final = b"application/problem+json"
_MOST_COOKIE: Final = 4096


class Door:
    """The middleware."""

    def __init__(self, app: ASGIApp, public: ASGIApp, *, with_keys: bool) -> None:
        """``public`` answers the paths that need no key: the login and the static files.

        Without ``with_keys`` no key is asked for, and so no cookie is looked at: browsers keep one for all ports of a
        host, and the key of another server would lock its holder out of this one.
        """
        self._app, self._public, self._with_keys = app, public, with_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on to the public paths, to the API or to the console."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        path, headers = scope["path"], Headers(scope=scope)
        changes = scope["method"] not in {"GET", "HEAD", "OPTIONS"}
        if path.startswith(API) or path == API.rstrip("/"):
            # The cookie allows reading only. A change needs the key itself, or a form of the console.
            return await self._app(scope if changes else self._with_key(scope, headers), receive, send)
        if changes and not same_origin(headers):
            words = "This request came from another site. Open the console itself and try again there."
            return await problem_page(403, "Not from this site", words)(scope, receive, _sending(send))
        if path.startswith(PUBLIC):
            kept = "no-cache" if path.startswith("/static/") else "no-store"
            return await self._public(scope, receive, _sending(send, kept))
        return await self._app(self._with_key(scope, headers), receive, _Translating(scope, receive, send).sending)

    def _with_key(self, scope: Scope, headers: Headers) -> Scope:
        key = key_in_cookie(headers) if self._with_keys and "authorization" not in headers else None
        if key is None or not key.isascii():
            return scope
        return {**scope, "headers": [*scope["headers"], (b"authorization", b"Bearer " + key.encode())]}


def same_origin(headers: Headers) -> bool:
    """Whether a page of this server made the request.

    Our pages send no referrer, and browsers then write ``null`` for the origin of a form (Fetch §3.2). They say in
    Sec-Fetch-Site where it came from (Fetch Metadata §2.4), which no page can forge. A browser too old for that header,
    or one that came over HTTP from another machine, must name our origin.
    """
    origin, host, site = headers.get("origin", ""), headers.get("host", ""), headers.get("sec-fetch-site")
    ours = bool(host) and origin.lower() in {f"http://{host.lower()}", f"https://{host.lower()}"}
    return ours if site is None else site == "same-origin" and (ours or origin in {"", "null"})


def key_in_cookie(headers: Headers) -> str | None:
    """The key that the login left in the browser."""
    text = headers.get("cookie", "")
    if COOKIE not in text or len(text) > _MOST_COOKIE:
        return None
    try:
        found = SimpleCookie(text).get(COOKIE)
    except CookieError:
        return None
    return found.value if found else None


def problem_page(status: int, title: str, detail: str) -> Response:
    """A problem as a page for people."""
    return page("problem", status=status, title=title, detail=detail, here=None)


def _sending(send: Send, kept: str = "no-store") -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers["Cache-Control"] = kept
        await send(message)

    return sending


class _Translating:
    """Sends an answer on, a problem as a page: the login where a key is missing, a sentence for every other."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, _sending(send)
        self._body: bytearray | None = None

    async def sending(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if dict(message["headers"]).get(b"content-type", b"").startswith(_PROBLEM):
                self._body = bytearray()
                return
        elif self._body is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._page(json.loads(self._body))(self._scope, self._receive, self._send)
            return
        await self._send(message)

    def _page(self, problem: dict[str, Any]) -> Response:
        if problem["status"] == 401:
            query = self._scope.get("query_string", b"").decode("ascii", "replace")
            wanted = self._scope["path"] + (f"?{query}" if query else "")
            return RedirectResponse(f"/login?next={quote(wanted, safe='/')}", 303)
        return problem_page(problem["status"], problem["title"], problem["detail"])
