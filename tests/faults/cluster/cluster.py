"""A cluster as one sets it up: topics, tables, feeds, settings, stages; with proxies before its servers."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from faults.cluster.evidence import Books, Log
from faults.cluster.fleet import Fleet
from faults.cluster.hand import Hand
from faults.cluster.log_database import DatabaseLog
from faults.cluster.log_kafka import KafkaLog
from faults.cluster.plan import Server, Size
from faults.cluster.press import Press
from faults.cluster.sampler import Sampler, waiting
from newswire.events import TOPICS
from support.kafka import Kafka, free_ports
from support.postgres import Postgres
from support.proxy import Proxy

PARTITIONS = 6


def environment(folder: Path, bus: str, store: str, size: Size) -> dict[str, str]:
    """What every stage is told."""
    mine = {
        "BUS": bus,
        "STORE": store,
        "DATA_DIR": str(folder),
        "LOG__FORMAT": "json",
        "FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
        "FETCH__HOST_INTERVAL_S": "0",
        "FETCH__HOST_CONCURRENCY": "8",
        "FETCH__OBEY_ROBOTS": "false",
        "FETCH__PAGE_MAX_BYTES": "500000",
        **dict.fromkeys(("POLL__MIN_INTERVAL_S", "POLL__MAX_INTERVAL_S"), "2"),
        "POLL__TICK_S": "0.2",
        "POLL__LEASE_S": "3",
        "POLL__FIRST_MAX_AGE_DAYS": "0",  # every article counts, whatever its date
        "EXTRACT__PROCESSES": "1",
        "EXTRACT__DEADLINE_S": "8",
        "EXTRACT__RETRY_DELAYS_S": "0.5,1,2",
        "STORE_STAGE__BATCH": "20",  # many transactions rather than few
        "BUS_DATABASE__PARTITIONS": str(PARTITIONS),
        "BUS_DATABASE__LEASE_S": str(size.session_s),
        "KAFKA__SESSION_TIMEOUT_S": str(size.session_s),
        "KAFKA__SEND_TIMEOUT_S": "10",
        "KAFKA__PARTITIONS": str(PARTITIONS),
        "KAFKA__REPLICATION": "1",
        "KAFKA__MIN_INSYNC": "1",
        "RUN__DRAIN_S": "5",
    }
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("NEWSWIRE_")}
    return {**inherited, **{f"NEWSWIRE_{name}": text for name, text in mine.items()}}


def run_command(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """``newswire`` with these arguments and this environment, to its end."""
    command = [sys.executable, "-m", "newswire", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


@dataclass
class Cluster:
    """What a run is made of."""

    env: dict[str, str]
    press: Press
    log: Log
    books: Books
    hand: Hand
    fleet: Fleet
    sampler: Sampler
    tell: Callable[[str], None]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``newswire`` with these arguments, to its end."""
        return run_command(self.env, *arguments)

    async def settled(self, within_s: float) -> None:
        """Wait until every feed was polled in its newest form, all is told of them and nothing waits in the log.

        Raises TimeoutError.
        """
        began = time.monotonic()
        told: Mapping[str, int] = {}
        while left := await self._waiting():
            if left != told:
                self.tell(f"waiting: {left}")
                told = left
            if time.monotonic() - began > within_s:
                raise TimeoutError(f"not settled within {within_s} s: {left}")
            await asyncio.sleep(0.2)

    async def _waiting(self) -> Mapping[str, int]:
        """Feeds that are not read yet, then what is not told of them, then records that are not finished, by topic."""
        if unread := len(self.press.unread()):
            return {"feeds": unread}
        try:
            ((untold,),) = await self.books.fetch("SELECT count(*) FROM feed_events WHERE told_at IS NULL")
            if untold["count"]:
                return {"feed events": untold["count"]}
            return waiting(await self.sampler.look())
        except OSError as error:
            return {str(error): 1}


@asynccontextmanager
async def new_cluster(
    size: Size, seed: int, folder: Path, database: Postgres, broker: Kafka | None
) -> AsyncIterator[Cluster]:
    """Everything but the stages' processes. ``broker`` None: the log is in the database too."""
    name = await database.create_database()
    (before_database,) = free_ports(1)
    with ExitStack() as stack:
        tell = _teller(stack.enter_context((folder / "faults.log").open("w", buffering=1)))
        proxies: dict[Server, Proxy] = {"postgres": Proxy(before_database, database.port)}
        if broker is not None:
            proxies["kafka"] = Proxy(broker.proxied_port, broker.behind)
            stack.callback(broker.delete_topics, TOPICS)
        for proxy in proxies.values():
            stack.enter_context(proxy)
        press = stack.enter_context(Press(size, seed))
        store = database.url(name).replace(f":{database.port}/", f":{before_database}/")
        env = environment(folder, f"kafka://{broker.proxied_address}" if broker else "database", store, size)
        log: Log = KafkaLog(broker) if broker else DatabaseLog(database.url(name))
        stack.callback(log.close)
        books = Books(database.url(name))
        fleet = Fleet(env, folder, tell)
        command = partial(run_command, env)
        hand = Hand(press, fleet, log, books, name, broker, database, proxies, command, tell)
        cluster = Cluster(env, press, log, books, hand, fleet, Sampler(log, books), tell)
        await _set_up(cluster, folder, topics=broker is not None)
        yield cluster
    await database.drop_database(name)


async def _set_up(cluster: Cluster, folder: Path, *, topics: bool) -> None:
    outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in cluster.press.feeds)
    opml = folder / "feeds.opml"
    opml.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    for arguments in (("migrate",), ("feeds", "import", str(opml)), *([("topics", "ensure")] if topics else [])):
        done = await asyncio.to_thread(cluster.command, *arguments)
        assert done.returncode == 0, done.stderr


def _teller(file) -> Callable[[str], None]:
    began = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:6.1f} {text}", file=file)

    return tell
