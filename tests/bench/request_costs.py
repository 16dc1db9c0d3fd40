"""CPU of the read side for each request, and how many a core answers, as a ratio to a trivial FastAPI endpoint.

    python tests/bench/request_costs.py [--requests 2000] [--articles 2000]

`newswire serve` runs over a SQLite file of made articles (`bench.search_fill`), in a process of its own. So does the
trivial application: one endpoint that answers ``{"status": "ok"}``, behind the same HTTP server with the same limits.
Eight connections are kept open, and each asks again when it was answered. The CPU is that of the process that answers,
so a core answers 1 / CPU. An ETag is never sent, so every answer is made and sent whole.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.made_articles import SOURCES, Prose
from bench.search_fill import fill
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.events import article_id_of
from newswire.serve.listener import ConnectionLimits, listening
from support.kafka import free_ports
from support.waiting import answering

CONNECTIONS: Final = 8
WARM: Final = 100
TRIVIAL: Final = "trivial"


async def answer_trivially(port: int) -> None:
    app = FastAPI(openapi_url=None)

    @app.get("/status")
    async def status() -> dict[str, str]:
        return {"status": "ok"}

    async with listening(app, host="127.0.0.1", port=port, limits=ConnectionLimits(1000, 20, answers_last=True)):
        await asyncio.Event().wait()


@contextmanager
def process(port: int, *command: str, **environment: str) -> Iterator[psutil.Process]:
    """A process that answers at ``port``."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, *command], env={**os.environ, **environment}, **quiet) as started:
        try:
            asyncio.run(answering(port))
            yield psutil.Process(started.pid)
        finally:
            started.terminate()


async def ask(port: int, paths: list[str]) -> None:
    """Ask for each path, by `CONNECTIONS` connections at once."""

    async def connection(mine: list[str]) -> None:
        source, sink = await asyncio.open_connection("127.0.0.1", port)
        for path in mine:
            sink.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            head = (await source.readuntil(b"\r\n\r\n")).decode().lower()
            assert head.startswith("http/1.1 200"), f"{path}: {head}"
            await source.readexactly(int(head.partition("content-length: ")[2].partition("\r\n")[0]))
        sink.close()

    await asyncio.gather(*(connection(paths[number::CONNECTIONS]) for number in range(CONNECTIONS)))


def measured(served: psutil.Process, port: int, paths: list[str]) -> float:
    """Milliseconds of CPU for a request."""
    asyncio.run(ask(port, paths[:WARM]))
    before = served.cpu_times()
    asyncio.run(ask(port, paths))
    after = served.cpu_times()
    return (after.user + after.system - before.user - before.system) / len(paths) * 1000


async def prepare(url: str, prose: Prose, articles: int) -> None:
    database = Database(url)
    try:
        await DatabaseSchema(database).migrate()
    finally:
        await database.close()
    await fill(url, prose, articles, articles)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--trivial", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.trivial:
        asyncio.run(answer_trivially(chosen.trivial))
        return
    prose, dice = Prose(), random.Random(3)
    port, other = free_ports(2)
    with process(other, __file__, "--trivial", str(other)) as served:
        trivial = measured(served, other, ["/status"] * chosen.requests)
    print(f"{TRIVIAL:32} {trivial:.2f} ms of CPU, {1000 / trivial:.0f} requests/s a core", flush=True)

    def article() -> str:
        number = dice.randrange(chosen.articles)
        return f"/v1/articles/{article_id_of(f'https://www.{SOURCES[number % len(SOURCES)]}/{number}')}"

    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        asyncio.run(prepare(f"sqlite:///{folder}/newswire.db", prose, chosen.articles))
        environment = {"NEWSWIRE_DATA_DIR": folder, "NEWSWIRE_SERVE__PORT": str(port)}
        with process(port, "-m", "newswire", "serve", **environment) as served:
            for name, path in (
                ("the newest changes: none", lambda: "/v1/changes?after=now"),
                ("10 changes", lambda: "/v1/changes?after=start&limit=10"),
                ("100 changes", lambda: "/v1/changes?after=start&limit=100"),
                ("one article", article),
                ("50 articles", lambda: "/v1/articles?limit=50"),
                ("search, 50 articles", lambda: f"/v1/search?limit=50&q={prose.any(0, 1_000)}"),
            ):
                each = measured(served, port, [path() for _ in range(chosen.requests)])
                print(f"{name:32} {each:.2f} ms of CPU, {1000 / each:.0f} requests/s a core, ", end="")
                print(f"{trivial / each:.2f} of the trivial endpoint", flush=True)


if __name__ == "__main__":
    main()
