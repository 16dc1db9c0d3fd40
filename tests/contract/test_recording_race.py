"""Replicas that race with random batches leave what the same decisions leave in the order of their commits."""

import asyncio
import random
from datetime import timedelta

import pytest

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from support.article_edits import SAME
from support.build import NOW, arrivals, extracted, gone, signed, unchanged
from support.prose import prose
from support.recorded_rows import rows

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
EVENTS = 40
REPLICAS = 3


def address(rng):
    return f"https://h{rng.randrange(3)}.example/{rng.randrange(3)}"


def event_of(rng, number):
    """An event about one of a few articles, with one of a few texts."""
    url, at, name = address(rng), NOW + rng.randrange(600) * MINUTE, f"event {number}"
    kind = rng.random()
    if kind < 0.15:
        return gone(url, at, entry=name, by=rng.choice(["page", "feed"]), status=404)
    if kind < 0.3:
        return unchanged(url, at, entry=name)
    text, title = prose(rng.randrange(3), 40), rng.choice(["Mayor opens a bridge", "Another headline"])
    if rng.random() < 0.6:
        text = SAME["typing_errors"](text, random.Random(rng.randrange(3)))
    event = extracted(url, title, text, at, entry=name, fetched_from=rng.choice([None, None, address(rng)]))
    if rng.random() < 0.3:
        event = event.model_copy(update={"reason": "recheck", "recheck_of": event.article.article_id})
    return signed(event)


def batches_of(rng):
    """Batches of 1 to 5 events; three of them are delivered twice."""
    events = [event_of(rng, number) for number in range(EVENTS)]
    batches = []
    while events:
        size = rng.randrange(1, 6)
        batches.append(events[:size])
        events = events[size:]
    for again in rng.sample(batches, 3):
        batches.insert(rng.randrange(len(batches)), again)
    return batches


async def replica(url, batches, committed):
    """Record batches until none is left; ``committed`` gets the ids of the events of each transaction."""
    database = Database(url)
    store = DatabaseArticles(database, near_window=timedelta(days=14))
    group = []

    def deciding(*known):
        group.clear()  # the next decisions that are noted belong to another transaction
        return decide(*known)

    def noted(event, _verdict):  # behind the lock, in the order of the commits
        if not group:
            committed.append([])
            group.append(committed[-1])
        group[0].append(event.id)

    while batches:
        await store.record(arrivals(*batches.pop()), deciding, NOW + DAY, noted)
    await database.close()


@pytest.mark.parametrize("seed", range(2))
async def test_what_replicas_record_is_what_one_records_in_the_order_of_their_commits(
    postgres_tables_url, postgres_database, sqlite_database, seed
):
    batches = batches_of(random.Random(seed))
    events = {event.id: event for batch in batches for event in batch}
    committed = []
    await asyncio.gather(*(replica(postgres_tables_url, batches, committed) for _ in range(REPLICAS)))
    assert {each for group in committed for each in group} == set(events)
    alone = DatabaseArticles(sqlite_database, near_window=timedelta(days=14))
    for group in committed:
        await alone.record(arrivals(*(events[each] for each in group)), decide, NOW + DAY)
    assert await rows(postgres_database) == await rows(sqlite_database)
