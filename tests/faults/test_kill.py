"""`newswire run` is killed at random moments while it works; nothing is lost, nothing is stored twice."""

import os
import random
import signal
from itertools import pairwise

import pytest

from newswire.settings import load
from support import forked
from support.books import check
from support.publisher import Publisher, compose
from support.waiting import eventually

pytestmark = pytest.mark.long

KILLS = 20
ARTICLES = 520
FEEDS = 4
SEED = int(os.environ.get("NEWSWIRE_TEST_SEED", "20261122"))


def environment(folder) -> dict[str, str]:
    mine = {
        "NEWSWIRE_DATA_DIR": str(folder),
        "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
        "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0",
        "NEWSWIRE_FETCH__HOST_CONCURRENCY": "8",
        "NEWSWIRE_FETCH__OBEY_ROBOTS": "false",
        **dict.fromkeys(("NEWSWIRE_POLL__MIN_INTERVAL_S", "NEWSWIRE_POLL__MAX_INTERVAL_S"), "0.2"),
        "NEWSWIRE_POLL__TICK_S": "0.1",
        "NEWSWIRE_POLL__LEASE_S": "1",
        "NEWSWIRE_EXTRACT__RETRY_DELAYS_S": "0.2,0.5,1",
        "NEWSWIRE_STORE_STAGE__BATCH": "10",
    }
    return {**os.environ, **mine}


async def test_twenty_kills_lose_nothing_and_store_nothing_twice(tmp_path):
    chance = random.Random(SEED)
    env = environment(tmp_path)
    with Publisher(feeds=FEEDS, articles=ARTICLES // KILLS, broken=frozenset(range(0, ARTICLES, 50))) as publisher:
        done = forked.run("newswire", ["feeds", "import", _opml(tmp_path, publisher)], env, timeout_s=120)
        assert done.returncode == 0, done.stderr
        milestones = [round(ARTICLES * n / KILLS) for n in range(1, KILLS + 1)]
        for before, after in pairwise([0, *milestones]):
            for number in range(before, after):
                publisher.items[number] = compose(publisher.seed, number, number % FEEDS)
            if before:
                publisher.edit(chance.randrange(before))
            # Killed when a random share of this round's pages were asked for, and up to forty polls later.
            target = publisher.asked("/a/") + chance.randrange(1, after - before)
            with (tmp_path / "log").open("ab") as log:
                process = forked.start("newswire", ["run"], env, stdout=log, stderr=log)
            await eventually(lambda enough=target: publisher.asked("/a/") >= enough)
            later = publisher.asked("/feed/") + chance.randrange(40)
            await eventually(lambda enough=later: publisher.asked("/feed/") >= enough)
            assert process.poll() is None, "it ended before it was killed"
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = forked.run("newswire", ["run", "--once"], env, timeout_s=120)
        assert done.returncode == 0, done.stderr
        checked = await check(load(env), publisher)
    print(f"{KILLS} kills: {checked}")
    assert checked.articles == ARTICLES
    assert checked.balance.outcomes["published"] == ARTICLES


def _opml(folder, publisher) -> str:
    outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in publisher.feed_urls())
    path = folder / "feeds.opml"
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    return str(path)
