"""/v1/changes, /v1/export.jsonl and /v1/stream over both engines: every change once, from any cursor."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.tables import changes, feed_events, wire_head
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.state import PollSaved
from newswire.events import Feed as FeedOfEvent
from newswire.events import FeedGone, stable_id
from newswire.serve.api.reading import StreamTimes
from support.build import NOW, TEXT, arrivals, extracted, feed, gone, text_of
from support.read_side import serving
from support.stores import move_away, poll_store
from support.waiting import PATIENCE_S, eventually

HOUR = timedelta(hours=1)
FIRST = feed()
OFTEN = StreamTimes(idle_s=0.05)
LARGE = 16
"""Events of a megabyte that are more than the buffers of a connection take."""


class Press:
    """Writes changes as `store` does, each batch a transaction."""

    def __init__(self, database):
        self._store, self._database, self._numbers = DatabaseArticles(database), database, count()

    async def publish(self, number=1, **more):
        at = NOW + timedelta(seconds=next(self._numbers))
        events = [self._new(at, **more) for _ in range(number)]
        return await self._store.record(arrivals(*events), decide, at)

    def _new(self, at, *, source="example.org", text=None, **fields):
        name = next(self._numbers)
        event = extracted(f"https://{source}/{name}", at=at, text=text or text_of(f"t{name}x"))
        return event.model_copy(update={"article": event.article.model_copy(update={"source": source, **fields})})

    async def withdraw(self, change):
        url = json.loads(change.value)["article"]["url"]
        await self._store.record(arrivals(gone(url, at=NOW + HOUR, entry=f"gone {url}")), decide, NOW + HOUR)

    async def lose_a_feed(self):
        saves = poll_store(self._database)
        event = FeedGone(
            id=stable_id("gone", FIRST.id), feed=FeedOfEvent(id=FIRST.id, url=FIRST.url), at=NOW, status=410, since=NOW
        )
        await saves.feeds.add([FIRST])
        await saves.entries.save(PollSaved(FIRST, events=(event,)))
        await saves.entries.close()


@pytest.fixture
def press(database):
    return Press(database)


@pytest.fixture
async def reader(database):
    async with serving(database) as reader:
        yield reader


async def pages(reader, path, after=None):
    """The changes of every page up to the head."""
    found = []
    while True:
        page = (await reader.get(path if after is None else f"{path}&after={after}")).json
        found += page["changes"]
        after = page["next"]
        if not page["more"]:
            return found


def positions(rows):
    return [int(row["cursor"].partition(".")[2]) for row in rows]


async def test_every_change_is_given_once_in_the_order_of_positions_also_events_about_feeds(press, reader):
    first = await press.publish(4)
    await press.lose_a_feed()
    await press.withdraw(first[0])
    await press.publish(3)
    rows = await pages(reader, "/v1/changes?limit=2")
    assert positions(rows) == list(range(1, 10))
    assert [row["data"]["kind"] for row in rows[3:7]] == ["published", "feed-gone", "withdrawn", "published"]
    assert [row["data"]["position"] for row in rows] == positions(rows)


async def test_next_is_a_link_too(press, reader):
    await press.publish(3)
    got = await reader.get("/v1/changes?limit=2")
    address = got.headers["Link"].removeprefix("<").partition(">")[0]
    assert positions((await reader.get(address)).json["changes"]) == [3]


async def test_the_text_is_given_only_where_it_is_named(press, reader):
    await press.publish(text=TEXT)
    for fields, expected in {"": None, "&fields=title": None, "&fields=title,text": TEXT, "&fields=all": TEXT}.items():
        (row,) = (await reader.get(f"/v1/changes?limit=1{fields}")).json["changes"]
        assert row["data"]["article"].get("text") == expected, fields
    (row,) = (await reader.get("/v1/changes?fields=title")).json["changes"]
    assert set(row["data"]["article"]) == {"article_id", "title"}


async def test_the_words_of_a_difference_are_given_only_where_the_text_is(database, reader):
    store = DatabaseArticles(database)
    await store.record(arrivals(extracted()), decide, NOW)
    edited = extracted(text=f"{TEXT} secret", at=NOW + HOUR)
    await store.record(arrivals(edited), decide, NOW + HOUR)
    assert "secret" not in (await reader.get("/v1/changes?after=start")).body.decode()
    assert "secret" not in (await reader.get("/v1/export.jsonl?fields=title")).body.decode()
    found = (await reader.get("/v1/changes?after=start&fields=all")).json["changes"][1]["data"]
    assert "secret" in str(found["difference"])


async def test_a_filtered_reader_is_given_what_passes_and_its_withdrawal(press, reader):
    for number in range(30):
        (change,) = await press.publish(source=f"site{number % 3}.example", language=["en", "de"][number % 2])
        if number == 9:
            await press.withdraw(change)
    rows = await pages(reader, "/v1/changes?limit=4&source=site0.example")
    assert len(rows) == 11
    assert [row["data"]["kind"] for row in rows].count("withdrawn") == 1
    english = await pages(reader, "/v1/changes?limit=100&source=site0.example,site1.example&language=en&kind=published")
    assert {row["data"]["article"]["language"] for row in english} == {"en"}
    assert len(english) == 10


async def test_a_page_of_a_filter_that_nothing_passes_still_goes_on(press, reader):
    await press.publish(5)
    page = (await reader.get("/v1/changes?source=elsewhere.example")).json
    assert page["changes"] == []
    assert positions([{"cursor": page["next"]}]) == [5]


async def test_a_long_poll_is_answered_when_a_change_comes(press, reader):
    start = (await reader.get("/v1/changes?after=now")).json["next"]
    waiting = asyncio.create_task(reader.get(f"/v1/changes?after={start}&wait=30"))
    await asyncio.sleep(0)
    await press.publish(2)
    async with asyncio.timeout(PATIENCE_S):
        assert positions((await waiting).json["changes"])[0] == 1


async def test_a_long_poll_without_a_change_ends_with_the_same_cursor(press, reader):
    await press.publish()
    start = (await reader.get("/v1/changes?after=now")).json["next"]
    assert (await reader.get(f"/v1/changes?after={start}&wait=0.1")).json == {
        "changes": [],
        "next": start,
        "more": False,
    }


@pytest.mark.parametrize("path", ["/v1/changes?", "/v1/stream?", "/v1/export.jsonl?"])
async def test_a_lost_cursor_is_refused_with_the_floor_and_never_moved(press, reader, database, path):
    await press.publish(5)
    head = (await reader.get("/v1/changes?after=now")).json["next"]
    epoch = head.partition(".")[0]
    async with database.write() as connection:
        for table in (changes, feed_events):
            await connection.execute(table.delete().where(table.c.position <= 2))
    for cursor, why in {f"{epoch}.1": "below-floor", f"{epoch}.6": "above-head", "0000.3": "other-epoch"}.items():
        got = await reader.get(f"{path}after={cursor}")
        assert (got.status, got.json["type"]) == (410, "urn:newswire:problem:cursor-lost"), cursor
        assert (got.json["why"], got.json["floor"], got.json["head"]) == (why, f"{epoch}.2", head)
    assert (await reader.get(f"/v1/changes?after={epoch}.2")).status == 200


async def test_a_new_epoch_makes_the_cursors_of_the_old_one_unusable_at_once(press, reader, database):
    await press.publish(2)
    old = (await reader.get("/v1/changes?after=now")).json["next"]
    await DatabaseWire(database).begin_epoch("another")
    assert (await reader.get(f"/v1/changes?after={old}")).status == 410
    new = (await reader.get("/v1/changes?after=now")).json["next"]
    assert (await reader.get(f"/v1/changes?after={new}")).json["changes"] == []
    assert new != old


@pytest.mark.parametrize("path", ["changes?", "changes?wait=30&", "changes?source=other.example&", "stream?"])
async def test_at_the_end_of_a_wire_that_was_moved_away_a_reader_is_told_so(press, reader, database, path):
    await press.publish(3)
    end = (await reader.get("/v1/changes?after=now")).json["next"]
    await move_away(database)
    await eventually(lambda: told_of_the_move(reader, f"/v1/{path}after={end}"))
    rest = (await reader.get("/v1/changes?after=start")).json
    assert (len(rest["changes"]), rest["next"]) == (3, end), "all up to the move can be read"


async def test_a_reader_that_waits_is_told_of_the_move_at_once(press, reader, database):
    await press.publish()
    async with asyncio.timeout(20), streaming(reader, "/v1/stream?after=start") as events:
        await anext(events)
        waiting = asyncio.create_task(reader.get("/v1/changes?after=now&wait=30"))
        await asyncio.sleep(0)
        await move_away(database)
        assert (await waiting).json["type"] == "urn:newswire:problem:moved"
        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def told_of_the_move(reader, address):
    got = await reader.get(address)
    return got.status == 410 and got.json["type"] == "urn:newswire:problem:moved"


async def test_an_answer_that_the_reader_has_is_not_sent_again(press, reader):
    await press.publish()
    first = await reader.get("/v1/changes")
    again = await reader.get("/v1/changes", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    await press.publish()
    assert (await reader.get("/v1/changes", If_None_Match=first.headers["ETag"])).status == 200


async def test_an_export_ends_with_a_line_that_says_so(press, reader):
    await press.publish(250)
    got = await reader.get("/v1/export.jsonl?fields=title")
    *rows, last = map(json.loads, got.body.splitlines())
    assert positions(rows) == list(range(1, 251))
    assert last == {"end": True, "next": rows[-1]["cursor"]}


# ------------------------------------------------------------------------------------------------ the stream


@asynccontextmanager
async def streaming(reader, path="/v1/stream", **headers):
    """The events of a stream as (id, event, data), as they come; event and data are None where there is none."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with reader.session.get(f"{reader.base}{path}", headers=named) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        yield events_of(response.content)


async def events_of(content):
    async with asyncio.timeout(PATIENCE_S):
        fields = {}
        async for line in content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif "id" in fields:
                data = fields.get("data")
                yield fields["id"], fields.get("event"), data and json.loads(data)
                fields = {}


async def taken(events, number):
    return [await anext(events) for _ in range(number)]


async def test_a_stream_gives_history_and_then_what_comes(press, reader):
    await press.publish(3)
    async with streaming(reader, "/v1/stream?after=start") as events:
        history = await taken(events, 3)
        await press.publish(2)
        live = await taken(events, 2)
    assert [int(cursor.partition(".")[2]) for cursor, _, _ in (*history, *live)] == [1, 2, 3, 4, 5]
    assert {kind for _, kind, _ in (*history, *live)} == {"published"}
    assert [data["position"] for _, _, data in live] == [4, 5]
    assert "text" not in live[0][2]["article"]


async def test_a_stream_without_a_cursor_begins_at_the_head(press, reader):
    await press.publish(3)
    async with streaming(reader) as events:
        await press.publish()
        assert (await anext(events))[2]["position"] == 4


async def test_a_stream_goes_on_behind_the_last_event_id_whatever_the_address_says(press, reader):
    await press.publish(4)
    async with streaming(reader, "/v1/stream?after=start") as events:
        _, (second, _, _) = await taken(events, 2)
    async with streaming(reader, "/v1/stream?after=start", Last_Event_ID=second) as events:
        assert (await anext(events))[2]["position"] == 3


async def test_readers_in_history_and_at_the_end_miss_nothing_while_much_is_written(press, reader):
    async def follow(after):
        async with streaming(reader, f"/v1/stream?after={after}") as events:
            found = []
            while not found or found[-1] < 400:
                found.append(int((await anext(events))[0].partition(".")[2]))
            return found

    await press.publish(150)
    first = [asyncio.create_task(follow("start")) for _ in range(3)]
    for _ in range(10):
        await press.publish(20)
        first.append(asyncio.create_task(follow("start")))
    await press.publish(50)
    for found in await asyncio.gather(*first):
        assert found == list(range(1, 401))


async def test_a_filtered_stream_advances(press, database):
    async with (
        serving(database, times=OFTEN) as reader,
        streaming(reader, "/v1/stream?source=nowhere.example") as events,
    ):
        await press.publish(3)
        async for cursor, kind, data in events:
            assert (kind, data) == (None, None)
            if cursor.endswith(".3"):
                break


async def test_a_stream_ends_when_the_wire_is_numbered_anew(press, reader, database):
    await press.publish()
    async with streaming(reader, "/v1/stream?after=start") as events:
        await anext(events)
        await DatabaseWire(database).begin_epoch("another")
        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def test_a_stream_ends_when_the_database_went_back(press, database):
    await press.publish(3)
    async with serving(database, times=OFTEN) as reader, streaming(reader, "/v1/stream?after=start") as events:
        await taken(events, 3)
        async with database.write() as connection:
            await connection.execute(changes.delete().where(changes.c.position == 3))
            await connection.execute(update(wire_head).values(next=3))
        async for _, kind, _ in events:  # until it ends
            assert kind is None


async def test_a_slow_reader_is_cut_off_and_goes_on_where_it_was(press, database):
    with capture_logs() as logs:
        async with serving(database, times=StreamTimes(send_timeout_s=0.2)) as reader:
            await _read_slowly(press, reader, logs)


async def _read_slowly(press, reader, logs):
    await press.publish(LARGE, description="x" * 1_000_000)
    path = "/v1/stream?after=start"
    async with connected(reader, path) as source:
        await eventually(lambda: any(line["event"] == "serve.slow-reader" for line in logs))
        got = await source.read()
    *whole, _ = got.split(b"\n\n")  # the last one was cut off
    cursors = ids_of(whole)
    assert 0 < len(cursors) < LARGE
    while len(cursors) < LARGE:  # on a busy machine it may be cut off again
        async with connected(reader, path, last=cursors[-1]) as source:
            cursors += await _read_on(source, LARGE - len(cursors))
    assert [int(cursor.partition(".")[2]) for cursor in cursors] == list(range(1, LARGE + 1))


async def _read_on(source, most):
    got, ids = b"", []
    while len(ids) < most and (more := await source.read(1 << 24)):
        got += more
        ids = ids_of(got.split(b"\n\n")[:-1])
    assert ids, "each connection brings something"
    return ids


def ids_of(events):
    return [event.split(b"\n")[0].decode()[4:] for event in events if event.startswith(b"id: ")]


@asynccontextmanager
async def connected(reader, path, last=""):
    """A connection that asked for a stream and has read nothing of it."""
    source, sink = await asyncio.open_connection("127.0.0.1", int(reader.base.rpartition(":")[2]), limit=1 << 20)
    sink.write(f"GET {path} HTTP/1.0\r\nHost: localhost\r\nLast-Event-ID: {last}\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE_S):
        yield source
    sink.close()
    with suppress(ConnectionError):
        await sink.wait_closed()


async def test_streams_end_when_the_server_is_asked_to(press, database):
    async with serving(database) as reader:
        waiting = []
        for _ in range(3):
            response = await reader.session.get(f"{reader.base}/v1/stream")
            assert await response.content.readuntil(b"\n\n") == b"retry: 3000\n\n"
            waiting.append(asyncio.create_task(response.read()))
    assert [await each for each in waiting] == [b""] * 3  # a stream that is cut off raises instead
