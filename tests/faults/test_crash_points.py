"""The process dies between each pair of durable steps; the next one loses nothing and stores nothing twice."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from faults.crashing import run
from newswire.cli.demo import LaterClock
from newswire.settings import load
from support import forked
from support.books import Checked, check
from support.publisher import Publisher

pytestmark = pytest.mark.long

PUBLISHED = ("entries", "entries.retry-1", "articles", "changes", "dead")
STEPS = (
    *(f"publish newswire.{topic}.v1" for topic in PUBLISHED),
    "save poll",
    "record",
    "record dead",
    "commit extract",
    "commit store",
)
POINTS = [f"{step}:{side}" for step in STEPS for side in ("before", "after")]


def environment(folder: Path) -> dict[str, str]:
    mine = {
        "NEWSWIRE_DATA_DIR": str(folder),
        "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
        "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
        "NEWSWIRE_FETCH__OBEY_ROBOTS": "false",
        **dict.fromkeys(("NEWSWIRE_POLL__MIN_INTERVAL_S", "NEWSWIRE_POLL__MAX_INTERVAL_S"), "0.01"),
        "NEWSWIRE_POLL__LEASE_S": "30",
        "NEWSWIRE_EXTRACT__RETRY_DELAYS_S": "0.05,0.05,0.05",
        "NEWSWIRE_STORE_STAGE__BATCH": "4",
    }
    return {**os.environ, **mine}


def dies(point: str, env: dict[str, str], feeds: list[str]) -> bool:
    """Whether a run got as far as ``point``, and died there."""
    done = forked.run("faults.crashing", [point, "1", *feeds], env, timeout_s=60)
    assert done.returncode in {0, 137}, done.stderr
    return done.returncode == 137


async def checked(folder: Path, publisher: Publisher, point: str, feeds: list[str]) -> Checked:
    """What there is after a run that dies, and one that does not: that one may be of this process."""
    env = environment(folder)
    assert dies(point, env, feeds), "this step was never taken, so nothing was tested"
    later = LaterClock()
    later.ahead = timedelta(minutes=1)  # what the dead one had leased is free again
    await run("none", 1, publisher.feed_urls(), load(env), later)
    return await check(load(env), publisher)


TELLING = [f"{step}:{side}" for step in ("tell of feeds", "mark as told") for side in ("before", "after")]


@pytest.mark.parametrize("point", TELLING)
async def test_a_crash_while_it_is_told_of_feeds_loses_no_event_and_changes_none(point, tmp_path):
    with Publisher(feeds=2, articles=4) as publisher:
        after = await checked(tmp_path, publisher, point, [*publisher.feed_urls(), publisher.url(0)])
    assert (after.articles, after.of_feeds) == (4, 1)
    assert after.copies >= (point in {"tell of feeds:after", "mark as told:before"})


@pytest.mark.parametrize("point", POINTS)
async def test_a_crash_between_two_steps_loses_nothing_and_repeats_nothing(point, tmp_path):
    with Publisher(feeds=2, articles=12, broken=frozenset({3}), missing=frozenset({5})) as publisher:
        after = await checked(tmp_path, publisher, point, publisher.feed_urls())
    assert after.articles == 11
    assert after.balance.outcomes["published"] == 11
    assert dict(after.balance.reasons) == {"http-404": 1}
