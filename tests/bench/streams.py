"""Readers of the stream: memory of an idle one, and the time from the commit of a change to the last of many readers.

python tests/bench/streams.py [READERS]
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from support.build import NOW, arrivals, extracted, text_of
from support.waiting import answering, eventually

PORT = 8941
ROUNDS = 20


async def reader(arrived: list[list[float]]) -> None:
    source, sink = await asyncio.open_connection("127.0.0.1", PORT)
    sink.write(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    async for line in source:
        if line.startswith(b"data: "):
            arrived[-1].append(time.monotonic())


async def main(readers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NEWSWIRE_DATA_DIR": folder, "NEWSWIRE_SERVE__PORT": str(PORT)}
        subprocess.run([sys.executable, "-m", "newswire", "keys", "list"], env=environment, check=True)
        command = [sys.executable, "-m", "newswire", "serve"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as served:
            try:
                await measure(psutil.Process(served.pid), Database(f"sqlite:///{folder}/newswire.db"), readers)
            finally:
                served.terminate()


async def measure(served: psutil.Process, database: Database, readers: int) -> None:
    store, arrived = DatabaseArticles(database), list[list[float]]([[]])
    await answering(PORT)
    warm = [asyncio.create_task(reader(arrived)) for _ in range(10)]
    await asyncio.sleep(3)
    before = served.memory_info().rss
    tasks = [asyncio.create_task(reader(arrived)) for _ in range(readers)]
    await asyncio.sleep(10)
    idle = (served.memory_info().rss - before) / readers / 1024
    cpu = served.cpu_times()
    await asyncio.sleep(10)
    used = sum(served.cpu_times()[:2]) - sum(cpu[:2])
    print(f"{readers} idle readers: {idle:.1f} KiB each, {used:.2f} s of CPU in 10 s")
    waits, lasts = [], []
    cpu = served.cpu_times()
    for number in range(ROUNDS):
        arrived.append([])
        at = NOW.replace(microsecond=number)
        event = extracted(f"https://example.org/{number}", text=text_of(f"t{number}x", 300), at=at)
        await store.record(arrivals(event), decide, at)
        committed = time.monotonic()
        await eventually(lambda: len(arrived[-1]) == readers + len(warm))
        waits += [moment - committed for moment in arrived[-1]]
        lasts.append(max(arrived[-1]) - committed)
    used = sum(served.cpu_times()[:2]) - sum(cpu[:2])
    waits.sort()
    print(f"from commit to reader: p50 {waits[len(waits) // 2]:.3f} s, p95 {waits[len(waits) * 95 // 100]:.3f} s")
    print(f"to the last of all: {sorted(lasts)[len(lasts) // 2]:.3f} s (median), {max(lasts):.3f} s (most)")
    print(f"CPU a delivery: {used / len(waits) * 1000:.3f} ms")
    for task in (*warm, *tasks):
        task.cancel()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
