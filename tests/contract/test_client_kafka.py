"""The client over a real Kafka: the golden day comes to the same state, each id once, from any cursor on."""

import asyncio
import json
from collections import Counter
from uuid import UUID

import pytest

from newswire.client import CursorLost, Wanted, WireRefused, connect, connect_sync
from newswire.client.kafka_place import cursor_of
from newswire.events import CHANGES
from newswire.ports import Message
from support.buses import KAFKA, KafkaBackend
from support.golden import expected, records, rows_after, rows_expected
from support.waiting import PATIENCE_S


def messages():
    for each in records():
        headers = tuple((name, value.encode()) for name, value in each["headers"].items())
        yield Message(CHANGES, each["key"], json.dumps(each["value"]).encode(), headers)


@pytest.fixture
async def address(kafka_topics):
    address = f"{KAFKA}{kafka_topics.address}"
    async with KafkaBackend(address).open() as bus:
        await bus.publish(list(messages()))
    return address


def events(changes):
    return [change.data.model_dump(mode="json") for change in changes]


async def all_of(address, **asked):
    async with connect(address) as wire:
        return [change async for change in wire.changes(follow=False, **asked)]


def without_copies():
    """The ids that one record alone has."""
    counted = Counter(each["headers"]["ce_id"] for each in records())
    return {UUID(event_id) for event_id, count in counted.items() if count == 1}


async def head_of(address):
    async with connect(address) as wire:
        return [batch.cursor async for batch in wire.batches(follow=False)][-1]


async def test_a_reader_comes_to_the_expected_state_over_any_cursor_and_a_filter_keeps_withdrawals(address):
    found = await all_of(address)
    assert len({change.data.id for change in found}) == len(found) == expected()["events"]
    assert rows_after(events(found)) == rows_expected()
    for change in found[:: len(found) // 3]:
        at = found.index(change)
        rest = await all_of(address, after=change.cursor)
        later = {each.data.id for each in rest}
        assert {each.data.id for each in found[at + 1 :]} <= later, change.cursor
        assert not {each.data.id for each in found[: at + 1]} & later & without_copies(), change.cursor
        assert rows_after(events([*found[: at + 1], *rest])) == rows_expected()
    assert await all_of(address, after=await head_of(address)) == await all_of(address, after="now") == []
    of_upland = await all_of(address, wanted=Wanted(sources=frozenset({"upland.example"}), text=False))
    assert {each.data.kind for each in of_upland} >= {"published", "revised", "withdrawn", "source-drift"}
    assert {each.data.article.source for each in of_upland if hasattr(each.data, "article")} == {"upland.example"}
    assert all(each.data.article.text is None for each in of_upland if hasattr(each.data, "article"))


async def test_who_follows_is_given_what_comes_and_the_twin_reads_the_same(address, kafka_topics):
    def read():
        with connect_sync(address) as wire:
            return list(wire.changes(follow=False))

    found = await asyncio.to_thread(read)
    assert len(found) == expected()["events"]
    async with asyncio.timeout(PATIENCE_S), connect(address) as wire:
        coming = wire.batches(after="now")
        waiting = asyncio.ensure_future(anext(coming))
        async with KafkaBackend(address).open() as bus:
            while not waiting.done():
                await bus.publish([next(messages())])
                await asyncio.wait([waiting], timeout=0.2)
        batch = await waiting
        await coming.aclose()
    assert {str(change.data.id) for change in batch.changes} == {records()[0]["headers"]["ce_id"]}


async def test_a_lost_or_foreign_cursor_is_an_error_that_says_so(address, kafka_topics):
    head = await head_of(address)
    place = dict(part.split("-") for part in head.removeprefix("kafka:").split(","))
    beyond = cursor_of({int(number): int(offset) + 1 for number, offset in place.items()})
    with pytest.raises(CursorLost) as lost:
        await all_of(address, after=beyond)
    assert rows_after(events(await all_of(address, after=lost.value.floor))) == rows_expected()
    with pytest.raises(WireRefused, match="no cursor of kafka"):
        await all_of(address, after="golden-day.3")
    kafka_topics.delete_topics([CHANGES])
    try:
        with pytest.raises(WireRefused, match="has no topic"):
            await all_of(address)
    finally:
        kafka_topics.create_topics([CHANGES], partitions=4)
