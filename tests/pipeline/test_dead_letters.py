"""Dead letters are sent again whole: those that are named, those with one reason, or all."""

from uuid import UUID

import pytest

from newswire.contracts import encode
from newswire.errors import UsageError, Wait
from newswire.events import ENTRIES
from newswire.operations.dead_letters import dead_letter, retry_all, retry_named
from newswire.stages.store import Store
from support.build import letter
from support.line import delivered, on

FIRST, SECOND, THIRD = letter("a", "http-404"), letter("b", "timeout"), letter("c", "http-404")
NOBODY = UUID(int=1)


@pytest.fixture(autouse=True)
async def stored(articles, bus, clock):
    """Three dead letters."""
    records = [delivered(encode(dead), number) for number, dead in enumerate((FIRST, SECOND, THIRD))]
    await Store(articles, bus, clock, dead_letter_limit=3).handle(records)


async def left(ledger):
    return {line.letter.id async for line in ledger.dead()}


async def test_one_is_found_by_its_id_and_a_missing_one_is_said(ledger):
    assert (await dead_letter(ledger, SECOND.id)).letter == SECOND
    with pytest.raises(UsageError, match=f"no dead letter {NOBODY}"):
        await dead_letter(ledger, NOBODY)


async def test_the_named_ones_are_sent_once_each_and_noted(ledger, bus, clock):
    assert await retry_named([FIRST.id, FIRST.id], ledger, bus, clock) == 1
    assert len(await on(bus, ENTRIES)) == 1
    assert await left(ledger) == {SECOND.id, THIRD.id}
    assert (await dead_letter(ledger, FIRST.id)).retried_at == clock.now()


async def test_nothing_is_sent_where_one_of_the_named_ones_does_not_exist(ledger, bus, clock):
    with pytest.raises(UsageError):
        await retry_named([FIRST.id, NOBODY], ledger, bus, clock)
    assert await on(bus, ENTRIES) == []
    assert await left(ledger) == {FIRST.id, SECOND.id, THIRD.id}


async def test_all_with_one_reason_are_sent_and_then_all_others(ledger, bus, clock):
    assert await retry_all(ledger, bus, clock, reason="http-404") == 2
    assert await left(ledger) == {SECOND.id}
    assert await retry_all(ledger, bus, clock) == 1
    assert await retry_all(ledger, bus, clock) == 0
    assert len(await on(bus, ENTRIES)) == 3


async def test_one_is_not_noted_as_sent_before_it_is_in_the_log(ledger, bus, clock):
    bus.away = 1
    with pytest.raises(Wait):
        await retry_all(ledger, bus, clock)
    assert await left(ledger) == {FIRST.id, SECOND.id, THIRD.id}
