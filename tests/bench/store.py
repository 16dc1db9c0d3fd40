"""Articles per second through the store stage on Postgres, against the limit: plain asyncpg that writes the same rows.

    python tests/bench/store.py [--bus kafka|database] [--replicas 2] [--fsync] [--rounds 3] [--articles 4000]

With --profile it also shows where the stage's time goes, and is slower for it.

The stage is the pipeline's own: it reads article events from the bus, decides and records them, and publishes the
changes. The limit has the rows ready, and does nothing but COPY them into the same tables with the same indexes, a
transaction for as many articles as the stage puts into one. Both take turns in one run, so the ratio holds on a noisy
machine where the rates do not. Server, broker and stage share this machine's CPUs; what each of them spends on an
article is printed too.
"""

import argparse
import asyncio
import cProfile
import gc
import itertools
import os
import pstats
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import asyncpg
import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.assembly.backends import Backends, open_backends
from newswire.assembly.pipeline import Pipeline
from newswire.contracts import encode, traceparent_for
from newswire.contracts.entry_examples import ARTICLE
from newswire.domain.text.fingerprint import content_hash, text_hash
from newswire.events import TOPICS, ArticleExtracted, article_id_of, stable_id
from newswire.log import configure
from newswire.ports import Message
from newswire.runtime.garbage import settle
from newswire.settings import LogSettings, Settings, load
from support.kafka import Kafka
from support.postgres import Postgres

TABLES = ("articles", "article_urls", "revisions", "originals", "changes", "outcomes")
PARTITIONS = 8
SYLLABLES = ("ha", "li", "no", "re", "tu"), ("bor", "gan", "mil", "sten"), ("", "ic")
WORDS = ["".join(pair) for pair in itertools.product(*SYLLABLES)]


@dataclass(frozen=True)
class Figures:
    """Articles a second, and milliseconds of CPU an article."""

    rate: float
    stage_ms: float
    server_ms: float

    def __str__(self) -> str:
        return f"{self.rate:.0f} articles/s (CPU an article: {self.stage_ms:.2f} ms, Postgres {self.server_ms:.2f} ms)"


class Meter:
    """Time and CPU, of the server and of whoever works at it (by default this process), since it was started."""

    def __init__(self, server: Postgres, *stage: int) -> None:
        self._server, self._stage = server._process.pid, stage or (os.getpid(),)
        self._since = self._spent()

    def _spent(self) -> tuple[float, float, float]:
        return time.perf_counter(), sum(map(cpu_s, self._stage)), cpu_s(self._server, children=True)

    def figures(self, articles: int) -> Figures:
        took, stage, server = (now - then for now, then in zip(self._spent(), self._since, strict=True))
        return Figures(articles / took, stage / articles * 1000, server / articles * 1000)


def cpu_s(pid: int, *, children: bool = False) -> float:
    process, spent = psutil.Process(pid), 0.0
    for each in (process, *(process.children(recursive=True) if children else ())):
        with suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            spent += times.user + times.system
    return spent


def messages(count: int, words: int) -> Iterator[Message]:
    """Distinct articles, each with every field that an article can have."""
    chance, now = random.Random(1), datetime(2026, 3, 2, 8, tzinfo=UTC)
    for number in range(count):
        url = f"https://harbour.example/2026/article-{number}"
        text = f"{number} " + " ".join(chance.choices(WORDS, k=words))
        said = ARTICLE.model_copy(
            update={
                "article_id": article_id_of(url),
                "url": f"{url}?fetched",
                "canonical_url": url,
                "text": text,
                "word_count": words + 1,
                "content_hash": content_hash(text),
                "text_hash": text_hash(ARTICLE.title, text),
                "fetched_at": now,
            }
        )
        entry_id = stable_id("bench-entry", number)
        event = ArticleExtracted(id=stable_id("article", entry_id), entry_id=entry_id, reason="new", article=said)
        yield encode(event, traceparent=traceparent_for(entry_id))


async def fill(backends: Backends, chosen: argparse.Namespace) -> None:
    """Make the tables, and publish what the stage is to read."""
    await backends.schema.migrate()
    waiting = messages(chosen.articles, chosen.words)
    while some := list(itertools.islice(waiting, 500)):
        await backends.bus.publish(some)
    gc.collect()


async def the_stage(
    settings: Settings, server: Postgres, chosen: argparse.Namespace, profile: cProfile.Profile | None
) -> Figures:
    """In this process, from the first finished batch to the last."""
    async with open_backends(settings, check_schema=False) as backends:
        await fill(backends, chosen)
        pipeline = Pipeline(backends, None)
        settle()  # as the command line does
        line = asyncio.create_task(pipeline.run(("store",)))
        begun = await reached(1, partial(finished, pipeline))
        meter = Meter(server)
        if profile:
            profile.enable()
        await reached(chosen.articles, partial(finished, pipeline))
        if profile:
            profile.disable()
        figures = meter.figures(chosen.articles - begun)
        pipeline.stop.set()
        await line
    return figures


async def finished(pipeline: Pipeline) -> int:
    return pipeline.progress["store"].finished if pipeline.progress else 0


async def the_replicas(settings: Settings, server: Postgres, chosen: argparse.Namespace) -> Figures:
    """As processes of their own, from the first fifth, when each has its share, to the last article recorded."""
    environment = {
        **os.environ,
        "NEWSWIRE_DATA_DIR": str(settings.data_dir),
        "NEWSWIRE_STORE": settings.store.get_secret_value(),
        "NEWSWIRE_BUS": settings.bus,
        "NEWSWIRE_LOG__LEVEL": "error",
    }
    async with open_backends(settings, check_schema=False) as backends:
        await fill(backends, chosen)
    command = [sys.executable, "-m", "newswire", "store"]
    replicas = [subprocess.Popen(command, env=environment) for _ in range(chosen.replicas)]
    connection = await asyncpg.connect(settings.store.get_secret_value())
    try:
        recorded = partial(connection.fetchval, "SELECT count(*) FROM outcomes")
        begun = await reached(chosen.articles // 5, recorded)
        meter = Meter(server, *(replica.pid for replica in replicas))
        await reached(chosen.articles, recorded)
        return meter.figures(chosen.articles - begun)
    finally:
        await connection.close()
        for replica in replicas:
            replica.terminate()
        for replica in replicas:
            replica.wait()


async def reached(wanted: int, count: Callable[[], Awaitable[int]]) -> int:
    """Wait until at least so many are done; how many they are."""
    while (done := await count()) < wanted:  # noqa: ASYNC110  # nothing of the stage says when
        await asyncio.sleep(0.005)
    return done


async def rows(url: str, batch: int) -> list[dict[str, list[tuple[object, ...]]]]:
    """What the stage wrote, by transaction and table."""
    connection = await asyncpg.connect(url)
    ids = [row[0] for row in await connection.fetch("SELECT article_id FROM articles ORDER BY first_seen, article_id")]
    found = []
    for start in range(0, len(ids), batch):
        some = ids[start : start + batch]
        found.append(
            {
                table: [
                    tuple(row)
                    for row in await connection.fetch(f"SELECT * FROM {table} WHERE article_id = ANY($1)", some)
                ]
                for table in TABLES
            }
        )
    await connection.close()
    return found


async def the_limit(url: str, server: Postgres, batches: list[dict[str, list[tuple[object, ...]]]]) -> Figures:
    connection = await asyncpg.connect(url)
    meter = Meter(server)
    for batch in batches:
        async with connection.transaction():
            for table, lines in batch.items():
                await connection.copy_records_to_table(table, records=lines)
    figures = meter.figures(sum(len(batch["articles"]) for batch in batches))
    await connection.close()
    return figures


async def compare(server: Postgres, bus: str, chosen: argparse.Namespace, profile: cProfile.Profile | None) -> float:
    """One round: the stage on a new database, then its rows into another one."""
    names = [await server.create_database() for _ in range(2)]
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        ours, plain = (
            load({"NEWSWIRE_DATA_DIR": folder, "NEWSWIRE_STORE": server.url(name), "NEWSWIRE_BUS": bus})
            for name in names
        )
        one = chosen.replicas == 1
        stage = await (the_stage(ours, server, chosen, profile) if one else the_replicas(ours, server, chosen))
        async with open_backends(plain, check_schema=False) as backends:
            await backends.schema.migrate()
    batches = await rows(server.url(names[0]), ours.store_stage.batch)
    limit = await the_limit(server.url(names[1]), server, batches)
    for name in names:
        await server.drop_database(name)
    print(f"stage {stage}; limit {limit}; ratio {stage.rate / limit.rate:.2f}", flush=True)
    return stage.rate / limit.rate


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bus", choices=("database", "kafka"), default="kafka")
    arguments.add_argument("--fsync", action="store_true")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--articles", type=int, default=4000)
    arguments.add_argument("--words", type=int, default=400)
    arguments.add_argument("--replicas", type=int, default=1)
    arguments.add_argument("--profile", action="store_true", help="of one replica")
    chosen = arguments.parse_args()
    configure(LogSettings(level="error"), service="bench", terminal=False)
    profile = cProfile.Profile() if chosen.profile else None
    broker = Kafka.start_new() if chosen.bus == "kafka" else None
    server = Postgres.start_new(fsync=chosen.fsync)
    try:
        if broker:
            broker.create_topics(TOPICS, partitions=PARTITIONS, config={"max.message.bytes": "10485760"})
        bus = f"kafka://{broker.address}" if broker else "database"
        ratios = [asyncio.run(compare(server, bus, chosen, profile)) for _ in range(chosen.rounds)]
    finally:
        server.stop()
        if broker:
            broker.stop()
    print(
        f"bus {chosen.bus}, replicas {chosen.replicas}, fsync {chosen.fsync}, {chosen.articles} articles of "
        f"{chosen.words} words: ratio {statistics.median(ratios):.2f} (median of {len(ratios)})"
    )
    if profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
