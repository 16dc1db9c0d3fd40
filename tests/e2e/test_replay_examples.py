"""`newswire replay-examples`, the real command: every way to the golden day leads to the same state."""

import sqlite3
from signal import SIGTERM

import pytest

from newswire.client import connect_sync
from support.golden import FOLDER, expected, records, rows_after, rows_expected
from support.printed_consumer import printed_consumer


@pytest.mark.parametrize(("name", "option"), [("records.jsonl", ()), ("expected.json", ("--expected",))])
def test_the_command_prints_the_committed_bytes(inside, name, option):
    assert inside("replay-examples", *option).out == (FOLDER / name).read_text(encoding="utf-8"), "run `make schemas`"


def test_the_api_the_file_and_the_embedded_log_give_the_same_state(newswire, inside, tmp_path):
    folder = tmp_path / "golden"
    with newswire.having(SERVE__PORT="0").started("replay-examples", "--serve", "--into", str(folder)) as running:
        address = running.line()
        with connect_sync(address) as wire:
            served = [change.data.model_dump(mode="json") for change in wire.changes(follow=False)]
        assert running.end(SIGTERM) == 0
    assert [each["position"] for each in served] == list(range(1, expected()["head"] + 1))
    assert rows_after(served) == rows_expected()
    with connect_sync(f"sqlite:///{folder / 'newswire.db'}") as wire:
        found = list(wire.changes(follow=False))
    assert [change.data.model_dump(mode="json") for change in found] == served
    assert found[-1].cursor == f"{expected()['epoch']}.{expected()['head']}"
    with sqlite3.connect(folder / "newswire.db") as connection:
        logged = connection.execute("SELECT count(*), min(published_at), max(published_at) FROM bus_records").fetchone()
    assert logged == (len(records()), *[logged[1]] * 2)
    refused = inside("replay-examples", "--into", str(folder), code=2)
    assert "empty store" in refused.err


def test_the_consumer_of_the_readme_reads_the_day_from_kafka_and_no_used_topic_is_filled(
    inside, kafka_topics, tmp_path
):
    address = f"kafka://{kafka_topics.address}"
    inside("replay-examples", "--bus", address)
    with printed_consumer(tmp_path, kafka_topics.address) as consumer:
        lines = [consumer.line().split(" ", 2) for _ in records()]
    told = {(each["headers"]["ce_id"], each["headers"]["ce_type"]) for each in records()}
    assert {(line[0], line[1]) for line in lines} == told
    assert "--again" in inside("replay-examples", "--bus", address, code=2).err
