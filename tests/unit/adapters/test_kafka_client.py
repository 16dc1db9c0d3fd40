"""The parts of the log over Kafka that need no broker: when to ask, whom to share with, how much at once."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka import errors as kafka

from newswire.adapters.bus_kafka.budget import Budget, portions, size_of
from newswire.adapters.bus_kafka.errors import translated
from newswire.adapters.bus_kafka.liveness import PATIENCE_S, STALL_S, UNASSIGNED_S, Liveness
from newswire.adapters.bus_kafka.member import Member
from newswire.adapters.bus_kafka.records import HEADROOM_BYTES, check
from newswire.adapters.bus_kafka.shared_client import SharedClient
from newswire.errors import Reject, UsageError, Wait
from newswire.ports import Message, Partition
from support import waiting as bounds

ONE, TWO = Partition("t", 1), Partition("t", 2)


# ----------------------------------------------------------------------------------------------------- liveness
def test_silence_begins_with_the_last_answer_of_any_broker():
    liveness = Liveness(0.0)
    liveness.hear(1.0, {ONE: 10, TWO: 10})
    liveness.hear(3.0, {ONE: 10, TWO: 11})
    liveness.hear(3.0 + PATIENCE_S - 0.1, {ONE: 10, TWO: 11})
    assert not liveness.silent(3.0 + PATIENCE_S - 0.1)
    assert liveness.silent(3.0 + PATIENCE_S)
    assert liveness.silent_s(3.0 + PATIENCE_S) == PATIENCE_S
    liveness.heard(3.0 + PATIENCE_S)
    assert not liveness.silent(3.0 + PATIENCE_S)


def test_a_partition_is_quiet_when_it_was_polled_all_the_time_and_gave_nothing():
    liveness = Liveness(0.0)
    assert liveness.quiet(0.0, [ONE, TWO]) == []
    liveness.move(STALL_S / 2, [TWO])
    assert liveness.quiet(STALL_S, [ONE, TWO]) == [ONE]
    assert liveness.quiet(STALL_S * 1.5, [ONE, TWO]) == [ONE, TWO]
    liveness.move(STALL_S * 1.5, [ONE, TWO])
    assert liveness.quiet(STALL_S * 2, [ONE, TWO]) == []


def test_a_partition_that_was_paused_has_its_time_anew():
    liveness = Liveness(0.0)
    liveness.quiet(0.0, [ONE])
    liveness.quiet(STALL_S - 1, [])
    assert liveness.quiet(STALL_S, [ONE]) == []
    assert liveness.quiet(2 * STALL_S, [ONE]) == [ONE]


def test_a_member_that_is_never_given_an_assignment_is_noticed():
    liveness = Liveness(0.0)
    assert not liveness.unassigned(UNASSIGNED_S, assigned=True)
    assert not liveness.unassigned(2 * UNASSIGNED_S - 1, assigned=False)
    assert liveness.unassigned(2 * UNASSIGNED_S, assigned=False)


# ---------------------------------------------------------------------------------------------------- shared
class Clients:
    """Clients as numbers: what was started and ended."""

    def __init__(self):
        self.started, self.ended = [], []
        self.may_start = asyncio.Event()
        self.may_start.set()
        self.shared = SharedClient(self._start, self._end)

    async def _start(self):
        await self.may_start.wait()
        self.started.append(len(self.started))
        return self.started[-1]

    async def _end(self, client):
        self.ended.append(client)

    async def use(self):
        client = self.shared.begin()
        await self.shared.started(client)
        await asyncio.sleep(0)
        await self.shared.give_up(client)


async def test_of_many_who_find_a_client_broken_one_ends_it_and_one_starts_the_next():
    clients = Clients()
    await asyncio.gather(*(clients.use() for _ in range(20)))
    assert (clients.started, clients.ended) == ([0], [0])
    await asyncio.gather(*(clients.use() for _ in range(20)))
    assert (clients.started, clients.ended) == ([0, 1], [0, 1])


async def test_a_cancelled_user_of_a_starting_client_disturbs_no_other():
    clients = Clients()
    clients.may_start.clear()
    one, other = (asyncio.create_task(clients.shared.started(clients.shared.begin())) for _ in range(2))
    await asyncio.sleep(0)
    one.cancel()
    clients.may_start.set()
    assert await other == 0
    with pytest.raises(asyncio.CancelledError):
        await one


async def test_who_waits_for_a_client_that_is_given_up_is_told_to_wait_and_not_cancelled():
    clients = Clients()
    clients.may_start.clear()
    client = clients.shared.begin()
    waiting = asyncio.create_task(clients.shared.started(client))
    await asyncio.sleep(0)
    await clients.shared.give_up(client)
    with pytest.raises(Wait):
        await waiting
    clients.may_start.set()
    assert await clients.shared.started(clients.shared.begin()) == 0


async def test_closing_ends_the_client_for_good():
    clients = Clients()
    await clients.shared.started(clients.shared.begin())
    await clients.shared.close()
    assert clients.ended == [0]
    with pytest.raises(Wait, match="closed"):
        clients.shared.begin()


# ---------------------------------------------------------------------------------------------------- budget
def sized(*sizes):
    return [Message("t", str(n), b"x" * size) for n, size in enumerate(sizes)]


def test_portions_keep_the_order_and_their_bound():
    messages = sized(4, 4, 4, 25, 1, 1)
    found = [[size_of([each]) for each in portion] for portion in portions(messages, 10)]
    assert found == [[4, 4], [4], [25], [1, 1]]
    assert [each for portion in portions(messages, 10) for each in portion] == messages
    assert list(portions([], 10)) == []


async def test_no_more_than_the_budget_is_under_way_and_the_first_come_is_served_first():
    budget, under_way, most, order = Budget(10), 0, 0, []

    async def publish(name, size):
        nonlocal under_way, most
        async with budget.spent(size):
            order.append(name)
            under_way += size
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= size

    await asyncio.gather(*(publish(n, size) for n, size in enumerate([6, 6, 1, 40, 3, 3, 3])))
    assert order == list(range(7))
    assert most == 40  # alone
    under_way = most = 0
    await asyncio.gather(*(publish(n, 4) for n in range(10)))
    assert most == 8


async def test_who_is_cancelled_while_waiting_for_the_budget_spends_nothing():
    budget = Budget(10)
    async with budget.spent(10):
        waiting = asyncio.create_task(budget.spent(5).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
    async with asyncio.timeout(bounds.PATIENCE_S), budget.spent(10):
        pass


# ---------------------------------------------------------------------------------------- errors and records
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (kafka.TopicAuthorizationFailedError("t"), "ACL"),
        (kafka.GroupAuthorizationFailedError("g"), "ACL"),
        (kafka.InvalidTopicError(), "newswire topics ensure"),
        (kafka.MessageSizeTooLargeError(), "newswire topics ensure"),
        (kafka.InvalidSessionTimeoutError(), "NEWSWIRE_KAFKA__SESSION_TIMEOUT_S"),
        (kafka.UnsupportedVersionError(), "Kafka 4"),
    ],
)
def test_what_no_patience_helps_against_is_told_to_the_operator(error, told):
    found = translated(error, "publishing")
    assert type(found) is UsageError
    assert str(found).startswith("publishing: ")
    assert told in str(found)


@pytest.mark.parametrize(
    "error",
    [
        kafka.KafkaConnectionError("gone"),
        kafka.NotEnoughReplicasError(),
        kafka.OutOfOrderSequenceNumber(),
        kafka.UnknownTopicOrPartitionError(),
        TimeoutError(),
    ],
)
def test_everything_else_is_waited_for(error):
    found = translated(error, "publishing")
    assert type(found) is Wait
    assert type(error).__name__ in str(found)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Message("t", "k", b"x" * 101), "too-large"),
        (Message("t", "k" * (HEADROOM_BYTES + 1), b"x"), "too-large"),
        (Message("t", "k", b"x", (("name", b"x" * HEADROOM_BYTES),)), "too-large"),
        (Message("t", "\ud800", b"x"), "invalid-key"),
    ],
)
def test_what_kafka_would_refuse_is_rejected_beforehand(message, reason):
    with pytest.raises(Reject) as rejected:
        check(message, 100)
    assert rejected.value.reason == reason


def test_what_kafka_takes_is_let_through():
    check(Message("t", "köln", b"x" * 100, (("ce_id", b"1"),)), 100)


# ----------------------------------------------------------------------------------------------------- commits
class NoAnswer(AIOKafkaConsumer):
    """A client whose commits are tried again for ever, as aiokafka's are while no broker answers."""

    def __init__(self):
        super().__init__(group_id="g")
        self.began, self.ended = asyncio.Event(), False

    async def commit(self, offsets):
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


@pytest.mark.parametrize("end", [lambda member: member.on_partitions_revoked(()), Member.leave])
async def test_a_commit_does_not_outlive_the_assignment_under_which_it_began(end):
    client = NoAnswer()
    member = Member(client, "g", wake=lambda: None)
    member.on_partitions_assigned([TopicPartition("t", 1)])
    committing = asyncio.create_task(member.commit({ONE: 34}))
    await client.began.wait()
    await end(member)
    async with asyncio.timeout(bounds.PATIENCE_S):
        with pytest.raises(kafka.CommitFailedError):
            await committing
    assert client.ended
    await member.leave()


async def test_a_commit_that_its_caller_gives_up_is_not_tried_again():
    client = NoAnswer()
    member = Member(client, "g", wake=lambda: None)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await member.commit({ONE: 34})
    await member.leave()
    assert client.ended
