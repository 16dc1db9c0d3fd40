"""Which topics are wanted of Kafka, and what it means where the cluster has them otherwise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.assembly.installation import topics_wanted
from newswire.domain.log.topic_report import judge
from newswire.domain.log.topics import FoundCluster, FoundTopic, offsets_warning, too_few_brokers, wanted_topics
from newswire.events import ENTRIES, LATEST, TOPICS
from newswire.settings import load

FORTNIGHT = timedelta(days=14)
FORTNIGHT_MS = str(14 * 24 * 3600 * 1000)
ASKED = {"partitions": 12, "replication": 3, "min_insync": 2, "retention": FORTNIGHT}
ALL = wanted_topics(**ASKED)
WANTED = ALL[0]
AS_WANTED = FoundTopic(WANTED.name, WANTED.partitions, WANTED.replication, {"segment.ms": "1", **WANTED.config})


def having(**config: str) -> FoundTopic:
    """As wanted but for these settings, named with underscores."""
    return replace(AS_WANTED, config={**AS_WANTED.config, **{k.replace("_", "."): v for k, v in config.items()}})


def test_every_topic_of_the_contract_is_wanted_and_all_alike():
    assert tuple(topic.name for topic in ALL) == TOPICS
    assert len({(topic.partitions, topic.replication, *topic.config.items()) for topic in ALL}) == 1
    assert WANTED.config["retention.ms"] == FORTNIGHT_MS
    assert WANTED.config["cleanup.policy"] == "delete"


def test_the_topic_of_latest_states_is_compacted_and_wanted_only_by_who_asks_for_it():
    (*events, latest) = wanted_topics(**ASKED, latest=True)
    assert tuple(events) == ALL
    assert latest.name == LATEST
    assert latest.config["cleanup.policy"] == "compact"
    assert latest.config["delete.retention.ms"] == FORTNIGHT_MS
    assert not {"retention.ms", "retention.bytes"} & latest.config.keys()


@pytest.mark.parametrize(("publish", "wanted"), [("false", TOPICS), ("true", (*TOPICS, LATEST))])
def test_the_settings_say_whether_the_topic_of_latest_states_is_wanted(publish, wanted):
    settings = load({"NEWSWIRE_LATEST__PUBLISH": publish, "NEWSWIRE_DATA_DIR": "data"})
    assert tuple(topic.name for topic in topics_wanted(settings)) == wanted


@pytest.mark.parametrize(
    ("setting", "value", "harm"),
    [
        ("cleanup.policy", "delete", "deleted for its age"),
        ("cleanup.policy", "compact,delete", "deleted for its age"),
        ("delete.retention.ms", "86400000", "was away"),
        ("max.compaction.lag.ms", "9223372036854775807", "purged text"),
        ("segment.ms", "604800000", "purged text"),
    ],
)
def test_a_compacted_topic_that_loses_states_or_keeps_purged_texts_is_told(setting, value, harm):
    *_, latest = wanted_topics(**ASKED, latest=True)
    found = FoundTopic(latest.name, latest.partitions, latest.replication, {**latest.config, setting: value})
    (difference,) = judge(latest, found).differences
    assert harm in difference.harm
    assert judge(latest, found).state == "differs"


def test_a_topic_as_it_is_wanted_is_ok_and_one_that_is_not_there_is_missing():
    assert judge(WANTED, AS_WANTED).state == "ok"
    assert judge(WANTED, AS_WANTED).differences == ()
    assert judge(WANTED, None).state == "missing"
    assert judge(WANTED, None).topic == ENTRIES


HARMFUL = [
    ("cleanup.policy", "compact", "compaction drops"),
    ("cleanup.policy", "compact,delete", "compaction drops"),
    ("retention.ms", str(int(FORTNIGHT_MS) - 1), "deleted before"),
    ("retention.bytes", "1073741824", "deleted for their size"),
    ("min.insync.replicas", "1", "lost with them"),
    ("unclean.leader.election.enable", "true", "are lost"),
    ("max.message.bytes", "1048588", "cannot be published"),
]


@pytest.mark.parametrize(("setting", "value", "harm"), HARMFUL)
def test_a_setting_that_may_lose_records_is_told_with_the_command_that_mends_it(setting, value, harm):
    report = judge(WANTED, having(**{setting: value}))
    (difference,) = report.differences
    assert report.state == "differs"
    assert (difference.setting, difference.wanted, difference.found) == (setting, WANTED.config[setting], value)
    assert harm in difference.harm
    command = "kafka-configs.sh --bootstrap-server … --alter --entity-type topics"
    assert difference.advice == f"{command} --entity-name {ENTRIES} --add-config {setting}={WANTED.config[setting]}"


def test_each_setting_of_a_topic_is_judged():
    kept = {"message.timestamp.type"}
    assert {setting for setting, _, _ in HARMFUL} | kept == set(WANTED.config)


@pytest.mark.parametrize(
    "better",
    [
        having(retention_ms="-1"),
        having(retention_ms="9223372036854775807"),
        having(min_insync_replicas="3"),
        having(max_message_bytes="104857600"),
        replace(AS_WANTED, replication=4),
        replace(AS_WANTED, config={}),
    ],
)
def test_what_is_better_than_wanted_or_not_known_to_the_broker_is_no_difference(better):
    assert judge(WANTED, better).differences == ()


def test_fewer_copies_than_wanted_differ():
    report = judge(WANTED, replace(AS_WANTED, replication=2))
    assert report.state == "differs"
    assert report.differences[0].harm
    assert "NEWSWIRE_KAFKA__REPLICATION" in report.differences[0].advice


def test_a_topic_that_nobody_can_publish_to_differs():
    wanted = wanted_topics(partitions=12, replication=1, min_insync=1, retention=FORTNIGHT)[0]
    found = replace(AS_WANTED, replication=1, config={**wanted.config, "min.insync.replicas": "2"})
    report = judge(wanted, found)
    assert report.state == "differs"
    assert ["nothing can be published" in difference.harm for difference in report.differences] == [True]


@pytest.mark.parametrize("partitions", [1, 11, 13, 100])
def test_another_number_of_partitions_is_kept(partitions):
    report = judge(WANTED, replace(AS_WANTED, partitions=partitions))
    assert report.state == "ok"
    (difference,) = report.differences
    assert (difference.found, difference.harm) == (str(partitions), None)
    assert "add none" in difference.advice


def test_the_publishers_time_on_records_is_kept():
    report = judge(WANTED, having(message_timestamp_type="CreateTime"))
    assert report.state == "ok"
    assert [difference.harm for difference in report.differences] == [None]


def test_topics_with_more_copies_than_brokers_are_not_begun():
    said = too_few_brokers(ALL, FoundCluster(brokers=2))
    assert "3 copies" in said
    assert "NEWSWIRE_KAFKA__REPLICATION" in said
    assert too_few_brokers(ALL, FoundCluster(brokers=3)) is None
    assert too_few_brokers((), FoundCluster(brokers=1)) is None


def test_offsets_that_are_forgotten_before_the_records_are_worth_a_word():
    said = offsets_warning(FoundCluster(3, timedelta(days=7)), FORTNIGHT)
    assert "7 days" in said
    assert "offsets.retention.minutes to 20160" in said
    assert offsets_warning(FoundCluster(3, FORTNIGHT), FORTNIGHT) is None
    assert offsets_warning(FoundCluster(3), FORTNIGHT) is None
