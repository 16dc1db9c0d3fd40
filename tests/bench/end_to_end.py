"""Pages per second through the whole embedded line, against the limit: extraction alone.

    python tests/bench/end_to_end.py [--rounds 3] [--copies 2]

The limit is plain trafilatura with metadata on the same pages in as many processes, without fetching,
parsing feeds, deciding or storing anything. Both are timed in turn in one run, with warm processes,
so the ratio holds on a noisy machine where the rates do not. Pages are those of the corpus
(NEWSWIRE_CORPUS), served from loopback by a process of its own, which takes its share of the same CPUs.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import trafilatura

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.assembly.backends import open_backends, open_fetch_backends
from newswire.assembly.pipeline import Pipeline
from newswire.log import configure
from newswire.operations.subscribe import subscription
from newswire.parsing.pages.page import warm
from newswire.runtime.cpus import usable_cpus
from newswire.settings import LogSettings, load
from support.corpus import pages
from support.folder_server import FolderServer, rss

SETS = ("extract-scrapinghub", "extract-news424", "extract-fundus")


def plain(body: bytes) -> bool:
    return trafilatura.bare_extraction(body, with_metadata=True) is not None


def served(copies: int, ready: "multiprocessing.Queue[tuple[list[str], int]]", done: "multiprocessing.Event") -> None:
    with FolderServer() as server:
        feeds, total = [], 0
        for copy in range(copies):
            for name in SETS:
                links = {}
                for gold, body in pages(name):
                    path = f"/{copy}/{name}/{gold['id']}"
                    server.answers[path] = (body, "text/html")
                    links[server.base + path] = f"Page {gold['id']}"
                server.answers[f"/{copy}/{name}.xml"] = rss(name, links)
                feeds.append(f"{server.base}/{copy}/{name}.xml")
                total += len(links)
        ready.put((feeds, total))
        done.wait()


async def the_line(feeds: list[str], processes: int) -> float:
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        settings = load(
            {
                "NEWSWIRE_DATA_DIR": folder,
                "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
                "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
                "NEWSWIRE_FETCH__HOST_CONCURRENCY": "16",
                "NEWSWIRE_EXTRACT__PROCESSES": str(processes),
            }
        )
        async with open_backends(settings) as backends, open_fetch_backends(settings, backends.clock) as fetch_backends:
            await asyncio.gather(*(fetch_backends.workers.run(warm, deadline_s=60) for _ in range(processes * 2)))
            await backends.feeds.add([subscription(url, backends.clock.now()) for url in feeds])
            start = time.perf_counter()
            await Pipeline(backends, fetch_backends).run_once()
            return time.perf_counter() - start


def the_limit(bodies: list[bytes], processes: int) -> float:
    with ProcessPoolExecutor(processes, multiprocessing.get_context("forkserver")) as pool:
        list(pool.map(plain, bodies[: processes * 4]))
        start = time.perf_counter()
        list(pool.map(plain, bodies, chunksize=4))
        return time.perf_counter() - start


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--copies", type=int, default=2)
    chosen = arguments.parse_args()
    configure(LogSettings(level="error"), service="bench", terminal=False)
    processes = usable_cpus()
    bodies = [body for _ in range(chosen.copies) for name in SETS for _, body in pages(name)]
    context = multiprocessing.get_context("spawn")
    ready, done = context.Queue(), context.Event()
    server = context.Process(target=served, args=(chosen.copies, ready, done))
    server.start()
    feeds, total = ready.get()
    assert total == len(bodies)
    ratios = []
    for number in range(chosen.rounds):
        limit = total / the_limit(bodies, processes)
        line = total / asyncio.run(the_line(feeds, processes))
        ratios.append(line / limit)
        print(
            f"round {number + 1}: line {line:.1f} pages/s, limit {limit:.1f} pages/s, ratio {ratios[-1]:.2f}",
            flush=True,
        )
    done.set()
    server.join()
    print(f"{total} pages, {processes} processes: ratio {statistics.median(ratios):.2f} (median of {len(ratios)})")


if __name__ == "__main__":
    main()
