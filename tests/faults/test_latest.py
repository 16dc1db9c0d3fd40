"""The process dies around the publication of the latest states; the next one leaves the topic as the store is."""

import os
from datetime import timedelta

import pytest

from faults.crashing import run
from faults.test_crash_points import environment
from newswire.assembly.backends import open_backends
from newswire.cli.demo import LaterClock
from newswire.contracts import decode
from newswire.events import LATEST
from newswire.settings import load
from support import forked
from support.publisher import Publisher

POINTS = (
    "publish newswire.changes.v1:before",
    "publish newswire.changes.v1:after",
    "publish newswire.latest.v1:before",
    "publish newswire.latest.v1:after",
    "commit store:before",
)


async def compared(settings):
    """What the topic and the store say of each article: (revision, kind, title)."""
    async with open_backends(settings) as backends:
        records = [record async for record in backends.bus.tail(LATEST)]
        told = [decode(record) for record in records]
        stored = [article async for article in backends.ledger.articles()]
        return (
            sorted((str(each.article_id), each.revision, each.state, each.article.title) for each in told),
            sorted((str(each.article_id), each.revision, each.kind, each.title) for each in stored),
        )


@pytest.mark.parametrize("point", POINTS)
async def test_a_crash_between_changes_and_states_leaves_every_state_right_in_the_end(point, tmp_path):
    env = environment(tmp_path) | {"NEWSWIRE_LATEST__PUBLISH": "true"}
    with Publisher(feeds=2, articles=8) as publisher:
        died = forked.run("faults.crashing", [point, "1", *publisher.feed_urls()], env, timeout_s=60)
        assert died.returncode == 137, died.stderr
        later = LaterClock()
        later.ahead = timedelta(minutes=1)
        await run("none", 1, publisher.feed_urls(), load({**os.environ, **env}), later)
    told, stored = await compared(load(env))
    assert len(stored) == 8
    assert told == stored
