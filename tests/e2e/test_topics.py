"""`newswire topics ensure` and `newswire doctor` at a real Kafka.

`main` is called in this process, which saves starting one for each call.
"""

import sys
from collections.abc import Callable
from functools import partial

import pytest

from newswire.cli import main
from newswire.events import ARTICLES, ENTRIES, TOPICS
from support.commandline import Done
from support.kafka import Kafka, free_ports
from support.log_state import kept_logging


@pytest.fixture
def kafka(kafka_server: Kafka):
    """A broker without newswire's topics, before and after."""
    _without_topics(kafka_server)
    yield kafka_server
    _without_topics(kafka_server)


def _without_topics(kafka: Kafka) -> None:
    if present := made(kafka):
        kafka.delete_topics(present)


def made(kafka: Kafka) -> set[str]:
    return set(TOPICS) & kafka.admin().list_topics(timeout=30).topics.keys()


@pytest.fixture
def newswire(tmp_path, monkeypatch, capsys) -> Callable[..., Done]:
    """The command line over an empty data folder; settings are named without their prefix."""
    monkeypatch.setenv("NEWSWIRE_DATA_DIR", str(tmp_path))

    def call(*arguments: str, code: int = 0, **settings: str) -> Done:
        for name, text in settings.items():
            monkeypatch.setenv(f"NEWSWIRE_{name}", text)
        monkeypatch.setattr(sys, "argv", ["newswire", *arguments])
        with kept_logging(), pytest.raises(SystemExit) as ended:
            main()
        done = Done(*capsys.readouterr())
        assert (ended.value.code or 0) == code, done
        return done

    return call


@pytest.fixture
def single(newswire: Callable[..., Done], kafka: Kafka) -> Callable[..., Done]:
    """The command line at a cluster of one broker."""
    return partial(newswire, BUS=f"kafka://{kafka.address}", KAFKA__REPLICATION="1", KAFKA__MIN_INSYNC="1")


def states(done) -> dict[str, str]:
    return {row["topic"]: row["state"] for row in done.rows}


def test_ensure_creates_what_is_missing_once_and_check_only_looks(single, kafka):
    looked = single("topics", "ensure", "--check", code=1)
    assert states(looked) == dict.fromkeys(TOPICS, "missing")
    assert "'newswire topics ensure' creates what is missing" in looked.err
    assert made(kafka) == set()

    first = single("topics", "ensure")
    assert states(first) == dict.fromkeys(TOPICS, "created")
    assert made(kafka) == set(TOPICS)
    assert "offsets.retention.minutes to 20160" in first.err

    again = single("topics", "ensure")
    assert states(again) == dict.fromkeys(TOPICS, "ok")
    assert all(row["differences"] == [] for row in again.rows)
    assert states(single("topics", "ensure", "--check")) == dict.fromkeys(TOPICS, "ok")

    checks = {row["check"]: row for row in single("doctor").rows}
    assert checks["brokers"]["ok"]
    assert "offsets.retention.minutes" in checks["brokers"]["advice"]
    assert checks["topics"]["detail"] == f"{len(TOPICS)} topics as wanted"


def test_a_topic_that_another_made_is_told_and_not_touched(single, kafka):
    kafka.create_topics([ENTRIES], partitions=1, config={"retention.ms": "1000"})
    done = single("topics", "ensure", code=1)
    assert states(done) == {**dict.fromkeys(TOPICS, "created"), ENTRIES: "differs"}
    differences = {each["setting"]: each for each in done.rows[0]["differences"]}
    assert differences["retention.ms"]["found"] == "1000"
    assert "deleted before" in differences["retention.ms"]["harm"]
    assert differences["partitions"]["harm"] is None
    assert f"{ENTRIES}: retention.ms is 1000, not 1209600000: records are deleted before" in done.err
    assert f"--entity-name {ENTRIES} --add-config retention.ms=1209600000" in done.err

    kafka.delete_topics([ARTICLES])
    checks = {row["check"]: row for row in single("doctor", code=1).rows}
    assert not checks["topics"]["ok"]
    assert f"{ENTRIES} differs (retention.ms=1000, max.message.bytes=" in checks["topics"]["detail"]
    assert f"; {ARTICLES} missing" in checks["topics"]["detail"]
    assert "newswire topics ensure" in checks["topics"]["advice"]


def test_more_copies_than_there_are_brokers_are_refused_before_anything_is_created(newswire, kafka):
    three = partial(newswire, BUS=f"kafka://{kafka.address}")
    said = three("topics", "ensure", code=2)
    assert "3 copies of each topic are asked for, and brokers there are 1" in said.err
    assert "NEWSWIRE_KAFKA__REPLICATION" in said.err
    assert said.out == ""
    assert "NEWSWIRE_KAFKA__REPLICATION" in three("topics", "ensure", "--check", code=1).err
    assert made(kafka) == set()


def test_a_broker_that_is_away_ends_ensure_with_4_and_leaves_doctor_its_other_checks(newswire):
    away = partial(newswire, BUS=f"kafka://127.0.0.1:{free_ports(1)[0]}")
    (said,) = away("topics", "ensure", code=4).err.splitlines()
    assert "127.0.0.1" in said
    checks = {row["check"]: row for row in away("doctor", code=1).rows}
    assert not checks["brokers"]["ok"]
    assert "NEWSWIRE_BUS" in checks["brokers"]["advice"]
    assert checks["database"]["ok"]


def test_without_kafka_there_is_nothing_to_ensure(newswire):
    done = newswire("topics", "ensure")
    assert done.out == ""
    assert "nothing to ensure" in done.err
    assert {"brokers", "topics"}.isdisjoint(row["check"] for row in newswire("doctor").rows)
