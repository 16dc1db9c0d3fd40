"""`Webhooks`: what every database gives the sender and those who make webhooks."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from newswire.domain.webhooks.steps import disable, noted, refused, rotate
from newswire.domain.webhooks.webhook import DeliveryNote
from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.filters import WireFilter
from newswire.events import stable_id
from support.build import NOW
from support.fakes import FakeClock
from support.webhooks import desk_over, webhook

MINUTE = timedelta(minutes=1)
LEASE_S = 60


@pytest.fixture
async def desk(database):
    return await desk_over(database, FakeClock(NOW))


async def claim(desk, now=NOW, limit=10):
    return [one.name for one in await desk.webhooks.claim(now, limit, LEASE_S)]


async def test_a_webhook_is_given_back_as_it_was_kept(desk):
    wanted = WireFilter(
        kinds=frozenset({"published"}),
        sources=frozenset({"example.org", "a.test"}),
        feeds=frozenset({stable_id("x")}),
        languages=frozenset({"en"}),
        published_after=NOW,
        duplicates="none",
    )
    note = DeliveryNote(NOW, stable_id("event"), "published", "a.1", "timeout", accepted=False)
    rotated = rotate(webhook(wanted=wanted), "whsec_new", MINUTE, NOW)
    kept = refused(noted(rotated, note), "timeout", None, NOW, 0.5)
    await desk.webhooks.add(kept, 9)
    assert await desk.webhooks.find(kept.id) == kept
    assert await desk.webhooks.all() == (kept,)


async def test_an_owner_has_no_more_than_the_most(desk):
    made = await asyncio.gather(*(desk.webhooks.add(webhook(f"w{n}", owner="ana"), 3) for n in range(5)))
    assert sorted(made) == [False, False, True, True, True]
    assert await desk.webhooks.add(webhook("other", owner="ben"), 3)


async def test_of_two_changes_to_one_version_the_first_is_saved(desk):
    kept = await desk.add()
    saved = await desk.webhooks.save(replace(kept, name="first"))
    assert await desk.webhooks.save(replace(kept, name="second")) is None
    assert await desk.now(kept) == saved
    assert saved.name == "first"
    assert await desk.webhooks.save(replace(saved, name="third")) is not None


async def test_what_was_removed_is_not_saved_again(desk):
    kept = await desk.add()
    assert await desk.webhooks.remove(kept.id)
    assert not await desk.webhooks.remove(kept.id)
    assert await desk.webhooks.save(kept) is None
    assert await desk.webhooks.find(uuid4()) is None


async def test_only_webhooks_that_have_something_to_do_are_leased(desk):
    await desk.add("at-the-head", cursor=Cursor(desk.epoch, 2))
    await desk.add("later", due_at=NOW + MINUTE)
    await desk.add("disabled", disabled="gone", disabled_at=NOW)
    await desk.add("behind", cursor=Cursor(desk.epoch, 1))
    await desk.add("waiting-long", due_at=NOW - MINUTE)
    await desk.add("another-epoch", cursor=Cursor("elsewhere", 2), due_at=NOW - 2 * MINUTE)
    await desk.add("above-the-head", cursor=Cursor(desk.epoch, 7), due_at=NOW - 3 * MINUTE)
    await desk.publish(1, 2)
    assert await claim(desk) == ["above-the-head", "another-epoch", "waiting-long", "behind"]
    assert await claim(desk) == []
    assert await claim(desk, NOW + MINUTE) != []


async def test_nobody_else_gets_a_leased_webhook_before_its_lease_ends(desk):
    kept = await desk.add()
    await desk.publish(1)
    (leased,) = await desk.webhooks.claim(NOW, 10, LEASE_S)
    assert leased == await desk.now(kept)
    assert leased.leased_until == NOW + MINUTE
    assert await claim(desk, NOW + MINUTE - timedelta(seconds=1)) == []
    (again,) = await desk.webhooks.claim(NOW + MINUTE, 10, LEASE_S)
    assert again.lease == leased.lease + 1
    assert await desk.webhooks.save(leased) is None


async def test_many_senders_share_the_webhooks_and_get_none_twice(desk):
    for number in range(12):
        await desk.add(f"w{number:02}")
    await desk.publish(1)
    claimed = await asyncio.gather(*(claim(desk, limit=5) for _ in range(6)))
    names = [name for names in claimed for name in names]
    assert len(names) == len(set(names))
    assert set(names) | set(await claim(desk, limit=99)) == {f"w{number:02}" for number in range(12)}


async def test_the_webhooks_of_a_key_go_to_the_key_that_replaces_it(desk):
    await desk.add("a", owner="old")
    await desk.add("b", owner="other")
    assert await desk.webhooks.hand_over("old", "new") == 1
    assert {one.name: one.owner for one in await desk.webhooks.all()} == {"a": "new", "b": "other"}


async def test_the_figures_are_those_of_all_webhooks(desk):
    assert (await desk.webhooks.figures()).lag == 0
    await desk.publish(1, 2, 3)
    await desk.add("a", cursor=Cursor(desk.epoch, 2))
    await desk.webhooks.add(refused(webhook("b", cursor=Cursor(desk.epoch, 1)), "timeout", None, NOW, 0.5), 9)
    await desk.webhooks.add(disable(webhook("c"), "gone", NOW), 9)
    figures = await desk.webhooks.figures()
    assert figures.states == {"active": 1, "failing": 1, "disabled": 1}
    assert figures.lag == 2
