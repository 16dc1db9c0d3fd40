"""All routes of the read side."""

from typing import Any, cast

from fastapi import FastAPI, Request, Response

from newswire.serve.api import articles, changes, operators, renditions, search, syndication, webhooks
from newswire.serve.api.answers import answer
from newswire.serve.api.openapi import document
from newswire.serve.api.parameters import GIVEN_ONCE
from newswire.serve.api.reading import Reading

_ROUTES = (
    changes.routes,
    articles.routes,
    renditions.routes,
    search.routes,
    syndication.routes,
    operators.routes,
    webhooks.routes,
)


def add_routes(app: FastAPI, reading: Reading) -> None:
    """Add the routes to ``app``, and the document that describes them."""
    for routes in _ROUTES:
        app.include_router(routes(reading), dependencies=[GIVEN_ONCE])
    drawn: list[dict[str, Any]] = []

    @app.get("/v1/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:
        if not drawn:
            drawn.append(document(app))
        return answer(request, drawn[0])


def openapi_document() -> dict[str, Any]:
    """The document of this version."""
    app = FastAPI()
    add_routes(app, cast("Reading", None))  # the routes are described and not called
    return document(app)
