"""Memory of the parent and of each worker while one `newswire run --once` works through many pages.

    python tests/bench/memory.py [--pages 5000]

The pages are the corpus's (NEWSWIRE_CORPUS), each copy made another article by a sentence of its own.
Printed are the resident sizes at every tenth of the way, so that growth after the warm-up can be seen.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.corpus import pages
from support.folder_server import Answer, FolderServer, rss

SETS = ("extract-scrapinghub", "extract-news424", "extract-fundus")
FEED = 250


class Counting(FolderServer):
    """Makes each page when it is asked for, and counts."""

    def __init__(self, bodies: list[bytes]) -> None:
        super().__init__()
        self._bodies = bodies
        self.served = 0

    def found(self, path: str) -> Answer | None:
        if not path.startswith("/p/"):
            return super().found(path)
        number = int(path.rpartition("/")[2])
        self.served += 1
        mark = f"<p>This copy is number {number} of all that were printed that day, and unlike the others.</p>"
        return self._bodies[number % len(self._bodies)].replace(b"</p>", b"</p>" + mark.encode(), 1), "text/html"


def sizes(process: psutil.Process) -> tuple[int, list[int]]:
    """MiB of the parent, and of each worker, the largest first."""
    children = [child for child in process.children(recursive=True) if child.is_running()]
    mine = process.memory_info().rss >> 20
    theirs = []
    for child in children:
        try:
            theirs.append(child.memory_info().rss >> 20)
        except psutil.NoSuchProcess:
            continue
    return mine, sorted(theirs, reverse=True)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pages", type=int, default=5000)
    total = arguments.parse_args().pages
    bodies = [body for name in SETS for _, body in pages(name)]
    with Counting(bodies) as server, tempfile.TemporaryDirectory(prefix="newswire-memory-") as folder:
        feeds = []
        for number, first in enumerate(range(0, total, FEED)):
            chunk = range(first, min(first + FEED, total))
            server.answers[f"/f/{number}"] = rss(str(number), {f"{server.base}/p/{n}": f"Page {n}" for n in chunk})
            feeds.append(f"{server.base}/f/{number}")
        env = {
            **os.environ,
            "NEWSWIRE_DATA_DIR": folder,
            "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
            "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
            "NEWSWIRE_FETCH__HOST_CONCURRENCY": "16",
            "NEWSWIRE_LOG__LEVEL": "error",
        }
        run = subprocess.Popen([sys.executable, "-m", "newswire", "run", "--once", *feeds], env=env)
        process, mark = psutil.Process(run.pid), 0
        start = time.monotonic()
        while run.poll() is None:
            if server.served >= mark:
                parent, workers = sizes(process)
                print(f"{server.served:6d} pages: parent {parent} MiB, processes {workers} MiB", flush=True)
                mark += max(1, total // 10)
            time.sleep(0.05)
        print(f"{total} pages in {time.monotonic() - start:.0f} s, exit {run.returncode}")


if __name__ == "__main__":
    main()
