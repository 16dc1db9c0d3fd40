"""Memory and CPU of the process that does all but read pages: workers answer at once, so that process alone is at work.

    python tests/bench/parent.py [--pages 4000] [--every 4] [--processes 1]

The line polls feeds, fetches pages from loopback, hands them to worker processes, decides, stores and indexes. A worker
does not read the page that it is given: it answers with what was found on it once, in other words for each copy. Pages
are every ``--every`` one of the corpus (NEWSWIRE_CORPUS), in their real sizes. Printed for every 1,000 pages: the
resident size of the process; what the C library's heaps hold, in use and free; CPU a page, of all threads and of the
main thread.
"""

import argparse
import asyncio
import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from end_to_end import NO_FACTS, opened
from memory import FEED, SETS, respelled

from newswire.assembly.backends import FetchBackends
from newswire.assembly.pipeline import Pipeline
from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.text.fingerprint import count_and_hash
from newswire.domain.text.signature import text_part
from newswire.log import configure
from newswire.operations.subscribe import subscription
from newswire.parsing.jobs import parse_page
from newswire.ports import Workers
from newswire.runtime.cpus import rss_bytes
from newswire.runtime.garbage import settle
from newswire.runtime.heap import one_heap
from newswire.settings import LogSettings
from support.corpus import pages
from support.folder_server import Answer, FolderServer, rss

MARK = b"<!--%012d-->"
STEP = 1000
_MALLINFO = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks"),
    *("uordblks", "fordblks", "keepcost"),
)


class Numbered(FolderServer):
    """Serves the pages again and again, each time with its number in front."""

    def __init__(self, bodies: list[bytes]) -> None:
        super().__init__()
        self._bodies = bodies

    def found(self, path: str) -> Answer | None:
        if not path.startswith("/p/"):
            return super().found(path)
        number = int(path.rpartition("/")[2])
        return MARK % number + self._bodies[number % len(self._bodies)], "text/html"


def serve(bodies: list[bytes], total: int, ready: "multiprocessing.Queue[list[str]]") -> None:
    with Numbered(bodies) as server:
        feeds = []
        for first in range(0, total, FEED):
            links = {f"{server.base}/p/{n}": f"Page {n}" for n in range(first, min(first + FEED, total))}
            server.answers[f"/f/{first}"] = rss(str(first), links)
            feeds.append(f"{server.base}/f/{first}")
        ready.put(feeds)
        signal.pause()  # until it is ended


@cache
def _found(path: str) -> list[ParsedPage]:
    answers: list[ParsedPage] = pickle.loads(Path(path).read_bytes())  # our own, of this run
    return answers


def answer(path: str, body: bytes) -> ParsedPage:
    """In a worker: the article of a page that was read before, in other words."""
    number = int(body[4:16])
    copy, page = divmod(number, len(_found(path)))
    found = _found(path)[page]
    text = respelled(found.text.encode(), copy, Random(number)).decode(errors="replace")
    words, digest = count_and_hash(text)
    return replace(found, text=text, content_hash=digest, word_count=words, text_codes=text_part(text))


class Ready:
    """Implements `newswire.ports.Workers` over others, which do not read pages."""

    def __init__(self, workers: Workers, path: str, count: Callable[[], None]) -> None:
        self._workers, self._path, self._count = workers, path, count

    async def run(self, function: Callable[..., Any], *args: Any, deadline_s: float) -> Any:
        if function is not parse_page:
            return await self._workers.run(function, *args, deadline_s=deadline_s)
        self._count()
        return await self._workers.run(answer, self._path, args[0], deadline_s=deadline_s)

    def rss(self) -> dict[int, int]:
        return self._workers.rss()

    async def close(self) -> None:
        await self._workers.close()


class _Mallinfo(ctypes.Structure):
    """The C library's ``struct mallinfo2``, see mallinfo(3)."""

    _fields_ = [(name, ctypes.c_size_t) for name in _MALLINFO]


class PageCount:
    """Counts pages, and prints how the process stands."""

    def __init__(self) -> None:
        self._pages = 0
        self._mallinfo = ctypes.CDLL(None).mallinfo2
        self._mallinfo.restype = _Mallinfo
        self._before = self._cpu()

    def _cpu(self) -> tuple[float, float]:
        return time.process_time(), time.thread_time()

    def __call__(self) -> None:
        self._pages += 1
        if self._pages % STEP:
            return
        now, before, self._before = self._cpu(), self._before, self._cpu()
        heap = self._mallinfo()
        each = [1000 * (new - old) / STEP for new, old in zip(now, before, strict=True)]
        print(
            f"{self._pages:6d} pages: {rss_bytes(os.getpid()) >> 20} MiB, heaps {heap.uordblks >> 20} in use, "
            f"{heap.fordblks >> 20} free; CPU a page {each[0]:.2f} ms, main thread {each[1]:.2f}",
            flush=True,
        )


async def the_line(feeds: list[str], bodies: list[bytes], processes: int) -> None:
    now = datetime.now(UTC)
    async with opened(processes, {}) as (backends, fetch_backends):
        workers = fetch_backends.workers
        jobs = [(body, "https://bench.example/page", "text/html", None, NO_FACTS, now) for body in bodies]
        answers = await asyncio.gather(*(workers.run(parse_page, *job, deadline_s=60) for job in jobs))
        with tempfile.NamedTemporaryFile(prefix="newswire-answers-") as file:
            file.write(pickle.dumps(answers))
            file.flush()
            await backends.feeds.add([subscription(url, backends.clock.now()) for url in feeds])
            settle()
            await Pipeline(
                backends, FetchBackends(fetch_backends.web, Ready(workers, file.name, PageCount()))
            ).run_once()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pages", type=int, default=4000)
    arguments.add_argument("--every", type=int, default=4)
    arguments.add_argument("--processes", type=int, default=1)
    chosen = arguments.parse_args()
    one_heap()  # as `newswire run` does
    bodies = [body for name in SETS for _, body in list(pages(name))[:: chosen.every]]
    context = multiprocessing.get_context("spawn")
    ready: multiprocessing.Queue[list[str]] = context.Queue()
    server = context.Process(target=serve, args=(bodies, chosen.pages, ready), daemon=True)
    server.start()
    with Path(os.devnull).open("w") as nowhere:
        configure(LogSettings(format="json"), service="newswire-run", terminal=False, stream=nowhere)
        asyncio.run(the_line(ready.get(), bodies, chosen.processes))
    server.terminate()


if __name__ == "__main__":
    main()
