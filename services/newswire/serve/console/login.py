"""The paths of the console that need no key: the login, the logout, the static files."""

from typing import Final
from urllib.parse import parse_qs

from fastapi import Request, Response
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from newswire.domain.wire.refusals import NoKey, ReadRefused, TooManyTries
from newswire.errors import Wait
from newswire.operations.api_keys import Doorkeeper
from newswire.serve.api.bodies import read_bounded
from newswire.serve.api.gate import address_of
from newswire.serve.console.door import COOKIE
from newswire.serve.console.safe import local_path
from newswire.serve.console.templating import FOLDER, page

MOST_BODY: Final = 10_000
"""Bytes of a form."""


def public_paths(doorkeeper: Doorkeeper) -> Starlette:
    """The application."""

    async def ask(request: Request) -> Response:
        return _login(local_path(request.query_params.get("next", "/")))

    async def enter(request: Request) -> Response:
        form = await read_form(request)
        key, wanted = form.get("key", "").strip(), local_path(form.get("next", "/"))
        try:
            await doorkeeper.caller(key, address_of(request.scope))
        except (NoKey, TooManyTries) as refusal:
            return _login(wanted, trouble=str(refusal), status=refusal.status)
        except Wait:
            return _login(wanted, trouble="The database does not answer. Try again in a moment.", status=503)
        answer = RedirectResponse(wanted, 303)
        # The prefix __Host- makes browsers hold to Secure, to the path / and to this host alone (RFC 6265bis §4.1.3.2).
        answer.set_cookie(COOKIE, key, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    async def leave(_: Request) -> Response:
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    return Starlette(
        routes=[
            Route("/login", ask, methods=["GET"]),
            Route("/login", enter, methods=["POST"]),
            Route("/logout", leave, methods=["POST"]),
            Mount("/static", StaticFiles(directory=FOLDER / "static")),
        ]
    )


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the first value of each; none of a body that is too long, broke off, or is no form."""
    try:
        body = await read_bounded(request, MOST_BODY)
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except (ReadRefused, ValueError):
        return {}
    return {name: values[0] for name, values in fields.items()}


def _login(wanted: str, *, trouble: str | None = None, status: int = 200) -> Response:
    return page("login", status=status, wanted=wanted, trouble=trouble, here=None)
