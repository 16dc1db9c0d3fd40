"""What is read into the metrics now and then."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from math import isnan

import pytest

from newswire.domain.feeds.state import FeedCounts
from newswire.errors import Wait
from newswire.metrics import exposed
from newswire.ports import Partition
from newswire.serve.observer import EVERY_S, Observer
from support.fakes import START, turns

HOUR = timedelta(hours=1)


class Read:
    """A bus and a feed store that can be read, and what they say."""

    def __init__(self):
        self.looks = 0
        self.error = None
        self.due = START
        self.lags = {Partition("entries", 0): 3, Partition("entries", 1): 4}

    async def lag(self, group, topics):
        await asyncio.sleep(0)
        self.looks += 1
        if self.error:
            raise self.error
        return {partition: count for partition, count in self.lags.items() if partition.topic in topics}

    async def count(self):
        return FeedCounts(5, 2, 1)

    async def next_due(self):
        return self.due


@pytest.fixture
def read():
    return Read()


@pytest.fixture
def observer(read, clock):
    return Observer(read, clock, {"extract": ("entries", "retry")}, read)


def value(name, **labels):
    return exposed(("poll", "extract", "store")).get_sample_value(name, labels)


async def test_lag_is_told_by_topic_also_of_one_that_was_never_used(observer):
    await observer.look()
    assert value("newswire_consumer_lag_records", group="extract", topic="entries") == 7
    assert value("newswire_consumer_lag_records", group="extract", topic="retry") == 0


@pytest.mark.parametrize(("due", "overdue_s"), [(START - HOUR, 3600), (START, 0), (START + HOUR, 0), (None, 0)])
async def test_the_schedule_is_overdue_by_what_waits_longest(observer, read, due, overdue_s):
    read.due = due
    await observer.look()
    assert value("newswire_schedule_overdue_seconds") == overdue_s
    assert value("newswire_feeds", state="failing") == 2


async def test_a_process_that_does_not_poll_does_not_read_the_schedule(observer):
    await replace(observer, feeds=None).look()
    assert isnan(value("newswire_schedule_overdue_seconds"))
    assert value("newswire_observed_timestamp_seconds") == START.timestamp()


@pytest.mark.parametrize("error", [Wait("the broker is away"), ZeroDivisionError("a bug")])
async def test_a_look_that_fails_ends_nothing_and_leaves_no_old_figure(observer, read, clock, error):
    running = asyncio.ensure_future(observer.run())
    await turns()
    assert value("newswire_consumer_lag_records", group="extract", topic="entries") == 7
    read.error = error
    await clock.advance(EVERY_S)
    assert value("newswire_consumer_lag_records", group="extract", topic="entries") is None
    assert value("newswire_observed_timestamp_seconds") == START.timestamp()
    read.error = None
    await clock.advance(EVERY_S)
    assert value("newswire_consumer_lag_records", group="extract", topic="entries") == 7
    assert read.looks == 3
    running.cancel()
    await asyncio.wait((running,))


async def test_a_look_that_hangs_is_given_up(observer, read):
    await observer.look()

    async def hang(group, topics):
        await asyncio.Event().wait()

    read.lag = hang
    await replace(observer, bound_s=0.01).look()
    assert value("newswire_consumer_lag_records", group="extract", topic="entries") is None
