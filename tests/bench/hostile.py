"""What each hostile server and document costs: its outcome, seconds, and the growth of the peak of memory.

    python tests/bench/hostile.py [--only WORDS]

Every case has a process of its own, which first does the same once with something harmless, so that what is loaded
at first use is not counted. Servers are fetched with the limits of a page (5 MB), and the longest pause of the event
loop is told, which is what a neighbour feels. Documents are parsed as in a worker: 20 s, 1 GiB.
"""

import argparse
import asyncio
import json
import pickle
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.adapters.http import HttpWeb
from newswire.errors import Reject, Retry
from newswire.ports import Request
from newswire.runtime import child
from support.fetching import new_http_web
from support.hostile import CASES, Case, listening
from support.hostile_documents import DOCUMENTS, URL, Document, html, rss
from support.httpserver import Server, reply

BEAT_S: Final = 0.002
DEADLINE_S: Final = 20.0
MEMORY: Final = 1 << 30
HEAD: Final = f"{'case':55} {'outcome':22} {'seconds':>8} {'peak +MiB':>10} {'pause ms':>9}"


def peak_kib(pid: int | str = "self") -> int:
    """The largest that a process has been, by Linux; getrusage would count its parent before it as well."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def told(error: Reject | Retry) -> str:
    return f"{type(error).__name__} {error.reason}"


def show(name: str, outcome: str, seconds: float, grown_kib: int, pause_s: float | None = None) -> None:
    pause = "" if pause_s is None else f"{pause_s * 1000:9.0f}"
    print(f"{name:55} {outcome:22} {seconds:8.2f} {grown_kib / 1024:10.1f} {pause}", flush=True)


# ---------------------------------------------------------------------------------------------- servers
async def longest_pause(stop: asyncio.Event) -> float:
    longest = 0.0
    while not stop.is_set():
        began = time.perf_counter()
        await asyncio.sleep(BEAT_S)
        longest = max(longest, time.perf_counter() - began - BEAT_S)
    return longest


async def outcome(web: HttpWeb, url: str, timeout_s: float) -> str:
    try:
        return str((await web.get(Request(url, timeout_s=timeout_s))).status)
    except (Reject, Retry) as error:
        return told(error)


async def fetch(url: str, timeout_s: float) -> None:
    """Runs in a process of its own."""
    web = new_http_web()
    async with Server("127.0.0.2") as harmless:
        harmless.routes["/"] = reply(200, b"x" * 100_000)
        await web.get(Request(harmless.url()))
    stop = asyncio.Event()
    pausing = asyncio.create_task(longest_pause(stop))
    await asyncio.sleep(0.05)
    before, began = peak_kib(), time.perf_counter()
    result = await outcome(web, url, timeout_s)
    seconds, grown = time.perf_counter() - began, peak_kib() - before
    stop.set()
    print(json.dumps([result, seconds, grown, await pausing]))
    await web.close()


async def measure_server(case: Case) -> None:
    case.prepare()
    async with listening(case.serve) as port:
        url = f"{case.scheme}://127.0.0.1:{port}/"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, __file__, "--fetch", url, str(case.timeout_s)), stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await process.communicate()
    show(f"server: {case.name}", *json.loads(printed))


# -------------------------------------------------------------------------------------------- documents
def parse(number: int) -> None:
    """Runs in a process of its own, which the kernel ends at the deadline."""
    document = DOCUMENTS[number]
    harmless = html("") if document.name.startswith("page") else rss("")
    document.parse(harmless.encode(), URL)
    body = document.body()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    before, began = peak_kib(), time.perf_counter()
    print(before, flush=True)
    _, error = pickle.loads(child.attempt(document.parse, (body, URL), DEADLINE_S, MEMORY))
    seconds, grown = time.perf_counter() - began, peak_kib() - before
    print(json.dumps([told(error) if error else "read", seconds, grown]), flush=True)


def measure_document(number: int, document: Document) -> None:
    with subprocess.Popen(
        [sys.executable, __file__, "--parse", str(number)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        before, began, grown = int(process.stdout.readline()), time.perf_counter(), 0
        while process.poll() is None:
            with suppress(OSError):  # it has ended meanwhile
                grown = max(grown, peak_kib(process.pid) - before)
            time.sleep(0.02)
        killed = "Reject too-slow" if process.returncode == -signal.SIGALRM else f"died: {process.returncode}"
        told = json.loads(process.stdout.read() or json.dumps([killed, time.perf_counter() - began, grown]))
    show(document.name, *told)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", default="", help="cases with these words in their name")
    arguments.add_argument("--fetch", nargs=2, help=argparse.SUPPRESS)
    arguments.add_argument("--parse", type=int, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.fetch:
        asyncio.run(fetch(asked.fetch[0], float(asked.fetch[1])))
        return
    if asked.parse is not None:
        parse(asked.parse)
        return
    print(HEAD)
    for case in CASES:
        if asked.only in f"server: {case.name}":
            asyncio.run(measure_server(case))
    for number, document in enumerate(DOCUMENTS):
        if asked.only in document.name:
            measure_document(number, document)


if __name__ == "__main__":
    main()
