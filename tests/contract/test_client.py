"""The client over HTTP and over a SQLite file, with asyncio and without: one behaviour."""

import asyncio
import itertools
import threading
from datetime import timedelta

import pytest

from newswire.adapters.search import DatabaseSearchIndex
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.tables import changes, feed_events
from newswire.client import CursorLost, Wanted, WireRefused, connect, connect_sync
from newswire.domain.articles.decide import decide
from newswire.operations.search_index import fill_index
from support.build import NOW, arrivals, extracted, gone, text_of
from support.read_side import serving
from support.stores import move_away
from support.waiting import PATIENCE_S

HOUR = timedelta(hours=1)


@pytest.fixture(params=["http-sqlite", "http-postgres", "file"])
def backend(request):
    """The way to the wire, its database, and the address of that."""
    engine = "postgres" if request.param == "http-postgres" else "sqlite"
    return request.param, request.getfixturevalue(f"{engine}_database"), request.getfixturevalue(f"{engine}_tables_url")


@pytest.fixture
async def place(backend):
    """The address of a wire, and the database behind it."""
    way, database, url = backend
    if way == "file":
        yield url, database
        return
    async with serving(database) as reader:
        yield reader.base, database


@pytest.fixture
def address(place):
    return place[0]


@pytest.fixture
def press(place):
    store, numbers = DatabaseArticles(place[1]), itertools.count()

    async def publish(number=1, *, source="example.org", language="en"):
        events = []
        for _ in range(number):
            name = next(numbers)
            event = extracted(f"https://{source}/{name}", text=text_of(f"t{name}x"), at=NOW + timedelta(seconds=name))
            fields = {"source": source, "language": language}
            events.append(event.model_copy(update={"article": event.article.model_copy(update=fields)}))
        await store.record(arrivals(*events), decide, NOW)
        return [event.article.url for event in events]

    async def withdraw(url):
        await store.record(arrivals(gone(url, at=NOW + HOUR, entry=f"gone {url}")), decide, NOW + HOUR)

    publish.withdraw = withdraw
    return publish


def positions(found):
    return [int(change.cursor.partition(".")[2]) for change in found]


async def all_of(address, **asked):
    async with connect(address) as wire:
        return [change async for change in wire.changes(follow=False, **asked)]


async def test_every_change_is_given_once_as_a_typed_event(address, press):
    first, *_ = await press(250)
    await press.withdraw(first)
    found = await all_of(address)
    assert positions(found) == list(range(1, 252))
    assert found[0].data.article.url == first
    assert found[0].data.article.text.startswith("t0x0 ")
    assert found[-1].data.kind == "withdrawn"


async def test_a_reader_goes_on_behind_its_cursor(address, press):
    await press(5)
    found = await all_of(address)
    assert positions(await all_of(address, after=found[2].cursor)) == [4, 5]
    assert await all_of(address, after=found[-1].cursor) == []


async def test_without_texts_an_article_has_none(address, press):
    await press()
    (change,) = await all_of(address, wanted=Wanted(text=False))
    assert (change.data.article.text, change.data.article.title) == (None, "Title")


async def test_a_filter_lets_the_same_through_everywhere(address, press):
    for number in range(12):
        (url,) = await press(source=f"site{number % 2}.example", language=["en", "de"][number % 3 == 0])
    await press.withdraw(url)
    wanted = Wanted(sources=frozenset({"site1.example"}), languages=frozenset({"en"}))
    assert positions(await all_of(address, wanted=wanted)) == [2, 6, 8, 12, 13]
    assert positions(await all_of(address, wanted=Wanted(kinds=frozenset({"withdrawn"})))) == [13]


async def test_who_follows_is_given_what_comes(address, press):
    await press(2)
    async with asyncio.timeout(PATIENCE_S), connect(address) as wire:
        coming = wire.changes()
        found = [await anext(coming), await anext(coming)]
        waiting = asyncio.ensure_future(anext(coming))
        await press()
        found.append(await waiting)
        await coming.aclose()
    assert positions(found) == [1, 2, 3]


async def test_a_reader_that_gives_up_waiting_can_follow_again(address, press):
    await press()
    async with connect(address) as wire:
        coming = wire.changes()
        last = await anext(coming)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await anext(coming)
        await press()
        assert positions([await anext(wire.changes(after=last.cursor))]) == [2]


async def test_batches_carry_the_cursor_to_save(address, press):
    await press(120)
    saved, found = None, []
    while True:
        async with connect(address) as wire:  # as after a crash behind each batch
            batch = await anext(wire.batches(after=saved, follow=False), None)
        if batch is None:
            break
        found += batch.changes
        saved = batch.cursor
    assert positions(found) == list(range(1, 121))


async def test_a_lost_cursor_is_an_error_that_names_the_floor(place, address, press):
    await press(5)
    found = await all_of(address)
    async with place[1].write() as connection:
        for table in (changes, feed_events):
            await connection.execute(table.delete().where(table.c.position <= 3))
    with pytest.raises(CursorLost) as lost:
        await all_of(address, after=found[1].cursor)
    assert positions(await all_of(address, after=lost.value.floor)) == [4, 5]
    assert lost.value.head == found[-1].cursor


async def test_what_is_no_cursor_is_refused(address):
    with pytest.raises(WireRefused, match="cursor"):
        await all_of(address, after="yesterday")


async def test_the_twin_without_asyncio_does_the_same(address, press):
    await press(150)

    def read():
        with connect_sync(address) as wire:
            return list(wire.changes(follow=False))

    assert positions(await asyncio.to_thread(read)) == list(range(1, 151))


async def test_another_thread_can_end_the_twin(address, press):
    await press()
    wire, given = connect_sync(address), threading.Event()

    def read():
        for _ in wire.changes():
            given.set()

    reading = asyncio.ensure_future(asyncio.to_thread(read))
    await asyncio.to_thread(given.wait, PATIENCE_S)
    wire.close()
    async with asyncio.timeout(PATIENCE_S):
        await reading


async def test_articles_are_searched_from_page_to_page(place, backend, press):
    await press(120)
    await fill_index(DatabaseSearchIndex(place[1]))
    async with connect(place[0]) as wire:
        if backend[0] == "file":
            with pytest.raises(WireRefused, match="newswire search"):
                [article async for article in wire.search("title")]
            return
        urls = [article.url async for article in wire.search("title", limit=110)]
        assert urls == [f"https://example.org/{number}" for number in reversed(range(10, 120))]
        (article,) = [article async for article in wire.search("title t7x0", text=True)]
        assert article.text == text_of("t7x")
        with pytest.raises(WireRefused, match="name at least one word"):
            [article async for article in wire.search("-title")]


async def test_a_reader_has_every_change_up_to_a_move_and_is_then_told_of_it(place, press):
    seen = []
    await press(2)
    await move_away(place[1])

    async def follow():
        async with connect(place[0]) as wire:
            async for change in wire.changes():
                seen.append(change)  # noqa: PERF401  # what came before the refusal is wanted

    with pytest.raises(WireRefused, match="moved to another database"):
        await asyncio.wait_for(follow(), PATIENCE_S)
    assert positions(seen) == [1, 2]


async def test_the_sync_twin_searches_too(place, backend, press):
    await press(3)
    await fill_index(DatabaseSearchIndex(place[1]))
    if backend[0] != "file":
        with connect_sync(place[0]) as wire:
            found = await asyncio.to_thread(lambda: [each.url for each in wire.search("title", sort="relevance")])
        assert found == [f"https://example.org/{number}" for number in (2, 1, 0)]


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_file_of_another_program_is_refused_at_once(tmp_path, content):
    (tmp_path / "other.db").write_bytes(content)
    with connect_sync(f"sqlite:///{tmp_path}/other.db") as wire, pytest.raises(WireRefused, match="not the database"):
        next(wire.changes())
