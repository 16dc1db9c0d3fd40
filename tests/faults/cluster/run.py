"""One run: a cluster is started, fed, hurt by plan, left alone until it is quiet, and judged."""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from faults.cluster.cluster import Cluster, new_cluster
from faults.cluster.commits import Commits
from faults.cluster.findings import Findings
from faults.cluster.hurts import misnamed
from faults.cluster.invariants import CHECKS, dead
from faults.cluster.log_check import read_folder, unlike_books, untold
from faults.cluster.logs_alone import Reading
from faults.cluster.plan import Size, plan
from faults.cluster.report import Report
from support.kafka import Kafka
from support.postgres import Postgres

QUIET_WITHIN_S = 60.0
"""From the last fault until nothing waits any more."""
GIVEN_UP_AFTER_S = 600.0
"""What is still waiting then, waits for ever."""


async def run(size: Size, seed: int, folder: Path, database: Postgres, broker: Kafka | None) -> Report:
    """Run it, with logs in ``folder``. ``broker`` None: the log is in the database too."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(64))  # some wait for a whole outage
    report, began = Report(seed, size), time.monotonic()
    async with new_cluster(size, seed, folder, database, broker) as cluster:
        async with cluster.fleet:
            sampling = asyncio.create_task(cluster.sampler.run(cluster.tell))
            await cluster.hand.follow(plan(seed, size))
            cluster.tell("the last fault is over")
            report.figures["last fault after, in seconds"] = round(time.monotonic() - began, 1)
            report.figures["decided by then"] = len(cluster.sampler.seen)
            await _quiet(cluster, report, "6: lag")
            sampling.cancel()
            _judge_commits(cluster, await _judge(cluster, report, replayed=False), report)
            cluster.press.mend()
            done = await asyncio.to_thread(cluster.command, "dead", "retry", "--all")
            report.judge("7: dead retry", [done.stderr] if done.returncode else [])
            await _quiet(cluster, report, "7: lag after dead retry")
            found = await _judge(cluster, report, replayed=True)
            await cluster.fleet.end_all()
            report.judge("ends in good order", cluster.fleet.unclean)
            report.judge("no orphans", await cluster.fleet.orphans())
        books = await asyncio.to_thread(cluster.command, "audit")
        report.judge("1: audit", [books.stdout + books.stderr] if books.returncode else [])
    balances = [json.loads(line) for line in books.stdout.splitlines() if line.startswith("{")]
    for balance in balances:  # none where the audit failed, which was wrong already
        _judge_lines(cluster, found, balance, read_folder(folder), report)
    _count(cluster, report)
    report.figures["seconds in all"] = round(time.monotonic() - began, 1)
    return report


async def _quiet(cluster: Cluster, report: Report, promise: str) -> None:
    """Wait until it is quiet; that it took too long is wrong, and does not make everything else wrong."""
    began = time.monotonic()
    try:
        await cluster.settled(QUIET_WITHIN_S)
    except TimeoutError as error:
        report.judge(promise, [str(error)])
        try:
            await cluster.settled(GIVEN_UP_AFTER_S)
        except TimeoutError as final:
            report.judge(promise, [str(final)])
    report.figures[f"quiet after, in seconds ({promise})"] = round(time.monotonic() - began, 1)


async def _judge(cluster: Cluster, report: Report, *, replayed: bool) -> Findings:
    found = await Findings.gather(cluster.press, cluster.log, cluster.books)
    when = ", after dead retry" if replayed else ""
    for promise, check in CHECKS:
        report.judge(f"{promise}{when}", check(found))
    report.judge(f"7{when}", dead(found, injected=report.size.poison, replayed=replayed))
    report.figures[f"outcomes{when}"] = dict(Counter(row["kind"] for row in found.tables["outcomes"]))
    report.figures[f"records and copies{when}"] = {
        topic: (len(records), len(records) - len({record.header("ce_id") or record for record in records}))
        for topic, records in found.log.items()
    }
    return found


def _judge_commits(cluster: Cluster, found: Findings, report: Report) -> None:
    commits = Commits(found, cluster.sampler.seen)
    report.judge("6: commits", commits.check(cluster.sampler.samples))
    report.figures["samples"] = f"{len(cluster.sampler.samples)}, unanswered {cluster.sampler.unanswered}"
    report.figures["records checked when first committed"] = commits.checked


def _judge_lines(cluster: Cluster, found: Findings, audit: Mapping[str, Any], reading: Reading, report: Report) -> None:
    """Hold what the log lines alone say against everything else."""
    report.judge("8: outages in the lines", misnamed(reading.outages, cluster.hand.hurts))
    report.judge("8: retries and deaths in the lines", untold(reading, found))
    report.judge("8: books by the lines", unlike_books(reading, audit))
    report.figures["outages in the lines"] = dict(Counter(outage.dependency for outage in reading.outages))
    report.figures["entries retried by the lines"] = len(reading.retried)


def _count(cluster: Cluster, report: Report) -> None:
    times = os.times()
    report.figures["done"] = dict(cluster.hand.counts)
    report.figures["processes started"] = cluster.fleet.started
    report.figures["ended by themselves"] = cluster.fleet.ended
    report.figures["requests to the publisher"] = dict(cluster.press.asked)
    report.figures["CPU seconds"] = (
        f"{times.user + times.system:.0f} here, {times.children_user + times.children_system:.0f} in processes"
    )
