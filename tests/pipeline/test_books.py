"""The audit: what is on its way is not lost, and what is nowhere is."""

from dataclasses import replace

import pytest

from newswire.domain.articles.decide import decide
from newswire.errors import Reject, Retry
from newswire.events import ARTICLES, CHANGES, DEAD, ENTRIES, RETRIES
from newswire.operations.audit import audit
from newswire.ports import Message, Partition, Record
from newswire.stages.failures import dead_letter, retry_message
from support.build import NOW, arrivals, extracted, sighting
from support.line import RETRY_DELAYS

NAME = "on-the-way"
EVENT = extracted(entry=NAME)


def carrying(topic) -> Message:
    """Any record of that topic that names the entry."""
    return Message(topic, "k", b"whatever", (("ce_entryid", str(EVENT.entry_id).encode()),))


async def finish(bus, group, topics):
    """Work the topics off, as a stage does."""
    subscription = await bus.subscribe(group, topics)
    batch = await subscription.poll(100, 1)
    await subscription.commit({record.partition: record.offset + 1 for record in batch.records})
    await subscription.close()


@pytest.fixture(autouse=True)
async def booked(feeds):
    await feeds.entries.book([sighting(NAME)])


@pytest.mark.parametrize("topic", [ENTRIES, *RETRIES, ARTICLES, DEAD])
async def test_a_pending_sighting_whose_record_waits_for_a_stage_is_not_lost(ledger, bus, topic):
    await bus.publish([carrying(topic)])
    balance = await audit(ledger, bus)
    assert (balance.pending, balance.lost, balance.balanced) == (1, 0, True)


@pytest.mark.parametrize(
    ("group", "topic"),
    [("extract", ENTRIES), ("extract", RETRIES[0]), ("extract", RETRIES[2]), ("store", ARTICLES), ("store", DEAD)],
)
async def test_one_whose_record_was_worked_off_without_an_outcome_is_lost(ledger, bus, group, topic):
    await bus.publish([carrying(topic)])
    await finish(bus, group, [topic])
    balance = await audit(ledger, bus)
    assert (balance.pending, balance.lost, balance.balanced) == (1, 1, False)


async def test_one_that_is_nowhere_in_the_log_is_lost(ledger, bus):
    await bus.publish([replace(carrying(ENTRIES), headers=())])
    assert (await audit(ledger, bus)).lost == 1


async def test_a_published_change_does_not_stand_for_an_outcome(ledger, bus):
    await bus.publish([carrying(CHANGES)])
    assert (await audit(ledger, bus)).lost == 1


async def test_one_that_is_finished_while_the_log_is_read_is_not_lost(ledger, bus, articles):
    class Overtaken:
        """The record leaves the log, with its outcome written, just before the log is looked at."""

        def unfinished(self, group, topics):
            return self._read(group, topics)

        async def _read(self, group, topics):
            if group == "extract":
                await articles.record(arrivals(EVENT), decide, NOW)
            async for record in bus.unfinished(group, topics):
                yield record

    balance = await audit(ledger, Overtaken())
    assert (balance.lost, balance.pending, balance.outcomes["published"]) == (0, 0, 1)


async def test_one_that_moves_on_while_the_log_is_read_is_not_lost(ledger, bus):
    await bus.publish([carrying(ENTRIES)])

    class Moving:
        """Between the two looks the record becomes an article's; the first look came too late for the entry's."""

        def unfinished(self, group, topics):
            return self._read(group, topics)

        async def _read(self, group, topics):
            if group == "extract":
                await bus.publish([carrying(ARTICLES)])
                await finish(bus, "extract", [ENTRIES])
            async for record in bus.unfinished(group, topics):
                yield record

    assert (await audit(ledger, Moving())).lost == 0


async def test_one_that_follows_another_is_as_safe_as_that_one(ledger, bus, feeds):
    await feeds.entries.book([sighting("follower", follows=EVENT.entry_id)])
    assert (await audit(ledger, bus)).lost == 1
    await bus.publish([carrying(ENTRIES)])
    balance = await audit(ledger, bus)
    assert (balance.pending, balance.lost) == (2, 0)


@pytest.mark.parametrize(
    "aside",
    [
        lambda record: retry_message(record, Retry("timeout", "no answer"), RETRY_DELAYS, NOW),
        lambda record: dead_letter(record, "extract", Reject("http-404", "gone"), NOW),
    ],
    ids=["retry", "dead"],
)
async def test_a_record_put_aside_still_names_its_entry_in_its_headers(ledger, bus, aside):
    """The audit reads headers only: a record that lost that header would look like a loss."""
    record = Record(Partition(ENTRIES, 0), 0, "k", b"whatever", carrying(ENTRIES).headers)
    await bus.publish([aside(record)])
    assert (await audit(ledger, bus)).lost == 0
