"""Feeds are subscribed once each, known ones keep their options, and a feed that was given up can be taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.feeds.discovery import Found
from newswire.domain.feeds.state import PollSaved
from newswire.errors import UsageError
from newswire.operations.feed_options import OptionChanges, enable, known_feed, set_options
from newswire.operations.subscribe import distinct, subscribe, subscription, subscriptions, tagged
from support.fakes import START

FEED = "https://n.example/feed"


async def test_a_new_feed_is_due_at_once_and_is_added_once(feeds):
    new = subscription(FEED, START)
    assert new.next_poll_at == START
    assert await subscribe(feeds.feeds, distinct([new, tagged(new, ["a"])])) == 1
    assert await subscribe(feeds.feeds, [new]) == 0


async def test_a_login_in_the_address_becomes_credentials_that_its_own_origin_gets(feeds):
    asked = subscription("https://me:s3cret@n.example/feed", START)
    assert asked.url == FEED
    links = [Found(FEED, "named"), Found("https://other.example/feed", "announced")]
    own, foreign = subscriptions(asked, links, START)
    assert own.options.credentials == asked.options.credentials
    assert foreign.options.credentials is None


async def test_a_known_feed_keeps_its_options_and_takes_new_credentials(feeds):
    await subscribe(feeds.feeds, [subscription(FEED, START)])
    await set_options(await known_feed(feeds.feeds, FEED), OptionChanges(interval_s=60), feeds.feeds)
    await subscribe(feeds.feeds, [subscription("https://me:s3cret@n.example/feed", START)])
    options = (await known_feed(feeds.feeds, FEED)).options
    assert options.interval_s == 60
    assert options.credentials is not None


async def test_a_feed_is_found_by_the_first_address_that_means_one(feeds):
    await subscribe(feeds.feeds, [subscription(FEED, START)])
    assert (await known_feed(feeds.feeds, "n.example/feed", FEED)).url == FEED
    with pytest.raises(UsageError, match=r"no feed https://x\.example/"):
        await known_feed(feeds.feeds, "https://x.example/")


async def test_a_feed_that_was_given_up_is_due_again_and_any_other_is_left_alone(feeds, clock):
    await subscribe(feeds.feeds, [subscription(FEED, START)])
    feed = await known_feed(feeds.feeds, FEED)
    assert not await enable(feed, feeds.feeds, clock)
    given_up = replace(feed, disabled="gone", next_poll_at=START + timedelta(days=9))
    await feeds.entries.save(PollSaved(given_up))
    assert await enable(await known_feed(feeds.feeds, FEED), feeds.feeds, clock)
    again = await known_feed(feeds.feeds, FEED)
    assert (again.disabled, again.next_poll_at) == (None, clock.now())


@pytest.mark.parametrize("url", ["ftp://n.example/", "https://", "http://me:s3cret@n.example/"])
async def test_an_address_that_cannot_be_used_is_refused_without_its_secret(url):
    with pytest.raises(UsageError) as raised:
        subscription(url, START)
    assert "s3cret" not in str(raised.value)
