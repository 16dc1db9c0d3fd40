"""newswire moves from either engine to Postgres and Kafka while it works; the move is killed twice; nothing is lost."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from newswire.settings import load
from support import forked
from support.books import check
from support.forked import Forked
from support.publisher import Publisher, compose
from support.waiting import PATIENCE_S, eventually

ARTICLES = 40
FEEDS = 2
STOPPED = 3


@pytest.fixture(params=["sqlite", "postgres"])
async def store_here(request: pytest.FixtureRequest) -> AsyncIterator[dict[str, str]]:
    """The settings of the place to move from, which has its log in its database."""
    if request.param == "sqlite":
        yield {}
        return
    server = request.getfixturevalue("postgres_server")
    name = await server.create_database()
    yield {"NEWSWIRE_STORE": server.url(name)}
    await server.drop_database(name)


def environment(folder: Path) -> dict[str, str]:
    mine = {
        "NEWSWIRE_DATA_DIR": str(folder),
        "NEWSWIRE_FETCH__ALLOW_PRIVATE_ADDRESSES": "true",
        "NEWSWIRE_FETCH__HOST_INTERVAL_S": "0.02",
        "NEWSWIRE_FETCH__OBEY_ROBOTS": "false",
        **dict.fromkeys(("NEWSWIRE_POLL__MIN_INTERVAL_S", "NEWSWIRE_POLL__MAX_INTERVAL_S"), "0.2"),
        "NEWSWIRE_POLL__TICK_S": "0.1",
        "NEWSWIRE_POLL__LEASE_S": "1",
        "NEWSWIRE_POLL__FIRST_MAX_AGE_DAYS": "0",
        "NEWSWIRE_SERVE__PORT": "0",
        "NEWSWIRE_STORE_STAGE__BATCH": "5",
        "NEWSWIRE_EXTRACT__RETRY_DELAYS_S": "3,3,3",  # so that a retry waits while the store moves
        "NEWSWIRE_KAFKA__PARTITIONS": "4",  # as the fixture made the topics
        **dict.fromkeys(("NEWSWIRE_KAFKA__REPLICATION", "NEWSWIRE_KAFKA__MIN_INSYNC"), "1"),
        "NEWSWIRE_KAFKA__RETENTION_DAYS": "1",
    }
    return {**os.environ, **mine}


def killed_at(line: str, arguments: list[str], env: dict[str, str]) -> None:
    """Run ``newswire move`` until it says that, and kill it."""
    with started(arguments, env, subprocess.PIPE) as process:
        said = []
        while not (said and said[-1].startswith(line)):
            said.append(process.stdout.readline())
            assert said[-1], f"it ended before it said {line!r}: {said}"


@contextmanager
def started(arguments: list[str], env: dict[str, str], stdout: int | IO) -> Iterator[Forked]:
    """``newswire`` at work until the end of the block, and killed then."""
    with forked.start("newswire", arguments, env, stdout=stdout, stderr=subprocess.STDOUT) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_a_store_that_moves_under_load_loses_nothing_and_gets_nothing_twice(tmp_path, store_here, cluster):
    here = environment(tmp_path) | store_here
    target = here | cluster
    move = ["move", "--to", cluster["NEWSWIRE_STORE"], "--bus", cluster["NEWSWIRE_BUS"]]
    with Publisher(feeds=FEEDS, articles=ARTICLES, broken=frozenset({3, 20})) as publisher:
        opml = tmp_path / "feeds.opml"
        outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in publisher.feed_urls())
        opml.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
        importing = ["feeds", "import", str(opml)]
        for arguments, env in ((["migrate"], here), (importing, here), (["migrate"], target)):
            done = forked.run("newswire", arguments, env, timeout_s=PATIENCE_S)
            assert done.returncode == 0, done.stderr
        log = tmp_path / "log"
        with log.open("wb") as written, started(["run"], here, written) as running:
            await eventually(lambda: publisher.asked("/a/") > ARTICLES / 3)
            killed_at("fenced", move, here)
            assert running.wait(PATIENCE_S) == STOPPED
        assert cluster["NEWSWIRE_STORE"].partition("@")[2] in log.read_text().splitlines()[-1]
        killed_at("copied", move, here)
        publisher.items[ARTICLES] = compose(publisher.seed, ARTICLES, 0)  # news of the time in between
        publisher.edit(1)
        done = forked.run("newswire", move, here, timeout_s=PATIENCE_S)
        assert done.returncode == 0, done.stderr
        done = forked.run("newswire", ["run", "--once"], target, timeout_s=PATIENCE_S)
        assert done.returncode == 0, done.stderr
        checked = await check(load(target), publisher, before=load(here))
    assert checked.articles == ARTICLES + 1
    assert checked.balance.outcomes["published"] == ARTICLES + 1
