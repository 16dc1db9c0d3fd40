import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from newswire.errors import Stop, Wait
from newswire.ports import Partition
from newswire.runtime.consumer_limits import ConsumerLimits
from newswire.runtime.offsets import Window
from newswire.runtime.progress import Progress
from newswire.runtime.worker import run_batches, run_each
from support.fakes import START, FakeClock, FakeSubscription, eventually, turns

A = Partition("t", 0)
B = Partition("t", 1)
LIMITS = ConsumerLimits(window=Window(count=4), drain_s=20, revoke_s=30, commit_interval_s=1)


class Handler:
    """Work that ends when the test lets it."""

    def __init__(self, *, free=False):
        self.started = []
        self.finished = []
        self.cancelled = []
        self.free = free
        self.errors = {}
        self._gates = {}

    def gate(self, record):
        return self._gates.setdefault((record.partition, record.offset), asyncio.Event())

    def let(self, *records):
        for record in records:
            self.gate(record).set()

    async def __call__(self, record):
        self.started.append(record)
        try:
            if error := self.errors.get(record.offset):
                raise error
            if not self.free:
                await self.gate(record).wait()
        except asyncio.CancelledError:
            self.cancelled.append(record)
            raise
        self.finished.append(record)


class Running:
    def __init__(self, subscription, handle, run=run_each, limits=LIMITS, **more):
        self.subscription, self.handle = subscription, handle
        self.clock = FakeClock()
        self.stop = asyncio.Event()
        self.progress = Progress("test")
        self.task = asyncio.ensure_future(
            run(
                subscription,
                handle,
                stop=self.stop,
                clock=self.clock,
                progress=self.progress,
                limits=limits,
                **more,
            )
        )

    async def until(self, condition, what="the condition"):
        await eventually(lambda: self.task.done() or condition(), what)
        if self.task.done():
            self.task.result()
        assert condition(), what

    async def ended(self):
        await eventually(self.task.done, "the end")
        return self.task.result()


@asynccontextmanager
async def running(*args, **kwargs):
    worker = Running(*args, **kwargs)
    try:
        yield worker
    finally:
        worker.task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await worker.task


@pytest.fixture
def subscription():
    subscription = FakeSubscription()
    subscription.give(A, B)
    return subscription


async def test_records_of_one_partition_are_in_flight_together_and_committed_to_the_lowest_unfinished(subscription):
    first, second, third = subscription.append(A, 3)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 3)
        handler.let(second, third)
        await worker.until(lambda: len(handler.finished) == 2)
        await worker.clock.advance(5)
        await turns()
        assert subscription.group == {}
        handler.let(first)
        await worker.until(lambda: subscription.group == {A: 3})
        assert worker.progress.drained


async def test_finished_work_is_committed_every_interval_while_other_work_goes_on(subscription):
    first, _ = subscription.append(A, 2)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 2)
        handler.let(first)
        await worker.until(lambda: handler.finished)
        await turns()
        assert subscription.group == {}, "committed before the interval"
        await worker.clock.advance(1)
        await worker.until(lambda: subscription.group == {A: 1})
        assert not worker.progress.drained


async def test_a_full_window_pauses_its_partition_only_and_polling_goes_on(subscription):
    records = subscription.append(A, 10)
    subscription.append(B, 1)
    handler = Handler()
    limits = replace(LIMITS, max_poll=1)
    async with running(subscription, handler, limits=limits) as worker:
        await worker.until(lambda: subscription.paused == {A})
        polls = subscription.polls
        await worker.until(lambda: subscription.timeout_s == limits.throttled_poll_s)
        await worker.until(lambda: subscription.polls > polls + 50)
        assert [r.offset for r in handler.started if r.partition == A] == [0, 1, 2, 3]
        assert [r.offset for r in handler.started if r.partition == B] == [0]
        handler.let(records[3])
        await turns()
        assert subscription.paused == {A}
        handler.let(records[2])
        await worker.until(lambda: len([r for r in handler.started if r.partition == A]) == 6)


async def test_a_dependency_that_is_away_is_waited_for_in_place(subscription):
    subscription.append(A, 2)
    handler = Handler(free=True)
    handler.errors[0] = Wait("the database is away")
    with capture_logs() as logs:
        async with running(subscription, handler) as worker:
            await worker.until(lambda: [r.offset for r in handler.finished] == [1])
            for _ in range(12):
                await worker.clock.advance(30)
            tries = [r for r in handler.started if r.offset == 0]
            assert len(tries) > 10
            assert subscription.group == {}, "committed beyond unfinished work"
            assert worker.progress.away_since == START
            del handler.errors[0]
            await worker.clock.advance(30)
            await worker.until(lambda: subscription.group == {A: 2})
            assert worker.progress.away_since is None
    assert [entry["event"] for entry in logs if entry["event"].startswith("dependency")] == [
        "dependency.away",
        "dependency.back",
    ]


async def test_waiting_for_a_dependency_backs_off_to_a_cap(subscription):
    subscription.append(A, 1)
    handler = Handler(free=True)
    handler.errors[0] = Wait("away")
    async with running(subscription, handler) as worker:
        for _ in range(12):
            await worker.clock.advance(30)
        delays = worker.clock.slept
        assert delays[:4] == [0.25, 0.5, 1.0, 2.0]
        assert max(delays) == 30


async def test_a_broker_that_is_away_is_polled_again(subscription):
    subscription.away = True
    handler = Handler(free=True)
    with capture_logs() as logs:
        async with running(subscription, handler) as worker:
            for _ in range(5):
                await worker.clock.advance(1)
            assert 2 < subscription.polls < 10
            subscription.away = False
            subscription.append(A, 1)
            await worker.clock.advance(30)
            await worker.until(lambda: subscription.group == {A: 1})
    assert [entry["event"] for entry in logs].count("dependency.away") == 1


@pytest.mark.parametrize("error", [Stop("a bad release"), ValueError("a bug")])
async def test_an_error_ends_the_worker_after_the_rest_was_drained_and_committed(subscription, error):
    first, _, third = subscription.append(A, 3)
    handler = Handler()
    handler.errors[1] = error
    async with running(subscription, handler) as worker:
        await eventually(lambda: len(handler.started) == 3)
        await turns()
        assert not worker.task.done(), "did not wait for work in flight"
        handler.let(first, third)
        with pytest.raises(type(error), match=str(error)):
            await worker.ended()
        assert handler.finished == [first, third]
        assert subscription.group == {A: 1}, "the record that failed must be delivered again"
        assert subscription.closed


async def test_a_stop_takes_nothing_more_lets_work_finish_commits_and_leaves(subscription):
    records = subscription.append(A, 2)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 2)
        worker.stop.set()
        polls = subscription.polls
        subscription.append(B, 1)
        await worker.until(lambda: subscription.polls > polls + 20, "membership kept while draining")
        assert len(handler.started) == 2
        assert not subscription.closed
        handler.let(*records)
        await worker.ended()
        assert subscription.group == {A: 2}
        assert subscription.closed


async def test_work_that_outlasts_the_drain_is_cancelled_and_not_committed(subscription):
    first, _ = subscription.append(A, 2)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 2)
        handler.let(first)
        await worker.until(lambda: handler.finished)
        worker.stop.set()
        await worker.clock.advance(19)
        assert not worker.task.done()
        await worker.clock.advance(2)
        await worker.ended()
        assert [r.offset for r in handler.cancelled] == [1]
        assert subscription.group == {A: 1}
        assert (worker.progress.in_flight, worker.progress.dropped) == (0, 1)


async def test_a_stop_is_obeyed_while_the_broker_is_away(subscription):
    subscription.away = True
    async with running(subscription, Handler()) as worker:
        await worker.until(lambda: subscription.polls > 0)
        worker.stop.set()
        await worker.ended()
        assert subscription.closed


async def test_a_partition_that_is_lost_takes_its_work_with_it(subscription):
    (lost,) = subscription.append(A, 1)
    (kept,) = subscription.append(B, 1)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 2)
        subscription.take(A)
        await worker.until(lambda: handler.cancelled == [lost])
        handler.let(kept)
        await worker.until(lambda: subscription.group == {B: 1})
        assert worker.progress.drained
        assert worker.progress.dropped == 1


async def test_work_of_an_earlier_epoch_is_never_committed_for_the_present_one(subscription):
    subscription.append(A, 3)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 3)
        subscription.give(A)
        await worker.until(lambda: len(handler.cancelled) == 3)
        await worker.until(lambda: len(handler.started) == 6)
        await worker.clock.advance(5)
        assert subscription.group == {}


async def test_a_stale_commit_drops_only_the_partition_that_is_gone(subscription):
    a, late = subscription.append(A, 2)
    (b,) = subscription.append(B, 1)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 3)
        handler.let(a, b)
        await worker.until(lambda: len(handler.finished) == 2)
        subscription.stale = {A}
        await worker.clock.advance(1)
        await worker.until(lambda: subscription.group == {B: 1})
        await worker.until(lambda: handler.cancelled == [late])


async def test_a_revoked_partition_is_finished_and_committed_before_it_goes(subscription):
    records = subscription.append(A, 2)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 2)
        revoking = asyncio.ensure_future(subscription.revoke(A))
        await worker.until(lambda: A in subscription.paused)
        subscription.append(A, 1)
        await turns()
        assert not revoking.done()
        assert len(handler.started) == 2, "took more of a partition that is leaving"
        handler.let(*records)
        await eventually(revoking.done)
        await revoking
        assert subscription.group == {A: 2}
        subscription.give(A)
        await worker.until(lambda: len(handler.started) == 3)
        assert handler.started[-1].offset == 2


async def test_a_poll_that_answers_during_the_revocation_brings_no_more_work(subscription):
    (record,) = subscription.append(A, 1)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: handler.started)
        subscription.held = asyncio.Event()
        subscription.append(A, 1)
        await worker.until(lambda: len(subscription.polled) == 2)
        revoking = asyncio.ensure_future(subscription.revoke(A))
        await turns()
        subscription.held.set()
        await turns()
        assert handler.started == [record]
        handler.let(record)
        await revoking
        assert subscription.group == {A: 1}


async def test_a_revoked_partition_is_let_go_in_time_with_what_is_finished(subscription):
    first, second, third = subscription.append(A, 3)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 3)
        revoking = asyncio.ensure_future(subscription.revoke(A))
        handler.let(first, third)
        await worker.until(lambda: len(handler.finished) == 2)
        await worker.clock.advance(30)
        await eventually(revoking.done)
        await revoking
        await worker.until(lambda: handler.cancelled == [second])
        assert subscription.group == {A: 1}


async def test_a_record_that_is_not_due_waits_and_pauses_its_partition_only(subscription):
    due = (START + timedelta(minutes=10)).isoformat()
    subscription.append(A, 1, headers=(("not_before", due.encode()),))
    subscription.append(B, 1)
    handler = Handler(free=True)
    async with running(subscription, handler) as worker:
        await worker.until(lambda: subscription.group == {B: 1})
        await worker.until(lambda: subscription.paused == {A})
        assert worker.progress.waiting == 1
        assert subscription.timeout_s == LIMITS.poll_s, "hurries for hours"
        subscription.append(B, 1)
        await worker.until(lambda: subscription.group == {B: 2})
        await worker.clock.advance(599)
        assert worker.progress.stalled_s(worker.clock.now()) == 0
        assert A not in {r.partition for r in handler.started}
        await worker.clock.advance(1)
        await worker.until(lambda: subscription.group == {A: 1, B: 2})
        assert subscription.paused == set()


async def test_a_stop_does_not_wait_for_what_is_not_due(subscription):
    due = (START + timedelta(hours=2)).isoformat()
    subscription.append(A, 1, headers=(("not_before", due.encode()),))
    handler = Handler(free=True)
    async with running(subscription, handler) as worker:
        await worker.until(lambda: worker.progress.waiting == 1)
        worker.stop.set()
        await worker.ended()
        assert handler.started == []
        assert subscription.group == {}


@pytest.mark.parametrize("header", [b"tomorrow", b"2027-01-01T00:00:00", b"\xff"])
async def test_an_unreadable_time_makes_a_record_due_at_once_and_is_logged(subscription, header):
    subscription.append(A, 1, headers=(("not_before", header),))
    handler = Handler(free=True)
    with capture_logs() as logs:
        async with running(subscription, handler) as worker:
            await worker.until(lambda: subscription.group == {A: 1})
    assert "record.not-before-unreadable" in [entry["event"] for entry in logs]


async def test_work_that_makes_no_progress_shows(subscription):
    records = subscription.append(A, 2)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 2)
        await worker.clock.advance(40)
        assert worker.progress.stalled_s(worker.clock.now()) == 40
        handler.let(records[0])
        await worker.until(lambda: worker.progress.finished)
        assert worker.progress.stalled_s(worker.clock.now()) == 0
        handler.let(records[1])
        await worker.until(lambda: worker.progress.drained)
        await worker.clock.advance(40)
        assert worker.progress.stalled_s(worker.clock.now()) == 0


async def test_the_record_that_has_waited_longest_is_told_whoever_is_finished_first(subscription):
    moments = [START - timedelta(minutes=minutes) for minutes in (5, 20, 1)]
    records = [
        record
        for moment in moments
        for record in subscription.append(A, 1, headers=(("not_before", moment.isoformat().encode()),))
    ]
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: len(handler.started) == 3)
        assert worker.progress.oldest_due_at == moments[1]
        for place, left in ((1, moments[0]), (0, moments[2]), (2, None)):
            handler.let(records[place])
            await worker.until(lambda left=left: worker.progress.oldest_due_at == left)


async def test_one_poll_cannot_bring_more_than_all_windows_hold(subscription):
    subscription.append(A, 50)
    subscription.append(B, 50)
    handler = Handler()
    async with running(subscription, handler) as worker:
        await worker.until(lambda: subscription.paused == {A, B})
        await turns()
        assert len(handler.started) == worker.progress.in_flight <= 8


class Batches:
    def __init__(self):
        self.calls = []
        self.gate = asyncio.Event()
        self.errors = []

    async def __call__(self, records):
        self.calls.append(records)
        if self.errors:
            raise self.errors.pop(0)
        await self.gate.wait()


async def test_batches_are_handled_one_at_a_time_with_everything_paused_and_polling_going_on(subscription):
    subscription.append(A, 3)
    subscription.append(B, 3)
    batches = Batches()
    async with running(subscription, batches, run_batches, max_batch=4) as worker:
        await worker.until(lambda: batches.calls)
        polls = subscription.polls
        await worker.until(lambda: subscription.polls > polls + 50)
        assert subscription.paused == {A, B}
        assert [[(r.partition.number, r.offset) for r in call] for call in batches.calls] == [
            [(0, 0), (0, 1), (0, 2), (1, 0)]
        ]
        assert subscription.group == {}
        batches.gate.set()
        await worker.until(lambda: subscription.group == {A: 3, B: 3})
        assert [len(call) for call in batches.calls] == [4, 2]


async def test_a_batch_that_meets_an_outage_is_handled_again_whole(subscription):
    subscription.append(A, 2)
    batches = Batches()
    batches.gate.set()
    batches.errors = [Wait("away"), Wait("away")]
    async with running(subscription, batches, run_batches) as worker:
        await worker.until(lambda: batches.calls)
        await worker.clock.advance(5)
        await worker.until(lambda: subscription.group == {A: 2})
        assert len(batches.calls) == 3
        assert len(set(batches.calls)) == 1


async def test_partitions_given_while_a_batch_is_worked_on_wait_their_turn(subscription):
    c = Partition("t", 2)
    subscription.append(A, 1)
    subscription.append(c, 1)
    batches = Batches()
    async with running(subscription, batches, run_batches) as worker:
        await worker.until(lambda: batches.calls)
        subscription.give(c)
        await worker.until(lambda: c in subscription.paused)
        assert len(batches.calls) == 1
        batches.gate.set()
        await worker.until(lambda: subscription.group == {A: 1, c: 1})


async def test_a_batch_that_fails_is_the_last_one(subscription):
    c = Partition("t", 2)
    subscription.append(A, 1)
    subscription.append(c, 1)
    calls = []
    gate = asyncio.Event()

    async def fail(records):
        calls.append(records)
        await gate.wait()
        raise Stop("a bad release")

    async with running(subscription, fail, run_batches) as worker:
        await worker.until(lambda: calls)
        subscription.give(c)
        await worker.until(lambda: worker.progress.taken == 2)
        gate.set()
        with pytest.raises(Stop, match="a bad release"):
            await worker.ended()
        assert len(calls) == 1


async def test_a_batch_goes_on_for_the_partitions_that_stay(subscription):
    subscription.append(A, 1)
    subscription.append(B, 1)
    batches = Batches()
    async with running(subscription, batches, run_batches) as worker:
        await worker.until(lambda: batches.calls)
        subscription.take(A)
        await worker.until(lambda: worker.progress.partitions == 1)
        batches.gate.set()
        await worker.until(lambda: subscription.group == {B: 1})


async def test_every_record_is_finished_exactly_once_through_a_stormy_life(subscription):
    subscription.append(A, 60)
    subscription.append(B, 60)
    handler = Handler(free=True)
    async with running(subscription, handler) as worker:
        for partition in (A, B, A, B):
            before = len(handler.finished)
            await worker.until(lambda before=before: len(handler.finished) > before + 8)
            await subscription.revoke(partition)
            subscription.give(partition)
        await worker.until(lambda: subscription.group == {A: 60, B: 60})
    done = [(r.partition, r.offset) for r in handler.finished]
    # Good-order revocation commits all that is finished, so nothing is done twice.
    assert sorted(done) == sorted(set(done))
    assert len(done) == 120
