import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from newswire.ports import Partition, Record
from newswire.runtime.assignment import Assignment
from newswire.runtime.offsets import RECORD_OVERHEAD, OffsetTracker, Window

P = Partition("t", 0)
Q = Partition("t", 1)


def record(offset, size=1, partition=P):
    return Record(partition, offset, None, b"x" * size)


def test_what_is_committable_is_the_lowest_unfinished_offset():
    tracker = OffsetTracker(epoch=1)
    for offset in (5, 6, 9):
        tracker.start(record(offset))
    assert tracker.committable() is None
    tracker.finish(record(6))
    assert tracker.committable() is None
    tracker.finish(record(5))
    assert tracker.committable() == 9
    tracker.finish(record(9))
    assert tracker.committable() == 10
    tracker.committed(10)
    assert tracker.committable() is None


def test_the_window_closes_at_its_count_and_opens_again_at_half():
    tracker = OffsetTracker(1, Window(count=4))
    for offset in range(4):
        assert not tracker.full
        tracker.start(record(offset))
    assert tracker.full
    tracker.finish(record(0))
    assert tracker.full
    tracker.finish(record(1))
    assert not tracker.full


def test_the_window_closes_at_its_bytes_and_opens_again_at_half():
    tracker = OffsetTracker(1, Window(count=100, bytes=4 * (RECORD_OVERHEAD + 100)))
    for offset in range(4):
        assert not tracker.full
        tracker.start(record(offset, size=100))
    assert tracker.full
    tracker.finish(record(3))
    assert tracker.full
    tracker.finish(record(2))
    assert not tracker.full


def test_a_record_bigger_than_the_window_is_taken_alone():
    tracker = OffsetTracker(1, Window(count=100, bytes=10))
    tracker.start(record(0, size=1000))
    assert tracker.full
    tracker.finish(record(0, size=1000))
    assert not tracker.full


def test_a_log_that_breaks_its_order_is_refused():
    tracker = OffsetTracker(1)
    tracker.start(record(7))
    with pytest.raises(ValueError, match=r"offset 7 .* came after offset 7"):
        tracker.start(record(7))


def test_a_record_is_finished_once():
    tracker = OffsetTracker(1)
    tracker.start(record(7))
    assert tracker.finish(record(7))
    with pytest.raises(KeyError):
        tracker.finish(record(7))


def test_a_completion_from_an_earlier_epoch_changes_nothing():
    assignment = Assignment()
    assignment.update({P: 1})
    old = assignment.start(record(0))
    lost, new = assignment.update({P: 2})
    assert (lost, new) == ({P}, {P})
    current = assignment.start(record(0))
    assert not old.finish(record(0))
    assert assignment.committable() == {}
    assert current.finish(record(0))
    assert assignment.committable() == {P: 1}


def test_a_dropped_partition_comes_back_in_a_later_epoch_only():
    assignment = Assignment()
    assignment.update({P: 3, Q: 4})
    assignment.drop([P])
    assert assignment.update({P: 3, Q: 4}) == (frozenset(), frozenset())
    assert assignment.start(record(0)) is None
    assert assignment.update({P: 5, Q: 4}) == (frozenset(), {P})
    assert assignment.start(record(0)) is not None


def test_only_the_partitions_asked_for_are_committed():
    assignment = Assignment()
    assignment.update({P: 1, Q: 1})
    for partition in (P, Q):
        assignment.start(record(0, partition=partition)).finish(record(0, partition=partition))
    assert assignment.committable([Q]) == {Q: 1}
    assignment.committed({Q: 1})
    assert assignment.committable() == {P: 1}


class Tracking(RuleBasedStateMachine):
    """One partition through any course of starting, finishing, committing and losing it."""

    def __init__(self):
        super().__init__()
        self.window = Window(count=5, bytes=4000)
        self.assignment = Assignment(self.window)
        self.epoch = 0
        self.reassign()

    @rule()
    def reassign(self):
        self.epoch += 1
        self.assignment.update({P: self.epoch})
        self.tracker = self.assignment.trackers[P]
        self.stale = [*getattr(self, "stale", []), *getattr(self, "flying", [])]
        self.next = 0
        self.flying = []
        self.done = set()
        self.highest = None

    @precondition(lambda self: not self.tracker.full)
    @rule(gap=st.integers(0, 3), size=st.integers(0, 1500))
    def start(self, gap, size):
        one = record(self.next + gap, size)
        self.next = one.offset + 1
        self.flying.append((self.assignment.start(one), one))

    @precondition(lambda self: self.flying)
    @rule(data=st.data())
    def finish(self, data):
        tracker, one = self.flying.pop(data.draw(st.integers(0, len(self.flying) - 1)))
        assert tracker.finish(one)
        self.done.add(one.offset)

    @precondition(lambda self: self.stale)
    @rule(data=st.data())
    def finish_late(self, data):
        tracker, one = self.stale.pop(data.draw(st.integers(0, len(self.stale) - 1)))
        before = self.assignment.committable()
        assert not tracker.finish(one)
        assert self.assignment.committable() == before

    @rule()
    def commit(self):
        self.assignment.committed(self.assignment.committable())
        assert self.assignment.committable() == {}

    @invariant()
    def never_beyond_the_lowest_unfinished(self):
        offset = self.tracker.finished_to
        unfinished = [one.offset for _, one in self.flying]
        if offset is not None:
            assert all(offset <= other for other in unfinished)
            assert offset in unfinished or offset == self.next
        assert self.assignment.committable().get(P) in (None, offset)

    @invariant()
    def never_backwards_within_an_epoch(self):
        offset = self.tracker.finished_to
        if self.highest is not None:
            assert offset >= self.highest
        self.highest = offset

    @invariant()
    def in_flight_is_what_was_started_and_not_finished(self):
        assert self.tracker.in_flight == len(self.flying)
        size = sum(len(one.value) + RECORD_OVERHEAD for _, one in self.flying)
        if len(self.flying) >= self.window.count or size >= self.window.bytes:
            assert self.tracker.full
        if not self.flying:
            assert not self.tracker.full


TestTracking = Tracking.TestCase
