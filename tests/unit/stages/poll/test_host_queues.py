"""Whose turn it is: a host that must wait takes nothing from the others, and gets no more than its limits."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.stages.poll.host_queues import HOLD_S, PUT_OFF_S, HostLimits, HostQueues
from support.build import NOW, feed

SECOND = timedelta(seconds=1)


def host_queues(interval_s=1.0, concurrency=2, hold=100):
    return HostQueues(HostLimits(interval_s, concurrency), hold=hold)


def feeds_of(host, count):
    return [feed(f"https://{host}/{number}") for number in range(count)]


def test_a_feed_of_a_host_that_is_free_is_ready_at_once():
    queues = host_queues()
    assert queues.offer("a", feed(), NOW) is None
    assert (queues.ready(NOW), queues.waiting) == (1, 1)
    assert queues.start(NOW) == ("a", feed())
    assert (queues.start(NOW), queues.waiting) == (None, 0)


def test_feeds_of_one_host_start_an_interval_apart():
    queues = host_queues()
    for one in feeds_of("a", 3):
        assert queues.offer("a", one, NOW) is None
    assert queues.start(NOW) is not None
    assert queues.start(NOW) is None
    assert queues.next_at() == NOW + SECOND
    assert queues.start(NOW + 0.99 * SECOND) is None
    assert queues.start(NOW + SECOND) is not None


def test_no_more_of_one_host_run_at_once_than_it_takes():
    queues = host_queues(interval_s=0)
    for one in feeds_of("a", 3):
        queues.offer("a", one, NOW)
    assert [queues.start(NOW) is None for _ in range(3)] == [False, False, True]
    queues.finish("a", 0.1, NOW + SECOND)
    assert queues.start(NOW + SECOND) is not None


def test_a_host_that_waits_does_not_stand_before_others():
    queues = host_queues()
    for one in feeds_of("a", 4):
        queues.offer("a", one, NOW)
    queues.offer("b", feed("https://b/"), NOW)
    started = [queues.start(NOW), queues.start(NOW)]
    assert [(host, one.url) for host, one in started] == [("a", "https://a/0"), ("b", "https://b/")]


def test_what_must_wait_for_long_is_put_off_one_after_the_other_at_the_hosts_pace():
    queues = host_queues()
    put_off = [at for one in feeds_of("a", 20) if (at := queues.offer("a", one, NOW)) is not None]
    assert queues.waiting <= HOLD_S + 1
    assert put_off[0] - NOW > timedelta(seconds=HOLD_S)
    assert {later - sooner for sooner, later in pairwise(put_off)} == {SECOND}


def test_a_slow_hosts_pace_is_what_it_was_seen_to_be():
    queues = host_queues()
    queues.offer("a", feed(), NOW)
    queues.start(NOW)
    queues.finish("a", 30.0, NOW + 30 * SECOND)
    now = NOW + 30 * SECOND
    put_off = [at for one in feeds_of("a", 6) if (at := queues.offer("a", one, now)) is not None]
    assert {later - sooner for sooner, later in pairwise(put_off)} == {15 * SECOND}


def test_nothing_is_put_off_for_longer_than_it_makes_sense_to_believe_the_pace():
    queues = host_queues()
    put_off = [at for one in feeds_of("a", 1_000) if (at := queues.offer("a", one, NOW)) is not None]
    assert max(put_off) == NOW + timedelta(seconds=PUT_OFF_S)
    assert put_off == sorted(put_off)


def test_when_too_many_wait_for_their_hosts_the_next_is_put_off_however_short_its_wait():
    queues = host_queues(hold=3)
    kept = [queues.offer(f"h{number}", one, NOW) for number in range(5) for one in feeds_of(f"h{number}", 2)]
    assert kept.count(None) == 5 + 3
    assert [at for at in kept if at] == [NOW + SECOND] * 2


def test_with_the_clock_set_back_a_pause_begins_anew_rather_than_last_for_hours():
    queues = host_queues()
    for one in feeds_of("a", 3):
        queues.offer("a", one, NOW)
    queues.start(NOW)
    back = NOW - timedelta(hours=5)
    assert queues.start(back) is None
    assert queues.start(back + SECOND) is not None


def test_what_was_not_started_is_let_go():
    queues = host_queues()
    for one in feeds_of("a", 3):
        queues.offer("a", one, NOW)
    queues.start(NOW)
    assert [one.url for one in queues.clear()] == ["https://a/1", "https://a/2"]
    assert (queues.waiting, queues.ready(NOW + 9 * SECOND), queues.next_at()) == (0, 0, None)
    queues.finish("a", 1, NOW + SECOND)
    assert queues.start(NOW + 9 * SECOND) is None


def test_hosts_that_nothing_is_to_be_remembered_of_are_forgotten():
    queues, now = host_queues(), NOW
    for number in range(20_000):
        now += SECOND / 100
        queues.offer(f"h{number}", feed(), now)
        queues.start(now)
        queues.finish(f"h{number}", 0.01, now)
    assert len(queues._hosts) < 3_000


@pytest.mark.parametrize("interval_s", [0.0, 1.0])
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("offer"), st.sampled_from("abc")),
            st.tuples(st.just("start"), st.just("")),
            st.tuples(st.just("finish"), st.sampled_from("abc")),
            st.tuples(st.just("pass"), st.sampled_from(["0.3", "1", "7"])),
        ),
        max_size=120,
    )
)
def test_whatever_happens_limits_are_kept_and_every_feed_is_started_or_put_off(interval_s, steps):
    queues, now, number = host_queues(interval_s, concurrency=2, hold=4), NOW, 0
    running = dict.fromkeys("abc", 0)
    last: dict[str, object] = {}
    kept, begun = 0, 0
    for kind, what in steps:
        match kind:
            case "offer":
                number += 1
                at = queues.offer(what, feed(f"https://{what}/{number}"), now)
                kept += at is None
                assert at is None or at >= now
            case "start":
                if (turn := queues.start(now)) is not None:
                    host, begun = turn[0], begun + 1
                    running[host] += 1
                    assert running[host] <= 2
                    assert host not in last or now - last[host] >= interval_s * SECOND
                    last[host] = now
            case "finish" if running[what]:
                running[what] -= 1
                queues.finish(what, 1.0, now)
            case "pass":
                now += float(what) * SECOND
        assert queues.waiting == kept - begun
    for host, count in running.items():
        for _ in range(count):
            queues.finish(host, 1.0, now)
    while queues.waiting:
        now += SECOND
        turn = queues.start(now)
        assert turn is not None, "nobody waits for ever"
        begun += 1
        queues.finish(turn[0], 1.0, now)
    assert begun == kept
