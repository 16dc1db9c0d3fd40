"""/livez, /readyz and /metrics of the real command line, while what it depends on comes and goes."""

import asyncio
import signal
import socket
import sqlite3
from contextlib import ExitStack

import aiohttp
import psutil
import pytest

from newswire import __version__
from newswire.assembly.backends import open_backends
from newswire.events import ARTICLES, TOPICS
from newswire.operations.audit import audit
from support.kafka import free_ports
from support.probe import Probe, listening
from support.proxy import Proxy
from support.publisher import Publisher, Slow
from support.waiting import eventually

WITHIN_S = 60


@pytest.fixture
def topics(kafka_server):
    """newswire's, on the broker that is ours to hurt."""
    kafka_server.create_topics(TOPICS, partitions=2)
    yield
    kafka_server.delete_topics(TOPICS)


async def until_ready(probe):
    await eventually(probe.is_ready, within_s=WITHIN_S, what="it is ready")


async def until_unready(probe):
    await eventually(probe.is_unready, within_s=WITHIN_S, what="it is unready")


async def test_the_metrics_of_a_run_move_with_its_articles_and_agree_with_its_books(anywhere):
    quick = listening(anywhere).having(EXTRACT__RETRY_DELAYS_S="0.1,0.1,0.1")
    missing, broken = frozenset({1}), frozenset({2, 3})
    with (
        Publisher(feeds=2, articles=8, missing=missing, broken=broken) as publisher,
        quick.started("run", *publisher.feed_urls()) as line,
    ):
        probe = Probe(line)
        await until_ready(probe)

        async def settled(entries):
            """Whether so many entries are booked, and whatever came of them is stored and published."""
            told = await probe.metrics()
            booked, through = "newswire_poll_entries_total", "newswire_store_batch_records_sum"
            return told[booked, "published"] == told[through,] == entries

        await eventually(lambda: settled(8), within_s=WITHIN_S)
        publisher.edit(5)
        await eventually(lambda: settled(9), within_s=WITHIN_S)
        told = await probe.metrics()
        async with open_backends(anywhere.settings) as backends:
            balance = await audit(backends.ledger, backends.bus)
        assert line.end(signal.SIGTERM) == 0
    assert (balance.found, balance.pending, balance.balanced) == (9, 0, True)
    assert {kind: told["newswire_outcomes_total", kind] for kind in balance.outcomes} == balance.outcomes
    assert told["newswire_build_info", __version__] == 1
    assert told["newswire_polls_total", "not-modified"] > 0
    assert told["newswire_retries_total", "http-500"] == len(broken)
    assert told["newswire_dead_letters_total", "extract", "http-404"] == len(missing)
    assert told["newswire_extract_records_total", "extracted"] == 8
    assert told["newswire_changes_published_total", "published"] == 7
    assert told["newswire_changes_published_total", "revised"] == 1
    delays = {attempt: told["newswire_publication_delay_seconds_count", attempt] for attempt in ("first", "later")}
    assert delays == {"first": 8 - len(broken), "later": len(broken)}
    assert told["newswire_page_extraction_seconds_count",] == 8
    assert told["newswire_consumer_partitions", "store"] > 0
    assert told["newswire_feeds", "healthy"] == 2


async def test_each_stage_by_itself_answers_for_what_it_knows(anywhere):
    with Publisher(feeds=1, articles=3) as publisher, ExitStack() as stack:
        anywhere("feeds", "add", *publisher.feed_urls())
        probes = {}
        for stage in ("poll", "extract", "store"):
            probes[stage] = Probe(stack.enter_context(listening(anywhere).started(stage)))

        async def stored():
            return (await probes["store"].metrics())["newswire_outcomes_total", "published"] == 3

        await eventually(stored, within_s=WITHIN_S)
        for probe in probes.values():
            await until_ready(probe)
        told = {stage: {name for name, *_ in await probe.metrics()} for stage, probe in probes.items()}
        assert "newswire_schedule_overdue_seconds" in told["poll"] - told["extract"] - told["store"]
        assert "newswire_page_fetch_seconds_count" in told["extract"] - told["poll"] - told["store"]
        for stage, groups in {"poll": set(), "extract": {"extract"}, "store": {"store"}}.items():
            lags = [key for key in await probes[stage].metrics() if key[0] == "newswire_consumer_lag_records"]
            assert {group for group in probes if any(group in key for key in lags)} == groups


async def test_a_database_that_dies_makes_it_unready_and_not_dead_until_it_is_back(
    newswire, postgres_server, postgres_url
):
    newswire = newswire.having(STORE=postgres_url)
    newswire("migrate")
    with listening(newswire).started("store") as line:
        probe = Probe(line)
        await until_ready(probe)
        postgres_server.kill()
        try:
            await until_unready(probe)
            status, said = await probe.ready()
            assert status == 503
            assert all(said["checks"][name] != "ok" for name in ("bus", "database", "schema")), said
            assert await probe.live() == 200
            assert (await probe.metrics())["newswire_build_info", __version__] == 1
        finally:
            postgres_server.start()
        await until_ready(probe)
        assert line.process.poll() is None
        assert line.end(signal.SIGTERM) == 0


async def test_a_database_that_hangs_is_a_failed_check_from_the_start_on(newswire, postgres_server, postgres_url):
    newswire = newswire.having(STORE=postgres_url)
    newswire("migrate")
    (port,) = free_ports(1)
    behind = newswire.having(STORE=postgres_url.replace(str(postgres_server.port), str(port)))
    with Proxy(port, postgres_server.port) as proxy:
        proxy.freeze()
        with listening(behind).started("store") as line:
            probe = Probe(line)
            assert await probe.ready() == (503, {"status": "starting", "checks": {}})
            assert await probe.live() == 200
            proxy.heal()
            await until_ready(probe)
            proxy.freeze()
            await until_unready(probe)
            # However many ask: each has its answer, and none of them costs the stage a connection.
            answers = await asyncio.gather(*(probe.ready() for _ in range(10)))
            assert {status for status, _ in answers} == {503}
            assert {said["checks"]["database"] for _, said in answers} == {"no answer within 2 s"}
            assert await probe.live() == 200
            proxy.heal()
            await until_ready(probe)
            assert line.end(signal.SIGTERM) == 0


async def test_extract_over_kafka_neither_needs_nor_asks_the_database_and_is_unready_without_the_broker(
    newswire, kafka_server, topics
):
    (nowhere,) = free_ports(1)
    apart = newswire.having(
        BUS=f"kafka://{kafka_server.address}", STORE=f"postgresql://nobody@127.0.0.1:{nowhere}/nothing"
    )
    with listening(apart).started("extract") as line:
        probe = Probe(line)
        await until_ready(probe)
        assert await probe.ready() == (200, {"status": "ready", "checks": {"bus": "ok"}})
        kafka_server.freeze()
        try:
            await until_unready(probe)
            assert await probe.live() == 200
        finally:
            kafka_server.thaw()
        await until_ready(probe)
        kafka_server.delete_topics([ARTICLES])
        await until_unready(probe)
        _, said = await probe.ready()
        assert f"Kafka has no topic {ARTICLES}" in said["checks"]["bus"]
        kafka_server.create_topics([ARTICLES], partitions=2)
        await until_ready(probe)
        assert line.end(signal.SIGTERM) == 0


async def test_a_schema_that_another_version_left_is_said_and_is_well_once_it_is_put_right(newswire):
    newswire("migrate")
    with listening(newswire).started("store") as line:
        probe = Probe(line)
        await until_ready(probe)
        with sqlite3.connect(newswire.folder / "newswire.db") as database:
            ((needed,),) = database.execute("select version_num from alembic_version")
            database.execute("update alembic_version set version_num = '0000'")
        await until_unready(probe)
        _, said = await probe.ready()
        assert said["checks"]["schema"] == f"the database's schema is 0000, this version needs {needed}"
        assert said["checks"]["database"] == said["checks"]["bus"] == "ok"
        with database:
            database.execute("update alembic_version set version_num = ?", [needed])
        database.close()
        await until_ready(probe)


async def test_it_says_that_it_drains_until_the_very_end(newswire):
    with Slow(feeds=1, articles=3) as publisher, listening(newswire).started("run", *publisher.feed_urls()) as line:
        probe = Probe(line)
        await until_ready(probe)
        await eventually(publisher.pages_asked, within_s=WITHIN_S)
        line.process.send_signal(signal.SIGTERM)
        line.event("signal.received")
        for _ in range(50):
            assert await probe.ready() == (503, {"status": "draining", "checks": {}})
            assert await probe.live() == 200
        assert (await probe.metrics())["newswire_consumer_in_flight_records", "extract"] > 0
        publisher.release()
        assert line.end() == 0
        with pytest.raises(aiohttp.ClientConnectionError):
            await probe.live()


@pytest.mark.parametrize("command", ["run", "store"])
def test_a_port_that_is_taken_is_a_sentence_and_nothing_is_started(newswire, command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = newswire.having(HEALTH__PORT=port, HEALTH__HOST="127.0.0.1")(command, code=2)
    assert f"cannot listen on 127.0.0.1, port {port}" in said.err
    assert "NEWSWIRE_HEALTH__PORT" in said.err
    assert not newswire.folder.exists()


def test_without_a_port_nobody_listens(newswire):
    quiet = newswire.having(SERVE__IN_RUN="false")
    with Publisher(feeds=1, articles=1) as publisher, quiet.started("run", *publisher.feed_urls()) as line:
        line.event("feed.poll")
        open_sockets = psutil.Process(line.process.pid).net_connections()
        assert [each for each in open_sockets if each.status == psutil.CONN_LISTEN] == []
