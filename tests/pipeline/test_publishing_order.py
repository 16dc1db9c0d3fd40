"""A reader of the topic sees each article's revisions grow, although another process changes the article, too."""

from datetime import timedelta

import pytest

from newswire.adapters.erasure import DatabaseErasure
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.editor_links import DatabaseLinks
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.contracts import encode
from newswire.errors import Wait
from newswire.events import CHANGES, article_id_of
from newswire.operations.links import LinkPorts, link
from newswire.operations.withdraw import WithdrawPorts, withdraw
from newswire.stages.store import Store
from support.build import NOW, extracted, signed
from support.line import FlakyBus, delivered, events_on, log_over
from support.prose import prose
from support.stores import poll_store

WINDOW = timedelta(days=14)
FIRST, LATER = "https://first.example/a", "https://later.example/a"
STORY = prose(1, 40)


@pytest.fixture
async def log(database, clock):
    log = log_over(database, clock)
    yield log
    await log.close()


@pytest.fixture
def replica(database, clock, log):
    """A replica of `store`; the broker goes away before one that is ``cut_off`` has published."""

    def new(*, cut_off=False):
        bus = FlakyBus(log)
        bus.away = 1 if cut_off else 0
        return Store(DatabaseArticles(database, near_window=WINDOW), bus, clock, dead_letter_limit=3)

    return new


@pytest.fixture
async def unheard(replica):
    """An article that is recorded, and that its own replica has not published yet."""
    with pytest.raises(Wait):
        await replica(cut_off=True).handle(records(article(LATER, at=NOW + timedelta(hours=1))))


def article(url, text=STORY, at=NOW):
    return signed(extracted(url, "Mayor opens a bridge", text, at))


def records(*events):
    return [delivered(encode(event), offset) for offset, event in enumerate(events)]


async def revisions(log, url=LATER):
    """The revisions of the article in the order of the topic, each id once."""
    told = {change.id: change for change in await events_on(log, CHANGES)}.values()
    return [change.revision for change in told if change.article_id == article_id_of(url)]


async def test_a_replica_that_changes_a_link_publishes_the_linked_article_first(replica, unheard, log):
    await replica().handle(records(article(FIRST)))
    assert await revisions(log) == [1, 2]


async def test_an_editor_who_links_an_article_publishes_it_first(replica, unheard, database, clock, log):
    await replica().handle(records(article(FIRST, prose(2, 40))))
    ports = LinkPorts(
        DatabaseLedger(database), DatabaseLinks(database, near_window=WINDOW), DatabaseArticles(database), log, clock
    )
    await link(LATER, FIRST, ports)
    assert await revisions(log) == [1, 2]


async def test_an_operator_who_withdraws_an_article_publishes_it_first(unheard, database, clock, log):
    ports = WithdrawPorts(
        DatabaseLedger(database),
        DatabaseArticles(database),
        poll_store(database).entries,
        log,
        DatabaseErasure(database),
        clock,
    )
    await withdraw(LATER, "an order", ports)
    assert await revisions(log) == [1, 2]
