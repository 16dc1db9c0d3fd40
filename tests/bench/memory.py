"""Memory, CPU and lost workers while one `newswire run --once` works through many pages, each of them new.

    python tests/bench/memory.py [--pages 5000] [--minutes 60] [--processes 2] [--largest 60]

The pages are the corpus's (NEWSWIRE_CORPUS): those of at most ``--largest`` KiB with enough words in Latin letters.
Each copy has the words of its paragraphs in an order of its own, and the longer ones spelled in an alphabet of its own,
so no copy is a near-duplicate of another, and none an edition of a template. Short words stay, so that the language can
still be told.
Printed for every 1,000 pages: resident sizes, pages a second of CPU of all processes, and the CPU of the parent a page.
A page that is looked at again counts once, so end the run when all are read (``--minutes``): looks cost CPU, too.
At the end: the growth of the parent after its first windows, the rate of the last windows against that of the first
ones, and worker processes that were lost, by the service's own figures.
With ``--minutes`` the run is stopped when they are over, as an operator stops it.
"""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import linear_regression
from string import ascii_lowercase

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.corpus import pages
from support.folder_server import Answer, FolderServer, rss

SETS = ("extract-scrapinghub", "extract-news424", "extract-fundus")
FEED = 250
_VOWELS = "aeiou"
_CONSONANTS = "".join(sorted(set(ascii_lowercase) - set(_VOWELS) - {"y"}))
_STEPS = (1, 3, 7, 9, 11, 13, 17, 19)
_PROSE = re.compile(rb'(<p\b[^>]{0,300}>|"articleBody"\s*:\s*")([^<"]+)')
_FEW_WORDS = 150
_LONG_WORD = re.compile(rb"\b[a-z]{5,}\b")


def alphabet(number: int) -> bytes:
    """A table for ``bytes.translate``: vowels stay vowels, consonants consonants; 800 numbers give different ones."""
    turn, step, start = number % 5, _STEPS[number // 5 % 8], number // 40 % 20
    vowels = _VOWELS[turn:] + _VOWELS[:turn]
    consonants = "".join(_CONSONANTS[(place * step + start) % 20] for place in range(20))
    return bytes.maketrans((_VOWELS + _CONSONANTS).encode(), (vowels + consonants).encode())


def respelled(text: bytes, number: int, random: Random) -> bytes:
    """A text with its longer words in another alphabet, and all of them in another order."""
    table = alphabet(number)
    words = _LONG_WORD.sub(lambda word: word[0].translate(table), text).split(b" ")
    random.shuffle(words)
    return b" ".join(words)


def another(body: bytes, number: int) -> bytes:
    """The page as another article; number 0 leaves it as it is."""
    if not number:
        return body
    random = Random(number)
    return _PROSE.sub(lambda found: found[1] + respelled(found[2], number, random), body)


def can_be_another(body: bytes) -> bool:
    """Whether a copy of the page has other words: not where most stand in another script, or in no paragraph."""
    return sum(len(_LONG_WORD.findall(found[2])) for found in _PROSE.finditer(body)) >= _FEW_WORDS


class Counting(FolderServer):
    """Makes each page when it is asked for, and counts the pages that were asked for, not the looks at known ones."""

    def __init__(self, bodies: list[bytes]) -> None:
        super().__init__()
        self._bodies = bodies
        self._served: set[int] = set()

    @property
    def served(self) -> int:
        """How many different pages were asked for."""
        return len(self._served)

    def found(self, path: str) -> Answer | None:
        if not path.startswith("/p/"):
            return super().found(path)
        number = int(path.rpartition("/")[2])
        self._served.add(number)
        copy, page = divmod(number, len(self._bodies))
        return another(self._bodies[page], copy), "text/html"


@dataclass(frozen=True)
class PagesWindow:
    """What was seen while a number of pages was asked for."""

    pages: int
    """Asked for since the start."""
    parent_mib: int
    rate: float
    """Pages a second of CPU of all processes."""
    parent_ms: float
    """CPU of the parent a page."""


class Watched:
    """The processes of a run: their sizes, and the CPU of all of them, also of those that have ended."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._cpu: dict[int, float] = {}
        self._before = (0, 0.0, 0.0)
        self.windows: list[PagesWindow] = []

    def look(self) -> tuple[int, list[int]]:
        """MiB of the parent, and of each worker, the largest first."""
        found = []
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                with process.oneshot():
                    found.append(process.memory_info().rss >> 20)
                    self._cpu[process.pid] = sum(process.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        return found[0], sorted(found[1:], reverse=True)

    def note(self, served: int) -> None:
        """End a window, and print it."""
        parent, others = self.look()
        now = served, sum(self._cpu.values()), self._cpu[self._process.pid]
        pages, cpu_s, parent_s = (new - old for new, old in zip(now, self._before, strict=True))
        self._before = now
        self.windows.append(PagesWindow(served, parent, pages / cpu_s, 1000 * parent_s / pages))
        print(
            f"{served:6d} pages: parent {parent} MiB, others {others} MiB, {self.windows[-1].rate:.1f} pages a CPU "
            f"second, parent {self.windows[-1].parent_ms:.1f} ms a page",
            flush=True,
        )


def told(windows: list[PagesWindow], warm: int = 3) -> str:
    """How the run changed, the first ``warm`` windows left out; rates by a tenth of the others at either end, or 3."""
    kept = windows[warm:]
    few = max(3, len(kept) // 10)
    if len(kept) < 2 * few:
        return "too few pages to say how the run changed"
    slope, _ = linear_regression([each.pages for each in kept], [each.parent_mib for each in kept])
    first, last = (statistics.mean(each.rate for each in some) for some in (kept[:few], kept[-few:]))
    return (
        f"from {kept[0].pages} to {kept[-1].pages} pages: parent {1000 * slope:+.1f} MiB for each 1,000 pages, "
        f"{first:.1f} and {last:.1f} pages a CPU second, ratio {last / first:.2f}"
    )


def lost(log: Path) -> dict[str, int]:
    """Worker processes that ended with work in hand, by reason, as the lines of figures count them."""
    total: dict[str, int] = {}
    for line in log.read_text().splitlines():
        for reason, count in (json.loads(line).get("workers_lost") or {}).items():
            total[reason] = total.get(reason, 0) + count
    return total


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pages", type=int, default=5000)
    arguments.add_argument("--minutes", type=float, default=None)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--largest", type=int, default=10_000)
    chosen = arguments.parse_args()
    total = chosen.pages
    bodies = [
        body for name in SETS for _, body in pages(name) if len(body) <= chosen.largest << 10 and can_be_another(body)
    ]
    print(f"{total} pages, copies of {len(bodies)}")
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
            "NEWSWIRE_EXTRACT__PROCESSES": str(chosen.processes),
            "NEWSWIRE_LOG__FORMAT": "json",
        }
        log = Path(folder, "log.jsonl")
        with log.open("wb") as lines:
            run = subprocess.Popen([sys.executable, "-m", "newswire", "run", "--once", *feeds], env=env, stdout=lines)
        follow(run, server, total, chosen.minutes)
        print(f"workers lost: {lost(log) or 'none'}")


def follow(run: "subprocess.Popen[bytes]", server: Counting, total: int, minutes: float | None) -> None:
    """Print how the run goes until it ends."""
    watched, step = Watched(run.pid), min(1000, max(1, total // 10))
    start, mark = time.monotonic(), step
    while run.poll() is None:
        watched.look()
        if server.served >= mark:
            watched.note(server.served)
            mark += step
        if minutes is not None and time.monotonic() - start > minutes * 60:
            run.send_signal(signal.SIGTERM)
            run.wait()
        time.sleep(0.5)
    print(f"{server.served} pages in {time.monotonic() - start:.0f} s, exit {run.returncode}")
    print(told(watched.windows))


if __name__ == "__main__":
    main()
