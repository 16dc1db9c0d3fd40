"""The read side as an ASGI application."""

import time
from collections.abc import Callable

from fastapi import FastAPI

from newswire.serve.api.gate import Gate, GateRules
from newswire.serve.api.heads import Heads
from newswire.serve.api.problems import handle_problems
from newswire.serve.api.reading import Reading
from newswire.serve.api.routes import add_routes


def application(reading: Reading, rules: GateRules, *, monotonic: Callable[[], float] = time.monotonic) -> FastAPI:
    """The application. ``monotonic`` gives seconds by a clock that only goes forward, for the limits on requests."""
    app = FastAPI(title="newswire", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    handle_problems(app)
    add_routes(app, reading)
    app.add_middleware(Heads)
    app.add_middleware(Gate, doorkeeper=reading.doorkeeper, rules=rules, monotonic=monotonic)
    return app
