"""Stages as processes over Kafka and Postgres, while brokers, databases, networks and workers die."""

import os
from collections import Counter
from dataclasses import replace

import pytest

from faults.cluster.plan import Broker, Kill, Network, Print, Size, plan
from faults.cluster.poison import PAGES, poison_pages, poison_record
from faults.cluster.run import run

SEED = int(os.environ.get("NEWSWIRE_TEST_SEED", "20261122"))


@pytest.mark.parametrize("size", [Size(), Size(articles=10_000, edits=1_000, span_s=600.0)])
def test_a_plan_follows_from_its_seed_and_holds_every_fault_as_often_as_was_asked_for(size):
    steps = plan(SEED, size)
    assert steps == plan(SEED, size)
    assert steps != plan(SEED + 1, size)
    counts = Counter(type(step.event).__name__ for step in steps)
    assert (counts["Kill"], counts["Freeze"], counts["Roll"], counts["Terminate"]) == (50, 10, 10, 20)
    assert (counts["Broker"], counts["Postgres"], counts["Network"]) == (6, 5, 20)
    assert (counts["Edit"], counts["Inject"], counts["Withdraw"]) == (size.edits, size.articles // 100, 6)
    assert counts["Silence"] == 6
    assert [n for step in steps if isinstance(step.event, Print) for n in step.event.numbers] == [*range(size.articles)]
    assert {step.event.stage for step in steps if isinstance(step.event, Kill)} == {"poll", "extract", "store"}
    assert len({(each.server, each.trouble) for step in steps if isinstance(each := step.event, Network)}) == 8
    assert all(0 <= step.at_s <= size.span_s for step in steps)


def test_what_hurts_the_same_thing_never_overlaps():
    for seed in range(50):
        free_at = {"broker": 0.0, "kafka": 0.0, "postgres": 0.0}
        for step in plan(seed, Size()):
            match step.event:
                case Broker(down_s):
                    lane, seconds = "broker", down_s
                case Network(server, _, seconds):
                    lane = server
                case _:
                    continue
            assert step.at_s >= free_at[lane]
            free_at[lane] = step.at_s + seconds


def test_a_time_that_is_too_short_for_its_faults_is_refused():
    with pytest.raises(ValueError, match="too short"):
        plan(1, replace(Size(), span_s=60.0))


def test_poison_is_of_every_kind_on_every_topic():
    kinds = {(record.topic, record.kind) for record in map(poison_record, range(20))}
    assert len(kinds) == 18
    assert set(poison_pages(2_000, 20).values()) == set(PAGES)
    assert len(poison_pages(10_000, 100)) == 100


@pytest.mark.alone
async def test_a_cluster_that_is_hurt_in_every_way_keeps_every_promise(kafka_server, postgres_server, tmp_path):
    report = await run(Size(), SEED, tmp_path, postgres_server, kafka_server)
    print(report)
    assert report.wrong == []
