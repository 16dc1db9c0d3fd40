import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from newswire.adapters.http.holds import Holds
from newswire.adapters.http.politeness import Politeness
from newswire.errors import Retry
from support.fakes import START, FakeClock, eventually, turns


def polite(clock, *, interval_s=1.0, host_concurrency=1, global_concurrency=100, **more):
    return Politeness(
        clock, interval_s=interval_s, host_concurrency=host_concurrency, global_concurrency=global_concurrency, **more
    )


class Visitors:
    """Tasks that take a turn each, write down when it began, and end it when told."""

    def __init__(self, politeness, clock):
        self.politeness = politeness
        self.clock = clock
        self.began = []
        self.finish = asyncio.Event()
        self.tasks = []

    def send(self, host, name, **more):
        async def visit():
            async with self.politeness.turn(host, **more):
                self.began.append((name, (self.clock.now() - START).total_seconds()))
                await self.finish.wait()

        self.tasks.append(asyncio.create_task(visit()))

    async def end(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_starts_on_one_host_are_spaced_in_the_order_of_asking():
    clock = FakeClock(auto=True)
    visitors = Visitors(polite(clock, interval_s=2.5), clock)
    visitors.finish.set()
    for name in range(4):
        visitors.send("a.test", name)
    await asyncio.gather(*visitors.tasks)
    assert visitors.began == [(0, 0.0), (1, 2.5), (2, 5.0), (3, 7.5)]


async def test_a_host_that_waits_does_not_hold_up_another():
    clock = FakeClock()
    visitors = Visitors(polite(clock, interval_s=60, global_concurrency=2), clock)
    for number in range(5):
        visitors.send("slow.test", f"slow{number}")
    await turns()
    visitors.send("quick.test", "quick")
    await turns()
    assert visitors.began == [("slow0", 0.0), ("quick", 0.0)]
    await visitors.end()


async def test_no_more_requests_run_on_one_host_than_allowed():
    clock = FakeClock()
    visitors = Visitors(polite(clock, interval_s=0, host_concurrency=2), clock)
    for name in range(4):
        visitors.send("a.test", name)
    await turns()
    assert [name for name, _ in visitors.began] == [0, 1]
    visitors.finish.set()
    await eventually(lambda: len(visitors.began) == 4)


async def test_no_more_requests_run_at_all_than_allowed():
    clock = FakeClock()
    visitors = Visitors(polite(clock, global_concurrency=3), clock)
    for number in range(6):
        visitors.send(f"{number}.test", number)
    await turns()
    assert [name for name, _ in visitors.began] == [0, 1, 2]
    visitors.finish.set()
    await eventually(lambda: len(visitors.began) == 6)


async def test_time_spent_waiting_for_the_global_cap_does_not_count_as_a_start():
    clock = FakeClock()
    politeness = polite(clock, interval_s=10, global_concurrency=1)
    first, second = Visitors(politeness, clock), Visitors(politeness, clock)
    first.send("a.test", "a")
    await turns()
    second.finish.set()
    second.send("b.test", "b1")
    second.send("b.test", "b2")
    await clock.advance(30)
    first.finish.set()
    await turns()
    assert second.began == [("b1", 30.0)]
    await clock.advance(10)
    await eventually(lambda: second.began == [("b1", 30.0), ("b2", 40.0)])


async def test_a_publishers_longer_interval_counts_and_a_shorter_one_does_not():
    clock = FakeClock(auto=True)
    visitors = Visitors(polite(clock, interval_s=2), clock)
    visitors.finish.set()
    visitors.send("a.test", 0)
    visitors.send("a.test", 1, interval_s=5)
    visitors.send("a.test", 2, interval_s=0.1)
    await asyncio.gather(*visitors.tasks)
    assert visitors.began == [(0, 0.0), (1, 5.0), (2, 7.0)]


async def test_a_short_hold_is_waited_for_and_counts_for_those_already_in_the_queue():
    clock = FakeClock()
    politeness = polite(clock, interval_s=5)
    visitors = Visitors(politeness, clock)
    visitors.finish.set()
    visitors.send("a.test", 0)
    visitors.send("a.test", 1)
    await turns()
    politeness.hold("a.test", START + timedelta(seconds=40))
    politeness.hold("a.test", START + timedelta(seconds=10))  # shorter: the longer promise stays
    await clock.advance(39)
    assert visitors.began == [(0, 0.0)]
    await clock.advance(1)
    await eventually(lambda: visitors.began == [(0, 0.0), (1, 40.0)])


async def test_a_long_hold_is_a_retry_with_the_time_left():
    clock = FakeClock()
    politeness = polite(clock, patience_s=60)
    politeness.hold("a.test", START + timedelta(seconds=120))
    with pytest.raises(Retry) as caught:
        async with politeness.turn("a.test"):
            pass
    assert (caught.value.reason, caught.value.retry_after_s) == ("host-held", 120)
    async with politeness.turn("b.test"):
        pass


async def test_a_host_on_hold_does_not_hold_up_its_neighbours_in_the_domain():
    clock = FakeClock()
    politeness = polite(clock, interval_s=5)
    visitors = Visitors(politeness, clock)
    visitors.finish.set()
    politeness.hold("busy.example.com", START + timedelta(seconds=40))
    visitors.send("busy.example.com", "busy")
    visitors.send("calm.example.com", "calm")
    visitors.send("example.com", "apex")
    await clock.advance(39)
    assert visitors.began == [("calm", 0.0), ("apex", 5.0)]
    await clock.advance(1)
    await eventually(lambda: visitors.began[2:] == [("busy", 40.0)])


async def test_a_host_that_asks_for_a_pause_leaves_its_place_in_the_domains_queue():
    clock = FakeClock()
    politeness = polite(clock, interval_s=5)
    visitors = Visitors(politeness, clock)
    visitors.finish.set()
    for name, host in enumerate(["calm", "busy", "calm", "busy", "calm"]):
        visitors.send(f"{host}.example.com", name)
    await turns()
    politeness.hold("busy.example.com", START + timedelta(seconds=40))
    await clock.advance(39)
    assert visitors.began == [(0, 0.0), (2, 5.0), (4, 10.0)]
    await clock.advance(6)
    await eventually(lambda: visitors.began[3:] == [(1, 40.0), (3, 45.0)])


async def test_hosts_of_a_domain_that_limits_them_as_one_are_held_as_one():
    clock = FakeClock()
    politeness = polite(clock, held_as_one={"blogs.test", "co.blogs2.test"})
    politeness.hold("one.blogs.test", START + timedelta(seconds=120))
    politeness.hold("x.co.blogs2.test", START + timedelta(seconds=120))
    for host in ("one.blogs.test", "two.blogs.test", "a.b.blogs.test", "blogs.test", "y.co.blogs2.test"):
        with pytest.raises(Retry) as caught:
            async with politeness.turn(host):
                pass
        assert caught.value.reason == "host-held"
    for host in ("notblogs.test", "blogs2.test", "test", "blogs.test.org"):
        async with politeness.turn(host):
            pass


async def test_a_pause_asked_for_while_a_request_waits_for_the_global_cap_counts():
    clock = FakeClock()
    politeness = polite(clock, global_concurrency=1)
    first, second = Visitors(politeness, clock), Visitors(politeness, clock)
    first.send("a.test", "a")
    await turns()
    second.finish.set()
    second.send("b.test", "b")
    await turns()
    politeness.hold("b.test", START + timedelta(seconds=30))
    first.finish.set()
    await turns()
    assert second.began == []
    async with politeness.turn("c.test"):
        pass  # whoever waits for b.test takes up no place
    await clock.advance(30)
    await eventually(lambda: second.began == [("b", 30.0)])


async def test_a_thousand_requests_to_one_host_are_polite_and_in_nobodys_way():
    clock = FakeClock()
    politeness = polite(clock, interval_s=1, host_concurrency=2, global_concurrency=8)
    starts = {}
    running = {"big.test": 0}
    most = 0

    async def visit(host, takes_s):
        nonlocal most
        async with politeness.turn(host):
            running[host] = running.get(host, 0) + 1
            most = max(most, running["big.test"])
            starts.setdefault(host, []).append(clock.now())
            await clock.sleep(takes_s)
            running[host] -= 1

    # Each takes longer than two intervals: concurrency is the limit now, the interval then.
    big = [asyncio.create_task(visit("big.test", 3 if number < 100 else 0.1)) for number in range(1_000)]
    others = [asyncio.create_task(visit(f"{number % 50}.test", 0.1)) for number in range(200)]
    await clock.advance(10)
    assert all(task.done() for task in others), "four a host, one a second: the big one is in nobody's way"
    assert not all(task.done() for task in big)
    await clock.advance(1_200)
    await asyncio.gather(*big, *others)
    assert most == 2
    assert len(starts["big.test"]) == 1_000
    for times in starts.values():
        assert min(later - earlier for earlier, later in pairwise(times)) >= timedelta(seconds=1)
    # 100 that take 3 s, two at a time, then 900 at one a second: nothing is lost between them.
    assert starts["big.test"][-1] - START < timedelta(seconds=150 + 900 + 5)


async def test_a_cancelled_waiter_gives_its_place_to_the_next():
    clock = FakeClock()
    visitors = Visitors(polite(clock, interval_s=3), clock)
    visitors.finish.set()
    for name in range(3):
        visitors.send("a.test", name)
    await turns()
    visitors.tasks[1].cancel()
    await turns()
    await clock.advance(3)
    await eventually(lambda: visitors.began == [(0, 0.0), (2, 3.0)])


async def test_a_failed_request_ends_its_turn():
    clock = FakeClock(auto=True)
    politeness = polite(clock, global_concurrency=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with politeness.turn("a.test"):
                raise ZeroDivisionError


async def test_a_clock_set_back_costs_one_interval_not_an_hour():
    clock = FakeClock(auto=True)
    politeness = polite(clock, interval_s=2)
    async with politeness.turn("a.test"):
        pass
    clock._now -= timedelta(hours=1)
    async with politeness.turn("a.test"):
        pass
    assert clock.slept == [2.0]


async def test_only_so_many_idle_hosts_are_remembered_and_the_longest_unused_goes_first():
    clock = FakeClock(auto=True)
    politeness = polite(clock, max_idle=3)
    for host in ("a", "b", "c", "a", "d"):
        async with politeness.turn(host):
            pass
    assert list(politeness._idle) == ["c", "a", "d"]
    assert not politeness._busy


def test_only_so_many_holds_are_remembered_and_those_that_are_over_are_forgotten():
    holds = Holds(max_hosts=3)
    for number in range(5):
        holds.hold(f"{number}.test", START + timedelta(seconds=10))
    assert [holds.left_s(f"{number}.test", START) for number in range(5)] == [0, 0, 10, 10, 10]
    assert holds.left_s("4.test", START + timedelta(seconds=10)) == 0
    assert list(holds._until) == ["2.test", "3.test"]
