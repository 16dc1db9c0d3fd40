"""Two replicas that record on Postgres at the same moment leave what they would have left one after the other."""

import asyncio
import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.errors import Wait
from support.article_edits import SAME
from support.build import NOW, arrivals, extracted, gone, signed, unchanged
from support.prose import prose
from support.recorded_rows import rows
from support.waiting import eventually

WINDOW = timedelta(days=14)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
FIRST, COPY, THIRD, OTHER = (f"https://{name}.example/a" for name in ("first", "copy", "third", "other"))
STORY, ELSE = prose(1, 40), prose(2, 40)
EDITED, AGAIN = (SAME["typing_errors"](STORY, random.Random(seed)) for seed in (1, 2))


def told(url, body, at=NOW, **more):
    return signed(extracted(url, "Mayor opens a bridge", body, at, **more))


def is_gone(url, at, by="page"):
    return gone(url, at, entry=f"gone {url} {at}", by=by, status=404)


def looked(url, at):
    return unchanged(url, at, entry=f"look {url} {at}")


ONE_HOST = "https://first.example/b"
CASES = {
    "equal texts": ([], [told(FIRST, STORY)], [told(COPY, STORY, NOW + MINUTE)]),
    "a copy with other words": ([], [told(FIRST, STORY)], [told(COPY, EDITED, NOW + MINUTE)]),
    "an original that comes late": ([], [told(COPY, EDITED, NOW + MINUTE)], [told(FIRST, STORY)]),
    "one article from two entries": ([], [told(FIRST, STORY)], [told(FIRST, EDITED, NOW + MINUTE)]),
    "one event": ([], [told(FIRST, STORY)], [told(FIRST, STORY)]),
    "an article that one of them edits at once": (
        [],
        [told(FIRST, STORY), told(FIRST, ELSE, NOW + HOUR)],
        [told(FIRST, STORY, NOW + MINUTE)],
    ),
    "copies of one original": (
        [told(FIRST, STORY)],
        [told(COPY, EDITED, NOW + MINUTE)],
        [told(THIRD, AGAIN, NOW + 2 * MINUTE)],
    ),
    "a copy of what is withdrawn": (
        [told(FIRST, STORY)],
        [is_gone(FIRST, NOW + HOUR, by="feed")],
        [told(COPY, EDITED, NOW + MINUTE)],
    ),
    "a copy of what is told no more": (
        [told(FIRST, STORY)],
        [told(FIRST, ELSE, NOW + HOUR)],
        [told(COPY, EDITED, NOW + MINUTE)],
    ),
    "the text of a copy that lost its original": (
        [told(FIRST, STORY), told(COPY, EDITED, NOW + MINUTE)],
        [is_gone(FIRST, NOW + HOUR, by="feed")],
        [told(THIRD, EDITED, NOW + 2 * MINUTE)],
    ),
    "the text that a copy had": (
        [told(FIRST, STORY), told(COPY, EDITED, NOW + MINUTE)],
        [told(COPY, ELSE, NOW + HOUR)],
        [told(THIRD, EDITED, NOW + 2 * MINUTE)],
    ),
    "a page that is gone while its host is there": (
        [told(FIRST, STORY), told(ONE_HOST, ELSE), is_gone(FIRST, NOW + HOUR)],
        [looked(ONE_HOST, NOW + 1.5 * HOUR)],
        [is_gone(FIRST, NOW + 2.5 * HOUR)],
    ),
}


MEETING = (
    *("equal texts", "an original that comes late", "one article from two entries", "one event"),
    "an article that one of them edits at once",
)
"""Cases in which the two meet in each of the tables where they can."""


class Replica:
    """Records a batch in a thread with connections of its own, and stays just before its commit until it is let go."""

    def __init__(self, url, events):
        self.let_go, self._is_there = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._record(url, events),))

    async def _record(self, url, events):
        async with opened(url) as database:
            await store_of(database).record(arrivals(*events), decide, NOW, self._noted)

    def _noted(self, *_):
        self._is_there.set()
        self.let_go.wait()

    def start(self):
        self._thread.start()

    async def is_there(self):
        await asyncio.to_thread(self._is_there.wait)

    def end(self):
        self.let_go.set()
        self._thread.join()


class opened:  # noqa: N801  # reads like the context that it is
    """A database, closed at the end."""

    def __init__(self, url):
        self._database = Database(url)

    async def __aenter__(self):
        return self._database

    async def __aexit__(self, *_):
        await self._database.close()


def store_of(database):
    return DatabaseArticles(database, near_window=WINDOW)


def waiting(database, number):
    """Whether so many wait for a lock."""

    async def are_waiting():
        async with database.look() as connection:
            return await connection.scalar(WAITING) == number

    return are_waiting


async def one_after_the_other(database, *batches):
    for batch in batches:
        await store_of(database).record(arrivals(*batch), decide, NOW)
    return await rows(database)


async def recorded_meanwhile(database, url, theirs, ours, *told, decide_again=decide):
    """Record ``ours``; ``theirs`` are recorded and committed by another when it has read, and decides."""
    replica = Replica(url, theirs)
    replica.let_go.set()
    decided = []

    def while_deciding(event, known, now):
        if not decided:
            replica.start()
            replica.end()
        decided.append(event.id)
        return (decide if decided.count(event.id) == 1 else decide_again)(event, known, now)

    await store_of(database).record(arrivals(*ours), while_deciding, NOW, *told)


async def begun(case, database, alone):
    """Record what was there before; gives what two replicas bring, and the rows after one batch behind the other."""
    before, theirs, ours = CASES[case]
    ours = [told(OTHER, prose(3, 40)), *ours]
    expected = await one_after_the_other(alone, before, theirs, ours)
    await one_after_the_other(database, before)
    return theirs, ours, expected


@pytest.mark.parametrize("case", CASES)
async def test_a_batch_decided_while_another_was_committed_is_decided_as_if_it_came_after(
    postgres_database, postgres_tables_url, sqlite_database, case
):
    theirs, ours, expected = await begun(case, postgres_database, sqlite_database)
    await recorded_meanwhile(postgres_database, postgres_tables_url, theirs, ours)
    assert await rows(postgres_database) == expected


@pytest.mark.parametrize("case", MEETING)
async def test_a_batch_that_waits_for_another_commit_is_decided_as_if_it_came_after(
    postgres_database, postgres_tables_url, sqlite_database, case
):
    theirs, ours, expected = await begun(case, postgres_database, sqlite_database)
    replica = Replica(postgres_tables_url, theirs)
    replica.start()
    await replica.is_there()
    recording = asyncio.create_task(store_of(postgres_database).record(arrivals(*ours), decide, NOW))
    await eventually(waiting(postgres_database, 1))
    await asyncio.to_thread(replica.end)
    await recording
    assert await rows(postgres_database) == expected


async def test_each_outcome_is_told_once_it_is_durable_also_where_the_rest_of_the_batch_has_to_wait(
    postgres_database, postgres_tables_url
):
    ours, kinds = [told(OTHER, prose(3, 40)), told(COPY, STORY, NOW + MINUTE)], []

    def away(*_):
        raise Wait("the database is away")

    with pytest.raises(Wait):
        await recorded_meanwhile(
            *(postgres_database, postgres_tables_url, [told(FIRST, STORY)], ours),
            *(lambda *_: None, kinds.extend),
            decide_again=away,
        )
    assert kinds == ["published"]
    for _ in range(2):
        await store_of(postgres_database).record(arrivals(*ours), decide, NOW, booked=kinds.extend)
    assert kinds == ["published", "duplicate"]


async def test_a_batch_whose_articles_another_is_writing_too_is_disturbed_without_a_deadlock(
    postgres_database, postgres_tables_url, sqlite_database
):
    theirs, ours = [told(FIRST, STORY)], [told(COPY, STORY, NOW + MINUTE), told(OTHER, ELSE)]
    expected = await one_after_the_other(sqlite_database, theirs, ours)
    replica = Replica(postgres_tables_url, theirs)
    replica.start()
    await replica.is_there()
    store, recordings = store_of(postgres_database), []
    for number, batch in enumerate((ours, ours[1:]), start=1):
        recordings.append(asyncio.create_task(store.record(arrivals(*batch), decide, NOW)))
        await eventually(waiting(postgres_database, number))
    await asyncio.to_thread(replica.end)
    await asyncio.gather(*recordings)
    assert await rows(postgres_database) == expected


async def test_the_looks_of_two_replicas_at_one_host_add_up(postgres_database, postgres_tables_url, sqlite_database):
    before = [told(FIRST, STORY), told(ONE_HOST, ELSE)]
    theirs, ours = [looked(FIRST, NOW + HOUR)], [looked(ONE_HOST, NOW + HOUR)]
    expected = await one_after_the_other(sqlite_database, before, theirs, ours)
    await one_after_the_other(postgres_database, before)
    await recorded_meanwhile(postgres_database, postgres_tables_url, theirs, ours)
    assert (await rows(postgres_database))["page_hosts"] == expected["page_hosts"]


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param([told(COPY, ELSE, NOW + HOUR)], id="a copy with the text of another original"),
        pytest.param([told(COPY, prose(3, 40), NOW + HOUR), told(COPY, EDITED, NOW + 2 * HOUR)], id="there and back"),
    ],
)
async def test_a_batch_comes_to_the_same_beside_others_and_alone(postgres_database, sqlite_database, batch):
    before = [told(FIRST, STORY), told(THIRD, ELSE), told(COPY, EDITED, NOW + MINUTE)]
    expected = await one_after_the_other(sqlite_database, before, batch)
    assert await one_after_the_other(postgres_database, before, batch) == expected
