import asyncio
from datetime import timedelta

import pytest

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
    politeness = polite(clock, max_idle_hosts=3)
    for host in ("a", "b", "c", "a", "d"):
        async with politeness.turn(host):
            pass
    assert list(politeness._idle) == ["c", "a", "d"]
    assert not politeness._busy
