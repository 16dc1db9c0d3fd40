"""`WireTail` over both engines: ring and database answer alike, and a gap is refused, never passed over."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from newswire.adapters.clock import SystemClock
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.reading.articles import DatabaseArticleReads
from newswire.adapters.store.tables import changes
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.articles.decide import decide
from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.refusals import Lost
from newswire.operations.wire.tail import PAGE, WireTail
from support.build import NOW, arrivals, extracted, gone, text_of
from support.waiting import PATIENCE_S, eventually


@pytest.fixture
def publish(database):
    store = DatabaseArticles(database)

    async def publish(first, count):
        events = [extracted(f"https://example.org/{n}", text=text_of(f"t{n}x")) for n in range(first, first + count)]
        await store.record(arrivals(*events), decide, NOW)

    return publish


def tail_of(database):
    return WireTail(DatabaseWire(database), DatabaseArticleReads(database), SystemClock(), look_s=0.01)


@pytest.fixture
async def tail(database):
    tail, stop = tail_of(database), asyncio.Event()
    following = asyncio.create_task(tail.run(stop))
    yield tail
    stop.set()
    await following


async def positions(tail, after, **how):
    return [frame.position for frame in await tail.read(after, **how)]


async def start_of(tail):
    return (await tail.range()).start


async def followed(tail, position):
    """Once the tail has read up to a position."""
    start = await start_of(tail)
    await eventually(lambda: tail._range is not None and tail._range.head == position)
    return start


async def test_the_ring_gives_what_the_database_gives(tail, publish):
    await publish(0, 5)
    await followed(tail, 5)
    await publish(5, PAGE + 20)
    start = await followed(tail, PAGE + 25)
    for after in range(PAGE + 26):
        expected = list(range(after + 1, min(after + PAGE, PAGE + 25) + 1))
        assert await positions(tail, Cursor(start.epoch, after)) == expected, after
        assert await positions(tail, Cursor(start.epoch, after), only_ring=True) == expected, after


async def test_a_reader_at_the_head_is_given_what_was_committed_before_the_tail_saw_it(database, publish):
    unstarted = tail_of(database)
    await publish(0, 2)
    assert await positions(unstarted, await start_of(unstarted)) == [1, 2]


async def test_a_reader_whose_next_event_is_gone_is_refused_and_not_given_the_one_after_it(publish, database):
    tail = tail_of(database)  # it is not started, so the database answers
    await publish(0, 5)
    start = await start_of(tail)
    async with database.write() as connection:
        await connection.execute(changes.delete().where(changes.c.position <= 3))
    for cursor in (start, Cursor(start.epoch, 2)):
        with pytest.raises(Lost) as refused:
            await tail.read(cursor)
        assert refused.value.why == "below-floor"
        assert refused.value.there_is.floor == 3
    assert await positions(tail, Cursor(start.epoch, 3)) == [4, 5]


async def test_an_event_that_is_missing_in_the_midst_is_never_passed_over(publish, database):
    tail = tail_of(database)  # it is not started, so the database answers
    await publish(0, 5)
    start = await start_of(tail)
    async with database.write() as connection:
        await connection.execute(changes.delete().where(changes.c.position == 3))
    assert await positions(tail, start) == [1, 2]
    with pytest.raises(Lost):
        await tail.read(Cursor(start.epoch, 2))


async def test_words_that_were_erased_are_not_given_from_memory(tail, publish, database):
    await followed(tail, 0)  # what comes now is in the ring
    await publish(0, 2)
    start = await followed(tail, 2)
    store = DatabaseArticles(database)
    taken = gone("https://example.org/0", at=NOW + timedelta(hours=1))
    purge = taken.model_copy(update={"by": "operator", "purge": True})
    await store.record(arrivals(purge), decide, NOW + timedelta(hours=1))
    async with database.write() as connection:
        erased = (await tail.read(start))[0].value.replace(b"Title", b"")
        await connection.execute(update(changes).where(changes.c.position == 1).values(value=erased))
    await followed(tail, 3)
    first, *_ = await tail.read(start)
    assert first.value == erased


async def test_who_waits_is_woken_by_an_event_and_by_the_end(tail, publish):
    await publish(0, 1)
    start = await followed(tail, 1)
    waiting = asyncio.create_task(tail.news(Cursor(start.epoch, 1), PATIENCE_S * 2))
    await publish(1, 1)
    async with asyncio.timeout(PATIENCE_S):
        await waiting
    assert not tail.closed.is_set()


async def test_who_waits_is_let_go_at_the_end(database):
    tail, stop = tail_of(database), asyncio.Event()
    following = asyncio.create_task(tail.run(stop))
    start = await followed(tail, 0)
    waiting = asyncio.create_task(tail.news(start, PATIENCE_S * 2))
    stop.set()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(waiting, following)
    assert tail.closed.is_set()
