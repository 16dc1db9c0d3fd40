"""What a newly subscribed feed's first documents bring: its news, and nothing of its archive unless it is asked for."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newswire.domain.feeds.entry_age import FirstContact
from newswire.domain.feeds.memory import FeedOptions
from support.fakes import FakeClock
from support.polling import DAY, RULES, feed_reply, item, link, poller
from support.web import atom

WEEK_OF_FOUR = replace(RULES, first=FirstContact(7 * DAY, few=3))


@pytest.fixture
async def newcomer(sqlite_database):
    async with poller(sqlite_database, FakeClock(auto=True), rules=WEEK_OF_FOUR) as made:
        yield made


def dated(number: int, at: datetime, said: str = "") -> dict[str, str]:
    return item(number, said, published=at.isoformat())


def document(now: datetime, *more: dict[str, str]) -> bytes:
    """Entries of today, of 20 days ago, of 3000 days ago, and one without a date."""
    ages = (timedelta(hours=1), 20 * DAY, 3000 * DAY)
    entries = [dated(number, now - age) for number, age in enumerate(ages)]
    return feed_reply(atom(*entries, item(3), *more))


async def booked(made) -> tuple[list[str], dict[str, int]]:
    balance = await made.ledger.balance()
    assert balance.balanced
    return sorted(await made.urls()), dict(balance.reasons)


async def test_old_entries_of_a_new_feed_are_booked_and_not_published_and_dateless_ones_are(newcomer, server):
    server.routes["/feed"] = document(newcomer.clock.now())
    await newcomer.add(server.url("/feed"))
    await newcomer.poll()
    assert await booked(newcomer) == ([link(0), link(3)], {"too-old": 2})
    (line,) = (await newcomer.ledger.history(link(2))).entries
    assert (line.outcome.kind, line.outcome.reason) == ("rejected", "too-old")


async def test_old_entries_that_come_later_are_news(newcomer, server):
    start = newcomer.clock.now()
    server.routes["/feed"] = document(start)
    await newcomer.add(server.url("/feed"))
    await newcomer.poll()
    server.routes["/feed"] = document(start, dated(4, start - 100 * DAY))
    await newcomer.poll(after=DAY)
    assert await booked(newcomer) == ([link(0), link(3), link(4)], {"too-old": 2})
    assert await newcomer.kinds() == []


async def test_an_old_entry_that_its_feed_changes_afterwards_is_news(newcomer, server):
    start = newcomer.clock.now()
    server.routes["/feed"] = document(start)
    await newcomer.add(server.url("/feed"))
    await newcomer.poll()
    ages = (timedelta(hours=1), 20 * DAY, 3000 * DAY)
    edited = [dated(number, start - age, "Other words." if number == 1 else "") for number, age in enumerate(ages)]
    server.routes["/feed"] = feed_reply(atom(*edited, item(3)))
    await newcomer.poll(after=DAY)
    assert await booked(newcomer) == ([link(0), link(1), link(3)], {"too-old": 2})


async def test_a_failed_poll_and_half_a_document_are_no_first_contact_yet(newcomer, server):
    start = newcomer.clock.now()
    await newcomer.add(server.url("/feed"))
    server.routes["/feed"] = feed_reply("", 503)
    await newcomer.poll()
    whole = atom(
        dated(0, start), dated(1, start), dated(2, start - 20 * DAY), dated(3, start - 20 * DAY), dated(4, start)
    )
    server.routes["/feed"] = feed_reply(whole[: whole.index("urn:4")])
    await newcomer.poll(after=DAY)
    server.routes["/feed"] = feed_reply(whole)
    await newcomer.poll(after=DAY)
    assert await booked(newcomer) == ([link(0), link(1), link(4)], {"too-old": 2})


async def test_a_feed_that_is_enabled_again_is_no_first_contact(newcomer, server):
    start, url = newcomer.clock.now(), server.url("/feed")
    server.routes["/feed"] = document(start)
    await newcomer.add(url)
    await newcomer.poll()
    await newcomer.feeds.feeds.enable(url, newcomer.clock.now())
    server.routes["/feed"] = document(start, dated(4, start - 20 * DAY))
    await newcomer.poll(after=DAY)
    assert link(4) in await newcomer.urls()


@pytest.mark.parametrize("options", [FeedOptions(all_entries=True), FeedOptions()])
async def test_all_entries_are_taken_on_request_and_of_a_document_of_few(newcomer, server, options):
    start = newcomer.clock.now()
    few = feed_reply(atom(*[dated(number, start - 900 * DAY) for number in range(3)]))
    server.routes["/feed"] = document(start) if options.all_entries else few
    await newcomer.add(server.url("/feed"), options=options)
    await newcomer.poll()
    urls, reasons = await booked(newcomer)
    assert (len(urls), reasons) == (4 if options.all_entries else 3, {})


async def test_another_feeds_fresh_entry_at_the_address_of_an_old_one_is_published(newcomer, server):
    start = newcomer.clock.now()
    server.routes["/feed"] = document(start)
    await newcomer.add(server.url("/feed"))
    await newcomer.poll()
    again = item(9, published=start.isoformat()) | {"link": link(2)}
    server.routes["/other"] = feed_reply(atom(again))
    await newcomer.add(server.url("/other"))
    await newcomer.poll(server.url("/other"))
    assert link(2) in await newcomer.urls()


async def test_the_rest_of_a_document_that_is_read_in_portions_has_the_same_limit(sqlite_database, server):
    rules = replace(WEEK_OF_FOUR, max_new=2)
    async with poller(sqlite_database, FakeClock(auto=True), rules=rules) as made:
        server.routes["/feed"] = document(made.clock.now())
        await made.add(server.url("/feed"))
        for _ in range(2):
            await made.until_due()
            await made.stage.due(asyncio.Event())
        assert await booked(made) == ([link(0), link(3)], {"too-old": 2})
