"""What a run writes to its log: newswire's lines by one level, the lines of its libraries by another."""

import json

import pytest

from support.log_lines import faults
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
    lines = [*done.rows, *logged(done.err)]
    assert [row for row in lines if "logger" in row] == []
    assert [fault for row in lines for fault in faults(row)] == []
    for item in publisher.items.values():
        for words in (item.title, *item.paragraphs):
            assert words not in done.out + done.err, "a log line has the words of an article"


def test_the_way_of_each_entry_stands_in_the_log_with_its_retry_or_its_death(newswire):
    quick = newswire.having(EXTRACT__RETRY_DELAYS_S="0.1,0.1,0.1")
    with Publisher(feeds=1, articles=3, broken=frozenset({1}), missing=frozenset({2})) as publisher:
        lines = quick("run", "--once", *publisher.feed_urls()).out.splitlines()
    ways = []
    for number in range(3):
        of_one = [json.loads(line) for line in sorted(lines) if f'"{publisher.url(number)}"' in line]
        assert len({row["entry_id"] for row in of_one}) == 1
        ways.append([row["event"] for row in of_one])
    assert ways == [
        ["entry.found", "entry.extract", "entry.outcome"],
        ["entry.found", "entry.retry", "entry.extract", "entry.outcome"],
        ["entry.found", "entry.dead", "entry.outcome"],
    ]
    (retry,) = [row for row in map(json.loads, lines) if row["event"] == "entry.retry"]
    assert (retry["reason"], retry["attempt"]) == ("http-500", 1)
    assert retry["timestamp"][:-1] < retry["due"][:26]


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
