"""The console, put onto the application of the API."""

from fastapi import FastAPI

from newswire.ports import ConsoleReads
from newswire.serve.api.reading import Reading
from newswire.serve.console.door import Door
from newswire.serve.console.login import public_paths
from newswire.serve.console.operator_pages import operator_routes
from newswire.serve.console.pages import wire_routes
from newswire.serve.console.problem_pages import problem_routes
from newswire.serve.console.search_pages import search_routes
from newswire.serve.console.webhook_pages import webhook_routes


def add_console(app: FastAPI, reading: Reading, reads: ConsoleReads, *, with_keys: bool) -> None:
    """Let ``app`` answer the console's paths too. Call it once, when everything else is on it."""
    app.include_router(wire_routes(reading))
    app.include_router(search_routes(reading))
    app.include_router(operator_routes(reading, reads))
    app.include_router(problem_routes(reading, reads))
    app.include_router(webhook_routes(reading))
    app.add_middleware(Door, public=public_paths(reading.doorkeeper), with_keys=with_keys)
