"""The latest states: what the compacted topic says of each article, whatever the order of events."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from newswire.adapters.erasure import DatabaseErasure
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.editor_links import DatabaseLinks
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.standing import DatabaseStandingArticles
from newswire.contracts import decode, encode
from newswire.domain.articles.latest import latest
from newswire.errors import Wait
from newswire.events import CHANGES, LATEST, Withdrawn, article_id_of
from newswire.operations.fill_latest import fill_latest
from newswire.operations.links import LinkPorts, link
from newswire.operations.withdraw import WithdrawPorts, withdraw
from newswire.stages.latest import LatestStates
from newswire.stages.store import Store
from support.build import NOW, TEXT, URL, extracted, gone, text_of
from support.line import delivered, events_on, log_over, on
from support.stores import poll_store

HOUR = timedelta(hours=1)
COPY = "https://copy.example/a"
FIRST = extracted()
SECOND = extracted(title="Another title", at=NOW + HOUR)
GONE = gone(at=NOW + 2 * HOUR)


@pytest.fixture
async def bus(database, clock):
    bus = log_over(database, clock)
    yield bus
    await bus.close()


@pytest.fixture
def new_stage(database, clock):
    """A replica of `store`, by default over the one log."""

    def new(bus, *, told=True, near_window=None):
        states = LatestStates(DatabaseStandingArticles(database), bus) if told else None
        return Store(
            DatabaseArticles(database, near_window=near_window), bus, clock, dead_letter_limit=3, latest=states
        )

    return new


@pytest.fixture
def stage(new_stage, bus):
    return new_stage(bus)


@dataclass
class Overtaken:
    """A log at which somebody else is quicker: each of ``first`` is awaited before a publication of states."""

    bus: Any
    first: list = field(default_factory=list)

    def __getattr__(self, name):
        return getattr(self.bus, name)

    async def publish(self, messages):
        if self.first and messages and messages[0].topic == LATEST:
            await self.first.pop()()
        await self.bus.publish(messages)


def records(*events):
    return [delivered(encode(event), offset) for offset, event in enumerate(events)]


async def states(bus):
    """The newest record of each key, as compaction leaves it."""
    newest = {record.key: record for record in await on(bus, LATEST)}
    return {key: decode(record) if record.value else None for key, record in newest.items()}


async def state(bus, url=URL):
    return (await states(bus))[str(article_id_of(url))]


async def test_a_new_article_is_there_as_its_change_said(stage, bus):
    await stage.handle(records(FIRST))
    (change,) = await events_on(bus, CHANGES)
    told = await state(bus)
    assert (told.state, told.withdrawn, told.duplicate_of) == ("published", False, None)
    assert (told.article, told.revision, told.position, told.at) == (change.article, 1, 1, change.at)
    assert (told.change_id, told.entry_id) == (change.id, change.entry_id)


async def test_each_change_leaves_the_newest_state_alone(stage, bus):
    for event, expected in ((FIRST, "published"), (SECOND, "published"), (GONE, "withdrawn")):
        await stage.handle(records(event))
        assert len(await on(bus, LATEST)) == 1
        assert (await state(bus)).state == expected
    told = await state(bus)
    assert told.withdrawn
    assert told.article.title == "Another title", "a withdrawn article keeps its last text"
    assert (told.revision, told.position) == (3, 3)


async def test_a_duplicate_names_its_original_with_the_grounds(stage, bus):
    await stage.handle(records(FIRST, extracted(COPY)))
    told = await state(bus, COPY)
    change = next(each for each in await events_on(bus, CHANGES) if each.kind == "duplicate")
    assert told.state == "duplicate"
    assert told.duplicate_of == change.duplicate_of
    assert told.duplicate_of.article_id == article_id_of(URL)


async def test_a_change_of_the_link_alone_is_published_with_the_text_that_the_article_has(new_stage, bus):
    stage = new_stage(bus, near_window=timedelta(days=14))
    await stage.handle(records(FIRST, extracted(COPY)))
    assert "relinked" in {change.kind for change in await events_on(bus, CHANGES)}
    told = await state(bus)
    assert (told.state, told.duplicate_of.article_id, told.revision) == ("duplicate", article_id_of(COPY), 2)
    assert told.article == FIRST.article
    await stage.handle(records(gone(COPY, at=NOW + HOUR)))
    assert "unlinked" in {change.kind for change in await events_on(bus, CHANGES)}
    told = await state(bus)
    assert (told.state, told.duplicate_of, told.revision) == ("published", None, 3)
    assert told.article == FIRST.article


async def test_an_editor_who_links_and_unlinks_changes_the_state(database, new_stage, bus, clock):
    await new_stage(bus).handle(records(FIRST, extracted(COPY, text=text_of("other"))))
    states = LatestStates(DatabaseStandingArticles(database), bus)
    articles = DatabaseArticles(database)
    ports = LinkPorts(DatabaseLedger(database), DatabaseLinks(database), articles, bus, clock, states)
    await link(COPY, URL, ports)
    assert (await state(bus, COPY)).duplicate_of.article_id == article_id_of(URL)
    await link(COPY, None, ports)
    told = await state(bus, COPY)
    assert (told.state, told.duplicate_of, told.revision) == ("published", None, 3)
    assert told.article == extracted(COPY, text=text_of("other")).article


async def test_an_operator_who_withdraws_an_original_changes_the_states_of_its_duplicates(
    database, new_stage, bus, clock
):
    articles = DatabaseArticles(database, near_window=timedelta(days=14))
    await new_stage(bus, near_window=timedelta(days=14)).handle(records(FIRST, extracted(COPY)))
    assert (await state(bus)).state == "duplicate"
    feeds = poll_store(database, linger_s=0)
    ports = WithdrawPorts(
        ledger=DatabaseLedger(database),
        articles=articles,
        entries=feeds.entries,
        bus=bus,
        erasure=DatabaseErasure(database),
        clock=clock,
        latest=LatestStates(DatabaseStandingArticles(database), bus),
    )
    await withdraw(COPY, "by mistake", ports)
    assert (await state(bus, COPY)).withdrawn
    assert (await state(bus)).state == "published"
    await withdraw(COPY, "for good", ports, purge=True)
    assert await state(bus, COPY) is None
    await feeds.entries.close()


async def test_an_old_batch_that_is_delivered_again_brings_no_old_state_back(stage, bus):
    old = records(FIRST, extracted(COPY))
    await stage.handle(old)
    await stage.handle(records(SECOND))
    await stage.handle(old)
    assert (await state(bus)).article.title == "Another title"
    assert (await state(bus)).revision == 2


async def test_a_replica_that_is_overtaken_publishes_the_newer_state_behind_its_own(new_stage, bus):
    other, slow = new_stage(bus), Overtaken(bus)

    async def another_replica():
        await other.handle(records(SECOND))

    async def and_another():
        await other.handle(records(GONE))

    slow.first = [and_another, another_replica]
    await new_stage(slow).handle(records(FIRST))
    assert slow.first == []
    told = await state(bus)
    assert (told.revision, told.withdrawn) == (3, True)


async def test_nothing_is_done_before_the_states_are_published(stage, bus):
    def goes_away(messages):
        bus.away = int(bool(messages) and messages[0].topic == LATEST and not seen)
        seen.extend(messages if bus.away else [])

    seen = []
    bus.watch = goes_away
    with pytest.raises(Wait):
        await stage.handle(records(FIRST))
    assert await states(bus) == {}
    await stage.handle(records(FIRST))
    assert (await state(bus)).revision == 1


async def test_the_same_state_has_the_same_bytes_and_id_each_time(stage, bus):
    await stage.handle(records(FIRST))
    (first,) = await on(bus, LATEST)
    await stage.handle(records(FIRST))
    (again,) = await on(bus, LATEST)
    assert (again.value, again.headers) == (first.value, first.headers)
    assert again.offset > first.offset


async def test_nothing_is_told_where_it_is_not_wanted(new_stage, bus):
    await new_stage(bus, told=False).handle(records(FIRST))
    assert await on(bus, LATEST) == []


async def test_a_fill_publishes_every_article_that_is_stored(database, new_stage, bus):
    urls = [f"https://example.org/{number}" for number in range(450)]
    await new_stage(bus, told=False).handle(records(*(extracted(url, text=text_of(url)) for url in urls)))
    articles = DatabaseStandingArticles(database)
    assert await fill_latest(articles, LatestStates(articles, bus)) == 450
    assert set(await states(bus)) == {str(article_id_of(url)) for url in urls}


async def test_a_purge_leaves_a_tombstone(database, stage, bus):
    await stage.handle(records(FIRST, extracted(COPY)))
    await LatestStates(DatabaseStandingArticles(database), bus).purged(article_id_of(URL))
    assert await state(bus) is None
    values = [record.value for record in await on(bus, LATEST) if record.key == str(article_id_of(URL))]
    assert not any(TEXT.encode() in value for value in values)
    assert (await state(bus, COPY)).state == "duplicate"


async def test_a_state_that_was_purged_is_none_and_stays_none(stage, bus):
    await stage.handle(records(FIRST, GONE))
    change = next(each for each in await events_on(bus, CHANGES) if isinstance(each, Withdrawn))
    purged = change.model_copy(update={"purged": True})
    assert latest(change.model_dump_json().encode(), None, 2, "epoch").withdrawn
    assert latest(purged.model_dump_json().encode(), None, 2, "epoch") is None
