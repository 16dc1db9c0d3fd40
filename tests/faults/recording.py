"""A process that records changes and feed events, and is killed with -9 while it does: one writer of many.

python -m faults.recording DATABASE NAME KILLS
"""

import sys
from functools import partial
from uuid import UUID

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.state import PollSaved
from newswire.events import Feed, FeedGone, stable_id
from support.build import NOW, arrivals, extracted, feed, text_of
from support.killed import killed_again_and_again
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


if __name__ == "__main__":
    sys.exit(killed_again_and_again(partial(record, sys.argv[1], sys.argv[2]), int(sys.argv[3]), sys.argv[2]))
