"""/livez, /readyz, /metrics as an ASGI application.

``/livez`` asks nothing: that it is answered shows that the event loop turns, and a restart would mend nothing else.
``/readyz`` is 200 or 503, with each check in the body. ``/metrics`` is for Prometheus.
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from newswire.domain.readiness import Readiness


def application(*, ready: Callable[[], Awaitable[Readiness]], metrics: Callable[[], bytes]) -> FastAPI:
    """The application. ``ready`` answers in bounded time; ``metrics`` gives the text format."""
    app = FastAPI(title="newswire", openapi_url=None)

    # All three are coroutines: anything else would be answered by a thread, whatever the loop does.
    @app.get("/livez")
    async def livez() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        found = await ready()
        return JSONResponse({"status": found.status, "checks": dict(found.checks)}, found.http_status)

    @app.get("/metrics")
    async def exposition() -> Response:
        return Response(metrics(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return app
