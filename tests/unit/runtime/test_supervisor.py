import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from newswire.errors import Stop, UsageError, Wait
from newswire.runtime.signals import stop_on_signals
from newswire.runtime.supervisor import supervise
from newswire.waiting.backoff import Backoff
from support.fakes import FakeClock, eventually, turns


async def returns():
    """A stage that has nothing more to do."""


async def test_a_stage_that_fails_is_started_again_with_growing_delays():
    clock = FakeClock(auto=True)
    starts = []

    async def flaky():
        starts.append(clock.now())
        if len(starts) < 5:
            raise ValueError("a bug")

    with capture_logs() as logs:
        await supervise({"flaky": flaky}, asyncio.Event(), clock=clock, backoff=Backoff(1, 4))
    assert [(b - a).total_seconds() for a, b in pairwise(starts)] == [1, 2, 4, 4]
    failures = [entry for entry in logs if entry["event"] == "stage.failed"]
    assert [entry["retry_in_s"] for entry in failures] == [1, 2, 4, 4]
    assert {entry["stage"] for entry in failures} == {"flaky"}
    assert all(entry["exc_info"] for entry in failures)


async def test_a_dependency_that_is_away_is_waited_for_without_a_traceback():
    clock = FakeClock(auto=True)
    answers = [Wait("the broker is away"), Wait("the broker is away"), None]

    async def stage():
        if error := answers.pop(0):
            raise error

    with capture_logs() as logs:
        await supervise({"store": stage}, asyncio.Event(), clock=clock, backoff=Backoff(1, 4))
    assert [(entry["event"], entry["retry_in_s"]) for entry in logs] == [("stage.waits", 1), ("stage.waits", 2)]
    assert all(entry["error"] == "the broker is away" and "exc_info" not in entry for entry in logs)


async def test_a_healthy_minute_forgives_earlier_failures():
    clock = FakeClock(auto=True)
    lives = [0, 0, 59, 60, 0]
    gaps = []

    async def flaky():
        if not lives:
            return
        await clock.sleep(lives.pop(0))
        gaps.append(clock.now())
        raise ValueError("a bug")

    with capture_logs() as logs:
        await supervise({"flaky": flaky}, asyncio.Event(), clock=clock, backoff=Backoff(1, 100))
    assert [entry["retry_in_s"] for entry in logs] == [1, 2, 4, 1, 2]


async def test_one_failing_stage_leaves_the_others_alone():
    clock = FakeClock()
    stop = asyncio.Event()
    runs = {"good": 0, "bad": 0}

    async def good():
        runs["good"] += 1
        await stop.wait()

    async def bad():
        runs["bad"] += 1
        raise ValueError("a bug")

    running = asyncio.ensure_future(supervise({"good": good, "bad": bad}, stop, clock=clock))
    for _ in range(5):
        await clock.advance(60)
    assert runs["bad"] > 3
    assert runs["good"] == 1
    assert not running.done()
    stop.set()
    await running


@pytest.mark.parametrize("error", [Stop("too many dead letters"), UsageError("no such feed")])
async def test_stop_drains_the_others_and_is_raised(error):
    stop = asyncio.Event()
    drained = []

    async def good():
        await stop.wait()
        await turns(10)
        drained.append(True)

    async def harmful():
        raise error

    with pytest.raises(type(error), match=str(error)):
        await supervise({"good": good, "harmful": harmful}, stop, clock=FakeClock())
    assert drained == [True]


async def test_a_stop_among_the_errors_of_a_stages_own_tasks_ends_all_as_well():
    async def of_many():
        raise ExceptionGroup("tasks", [ValueError("a bug"), ExceptionGroup("more", [UsageError("no schema")])])

    with pytest.raises(UsageError, match="no schema"):
        async with asyncio.timeout(5):  # without it, a stage that is started again would hang here
            await supervise({"of-many": of_many}, asyncio.Event(), clock=FakeClock())


async def test_once_told_to_stop_nothing_is_started_again_and_all_are_awaited():
    clock = FakeClock()
    stop = asyncio.Event()
    runs = []
    gate = asyncio.Event()

    async def fails_while_draining():
        runs.append("fails")
        await stop.wait()
        raise ValueError("while draining")

    async def slow():
        runs.append("slow")
        await gate.wait()

    running = asyncio.ensure_future(supervise({"a": fails_while_draining, "b": slow}, stop, clock=clock))
    await eventually(lambda: len(runs) == 2)
    stop.set()
    await clock.advance(300)
    assert not running.done(), "a stage was left behind"
    gate.set()
    await running
    assert runs == ["fails", "slow"]


async def test_a_delay_before_a_restart_ends_when_told_to_stop():
    clock = FakeClock()
    stop = asyncio.Event()
    runs = []

    async def bad():
        runs.append(clock.now())
        raise ValueError("a bug")

    running = asyncio.ensure_future(supervise({"bad": bad}, stop, clock=clock))
    await eventually(lambda: clock.slept)
    stop.set()
    await running
    assert len(runs) == 1


async def test_stages_that_return_are_finished():
    await supervise({"one": returns, "two": returns}, asyncio.Event(), clock=FakeClock())


async def test_cancelling_the_supervisor_cancels_its_stages():
    cancelled = []

    async def stage():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    running = asyncio.ensure_future(supervise({"stage": stage}, asyncio.Event(), clock=FakeClock()))
    await turns(10)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert cancelled == [True]


async def test_a_clock_with_hand_driven_time_wakes_sleepers_in_order():
    clock = FakeClock()
    woken = []

    async def sleeper(seconds):
        await clock.sleep(seconds)
        woken.append((seconds, clock.now()))

    start = clock.now()
    sleepers = [asyncio.ensure_future(sleeper(seconds)) for seconds in (3, 1, 2)]
    await clock.advance(2.5)
    assert woken == [(1, start + timedelta(seconds=1)), (2, start + timedelta(seconds=2))]
    await clock.advance(1)
    await asyncio.gather(*sleepers)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_first_signal_asks_to_stop_even_when_that_was_asked_before(number):
    stop = asyncio.Event()
    stop.set()
    before = signal.getsignal(number)
    with stop_on_signals(stop):
        os.kill(os.getpid(), number)
        await turns(20)
    assert stop.is_set()
    assert signal.getsignal(number) == before


SERVICE = """
import asyncio
from newswire.runtime.signals import stop_on_signals

async def main():
    stop = asyncio.Event()
    with stop_on_signals(stop):
        print("ready", flush=True)
        await stop.wait()
        print("stopping", flush=True)
        await asyncio.Event().wait()  # a drain that never ends

asyncio.run(main())
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_the_second_signal_ends_the_process_at_once(number, code):
    with subprocess.Popen([sys.executable, "-c", SERVICE], stdout=subprocess.PIPE, text=True) as service:
        try:
            assert service.stdout.readline() == "ready\n"
            service.send_signal(number)
            lines = iter(service.stdout.readline, "stopping\n")
            assert all("signal.received" in line for line in lines)
            service.send_signal(number)
            assert service.wait(30) == code
        finally:
            service.kill()
