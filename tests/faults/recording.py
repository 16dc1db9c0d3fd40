"""A process that records changes and feed events, and is killed with -9 while it does: one writer of many.

    python -m faults.recording DATABASE NAME KILLS

The process itself only forks: each child begins with the first batch again, as after a redelivery.
"""

import asyncio
import os
import random
import signal
import sys
import time
import traceback
from uuid import UUID

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.state import PollSaved
from newswire.events import Feed, FeedGone, stable_id
from support.build import NOW, arrivals, extracted, feed, text_of
from support.stores import poll_store

BATCHES = 15
ARTICLES = 3
"""In each batch."""


def articles_of(name: str, batch: int):
    """The articles of one batch of a writer."""
    return [
        extracted(f"https://{name}.example/{batch}/{number}", text=text_of(f"{name}x{batch}x{number}x"))
        for number in range(ARTICLES)
    ]


def feed_event_of(name: str, batch: int) -> FeedGone:
    """The event about a feed that is recorded after that batch."""
    state = feed(f"https://{name}.example/feed")
    said = Feed(id=state.id, url=state.url)
    return FeedGone(id=stable_id("test-gone", name, batch), feed=said, at=NOW, status=410, since=NOW)


def event_ids(name: str) -> set[UUID]:
    """The ids of the article events, and of the feed events, that a writer records."""
    batches = range(BATCHES)
    return {event.id for batch in batches for event in articles_of(name, batch)} | {
        feed_event_of(name, batch).id for batch in batches
    }


async def record(url: str, name: str) -> None:
    """Record every batch."""
    database = Database(url)
    store, polls = DatabaseArticles(database), poll_store(database, linger_s=0)
    state = feed(f"https://{name}.example/feed")
    await polls.feeds.add([state])
    for batch in range(BATCHES):
        await store.record(arrivals(*articles_of(name, batch)), decide, NOW)
        await polls.entries.save(PollSaved(state, events=(feed_event_of(name, batch),)))
    await polls.entries.close()
    await database.close()


def _child(url: str, name: str) -> None:
    try:
        asyncio.run(record(url, name))
    except BaseException:  # noqa: BLE001  # a fork must not run on in its parent's code
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(url: str, name: str, kills: int) -> int:
    """Let a child work, kill it, and begin again; the last one may end."""
    chance = random.Random(name)
    for left in reversed(range(kills + 1)):
        child = os.fork()
        if not child:
            _child(url, name)
        if left:
            time.sleep(chance.uniform(0.05, 0.4))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
