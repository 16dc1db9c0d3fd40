"""Writing together: everybody gets his own answer, and who cannot be written takes nobody along."""

import asyncio

import pytest

from newswire.adapters.database.group_commit import GroupCommit
from newswire.errors import Wait
from support.waiting import PATIENCE_S


class Log:
    """What was written, transaction by transaction. An item "bad" cannot be; ``away`` is how often nothing can."""

    def __init__(self):
        self.written: list[list[str]] = []
        self.away = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def write(self, items):
        await self.gate.wait()
        if self.away:
            self.away -= 1
            raise Wait("the database is away", dependency="database")
        if "bad" in items:
            raise ValueError("it cannot be written")
        self.written.append(list(items))


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def commits(log):
    return GroupCommit(log.write, weigh=lambda item: len(item) / 10, name="log")


async def test_what_everybody_gave_up_before_its_turn_is_not_written(commits, log):
    writing = asyncio.create_task(commits.submit("first"))
    await asyncio.sleep(0)  # it has queued up
    writing.cancel()
    await asyncio.wait({writing})
    await commits.submit("second")
    await commits.close(1)
    assert log.written == [["second"]]


async def test_what_queues_up_meanwhile_goes_into_the_next_transaction_in_its_order(commits, log):
    await asyncio.gather(*(commits.submit(item) for item in "abcde"))
    assert [item for items in log.written for item in items] == list("abcde")
    assert len(log.written) < 5


async def test_a_transaction_takes_no_more_than_fits_and_one_that_is_too_large_all_the_same(commits, log):
    await asyncio.gather(*(commits.submit(item) for item in ("12345", "1234", "123456789abc", "1")))
    assert log.written == [["12345", "1234"], ["123456789abc"], ["1"]]


async def test_one_that_cannot_be_written_fails_alone(commits, log):
    ends = await asyncio.gather(*(commits.submit(item) for item in ("a", "bad", "b")), return_exceptions=True)
    assert [type(end) for end in ends] == [type(None), ValueError, type(None)]
    assert sorted(item for items in log.written for item in items) == ["a", "b"]


async def test_when_the_database_is_away_everybody_is_told_at_once_by_an_error_of_his_own(commits, log):
    log.away = 1
    ends = await asyncio.gather(*(commits.submit(item) for item in "abc"), return_exceptions=True)
    assert [(type(end), end.dependency) for end in ends] == [(Wait, "database")] * 3
    assert len({id(end) for end in ends}) == 3
    assert log.written == []


async def test_who_lingers_is_joined_by_others_and_does_not_wait_once_nothing_more_fits(log):
    commits = GroupCommit(log.write, weigh=lambda item: len(item) / 10, linger_s=3600, name="log")
    first = asyncio.create_task(commits.submit("12345"))
    await asyncio.sleep(0)
    await asyncio.wait_for(commits.submit("12345"), PATIENCE_S)
    await first
    assert log.written == [["12345", "12345"]]
    last = asyncio.create_task(commits.submit("1"))
    await asyncio.sleep(0)
    await commits.close(10)
    await last
    assert log.written[1:] == [["1"]]


async def test_who_still_waits_when_it_is_closed_is_told_so(commits, log):
    log.gate.clear()
    waiting = [asyncio.create_task(commits.submit(item)) for item in "ab"]
    await asyncio.sleep(0)
    await commits.close(0)
    assert [type(end) for end in await asyncio.gather(*waiting, return_exceptions=True)] == [Wait, Wait]
    with pytest.raises(Wait):
        await commits.submit("c")
