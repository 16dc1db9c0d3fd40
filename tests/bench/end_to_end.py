"""Pages per second through the whole line, against its own workers alone and against plain trafilatura.

    python tests/bench/end_to_end.py [--bus database|kafka] [--rounds 3] [--copies 2] [--every 1]

The line polls feeds, fetches, extracts, decides, stores and indexes, in one process and its workers; with
``--bus kafka`` over Kafka and Postgres, which run on the same machine. Its own workers alone get the same pages from
memory, and do nothing else. Plain trafilatura, with metadata, has as many processes. All three take turns in one run,
with warm processes, so the ratios hold on a noisy machine where the rates do not. Printed as well: the CPU of the
line's own process, of all its threads and of its main thread, and how long it takes from a page's answer to its change
on the wire. Pages are those of the corpus (NEWSWIRE_CORPUS), served from loopback by a process of its own.
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
NO_FACTS = FeedFacts(None, (), None, "second", None, "second")


@dataclass(frozen=True)
class Measured:
    """One run of the line."""

    seconds: float
    cpu_s: float
    main_cpu_s: float
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
    with FolderServer() as server:
        feeds, total = [], 0
        for copy in range(copies):
            for name in SETS:
                links = {}
                for page, body in chosen_pages(name, every):
                    path = f"/{copy}/{name}/{page}"
                    server.answers[path] = (body, "text/html")
                    links[server.base + path] = f"Page {page}"
                server.answers[f"/{copy}/{name}.xml"] = rss(name, links)
                feeds.append(f"{server.base}/{copy}/{name}.xml")
                total += len(links)
        ready.put((feeds, total))
        done.wait()


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


async def the_line(feeds: list[str], processes: int, places: dict[str, str] | None = None) -> Measured:
    async with opened(processes, places or {}) as (backends, fetch_backends):
        await backends.feeds.add([subscription(url, backends.clock.now()) for url in feeds])
        settle()  # as `newswire run` does
        start, cpu, main = time.perf_counter(), time.process_time(), time.thread_time()
        await Pipeline(backends, fetch_backends).run_once()
        took = time.perf_counter() - start, time.process_time() - cpu, time.thread_time() - main
        return Measured(*took, [delay async for delay in delays(backends)])


async def delays(backends: Backends) -> AsyncIterator[float]:
    """See `Measured.delays_s`."""
    found = []
    async for record in backends.bus.tail(CHANGES):
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


def compare(feeds: list[str], bodies: list[bytes], rounds: int, kafka: Kafka | None, postgres: Postgres | None) -> None:
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
        line = asyncio.run(the_line(feeds, processes, places))
        ratios.append((workers / line.seconds, plainly / line.seconds))
        print(
            f"round {number}: pages/s: line {total / line.seconds:.1f}, its workers alone {total / workers:.1f} (ratio "
            f"{ratios[-1][0]:.2f}), trafilatura {total / plainly:.1f} (ratio {ratios[-1][1]:.2f}); CPU of the line's "
            f"process a page: {1000 * line.cpu_s / total:.1f} ms, main thread {1000 * line.main_cpu_s / total:.1f} ms; "
            f"from answer to change: p50 {line.delay_s(0.5):.2f} s, p95 {line.delay_s(0.95):.2f} s, "
            f"p99 {line.delay_s(0.99):.2f} s",
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
        compare(feeds, bodies, chosen.rounds, kafka, postgres)
    finally:
        for started in (kafka, postgres):
            if started is not None:
                started.stop()
        done.set()
        server.join()


if __name__ == "__main__":
    main()
