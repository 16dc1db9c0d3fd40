"""The poll stage with 200,000 feeds: its rate, its schedule's lag, its CPU and memory, and plain aiohttp beside it.

    python tests/bench/polling.py [--store sqlite|postgres] [--feeds 200000] [--rate 300] [--seconds 60] [--rounds 3]

First the schedule as it is in service: ``--rate`` feeds fall due every second. Then as fast as it goes, everything
being due, in rounds that alternate with a plain aiohttp loop: the same requests by as many tasks, no database, nothing
read or kept. The server is a process of its own on loopback; nine requests of ten are answered with 304, the tenth
with a small feed of one new entry. Every feed has a host of its own, all of which lead to loopback.

With --latency-ms the server thinks for so long before it answers. With --profile FILE the last round is profiled, and
slower for it.
"""

import argparse
import asyncio
import cProfile
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import func, insert, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.adapters.database import Database
from newswire.adapters.http import HttpWeb
from newswire.adapters.store.rows import feed_row
from newswire.adapters.store.tables import feeds as table
from newswire.assembly.backends import Backends, FetchBackends, open_backends, open_fetch_backends
from newswire.assembly.pipeline import Pipeline
from newswire.domain.feeds.state import FeedState
from newswire.events import PageValidators, feed_id_of
from newswire.log import configure
from newswire.metrics.families import POLLS
from newswire.runtime.garbage import settle
from newswire.settings import LogSettings, Settings, load
from newswire.stages.poll.feed_reader import ACCEPT
from support.postgres import Postgres

SEED = '"seed"'
WARM_S = 15.0
LOOK_S = 0.25
SEEDING_S = 20.0
"""What 100,000 feeds may take to be written, before the first of them falls due."""


class Loopback(AbstractResolver):
    """Every name leads here."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        await asyncio.sleep(0)


class Timed:
    """A schedule, and how long its claims took."""

    def __init__(self, schedule: Any) -> None:
        self._schedule = schedule
        self.claims: list[float] = []
        self.claimed = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._schedule, name)

    async def claim(self, *args: Any, **named: Any) -> tuple[FeedState, ...]:
        began = time.perf_counter()
        found = await self._schedule.claim(*args, **named)
        self.claims.append(time.perf_counter() - began)
        self.claimed += len(found)
        return found


# --------------------------------------------------------------------------------------------- the server
class Publisher(asyncio.Protocol):
    """As cheap as it can be, so that the CPUs are the poller's. One request a connection."""

    asked = 0
    latency_s = 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport, self._head = transport, b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            if Publisher.latency_s:
                asyncio.get_running_loop().call_later(Publisher.latency_s, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        Publisher.asked += 1
        number = Publisher.asked
        if number % 10 and b"if-none-match" in self._head.lower():
            answer = b'HTTP/1.1 304 Not Modified\r\nETag: "seed"\r\nConnection: close\r\n\r\n'
        else:
            host = self._head.lower().partition(b"\r\nhost: ")[2].partition(b"\r\n")[0].decode()
            body = (
                f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title><item><guid>{number}</guid>'
                f"<title>Report {number}</title><link>http://{host}/a/{number}</link>"
                f"<description>A short account of event {number}.</description></item></channel></rss>"
            )
            answer = (
                f'HTTP/1.1 200 OK\r\nETag: "{number}"\r\nContent-Type: application/rss+xml\r\n'
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
            ).encode()
        self._transport.write(answer)
        self._transport.close()


async def serve(latency_ms: float) -> None:
    Publisher.latency_s = latency_ms / 1000
    server = await asyncio.get_running_loop().create_server(Publisher, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# -------------------------------------------------------------------------------------------- the figures
def address(number: int, port: int) -> str:
    return f"http://n{number}.example:{port}/feed"


async def seed(settings: Settings, chosen: argparse.Namespace, port: int, *, every_s: float) -> datetime:
    """Every feed, the n-th of them due n × ``every_s`` after the moment that is returned, or at once."""
    start = datetime.now(UTC)
    if every_s:
        start += timedelta(seconds=SEEDING_S * chosen.feeds / 100_000)
    database = Database(settings.store.get_secret_value())
    numbers = iter(range(chosen.feeds))
    async with database.write() as connection:
        await connection.execute(table.delete())
        while some := list(islice(numbers, 5_000)):
            rows = [feed_row(subscribed(number, port, start, every_s)) for number in some]
            await connection.execute(insert(table), rows)
    await database.close()
    return start


def subscribed(number: int, port: int, start: datetime, every_s: float) -> FeedState:
    url = address(number, port)
    return FeedState(
        id=feed_id_of(url),
        url=url,
        added_at=start - timedelta(days=1),
        title=f"Feed {number}",
        validators=PageValidators(etag=SEED),
        body_hash="0" * 64,
        last_polled_at=start - timedelta(hours=1),
        last_outcome="not-modified",
        next_poll_at=start + timedelta(seconds=number * every_s),
    )


@dataclass
class Watch:
    """What is seen of a poller from outside, every quarter of a second, once it has warmed up."""

    database: Database
    feeds: Timed
    lags: list[float] = field(default_factory=list)

    async def run(self, seconds: float) -> str:
        await asyncio.sleep(WARM_S)
        process = psutil.Process()
        began, cpu, polls = time.perf_counter(), time.process_time(), polled()
        workers, claims, first = children_s(process), len(self.feeds.claims), process.memory_info().rss
        while time.perf_counter() - began < seconds:
            await asyncio.sleep(LOOK_S)
            self.lags.append(await self._lag())
        took, spent = time.perf_counter() - began, time.process_time() - cpu
        done = polled() - polls
        latencies = sorted(self.feeds.claims[claims:])
        return (
            f"{done / took:.0f} polls/s; lag max {max(self.lags):.2f} s, p95 {centile(sorted(self.lags), 95):.2f} s; "
            f"CPU a poll {spent / done * 1000:.2f} ms, workers {(children_s(process) - workers) / done * 1000:.2f} ms; "
            f"{len(latencies) / took:.1f} claims/s, p50 {centile(latencies, 50) * 1000:.1f} ms, "
            f"p95 {centile(latencies, 95) * 1000:.1f} ms; "
            f"RSS {first >> 20} MiB, at the end {process.memory_info().rss >> 20} MiB"
        )

    async def _lag(self) -> float:
        """How overdue the most overdue feed is, in seconds."""
        async with self.database.read() as connection:
            due = await connection.scalar(select(func.min(table.c.next_poll_at)).where(table.c.disabled.is_(None)))
        return max(0.0, (datetime.now(UTC) - due).total_seconds())


def polled() -> int:
    """Polls that were saved by this process."""
    (family,) = POLLS.collect()
    return int(sum(sample.value for sample in family.samples if sample.name.endswith("_total")))


def children_s(process: psutil.Process) -> float:
    spent = 0.0
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "--serve" not in child.cmdline() and "postgres" not in child.name():
                times = child.cpu_times()
                spent += times.user + times.system
    return spent


def centile(values: list[float], percent: int) -> float:
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0


@asynccontextmanager
async def poller(settings: Settings) -> AsyncIterator[tuple[Pipeline, Timed, Database]]:
    """The poll stage as `newswire poll` runs it, but for the resolver."""
    async with open_backends(settings) as backends, open_fetch_backends(settings, backends.clock) as fetch_backends:
        schedule, web = Timed(backends.schedule), loopback_web(settings, backends)
        watching = Database(settings.store.get_secret_value())
        try:
            settle()  # as the command line does
            yield (
                Pipeline(replace(backends, schedule=schedule), FetchBackends(web, fetch_backends.workers)),
                schedule,
                watching,
            )
        finally:
            await web.close()
            await watching.close()


def loopback_web(settings: Settings, backends: Backends) -> HttpWeb:
    fetch = settings.fetch
    return HttpWeb(
        user_agent=fetch.agent,
        allow_private=True,
        host_interval_s=fetch.host_interval_s,
        host_concurrency=fetch.host_concurrency,
        global_concurrency=fetch.concurrency,
        clock=backends.clock,
        resolver=Loopback(),
    )


async def in_service(settings: Settings, seconds: float) -> str:
    async with poller(settings) as (pipeline, feeds, database):
        line = asyncio.create_task(pipeline.run(("poll",)))
        figures = await Watch(database, feeds).run(seconds)
        pipeline.stop.set()
        await line
    return figures


async def at_most(settings: Settings, seconds: float, profile: cProfile.Profile | None) -> float:
    """Polls a second with everything due."""
    async with poller(settings) as (pipeline, _, _):
        line = asyncio.create_task(pipeline.run(("poll",)))
        await asyncio.sleep(WARM_S)
        began, polls, cpu = time.perf_counter(), polled(), time.process_time()
        if profile:
            profile.enable()
        await asyncio.sleep(seconds)
        if profile:
            profile.disable()
        done, took = polled() - polls, time.perf_counter() - began
        spent = time.process_time() - cpu
        pipeline.stop.set()
        await line
    print(f"  the stage: {done / took:.0f} polls/s, CPU a poll {spent / done * 1000:.2f} ms", flush=True)
    return done / took


async def plain(chosen: argparse.Namespace, settings: Settings, port: int) -> float:
    """Requests a second of aiohttp alone."""
    done, numbers = 0, iter(range(chosen.feeds))
    headers = {"Accept": ACCEPT, "If-None-Match": SEED, "User-Agent": settings.fetch.agent}
    connector = aiohttp.TCPConnector(limit=0, force_close=True, resolver=Loopback())

    async def ask(session: aiohttp.ClientSession) -> None:
        nonlocal done
        for number in numbers:
            async with session.get(address(number, port), headers=headers, allow_redirects=False) as response:
                await response.read()
            done += 1

    async with aiohttp.ClientSession(connector=connector) as session:
        tasks = [asyncio.create_task(ask(session)) for _ in range(settings.fetch.concurrency)]
        await asyncio.sleep(1)
        began, before, cpu = time.perf_counter(), done, time.process_time()
        await asyncio.sleep(chosen.seconds / 4)
        rate, spent = (done - before) / (time.perf_counter() - began), time.process_time() - cpu
        print(f"  plain aiohttp: {rate:.0f} requests/s, CPU each {spent / (done - before) * 1000:.2f} ms", flush=True)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return rate


async def bench(store: str, settings: Settings, chosen: argparse.Namespace, port: int) -> None:
    async with open_backends(settings, check_schema=False) as backends:
        await backends.schema.migrate()
    if chosen.rate:
        start = await seed(settings, chosen, port, every_s=1 / chosen.rate)
        await asyncio.sleep((start - datetime.now(UTC)).total_seconds())
        print(f"{store}, {chosen.feeds} feeds, {chosen.rate}/s due: {await in_service(settings, chosen.seconds)}")
    ratios, profile = [], cProfile.Profile(time.thread_time) if chosen.profile else None
    for number in range(chosen.rounds):
        await seed(settings, chosen, port, every_s=0)
        last = number == chosen.rounds - 1
        most = await at_most(settings, chosen.seconds / 4, profile if last else None)
        ratios.append(most / await plain(chosen, settings, port))
        print(f"{store}, everything due, round {number + 1}: ratio {ratios[-1]:.2f}", flush=True)
    if ratios:
        print(f"{store}: ratio to plain aiohttp {statistics.median(ratios):.2f} (median of {len(ratios)})")
    if profile:
        profile.dump_stats(f"{chosen.profile}.{store}")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--store", choices=("sqlite", "postgres"), action="append")
    arguments.add_argument("--feeds", type=int, default=200_000)
    arguments.add_argument("--rate", type=float, default=300, help="feeds that fall due every second; 0: no such run")
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--latency-ms", type=float, default=0)
    arguments.add_argument("--concurrency", type=int, help="feeds polled at once")
    arguments.add_argument("--requests", type=int, help="at once; plain aiohttp makes as many")
    arguments.add_argument("--no-fsync", action="store_true", help="of Postgres")
    arguments.add_argument("--profile", help="of the last round, to this file: CPU seconds of the event loop's thread")
    arguments.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.serve:
        asyncio.run(serve(chosen.latency_ms))
        return
    with Path(os.devnull).open("w") as nowhere:
        configure(LogSettings(format="json"), service="bench", terminal=False, stream=nowhere)
        run(chosen)


def run(chosen: argparse.Namespace) -> None:
    command = [sys.executable, __file__, "--serve", f"--latency-ms={chosen.latency_ms}"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    port = int(server.stdout.readline())
    try:
        for store in chosen.store or ("sqlite", "postgres"):
            with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
                postgres = Postgres.start_new(fsync=not chosen.no_fsync) if store == "postgres" else None
                said = {"NEWSWIRE_STORE": postgres.url()} if postgres else {}
                said |= {
                    f"NEWSWIRE_{name}": str(value)
                    for name, value in (
                        ("DATA_DIR", folder),
                        ("POLL__INTERVAL_S", chosen.feeds / chosen.rate if chosen.rate else None),
                        ("POLL__CONCURRENCY", chosen.concurrency),
                        ("FETCH__CONCURRENCY", chosen.requests),
                    )
                    if value
                }
                try:
                    asyncio.run(bench(store, load(said), chosen, port))
                finally:
                    if postgres:
                        postgres.stop()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
