"""What a run writes to its log: newswire's lines by one level, the lines of its libraries by another."""

import json

import pytest

from support.publisher import Publisher

LIBRARIES = ("sqlalchemy", "aiosqlite", "asyncpg", "aiokafka")


def logged(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def publisher():
    with Publisher(feeds=1, articles=1) as publisher:
        yield publisher


def test_at_debug_no_library_is_heard_from_any_process(newswire, publisher):
    done = newswire.having(LOG__LEVEL="debug", LOG__FORMAT="json")("run", "--once", *publisher.feed_urls())
    assert {"feed.poll", "entry.extract"} <= {row["event"] for row in done.rows if row["level"] == "debug"}
    assert [row for row in (*done.rows, *logged(done.err)) if "logger" in row] == []


def test_at_their_own_debug_the_libraries_are_heard_from_every_process(newswire, publisher):
    having = newswire.having(LOG__LIBRARIES_LEVEL="debug", LOG__FORMAT="json")
    done = having("run", "--once", *publisher.feed_urls())
    heard = {row["logger"].partition(".")[0] for row in done.rows if "logger" in row}
    assert heard & set(LIBRARIES) == {"sqlalchemy"}, "aiosqlite logs rows at debug alone, which may hold secrets"
    assert {row["level"] for row in done.rows if "logger" not in row} == {"info"}
    in_workers = [row for row in logged(done.err) if "logger" in row]
    assert in_workers
    assert {row["service.name"] for row in in_workers} == {"newswire-worker"}


def test_the_old_name_of_a_setting_is_a_warning_before_anything_else(newswire):
    done = newswire.having(DECIDE__BATCH="7")("audit")
    assert done.err.splitlines()[0].startswith(
        "warning: NEWSWIRE_DECIDE__BATCH is now called NEWSWIRE_STORE_STAGE__BATCH"
    )
