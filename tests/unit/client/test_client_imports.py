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


def test_an_address_of_another_kind_does_not_load_the_client_of_kafka():
    program = (
        "import sys; from newswire.client import connect_sync\n"
        "for address in ('https://wire.example.org', 'sqlite:////tmp/none.db'): connect_sync(address).close()\n"
        "before = [name for name in sys.modules if name.startswith('aiokafka')]\n"
        "connect_sync('kafka://127.0.0.1:9').close()\n"
        "print(before, 'aiokafka' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


def test_importing_the_client_loads_pydantic_and_nothing_heavy():
    listing = "import sys, newswire.client; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "pydantic" in loaded
    assert [name for name in loaded if name.startswith(HEAVY)] == []
