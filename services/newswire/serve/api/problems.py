"""Problems as RFC 9457 describes them: errors as documents that programs can read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from newswire.domain.wire.refusals import Impossible, Lost, NoKey, ReadRefused, TooManyOpen, TooManyTries
from newswire.errors import Stop, Wait

log = structlog.get_logger()

TYPES: Final = "urn:newswire:problem:"
"""What the types of our problems begin with. RFC 9457 §3.1.1: an absolute URI that need not lead anywhere."""
MEDIA_TYPE: Final = "application/problem+json"
AGAIN_S: Final = 5
"""Seconds after which a reader may try again while the database is away."""
_PLACES: Final = frozenset({"query", "path", "header", "body"})
_STATUS_TITLES: Final = {404: "There is no such path", 405: "The path does not take this method"}


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """The answer. ``kind`` is the last part of the problem's type, or the whole of a registered one."""
    uri = kind if ":" in kind else TYPES + kind
    body = {"type": uri, "title": title, "status": status, "detail": detail, **(more or {})}
    return Response(
        to_json(body), status, headers={"Cache-Control": "no-store", **(headers or {})}, media_type=MEDIA_TYPE
    )


def refused(refusal: ReadRefused) -> Response:
    """The answer for a refusal."""
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    match refusal:
        case NoKey():
            headers = {"WWW-Authenticate": 'Bearer realm="newswire", Basic realm="newswire"'}
        case TooManyTries():
            headers = {"Retry-After": str(refusal.wait_s)}
        case TooManyOpen():
            headers = {"Retry-After": str(AGAIN_S)}
        case Impossible():
            more = {"errors": [{"detail": str(refusal), "parameter": refusal.parameter}]}
        case Lost():
            there_is = refusal.there_is
            more = {"why": refusal.why, "floor": str(there_is.start), "head": str(there_is.end)}
    return problem(refusal.status, refusal.type, refusal.title, str(refusal), headers=headers, more=more)


def handle_problems(app: FastAPI) -> None:
    """Let every error of ``app`` be answered with a problem."""

    @app.exception_handler(ReadRefused)
    async def _refused(_: Request, error: ReadRefused) -> Response:
        return refused(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        errors = parameter_errors(error.errors(), lambda: _query_parameters(request))
        detail = "; ".join(f"{each['parameter']}: {each['detail']}" for each in errors)
        return problem(400, Impossible.type, Impossible.title, detail, more={"errors": errors})

    @app.exception_handler(HTTPException)
    async def _no_route(request: Request, error: HTTPException) -> Response:
        title = _STATUS_TITLES.get(error.status_code, "This cannot be done")
        kind = {404: "no-such-path", 405: "method-not-allowed"}.get(error.status_code, "http")
        detail = "/v1/openapi.json lists the paths and their parameters"
        headers = dict(error.headers or {})
        if error.status_code == 405 and (operations := _operations(request)):
            # Each method has a route of its own, and the framework names that of the first alone (RFC 9110 §10.2.1).
            headers["Allow"] = ", ".join(sorted(map(str.upper, operations)))
        return problem(error.status_code, kind, title, detail, headers=headers)

    @app.exception_handler(Wait)
    async def _away(_: Request, error: Wait) -> Response:
        return away(error)

    @app.exception_handler(Stop)
    async def _fenced(_: Request, error: Stop) -> Response:
        log.warning("serve.fenced", error=str(error))
        detail = "What is kept here moves to another database, or has moved: it can be read here, and not be changed."
        return problem(503, "away", "Nothing can be changed here now", detail, headers={"Retry-After": str(AGAIN_S)})

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> Response:
        log.error("serve.failed", path=request.url.path, exc_info=error)
        return problem(500, "internal", "newswire has failed", "The log of the server says more.")


def away(error: Wait) -> Response:
    """The database or the broker is away: try again."""
    log.warning("serve.waiting", dependency=error.dependency, error=str(error))
    detail = "The database or the broker does not answer. Try again."
    return problem(503, "away", "A server behind newswire is away", detail, headers={"Retry-After": str(AGAIN_S)})


def parameter_errors(errors: Sequence[Any], there_are: Callable[[], Sequence[str]] = tuple) -> list[dict[str, str]]:
    """Pydantic's errors as ``{parameter, detail}``; they never repeat the value.

    ``there_are`` gives the names of the parameters that the path has in its query.
    """
    return [{"parameter": _parameter(error), "detail": _detail(error, there_are)} for error in errors]


def _query_parameters(request: Request) -> list[str]:
    """The names of the parameters that a path of the API has in its query; none for a page of the console."""
    found = _operations(request).get(request.method.lower(), {}).get("parameters", ())
    return [parameter["name"] for parameter in found if parameter["in"] == "query"]


def _operations(request: Request) -> Mapping[str, Any]:
    """What the document says of each method of a path of the API; nothing for a page of the console."""
    found: Mapping[str, Any] = request.app.openapi()["paths"].get(request.scope["route"].path, {})
    return found


def _parameter(error: Mapping[str, Any]) -> str:
    place = error["loc"]
    names = [part for part in (place[1:] if len(place) > 1 and place[0] in _PLACES else place) if part]
    return names[0] if names and isinstance(names[0], str) else "request"  # a body may be no object, a name be empty


def _detail(error: Mapping[str, Any], there_are: Callable[[], Sequence[str]]) -> str:
    if error["type"] == "extra_forbidden":
        names = ", ".join(there_are()) if error["loc"][0] != "body" else ""
        return f"this path has no such parameter{f'; it has {names}' if names else ''}"
    return str(error["msg"]).removeprefix("Value error, ")
