"""What `newswire.ports.bus` promises, over every backend."""

import asyncio
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from newswire.errors import Reject, StaleAssignment
from newswire.ports import Message, Partition
from support.buses import LEASE_S, PARTITIONS, assigned, collect, messages, places, shared_out, values
from support.waiting import eventually


@pytest.fixture
async def bus(backend):
    async with backend.open() as bus:
        yield bus


def everything(batch):
    return len(batch.assigned) == PARTITIONS


def first_unfinished(records):
    """The offsets that say that all of these records are finished."""
    ends = {}
    for record in records:
        ends[record.partition] = max(ends.get(record.partition, 0), record.offset + 1)
    return ends


# ------------------------------------------------------------------------------------------ publishing
async def test_records_of_one_key_arrive_in_the_order_of_publishing(bus, topic, group):
    for start in range(0, 120, 10):
        await bus.publish(messages(topic, 120, keys=7)[start : start + 10])
    by_key = defaultdict(list)
    for record in await collect(await bus.subscribe(group, [topic]), 120):
        by_key[record.key].append(int(record.value))
    assert by_key == {f"key-{n}": list(range(n, 120, 7)) for n in range(7)}


async def test_a_key_has_one_partition_and_keys_use_them_all(bus, topic, group):
    await bus.publish(messages(topic, 200, keys=50))
    homes = defaultdict(set)
    for record in await collect(await bus.subscribe(group, [topic]), 200):
        homes[record.key].add(record.partition)
    assert all(len(home) == 1 for home in homes.values())
    assert set.union(*homes.values()) == {Partition(topic, number) for number in range(PARTITIONS)}


async def test_a_record_arrives_byte_for_byte(bus, topic, group):
    every_byte = bytes(range(256))
    headers = (
        ("ce_id", b"6a1f"),
        ("any", every_byte),
        ("any", b"%41 again, in second place"),
        ("empty", b""),
        ("näme %", "Zürich\u2028".encode()),
    )
    sent = [Message(topic, "köln", every_byte * 40, headers), Message(topic, "köln", b"", ())]
    before = datetime.now(UTC)
    await bus.publish(sent)
    got = await collect(await bus.subscribe(group, [topic]), 2)
    assert [(each.key, each.value, each.headers) for each in got] == [(m.key, m.value, m.headers) for m in sent]
    assert [each.offset for each in got] == [0, 1]
    slack = timedelta(seconds=5)
    assert all(before - slack < each.published_at < datetime.now(UTC) + slack for each in got)


async def test_what_was_published_survives_the_publisher_being_killed(backend, topic, group, child):
    async with child("publish") as output:
        assert await output.readline() == b"published\n"
    async with backend.open() as bus:
        assert values(await collect(await bus.subscribe(group, [topic]), 20)) == [str(n) for n in range(20)]


async def test_concurrent_publishers_lose_nothing_and_leave_no_gap(backend, topic, group):
    async with backend.open() as one, backend.open() as other:

        async def publisher(bus, name):
            for n in range(15):
                await bus.publish([Message(topic, f"{name}/{key}", str(n).encode()) for key in range(3)])

        await asyncio.gather(*(publisher(bus, f"{id(bus)}-{n}") for bus in (one, other) for n in range(10)))
        records = await collect(await one.subscribe(group, [topic]), 900)
    offsets, by_key = defaultdict(list), defaultdict(list)
    for record in records:
        offsets[record.partition].append(record.offset)
        by_key[record.key].append(int(record.value))
    assert sum(map(len, offsets.values())) == 900
    assert all(each == list(range(len(each))) for each in offsets.values())
    assert len(by_key) == 60
    assert all(each == list(range(15)) for each in by_key.values())


async def test_a_cancelled_publisher_disturbs_no_other(bus, topic, group):
    cancelled = [asyncio.create_task(bus.publish([Message(topic, "a", b"cancelled")])) for _ in range(5)]
    others = [asyncio.create_task(bus.publish([each])) for each in messages(topic, 40)]
    await asyncio.sleep(0)
    for task in cancelled:
        task.cancel()
    await asyncio.gather(*others)
    await bus.publish([Message(topic, "a", b"after")])
    subscription = await bus.subscribe(group, [topic])
    seen = []

    async def all_there():
        seen.extend(record.value.decode() for record in (await subscription.poll(100, 0.1)).records)
        return {*map(str, range(40)), "after"} <= set(seen)

    await eventually(all_there, what=lambda: f"everything, got {seen}")


async def test_a_value_over_the_limit_is_rejected_with_its_whole_call(backend, bus, topic):
    large = Message(topic, "a", b"x" * (backend.max_value_bytes + 1))
    with pytest.raises(Reject, match="limit") as rejected:
        await bus.publish([Message(topic, "a", b"small"), large])
    assert rejected.value.reason == "too-large"
    assert [record async for record in bus.tail(topic)] == []


async def test_publishing_nothing_is_nothing(bus):
    await bus.publish([])


# ---------------------------------------------------------------------------------------------- groups
async def test_a_new_group_starts_at_the_oldest_record(bus, topic, group):
    await bus.publish(messages(topic, 30))
    assert values(await collect(await bus.subscribe(group, [topic]), 30)) == [str(n) for n in range(30)]


async def test_groups_do_not_disturb_each_other(bus, topic, group):
    await bus.publish(messages(topic, 30))
    one = await bus.subscribe(group, [topic])
    records = await collect(one, 30)
    await one.commit(first_unfinished(records))
    assert len(await collect(await bus.subscribe(f"{group}-2", [topic]), 30)) == 30


async def test_several_topics_share_a_subscription(bus, topic, group):
    topics = [topic, f"{topic}.b"]
    await bus.publish([*messages(topic, 10), *messages(topics[1], 10)])
    records = await collect(await bus.subscribe(group, topics), 20)
    assert {record.partition.topic for record in records} == set(topics)


async def test_a_successor_starts_at_the_committed_offset(bus, topic, group):
    await bus.publish(messages(topic, 40))
    one = await bus.subscribe(group, [topic])
    records = await collect(one, 40)
    finished = {at: end // 2 for at, end in first_unfinished(records).items()}
    await one.commit(finished)
    await one.close()
    rest = [record for record in records if record.offset >= finished[record.partition]]
    again = await collect(await bus.subscribe(group, [topic]), len(rest))
    assert sorted(places(again)) == sorted(places(rest))


async def test_closing_commits_nothing_and_hands_over_at_once(backend, topic, group):
    async with backend.open(lease_s=60) as bus:
        await bus.publish(messages(topic, 20))
        one, two = await bus.subscribe(group, [topic]), await bus.subscribe(group, [topic])
        await shared_out(one, two)
        await one.close()
        _, seen = await assigned(two, everything)
        taken = await bus.lag(group, [topic])
        assert sum(taken.values()) == 20
        assert seen or await collect(two, 1)


async def test_two_subscriptions_share_the_partitions_and_no_record_goes_to_both(backend, topic, group):
    async with backend.open() as here, backend.open() as there:
        one, two = await here.subscribe(group, [topic]), await there.subscribe(group, [topic])
        await shared_out(one, two)
        await here.publish(messages(topic, 200))
        got = {one: [], two: []}

        async def all_there():
            for each in (one, two):
                got[each] += (await each.poll(20, 0.01)).records
            return sum(map(len, got.values())) >= 200

        await eventually(all_there, what=lambda: f"200 records, got {[len(each) for each in got.values()]}")
        both = places(got[one]) + places(got[two])
        assert len(both) == len(set(both)) == 200
        assert got[one]
        assert got[two]


async def test_a_third_of_three_subscriptions_leaving_is_made_up_for(bus, topic, group):
    three = [await bus.subscribe(group, [topic]) for _ in range(3)]
    await shared_out(*three)
    await three.pop().close()
    await shared_out(*three)


async def test_partitions_given_away_in_good_order_are_drained_first_and_never_repeated(backend, topic, group):
    async with backend.open() as here, backend.open() as there:
        await here.publish(messages(topic, 100))
        one, two = await here.subscribe(group, [topic]), await there.subscribe(group, [topic])
        first = await collect(one, 100)
        drained = []

        async def drain(partitions):
            drained.extend(partitions)
            ends = first_unfinished(first)
            await one.commit({at: ends[at] for at in partitions if at in ends})

        one.on_revoke(drain)
        seen = await shared_out(one, two)
        assert sorted(set(drained)) == sorted(drained)
        assert len(drained) == (PARTITIONS if backend.eager else PARTITIONS // 2)
        assert seen[two] == []  # all of it was finished before it changed hands
        await there.publish(messages(topic, 80, prefix="new-"))
        got = [*seen[one], *await collect(two, 1), *await collect(one, 1)]
        assert all(record.value.startswith(b"new-") for record in got)


async def test_what_a_silent_member_left_unfinished_is_delivered_again(bus, topic, group):
    await bus.publish(messages(topic, 40))
    silent = await bus.subscribe(group, [topic])
    records = await collect(silent, 40)
    ends = first_unfinished(records)
    finished = {at: end // 2 for at, end in ends.items()}
    await silent.commit(finished)
    unfinished = [record for record in records if record.offset >= finished[record.partition]]

    heir = await bus.subscribe(group, [topic])
    again = await collect(heir, len(unfinished), within_s=LEASE_S + 30)
    assert sorted(places(again)) == sorted(places(unfinished))

    lag = await bus.lag(group, [topic])
    with pytest.raises(StaleAssignment):
        await silent.commit(ends)
    assert await bus.lag(group, [topic]) == lag


async def test_a_partition_that_comes_back_has_a_higher_epoch(backend, bus, topic, group):
    one = await bus.subscribe(group, [topic])
    before, _ = await assigned(one, everything)
    two = await bus.subscribe(group, [topic])
    await shared_out(one, two)
    await two.close()
    after, _ = await assigned(one, everything)
    kept = [at for at in before.assigned if after.assigned[at] == before.assigned[at]]
    assert len(kept) == (0 if backend.eager else PARTITIONS // 2)
    assert all(after.assigned[at] > before.assigned[at] for at in before.assigned if at not in kept)


async def test_a_partition_that_is_not_ours_cannot_be_committed(bus, topic, group):
    await bus.publish(messages(topic, 20))
    one, two = await bus.subscribe(group, [topic]), await bus.subscribe(group, [topic])
    await shared_out(one, two)
    batch = await two.poll(1, 0)
    foreign = next(at for at in (Partition(topic, n) for n in range(PARTITIONS)) if at not in batch.assigned)
    with pytest.raises(StaleAssignment):
        await two.commit({foreign: 1})
    assert sum((await bus.lag(group, [topic])).values()) == 20


# --------------------------------------------------------------------------------------------- polling
async def test_a_poll_returns_at_most_what_was_asked_for_and_loses_nothing(bus, topic, group):
    await bus.publish(messages(topic, 50))
    subscription = await bus.subscribe(group, [topic])
    seen = []

    async def all_there():
        batch = await subscription.poll(7, 0.1)
        assert len(batch.records) <= 7
        seen.extend(batch.records)
        return len(seen) >= 50

    await eventually(all_there)
    assert values(seen) == [str(n) for n in range(50)]


async def test_a_poll_that_is_cancelled_loses_and_repeats_nothing(bus, topic, group):
    subscription = await bus.subscribe(group, [topic])
    await assigned(subscription, everything)
    seen, chance = [], random.Random(7)

    async def publishing():
        for start in range(0, 400, 20):
            await bus.publish(messages(topic, 400)[start : start + 20])

    async def some_polls_are_cancelled():
        poll = asyncio.create_task(subscription.poll(10, 0.2))
        await asyncio.wait({poll}, timeout=chance.choice([0, 0.001, 0.01, 1]))
        poll.cancel()
        await asyncio.wait({poll})
        seen.extend(() if poll.cancelled() else poll.result().records)
        return len(seen) >= 400

    publisher = asyncio.create_task(publishing())
    await eventually(some_polls_are_cancelled, what=lambda: f"400 records, got {len(seen)}")
    await publisher
    assert values(seen) == [str(n) for n in range(400)]
    for number in range(PARTITIONS):
        offsets = [record.offset for record in seen if record.partition.number == number]
        assert offsets == list(range(len(offsets)))


async def test_a_paused_partition_delivers_nothing_until_resumed_and_then_everything(bus, topic, group):
    subscription = await bus.subscribe(group, [topic])
    await assigned(subscription, everything)
    paused = Partition(topic, 1)
    subscription.pause([paused])
    await bus.publish(messages(topic, 200, keys=50))
    held_back = (await bus.lag(group, [topic]))[paused]
    assert 0 < held_back < 200
    others = await collect(subscription, 200 - held_back)
    batch = await subscription.poll(500, 0.2)
    assert batch.records == ()
    assert everything(batch)
    subscription.resume([paused])
    rest = await collect(subscription, held_back)
    assert {record.partition for record in rest} == {paused}
    assert [record.offset for record in rest] == list(range(held_back))
    assert values([*others, *rest]) == [str(n) for n in range(200)]


async def test_polling_with_everything_paused_keeps_the_membership(bus, topic, group):
    one = await bus.subscribe(group, [topic])
    mine, _ = await assigned(one, everything)
    one.pause(list(mine.assigned))
    two = await bus.subscribe(group, [topic])
    await shared_out(one, two)
    epochs = (await one.poll(1, 0)).assigned
    started = asyncio.get_running_loop().time()

    async def two_leases_later():
        await asyncio.gather(one.poll(10, 0.05), two.poll(10, 0.05))
        return asyncio.get_running_loop().time() > started + 2 * LEASE_S

    await eventually(two_leases_later)
    assert (await one.poll(1, 0)).assigned == epochs


# --------------------------------------------------------------------------------------------- looking
async def test_a_log_that_is_there_with_its_topics_can_be_reached(bus, topic):
    await bus.publish(messages(topic, 1))
    await bus.reach([topic])


async def test_lag_counts_from_the_committed_offset(bus, topic, group):
    await bus.publish(messages(topic, 60))
    assert sum((await bus.lag(group, [topic])).values()) == 60
    subscription = await bus.subscribe(group, [topic])
    records = await collect(subscription, 60)
    assert sum((await bus.lag(group, [topic])).values()) == 60  # delivered is not finished
    ends = first_unfinished(records)
    partition, end = max(ends.items(), key=lambda item: item[1])
    await subscription.commit({partition: end - 3})
    lag = await bus.lag(group, [topic])
    assert lag[partition] == 3
    assert sum(lag.values()) == 60 - end + 3
    await subscription.commit(ends)
    assert set((await bus.lag(group, [topic])).values()) == {0}


async def test_lag_of_a_topic_nobody_used_is_nothing(bus, topic, group):
    assert sum((await bus.lag(group, [topic])).values()) == 0


async def test_unfinished_shows_what_the_group_has_not_committed_and_changes_nothing(bus, topic, group):
    await bus.publish(messages(topic, 40))
    assert len([record async for record in bus.unfinished(group, [topic])]) == 40
    subscription = await bus.subscribe(group, [topic])
    records = await collect(subscription, 40)
    finished = {at: end // 2 for at, end in first_unfinished(records).items()}
    await subscription.commit(finished)
    for _ in range(2):
        left = [record async for record in bus.unfinished(group, [topic])]
        assert sorted(places(left)) == sorted(at for at in places(records) if at[1] >= finished[at[0]])
    assert len((await subscription.poll(1, 0)).assigned) == PARTITIONS


async def test_tail_reads_everything_in_order_within_each_partition(bus, topic):
    await bus.publish(messages(topic, 1200))
    offsets = defaultdict(list)
    async for record in bus.tail(topic):
        offsets[record.partition].append(record.offset)
    assert sum(map(len, offsets.values())) == 1200
    assert all(each == list(range(len(each))) for each in offsets.values())


async def test_tail_since_a_moment_leaves_out_what_came_before(bus, topic):
    await bus.publish(messages(topic, 20, prefix="old-"))
    last = max([record.published_at async for record in bus.tail(topic)])
    await eventually(lambda: datetime.now(UTC) > last + timedelta(milliseconds=20))
    await bus.publish(messages(topic, 20, prefix="new-"))
    moment = last + timedelta(milliseconds=5)
    assert values([record async for record in bus.tail(topic, since=moment)]) == [f"new-{n}" for n in range(20)]
    assert [record async for record in bus.tail(topic, since=datetime.now(UTC) + timedelta(hours=1))] == []


async def test_following_goes_on_to_what_is_published_later_by_anyone(backend, bus, topic):
    await bus.publish(messages(topic, 5))
    seen = []

    async def follow():
        async for record in bus.tail(topic, follow=True):
            seen.append(record)  # noqa: PERF401  # the others look at it while this goes on

    following = asyncio.create_task(follow())
    await eventually(lambda: len(seen) == 5)
    await bus.publish(messages(topic, 5, prefix="x"))
    await eventually(lambda: len(seen) == 10)
    async with backend.open() as other:
        await other.publish(messages(topic, 5, prefix="y"))
    await eventually(lambda: len(seen) == 15)
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    assert len(set(places(seen))) == 15


# --------------------------------------------------------------------------------------------- pruning
async def test_pruning_drops_only_what_is_old_and_finished_by_every_group(backend, bus, topic, group):
    await bus.publish(messages(topic, 40))
    one, two = await bus.subscribe(group, [topic]), await bus.subscribe(f"{group}-2", [topic])
    records = await collect(one, 40)
    await collect(two, 40)
    ends = first_unfinished(records)
    later = datetime.now(UTC) + timedelta(hours=1)

    await one.commit(ends)
    assert await bus.prune(later) == 0  # the second group has finished nothing
    halves = {at: end // 2 for at, end in ends.items()}
    await two.commit(halves)
    assert await bus.prune(datetime.now(UTC) - timedelta(hours=1)) == 0  # too young
    assert await bus.prune(later) == (sum(halves.values()) if backend.prunes else 0)

    left = [record async for record in bus.unfinished(f"{group}-2", [topic])]
    assert sorted(places(left)) == sorted(at for at in places(records) if at[1] >= halves[at[0]])
    await bus.publish(messages(topic, 10, prefix="new-"))
    assert values(await collect(one, 10)) == [f"new-{n}" for n in range(10)]


async def test_a_topic_that_no_group_reads_is_pruned_by_age_and_read_from_what_is_left(backend, bus, topic, group):
    await bus.publish(messages(topic, 40, prefix="old-"))
    pruned = await bus.prune(datetime.now(UTC) + timedelta(hours=1))
    assert pruned == (40 if backend.prunes else 0)
    await bus.publish(messages(topic, 10, prefix="new-"))
    assert sum((await bus.lag(group, [topic])).values()) == 50 - pruned
    records = await collect(await bus.subscribe(group, [topic]), 50 - pruned)
    assert values(records)[:10] == [f"new-{n}" for n in range(10)]
    assert len([record async for record in bus.tail(topic)]) == 50 - pruned
