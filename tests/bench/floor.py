"""The least CPU that a process like the line's own can need: its steps, without anything that newswire decides.

    python tests/bench/floor.py [--rounds 2] [--every 2]

The same pages, publisher, worker pool and extraction as in `end_to_end.py`. The process fetches each page by aiohttp,
hands it to the pool, and writes what comes back by plain statements in a thread, for all pages at once that wait: the
log, and then, as a second durable step, the article, its words in a full-text index and the change in the log.
It does not poll, check an address or a redirect, validate, judge duplicates, keep books, log, measure or follow robots.
"""

import argparse
import asyncio
import json
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

sys.path.insert(0, str(Path(__file__).parents[1]))

from end_to_end import NO_FACTS, SETS, chosen_pages, opened, process_cpu_s

from newswire.parsing.jobs import parse_page
from newswire.ports import Workers
from newswire.runtime.cpus import usable_cpus
from newswire.runtime.garbage import settle
from support.folder_server import FolderServer

AT_ONCE = 16
TABLES = """
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE log (place INTEGER PRIMARY KEY, value BLOB);
    CREATE TABLE articles (url TEXT PRIMARY KEY, article TEXT);
    CREATE VIRTUAL TABLE words USING fts5 (title, body, content='');
"""


def serve(every: int, ready: "multiprocessing.Queue[list[str]]", done: "multiprocessing.Event") -> None:
    with FolderServer() as server:
        for name in SETS:
            server.answers |= {f"/{name}/{page}": (body, "text/html") for page, body in chosen_pages(name, every)}
        ready.put([server.base + path for path in server.answers])
        done.wait()


def write(database: sqlite3.Connection, found: list[dict[str, Any]]) -> None:
    """Two durable steps for some pages."""
    events = [(json.dumps(each).encode(),) for each in found]
    with database:
        database.executemany("INSERT INTO log (value) VALUES (?)", events)
    articles = [json.loads(event) for (event,) in events]
    with database:
        rows = [(each["url"], json.dumps(each)) for each in articles]
        database.executemany("INSERT INTO articles VALUES (?, ?)", rows)
        words = [(each["title"], each["text"]) for each in articles]
        database.executemany("INSERT INTO words (title, body) VALUES (?, ?)", words)
        database.executemany("INSERT INTO log (value) VALUES (?)", events)


async def run(urls: list[str], workers: Workers, path: str) -> None:
    """Fetch, extract and write every page."""
    waiting: list[dict[str, Any]] = []
    places, left, came = asyncio.Semaphore(AT_ONCE), len(urls), asyncio.Event()
    database = sqlite3.connect(path, check_same_thread=False)
    database.executescript(TABLES)

    async def one(session: aiohttp.ClientSession, url: str) -> None:
        async with places:
            async with session.get(url) as answer:
                page = (await answer.read(), url, "text/html", None, NO_FACTS, datetime.now(UTC))
            read = await workers.run(parse_page, *page, deadline_s=60)
        waiting.append({"url": url, "title": read.title, "text": read.text})
        came.set()

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(one(session, url))
        while left:
            await came.wait()
            came.clear()
            found, waiting[:] = waiting[:], []
            await asyncio.to_thread(write, database, found)
            left -= len(found)
    database.close()


async def measured(urls: list[str], processes: int) -> None:
    async with opened(processes, {}) as (_, fetch_backends):
        settle()
        for number in range(2):  # the first is to warm up
            with tempfile.TemporaryDirectory(prefix="newswire-floor-") as folder:
                workers, start = process_cpu_s(*fetch_backends.workers.rss()), time.perf_counter()
                cpu, main_thread = time.process_time(), time.thread_time()
                await run(urls[:: 1 if number else 8], fetch_backends.workers, f"{folder}/floor.db")
                cpu, main_thread = time.process_time() - cpu, time.thread_time() - main_thread
                workers, seconds = process_cpu_s(*fetch_backends.workers.rss()) - workers, time.perf_counter() - start
    own, main_thread, of_workers = (1000 * each / len(urls) for each in (cpu, main_thread, workers))
    print(
        f"{len(urls)} pages, {len(urls) / seconds:.1f} a second; CPU a page: the process {own:.1f} ms, its main thread "
        f"{main_thread:.1f} ms, its workers {of_workers:.1f} ms",
        flush=True,
    )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--every", type=int, default=2, help="every n-th page")
    chosen = arguments.parse_args()
    context = multiprocessing.get_context("spawn")
    ready, done = context.Queue(), context.Event()
    server = context.Process(target=serve, args=(chosen.every, ready, done))
    server.start()
    urls = ready.get()
    for _ in range(chosen.rounds):
        asyncio.run(measured(urls, usable_cpus()))
    done.set()
    server.join()


if __name__ == "__main__":
    main()
