"""`record` of one replica and of several at once on Postgres, and for how long its locks keep the others out.

    python tests/bench/replicas.py [--replicas 1 2] [--articles 4000] [--stored 2000] [--reprints 0.3] [--rounds 2]
        [--looks]

Each replica is a process. They take turns with the batches of one stream of articles (`bench.near_store`): neighbours
in the stream are recorded at the same moment, so reprints meet their originals in the other replica's batch. With
``--looks`` the batches that are timed are re-checks of stored articles, which all find the page as it was.

A connection of its own looks every few milliseconds at who holds the locks of `record` alone, and who waits for one.
The time behind the lock is the part of these looks in which a lock was held, times the time, for each article. Replicas
and server share this machine's CPUs, so the CPU of each is given, too.
"""

import argparse
import asyncio
import multiprocessing
import multiprocessing.queues
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import asyncpg

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.near_store import BATCH, NOW, WINDOW, events
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recorded import Arrival
from newswire.events import ArticleUnchanged, stable_id
from newswire.runtime.garbage import settle
from support.postgres import Postgres

WORDS = 400
Spent = multiprocessing.queues.Queue  # of seconds of CPU
LOCKS = """
SELECT count(*) FILTER (WHERE granted) AS held, count(*) FILTER (WHERE NOT granted) AS waiting
FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'
"""


def batches_of(chosen: argparse.Namespace) -> tuple[list[list[Arrival]], list[list[Arrival]]]:
    """The batches that are recorded before, and those that are timed."""
    count = chosen.stored + (0 if chosen.looks else chosen.articles)
    stream = list(events(count, WORDS, chosen.reprints, timedelta(seconds=1)))
    stored, timed = stream[: chosen.stored], stream[chosen.stored :]
    if chosen.looks:
        timed = [_look(stored[number % len(stored)], number) for number in range(chosen.articles)]
    return _batches(stored), _batches(timed)


def _look(arrival: Arrival, number: int) -> Arrival:
    article_id = arrival.event.article.article_id
    entry_id = stable_id("bench-look", number)
    at = NOW + timedelta(hours=1, seconds=number)
    event = ArticleUnchanged(id=stable_id("article", entry_id), entry_id=entry_id, article_id=article_id, fetched_at=at)
    return Arrival(event)


def _batches(arrivals: Sequence[Arrival]) -> list[list[Arrival]]:
    return [list(arrivals[start : start + BATCH]) for start in range(0, len(arrivals), BATCH)]


async def recorded(
    url: str, batches: Sequence[Sequence[Arrival]], barrier: Barrier | None = None, spent: Spent | None = None
) -> None:
    """Record them. With a barrier all begin at once, and stay until the server's CPU time has been read."""
    database = Database(url)
    try:
        store = DatabaseArticles(database, near_window=WINDOW)
        await store.record([], decide, NOW)
        if barrier is not None:
            await asyncio.to_thread(barrier.wait)
        began = time.process_time()
        for batch in batches:
            await store.record(batch, decide, NOW)
        if spent is not None and barrier is not None:
            spent.put(time.process_time() - began)
            await asyncio.to_thread(barrier.wait)
    finally:
        await database.close()


def replica(url: str, batches: Sequence[Sequence[Arrival]], barrier: Barrier, spent: Spent) -> None:
    settle()  # as the service does when it starts
    asyncio.run(recorded(url, batches, barrier, spent))


async def looked_at(url: str, barrier: Barrier, spent: Spent, replicas: int) -> tuple[float, float, float]:
    """Seconds until all have ended; the parts of the looks in which a lock was held, and somebody waited."""
    connection = await asyncpg.connect(url)
    await asyncio.to_thread(barrier.wait)
    began, looks, held, waiting = time.perf_counter(), 0, 0, 0
    while spent.qsize() < replicas:
        row = await connection.fetchrow(LOCKS)
        looks += 1
        held += row["held"] > 0
        waiting += row["waiting"]
        await asyncio.sleep(0.003)
    took = time.perf_counter() - began
    await connection.close()
    return took, held / looks, waiting / looks


async def prepared(url: str, stored: Sequence[Sequence[Arrival]]) -> None:
    database = Database(url)
    await DatabaseSchema(database).migrate()
    await database.close()
    await recorded(url, stored)


def measure(server: Postgres, replicas: int, chosen: argparse.Namespace) -> float:
    name = asyncio.run(server.create_database())
    url = server.url(name)
    stored, timed = batches_of(chosen)
    asyncio.run(prepared(url, stored))
    start, spent = multiprocessing.Barrier(replicas + 1), multiprocessing.Queue()
    working = [
        multiprocessing.Process(target=replica, args=(url, timed[number::replicas], start, spent))
        for number in range(replicas)
    ]
    for each in working:
        each.start()
    before = server.cpu_seconds()
    took, held, waiting = asyncio.run(looked_at(url, start, spent, replicas))
    of_server = server.cpu_seconds() - before
    start.wait()
    on_cpu = sum(spent.get() for _ in working)
    for each in working:
        each.join()
    count = sum(map(len, timed))
    print(
        f"{replicas} replicas: {count / took:.0f} articles/s; an article: "
        f"{took * held / count * 1e6:.0f} us behind a lock, CPU of the stage {on_cpu / count * 1e6:.0f} us, "
        f"of the server {of_server / count * 1e6:.0f} us; held {held:.2f} of the time, "
        f"waited for by {waiting:.2f} replicas",
        flush=True,
    )
    asyncio.run(server.drop_database(name))
    return count / took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--articles", type=int, default=4000, help="timed, a multiple of 200")
    parser.add_argument("--stored", type=int, default=2000, help="recorded before, a multiple of 200")
    parser.add_argument("--reprints", type=float, default=0.3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--looks", action="store_true")
    chosen = parser.parse_args()
    server = Postgres.start_new(settings=["shared_buffers=512MB", "max_wal_size=4GB"])
    try:
        rates = {each: [] for each in chosen.replicas}
        for _ in range(chosen.rounds):
            for each in chosen.replicas:
                rates[each].append(measure(server, each, chosen))
    finally:
        server.stop()
    one = statistics.median(rates[chosen.replicas[0]])
    print("; ".join(f"{each} replicas: {statistics.median(of) / one:.2f}" for each, of in rates.items()))


if __name__ == "__main__":
    main()
