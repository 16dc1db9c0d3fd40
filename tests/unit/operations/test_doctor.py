"""An installation is examined to the end, whatever is away, and each check says what to do."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from newswire.domain.feeds.health import FAILING
from newswire.domain.feeds.state import FeedState
from newswire.domain.log.topics import wanted_topics
from newswire.errors import Wait
from newswire.operations.doctor import Check, Cluster, ExaminedStore, Installation, examine
from newswire.ports import SchemaState, TopicAdmin
from support.build import feed

INSTALLATION = Installation(
    version="1",
    python="3.11",
    cpus=4,
    processes=2,
    agent="newswire/1",
    contact=True,
    store="sqlite:///news.db",
    embedded=True,
)
FITS = SchemaState("0005", "0005")


class _Schema:
    """The part of `newswire.ports.Schema` that is asked."""

    def __init__(self, state: SchemaState) -> None:
        self._state = state

    async def ping(self) -> None:
        """It is there."""

    async def state(self) -> SchemaState:
        return self._state


class _Feeds:
    """The part of `newswire.ports.Feeds` that is asked."""

    def __init__(self, feeds: Sequence[FeedState]) -> None:
        self._feeds = tuple(feeds)

    async def all(self) -> tuple[FeedState, ...]:
        return self._feeds


@dataclass
class _Store:
    schema: _Schema
    feeds: _Feeds


async def checks(
    installation: Installation = INSTALLATION,
    *,
    schema: SchemaState = FITS,
    feeds: Sequence[FeedState] = (),
    cluster: Cluster | None = None,
    away: Exception | None = None,
) -> dict[str, Check]:
    @asynccontextmanager
    async def opened() -> AsyncGenerator[ExaminedStore]:
        if away:
            raise away
        yield _Store(_Schema(schema), _Feeds(feeds))  # type: ignore[misc]  # parts of the ports

    return {check.check: check async for check in examine(installation, cluster, opened)}


async def test_a_good_installation_is_good_in_every_check() -> None:
    found = await checks(feeds=[feed()])
    assert list(found) == ["version", "cpus", "contact", "database", "feeds"]
    assert all(check.ok and check.advice is None for check in found.values())
    assert found["cpus"].detail == "4 usable, 2 worker processes"


async def test_without_a_contact_or_feeds_one_is_told_how_to_add_them() -> None:
    found = await checks(replace(INSTALLATION, contact=False))
    assert found["contact"].ok
    assert "NEWSWIRE_FETCH__CONTACT" in (found["contact"].advice or "")
    assert "newswire feeds add" in (found["feeds"].advice or "")


async def test_a_feed_that_fails_or_was_given_up_is_named() -> None:
    failing = feed("https://a.example/", errors=FAILING, last_outcome="http-500")
    given_up, stumbling = feed("https://b.example/", disabled="gone"), feed("https://c.example/", errors=FAILING - 1)
    found = (await checks(feeds=[failing, given_up, stumbling]))["feeds"]
    assert not found.ok
    assert found.detail == "3 feeds, 2 failing: https://a.example/ (http-500), https://b.example/ (gone)"


@pytest.mark.parametrize(
    ("schema", "embedded", "ok", "advice"),
    [
        (SchemaState(None, "0005"), True, True, "at its first use"),
        (SchemaState("0004", "0005"), False, False, "newswire migrate"),
        (SchemaState("0006", "0005", oldest="0006"), True, False, "upgrade"),
        (SchemaState("0005", "0005", fence="this store moved"), False, False, "this store moved"),
    ],
    ids=["embedded", "shared", "newer", "fenced"],
)
async def test_a_schema_that_does_not_fit_says_what_to_do_and_its_feeds_are_not_read(
    schema: SchemaState,
    embedded: bool,  # noqa: FBT001  # a row
    ok: bool,  # noqa: FBT001  # a row
    advice: str,
) -> None:
    found = await checks(replace(INSTALLATION, embedded=embedded), schema=schema, feeds=[feed()])
    assert found["database"].ok is ok
    assert advice in (found["database"].advice or "")
    assert "feeds" not in found


async def test_an_upgrade_that_is_not_finished_is_advice_and_no_fault() -> None:
    found = await checks(schema=replace(FITS, unfinished=True), feeds=[feed()])
    assert found["database"].ok
    assert "newswire migrate --finish" in (found["database"].advice or "")
    assert found["feeds"].ok


async def test_brokers_and_a_database_that_are_away_are_checks_and_no_errors() -> None:
    @asynccontextmanager
    async def opened() -> AsyncGenerator[TopicAdmin]:
        raise Wait("no broker answers")
        yield

    week = timedelta(days=7)
    topics = wanted_topics(partitions=1, replication=1, min_insync=1, retention=week)
    found = await checks(cluster=Cluster("kafka://b:9092", topics, week, opened), away=Wait("no database answers"))
    assert (found["brokers"].ok, found["brokers"].detail) == (False, "no broker answers")
    assert (found["database"].ok, found["database"].detail) == (False, "no database answers")
    assert "NEWSWIRE_BUS" in (found["brokers"].advice or "")
    assert "topics" not in found
