"""What /readyz answers: decided from checks, which are bounded, shared and never piled up."""

import asyncio
from contextlib import suppress

import pytest

from newswire.domain.readiness import judge
from newswire.errors import Wait
from newswire.runtime.health import BOUND_S, FRESH_S, HealthChecks
from support.fakes import FakeClock, turns


@pytest.mark.parametrize(
    ("troubles", "started", "draining", "status", "http_status"),
    [
        ({}, False, False, "starting", 503),
        ({"bus": None}, True, False, "ready", 200),
        ({"bus": None, "database": "away"}, True, False, "unready", 503),
        ({"bus": None}, True, True, "draining", 503),
        ({}, False, True, "draining", 503),
    ],
)
def test_only_what_has_started_is_well_and_goes_on_is_ready(troubles, started, draining, status, http_status):
    found = judge(troubles, started=started, draining=draining)
    assert (found.status, found.http_status) == (status, http_status)
    assert dict(found.checks) == {name: trouble or "ok" for name, trouble in troubles.items()}


class Dependency:
    """Answers, fails or hangs, and counts who asked."""

    def __init__(self, *, deaf=False):
        self.asked = 0
        self.error = None
        self.answers = asyncio.Event()
        self.answers.set()
        self._deaf = deaf

    async def __call__(self):
        self.asked += 1
        while not self.answers.is_set():
            with suppress(*([asyncio.CancelledError] if self._deaf else [])):
                await self.answers.wait()
        if self.error:
            raise self.error


async def looked(checks, clock, seconds=BOUND_S):
    """What a look finds that lasts until ``seconds`` have passed."""
    task = asyncio.ensure_future(checks.look())
    await turns()
    assert not task.done()
    await clock.advance(seconds)
    assert task.done(), "it takes longer than its bound"
    return task.result()


async def test_what_a_check_raises_is_what_is_wrong(clock):
    fine, away, silent = Dependency(), Dependency(), Dependency()
    away.error, silent.error = Wait("the broker is away"), TimeoutError()
    found = await HealthChecks({"fine": fine, "away": away, "silent": silent}, clock).look()
    assert found == {"fine": None, "away": "the broker is away", "silent": "TimeoutError"}


async def test_a_check_that_hangs_has_failed_when_the_bound_is_over_and_is_well_when_it_answers_again(clock):
    fine, hanging = Dependency(), Dependency()
    checks = HealthChecks({"fine": fine, "hanging": hanging}, clock)
    hanging.answers.clear()
    assert await looked(checks, clock) == {"fine": None, "hanging": f"no answer within {BOUND_S:g} s"}
    hanging.answers.set()
    await clock.advance(FRESH_S)
    assert await checks.look() == {"fine": None, "hanging": None}


async def test_a_check_that_cannot_be_cancelled_is_not_made_a_second_time_beside_itself(clock):
    fine, hanging = Dependency(), Dependency(deaf=True)
    checks = HealthChecks({"fine": fine, "hanging": hanging}, clock)
    hanging.answers.clear()
    for _ in range(3):
        assert (await looked(checks, clock))["hanging"]
        await clock.advance(FRESH_S)
    assert (fine.asked, hanging.asked) == (3, 1)
    hanging.answers.set()
    await turns()
    assert await checks.look() == {"fine": None, "hanging": None}
    assert hanging.asked == 2


async def test_however_many_ask_a_dependency_is_asked_once_a_second(clock):
    dependency = Dependency()
    checks = HealthChecks({"it": dependency}, clock)
    await asyncio.gather(*(checks.look() for _ in range(20)))
    await clock.advance(FRESH_S * 0.9)
    await checks.look()
    assert dependency.asked == 1
    await clock.advance(FRESH_S * 0.1)
    await checks.look()
    assert dependency.asked == 2


async def test_who_asks_while_others_wait_for_an_answer_is_given_the_same(clock):
    fine, slow = Dependency(), Dependency()
    checks = HealthChecks({"fine": fine, "slow": slow}, clock)
    slow.answers.clear()
    first = asyncio.ensure_future(checks.look())
    await turns()
    second = asyncio.ensure_future(checks.look())
    await turns()
    slow.answers.set()
    assert await first == await second == {"fine": None, "slow": None}
    assert (fine.asked, slow.asked) == (1, 1)


async def test_a_clock_that_is_set_back_does_not_keep_an_old_answer(clock):
    dependency = Dependency()
    later = FakeClock()
    await later.advance(3600)
    checks = HealthChecks({"it": dependency}, later)
    await checks.look()
    checks._clock = clock
    await checks.look()
    assert dependency.asked == 2
