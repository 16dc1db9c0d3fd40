"""An address is explained by everything that is known of it, and a missing one by the gaps it may have been lost in."""

from datetime import timedelta

import pytest

from newswire.contracts import encode
from newswire.domain.feeds.state import PollSaved
from newswire.events import CoverageGap, CoverageRestored, Feed, stable_id
from newswire.operations.explain import explain
from newswire.stages.store import Store
from support.build import NOW, URL, extracted, feed, sighting
from support.line import delivered

KNOWN = feed("https://www.example.org/feed")
ABOUT = Feed(id=KNOWN.id, url=KNOWN.url)


def gap(name):
    since = NOW - timedelta(hours=1)
    return CoverageGap(id=stable_id("gap", name), feed=ABOUT, at=NOW, since=since, until=NOW)


def restored(closed):
    return CoverageRestored(
        id=stable_id("restored", closed.id), feed=ABOUT, at=NOW, gap_id=closed.id, by="archive", recovered=1
    )


@pytest.fixture
def explained(ledger, feeds):
    async def run(address):
        return await explain(address, ledger, feeds.feeds)

    return run


@pytest.fixture
async def subscribed(feeds):
    """A feed with two gaps, one of which was closed."""
    await feeds.feeds.add([KNOWN])
    opened, closed = gap("open"), gap("closed")
    await feeds.entries.save(PollSaved(KNOWN, events=(opened, closed, restored(closed))))
    return opened.model_copy(update={"position": 1})


@pytest.mark.usefixtures("subscribed")
async def test_a_known_address_is_explained_in_any_of_its_spellings(explained, feeds, articles, bus, clock):
    event = extracted()
    await feeds.entries.book([sighting(event)])
    await Store(articles, bus, clock, dead_letter_limit=3).handle([delivered(encode(event))])
    found = await explained(f"{URL}?utm_source=mail")
    assert found.known
    assert found.story.article.url == URL
    assert [change.kind for change in found.story.changes] == ["published"]
    assert found.gaps == (), "it was not missed"


async def test_a_missing_address_is_explained_by_the_open_gaps_of_its_sites_feeds(explained, subscribed):
    found = await explained("https://news.example.org/lost")
    assert not found.known
    assert [(each.feed_url, each.gap) for each in found.gaps] == [(KNOWN.url, subscribed)]
    assert (await explained("https://elsewhere.example/lost")).gaps == ()


async def test_the_key_of_an_entry_without_an_address_is_explained_too(explained, feeds):
    await feeds.entries.book([sighting("nameless", url="", key="urn:entry:7")])
    assert (await explained("urn:entry:7")).known
    assert not (await explained("urn:entry:\udcff")).known
