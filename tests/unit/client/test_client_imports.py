"""The client is light: other people's programs import it."""

import subprocess
import sys

HEAVY = (
    "aiohttp",
    "aiokafka",
    "alembic",
    "asyncpg",
    "fastapi",
    "lxml",
    "rich",
    "sqlalchemy",
    "starlette",
    "structlog",
    "trafilatura",
    "typer",
    "uvicorn",
    "newswire.adapters",
    "newswire.assembly",
    "newswire.operations",
    "newswire.serve",
    "newswire.settings",
    "newswire.stages",
)


def test_importing_the_client_loads_pydantic_and_nothing_heavy():
    listing = "import sys, newswire.client; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "pydantic" in loaded
    assert [name for name in loaded if name.startswith(HEAVY)] == []
