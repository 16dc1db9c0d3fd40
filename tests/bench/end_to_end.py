"""Pages per second through the whole line, against its own workers alone and against plain trafilatura.

    python tests/bench/end_to_end.py [--bus database|kafka] [--rounds 3] [--copies 2] [--every 1]

The line polls feeds, fetches, extracts, decides, stores and indexes, in one process and its workers; with
``--bus kafka`` over Kafka and Postgres, which run on the same machine. Its own workers alone get the same pages from
memory, and do nothing else. Plain trafilatura, with metadata, has as many processes. All three take turns in one run,
with warm processes, so the ratios hold on a noisy machine where the rates do not: the line reads some pages of another
set first, as the first pages cost more in every process. Printed as well: the CPU of the line's own process, of all its
threads and of its main thread, of its workers, and of the process that serves the pages; and how long it takes from a
page's answer to its change on the wire. Pages are those of the corpus (NEWSWIRE_CORPUS), served from loopback by a
process of its own.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import trafilatura

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.assembly.backends import Backends, FetchBackends, open_backends, open_fetch_backends
from newswire.assembly.pipeline import Pipeline
from newswire.contracts import decode
from newswire.domain.articles.facts.page_claims import FeedFacts
from newswire.events import CHANGES, TOPICS, Duplicate, Published
from newswire.log import configure
from newswire.operations.subscribe import subscription
from newswire.parsing.jobs import parse_page
from newswire.parsing.pages.page import warm
from newswire.runtime.cpus import usable_cpus
from newswire.runtime.garbage import settle
from newswire.settings import LogSettings, load
from support.corpus import pages
from support.folder_server import FolderServer, rss
from support.kafka import Kafka
from support.postgres import Postgres

SETS = ("extract-scrapinghub", "extract-news424", "extract-fundus")
WARM_SET, WARM_EVERY = "extract-wcxb", 40
NO_FACTS = FeedFacts(None, (), None, "second", None, "second")


@dataclass(frozen=True)
class Measured:
    """One run of the line."""

    seconds: float
    cpu_s: float
    main_cpu_s: float
    workers_cpu_s: float
    """Of the workers that are there at the end."""
    delays_s: Sequence[float]
    """From each page's answer to its change on the wire, the shortest first."""

    def delay_s(self, share: float) -> float:
        return self.delays_s[min(len(self.delays_s) - 1, int(share * len(self.delays_s)))] if self.delays_s else 0.0


def plain(body: bytes) -> bool:
    return trafilatura.bare_extraction(body, with_metadata=True) is not None


def chosen_pages(name: str, every: int) -> list[tuple[str, bytes]]:
    return [(str(gold["id"]), body) for gold, body in list(pages(name))[::every]]


def served(
    copies: int, every: int, ready: "multiprocessing.Queue[tuple[list[str], int]]", done: "multiprocessing.Event"
) -> None:
    """Serve the pages and their feeds; the first feed is that of the pages to warm up with, which are not counted."""
    with FolderServer() as server:
        warm, _ = serve_set(server, "warm", WARM_SET, WARM_EVERY)
        sets = [serve_set(server, str(copy), name, every) for copy in range(copies) for name in SETS]
        ready.put(([warm, *(feed for feed, _ in sets)], sum(count for _, count in sets)))
        done.wait()


def serve_set(server: FolderServer, folder: str, name: str, every: int) -> tuple[str, int]:
    """The address of a feed of every n-th page of a set, and how many these are."""
    links = {}
    for page, body in chosen_pages(name, every):
        path = f"/{folder}/{name}/{page}"
        server.answers[path] = (body, "text/html")
        links[server.base + path] = f"Page {page}"
    server.answers[f"/{folder}/{name}.xml"] = rss(name, links)
    return f"{server.base}/{folder}/{name}.xml", len(links)


@asynccontextmanager
async def opened(processes: int, places: dict[str, str]) -> AsyncIterator[tuple[Backends, FetchBackends]]:
    """The line's backends, its workers warm."""
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        settings = load(
            {
                "NEWSWIRE_DATA_DIR": folder,
                "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
                "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
                "NEWSWIRE_FETCH__HOST_CONCURRENCY": "16",
                "NEWSWIRE_EXTRACT__PROCESSES": str(processes),
                **places,
            }
        )
        async with open_backends(settings, check_schema=not places) as backends:
            if places:
                await backends.schema.migrate()
            async with open_fetch_backends(settings, backends.clock) as fetch_backends:
                await asyncio.gather(*(fetch_backends.workers.run(warm, deadline_s=60) for _ in range(processes * 2)))
                yield backends, fetch_backends


async def the_line(
    feeds: list[str], processes: int, places: dict[str, str] | None = None, warm_up: Sequence[str] = ()
) -> Measured:
    """One run of the line over these feeds; those to warm up with are read before, unmeasured."""
    async with opened(processes, places or {}) as (backends, fetch_backends):
        settle()  # as `newswire run` does
        if warm_up:
            await _read_feeds(backends, fetch_backends, warm_up)
        began, workers = datetime.now(UTC), process_cpu_s(*fetch_backends.workers.rss())
        start, cpu, main = time.perf_counter(), time.process_time(), time.thread_time()
        await _read_feeds(backends, fetch_backends, feeds)
        took = time.perf_counter() - start, time.process_time() - cpu, time.thread_time() - main
        spent = process_cpu_s(*fetch_backends.workers.rss()) - workers
        return Measured(*took, spent, [delay async for delay in delays(backends, began)])


async def _read_feeds(backends: Backends, fetch_backends: FetchBackends, feeds: Sequence[str]) -> None:
    await backends.feeds.add([subscription(url, backends.clock.now()) for url in feeds])
    await Pipeline(backends, fetch_backends).run_once()


def process_cpu_s(*pids: int) -> float:
    """Seconds of CPU of these processes, in their own code and in the kernel."""
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)


async def delays(backends: Backends, since: datetime) -> AsyncIterator[float]:
    """See `Measured.delays_s`."""
    found = []
    async for record in backends.bus.tail(CHANGES, since=since):
        change = decode(record)
        if isinstance(change, Published | Duplicate) and change.article.fetched_at is not None:
            found.append((change.at - change.article.fetched_at).total_seconds())
    for each in sorted(found):
        yield each


async def the_workers(bodies: list[bytes], processes: int) -> float:
    """Seconds of the line's own workers for these pages, which come from memory."""
    now = datetime.now(UTC)
    async with opened(processes, {}) as (_, fetch_backends):

        async def one(body: bytes) -> None:
            page = (body, "https://bench.example/page", "text/html", None, NO_FACTS, now)
            await fetch_backends.workers.run(parse_page, *page, deadline_s=60)

        start = time.perf_counter()
        await asyncio.gather(*map(one, bodies))
        return time.perf_counter() - start


def plain_trafilatura(bodies: list[bytes], processes: int) -> float:
    with ProcessPoolExecutor(processes, multiprocessing.get_context("forkserver")) as pool:
        list(pool.map(plain, bodies[: processes * 4]))
        start = time.perf_counter()
        list(pool.map(plain, bodies, chunksize=4))
        return time.perf_counter() - start


def compare(
    feeds: list[str], bodies: list[bytes], rounds: int, publisher: int, kafka: Kafka | None, postgres: Postgres | None
) -> None:
    """Measure and print; the first of the feeds is to warm up with, and ``publisher`` is the id of its process."""
    processes, total = usable_cpus(), len(bodies)
    ratios: list[tuple[float, float]] = []
    for number in range(1, rounds + 1):
        places: dict[str, str] = {}
        if kafka is not None and postgres is not None:
            if number > 1:
                kafka.delete_topics(TOPICS)
            kafka.create_topics(TOPICS, partitions=8, config={"max.message.bytes": "10485760"})
            name = asyncio.run(postgres.create_database())
            places = {"NEWSWIRE_STORE": postgres.url(name), "NEWSWIRE_BUS": f"kafka://{kafka.address}"}
        plainly = plain_trafilatura(bodies, processes)
        workers = asyncio.run(the_workers(bodies, processes))
        serving = process_cpu_s(publisher)
        line = asyncio.run(the_line(feeds[1:], processes, places, warm_up=feeds[:1]))
        serving = process_cpu_s(publisher) - serving
        ratios.append((workers / line.seconds, plainly / line.seconds))
        cpu = (line.cpu_s, line.main_cpu_s, line.workers_cpu_s, serving, processes * line.seconds)
        own, main_thread, of_workers, of_publisher, had = (f"{1000 * seconds / total:.1f} ms" for seconds in cpu)
        print(
            f"round {number}: pages/s: line {total / line.seconds:.1f}, its workers alone {total / workers:.1f} (ratio "
            f"{ratios[-1][0]:.2f}), trafilatura {total / plainly:.1f} (ratio {ratios[-1][1]:.2f}); CPU a page: the "
            f"line's process {own}, its main thread {main_thread}, its workers {of_workers}, the publisher "
            f"{of_publisher}, of {had} of all processors; from answer to change: p50, p95, p99 "
            + ", ".join(f"{line.delay_s(share):.2f} s" for share in (0.5, 0.95, 0.99)),
            flush=True,
        )
    by_workers, by_trafilatura = (statistics.median(each) for each in zip(*ratios, strict=True))
    print(
        f"{total} pages, {processes} processes, medians of {rounds}: {by_workers:.2f} of its own workers alone, "
        f"{by_trafilatura:.2f} of plain trafilatura"
    )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bus", choices=["database", "kafka"], default="database")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--copies", type=int, default=2)
    arguments.add_argument("--every", type=int, default=1, help="every n-th page")
    chosen = arguments.parse_args()
    configure(LogSettings(level="error"), service="bench", terminal=False)
    bodies = [body for _ in range(chosen.copies) for name in SETS for _, body in chosen_pages(name, chosen.every)]
    context = multiprocessing.get_context("spawn")
    ready, done = context.Queue(), context.Event()
    server = context.Process(target=served, args=(chosen.copies, chosen.every, ready, done))
    server.start()
    feeds, total = ready.get()
    assert total == len(bodies)
    kafka = Kafka.start_new() if chosen.bus == "kafka" else None
    postgres = Postgres.start_new() if chosen.bus == "kafka" else None
    try:
        compare(feeds, bodies, chosen.rounds, server.pid or 0, kafka, postgres)
    finally:
        for started in (kafka, postgres):
            if started is not None:
                started.stop()
        done.set()
        server.join()


if __name__ == "__main__":
    main()
