"""The sender of webhooks over each database: nothing lost, in order, whatever receivers and processes do."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.webhooks.signing import signed_headers
from newswire.domain.webhooks.steps import GIVE_UP, disable, replay
from newswire.domain.webhooks.webhook import KEPT
from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.filters import WireFilter
from newswire.operations.api_keys import Chance, create_key, replace_key, revoke_key
from newswire.operations.webhooks.turn import SendRules, WebhookTurn
from support.build import NOW
from support.fakes import FakeClock, turns
from support.waiting import eventually
from support.webhooks import RULES, SECRET, URL, desk_over

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_DICE = random.Random(3)
CHANCE = Chance(_DICE.choice, lambda size: "x" * -(-size * 4 // 3))


@pytest.fixture
async def desk(database):
    return await desk_over(database, FakeClock(NOW))


async def over(desk, time, step=HOUR):
    """Let time pass, and the sender send what becomes due."""
    end = desk.clock.now() + time
    while desk.clock.now() < end:
        await desk.clock.advance(step.total_seconds())
        await desk.send_due()


async def test_every_event_is_delivered_once_in_the_order_of_the_wire(desk):
    hook = await desk.add()
    await desk.publish(*range(12))
    await desk.send_due()
    assert desk.receiver.positions() == list(range(1, 13))
    assert desk.receiver.most_at_once == 1
    await desk.publish(200)
    await desk.send_due()
    assert desk.receiver.positions()[12:] == [13]
    assert (await desk.now(hook)).cursor == Cursor(desk.epoch, 13)


async def test_the_last_attempts_are_remembered_with_their_answers(desk):
    hook = await desk.add()
    desk.receiver.status = None
    await desk.publish(*range(KEPT + 3))
    await desk.send_due()
    (refused,) = (await desk.now(hook)).recent
    assert (refused.cursor, refused.kind, refused.answer, refused.accepted) == (
        f"{desk.epoch}.1",
        "published",
        "connect",
        False,
    )
    desk.receiver.status = 204
    await over(desk, HOUR)
    notes = (await desk.now(hook)).recent
    assert [note.cursor for note in notes] == [f"{desk.epoch}.{n}" for n in range(4, KEPT + 4)]
    assert {(note.answer, note.accepted) for note in notes} == {("http-204", True)}
    assert [str(note.event_id) for note in notes] == [headers["webhook-id"] for _, headers, _ in desk.receiver.got][3:]


async def test_a_delivery_is_signed_and_thin(desk):
    await desk.add()
    await desk.publish(1)
    await desk.send_due()
    ((_, headers, body),) = desk.receiver.got
    assert body["type"] == "newswire.change.published.v1"
    assert (body["timestamp"], body["cursor"]) == ("2026-03-01T12:00:00Z", f"{desk.epoch}.1")
    assert headers["webhook-id"] == body["data"]["id"]
    assert body["data"]["article"] == {
        "article_id": body["data"]["article"]["article_id"],
        "url": "https://example.org/1",
        "title": "Title",
    }
    (event,) = await DatabaseWire(desk.database).events_after(0, 1)
    assert str(event.event_id) == headers["webhook-id"]
    assert headers["Content-Type"] == "application/json"


async def test_the_signature_is_of_the_bytes_that_are_sent(desk):
    await desk.add()
    await desk.publish(1)
    sent = {}

    class Keeping(type(desk.receiver)):
        async def send(self, url, headers, body):
            sent.update(headers=dict(headers), body=body)
            return await super().send(url, headers, body)

    await desk.sending(Keeping()).due(asyncio.Event())
    expected = signed_headers([SECRET], sent["headers"]["webhook-id"], NOW, sent["body"])
    assert sent["headers"].items() >= expected.items()


async def test_a_receiver_that_is_down_for_two_days_gets_everything_in_order_within_the_hour(desk):
    hook = await desk.add()
    desk.receiver.status = None
    await desk.publish(1, 2, 3)
    await desk.send_due()
    await over(desk, 2 * DAY)
    await desk.publish(4)
    state = await desk.now(hook)
    assert (state.state, state.last_answer, state.cursor.position) == ("failing", "connect", 0)
    assert desk.receiver.asked < 80
    desk.receiver.status = 204
    await over(desk, HOUR * 1.5)
    assert desk.receiver.positions() == [1, 2, 3, 4]
    assert (await desk.now(hook)).state == "active"


async def test_after_three_days_a_webhook_is_disabled_and_said_so_and_goes_on_when_it_is_enabled(desk):
    began = NOW - GIVE_UP + 2 * HOUR
    hook = await desk.add(url="https://desk.example.org/very-private-token", failing_since=began, attempts=60)
    desk.receiver.status = 500
    await desk.publish(1, 2)
    with structlog.testing.capture_logs() as lines:
        await desk.send_due()
        await over(desk, HOUR)
        assert (await desk.now(hook)).state == "failing"
        await over(desk, 2 * HOUR)
    state = await desk.now(hook)
    assert (state.disabled, state.last_answer, state.cursor.position) == ("failing", "http-500", 0)
    (told,) = [line for line in lines if line["event"] == "webhooks.disabled"]
    assert (told["why"], told["log_level"], told["cursor"]) == ("failing", "error", f"{desk.epoch}.0")
    assert "whsec_" not in str(lines)
    assert "very-private-token" not in str(lines)
    desk.receiver.status = 200
    await over(desk, DAY, HOUR * 6)
    assert desk.receiver.got == []
    await desk.webhooks.save(replay(state, state.cursor, desk.clock.now()))
    await desk.send_due()
    assert desk.receiver.positions(hook.url) == [1, 2]


async def test_a_receiver_that_answers_410_is_asked_no_more(desk):
    hook = await desk.add()
    desk.receiver.status = 410
    await desk.publish(1, 2)
    await desk.send_due()
    await over(desk, DAY, HOUR)
    assert desk.receiver.asked == 1
    state = await desk.now(hook)
    assert (state.disabled, state.cursor.position) == ("gone", 0)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 429, 503])
async def test_any_other_answer_than_a_2xx_is_tried_again(desk, status):
    await desk.add()
    desk.receiver.status = status
    await desk.publish(1)
    await desk.send_due()
    assert desk.receiver.asked == 1
    desk.receiver.status = 202
    await over(desk, timedelta(seconds=6), timedelta(seconds=6))
    assert desk.receiver.positions() == [1]


async def test_an_event_that_does_not_pass_the_filter_is_passed_over_and_the_place_advances(desk):
    nothing = WireFilter(sources=frozenset({"elsewhere.test"}))
    quiet = await desk.add("quiet", wanted=nothing)
    await desk.add("loud", url="https://loud.test/")
    await desk.publish(*range(3))
    await desk.send_due()
    assert desk.receiver.positions() == []
    assert desk.receiver.positions("https://loud.test/") == [1, 2, 3]
    assert (await desk.now(quiet)).cursor.position == 3


async def test_a_slow_receiver_holds_up_no_other(desk):
    slow = type(desk.receiver)(held=asyncio.Event())

    class Both:
        async def send(self, url, headers, body):
            return await (slow if url == URL else desk.receiver).send(url, headers, body)

    await desk.add("slow")
    for number in range(3):
        await desk.add(f"w{number}", url=f"https://w{number}.test/")
    await desk.publish(1, 2)
    stop = asyncio.Event()
    running = asyncio.create_task(desk.sending(Both(), SendRules(2, 15, 0.5)).run(stop))
    await eventually(lambda: all(desk.receiver.positions(f"https://w{number}.test/") == [1, 2] for number in range(3)))
    await eventually(lambda: slow.asked == 1)
    stop.set()
    await turns()
    slow.held.set()
    await running
    assert slow.positions() == [1]


async def test_at_the_end_what_is_on_its_way_comes_to_its_end_and_is_not_repeated(desk):
    hook = await desk.add()
    await desk.publish(1, 2)
    desk.receiver.held, stop = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(desk.sending().run(stop))
    await eventually(lambda: desk.receiver.at_once)
    stop.set()
    desk.receiver.held.set()
    await running
    assert desk.receiver.positions() == [1]
    assert (await desk.now(hook)).leased_until is None
    await desk.send_due()
    assert desk.receiver.positions() == [1, 2]


async def test_a_sender_that_is_killed_repeats_one_delivery_at_the_most_under_the_same_id(desk):
    await desk.add()
    await desk.publish(1, 2, 3)
    receiver = desk.receiver

    class Killed:
        async def send(self, url, headers, body):
            answer = await receiver.send(url, headers, body)
            if len(receiver.got) == 2:
                await asyncio.Event().wait()
            return answer

    killed = asyncio.create_task(desk.sending(Killed()).due(asyncio.Event()))
    await eventually(lambda: len(receiver.got) == 2)
    killed.cancel()
    await desk.send_due()
    assert receiver.positions() == [1, 2]  # its lease still holds
    await over(desk, timedelta(minutes=2), timedelta(minutes=1))
    assert receiver.positions() == [1, 2, 2, 3]
    ids = [headers["webhook-id"] for _, headers, _ in receiver.got]
    assert ids[1] == ids[2]
    assert len(set(ids)) == 3


async def test_a_sender_that_stood_still_beyond_its_lease_sends_nothing_more(desk):
    hook = await desk.add()
    await desk.publish(1, 2, 3)
    slow, next_one = [type(desk.receiver)(held=asyncio.Event()) for _ in range(2)]
    stop = asyncio.Event()
    first = asyncio.create_task(desk.sending(slow).due(stop))
    await eventually(lambda: slow.at_once)
    await desk.clock.advance(RULES.lease_s)
    second = asyncio.create_task(desk.sending(next_one).due(stop))
    await eventually(lambda: next_one.at_once)
    slow.held.set()
    await first
    assert (await desk.now(hook)).cursor.position == 0, "the place is the second sender's to move"
    next_one.held.set()
    await second
    assert (slow.positions(), next_one.positions()) == ([1], [1, 2, 3])


async def test_several_senders_deliver_each_event_once_and_in_order(desk):
    for number in range(4):
        await desk.add(f"w{number}", url=f"https://w{number}.test/")
    stop = asyncio.Event()
    senders = [asyncio.create_task(desk.sending(rules=SendRules(2, 15, 0.5)).run(stop)) for _ in range(3)]
    for start in range(0, 12, 3):
        await desk.publish(*range(start, start + 3))
        await desk.clock.advance(1)
    expected = list(range(1, 13))

    def all_there():
        return all(len(desk.receiver.positions(f"https://w{number}.test/")) >= 12 for number in range(4))

    for _ in range(200):
        if all_there():
            break
        await desk.clock.advance(0.5)
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.gather(*senders)
    for number in range(4):
        assert desk.receiver.positions(f"https://w{number}.test/") == expected


async def test_a_replay_during_a_delivery_goes_on_from_the_place_it_was_moved_to(desk):
    hook = await desk.add(cursor=Cursor(desk.epoch, 3))
    await desk.publish(*range(5))
    desk.receiver.held, stop = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(desk.sending().run(stop))
    await eventually(lambda: desk.receiver.at_once)
    moved = await desk.now(hook)
    assert await desk.webhooks.save(replay(moved, Cursor(desk.epoch, 1), NOW)) is not None
    desk.receiver.held.set()
    await eventually(lambda: len(desk.receiver.got) == 5)
    stop.set()
    await running
    assert desk.receiver.positions() == [4, 2, 3, 4, 5]


async def test_a_webhook_that_is_changed_during_a_delivery_keeps_both_the_change_and_the_place(desk):
    hook = await desk.add()
    await desk.publish(1, 2)
    desk.receiver.held, stop = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(desk.sending().run(stop))
    await eventually(lambda: desk.receiver.at_once)
    changed = replace(await desk.now(hook), url="https://new.test/")
    assert await desk.webhooks.save(changed) is not None
    desk.receiver.held.set()
    await eventually(lambda: len(desk.receiver.got) == 2)
    stop.set()
    await running
    assert [url for url, _, _ in desk.receiver.got] == [URL, "https://new.test/"]
    assert desk.receiver.positions("https://new.test/") == [2]


async def test_a_webhook_that_is_disabled_or_removed_during_a_delivery_gets_nothing_more(desk):
    hooks = [await desk.add("a"), await desk.add("b", url="https://b.test/")]
    await desk.publish(1, 2)
    desk.receiver.held, stop = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(desk.sending().run(stop))
    await eventually(lambda: desk.receiver.at_once == 2)
    assert await desk.webhooks.save(disable(await desk.now(hooks[0]), "by-hand", NOW)) is not None
    assert await desk.webhooks.remove(hooks[1].id)
    desk.receiver.held.set()
    await eventually(lambda: len(desk.receiver.got) == 2)
    stop.set()
    await running
    assert len(desk.receiver.got) == 2
    state = await desk.now(hooks[0])
    assert (state.disabled, state.cursor.position) == ("by-hand", 1)


async def test_a_cursor_that_is_lost_is_never_moved(desk):
    hook = await desk.add()
    await desk.publish(1, 2)
    await DatabaseWire(desk.database).begin_epoch("another")
    with structlog.testing.capture_logs() as lines:
        await desk.send_due()
    state = await desk.now(hook)
    assert (state.disabled, state.cursor) == ("cursor-lost", Cursor(desk.epoch, 0))
    assert desk.receiver.asked == 0
    assert [line["why"] for line in lines if line["event"] == "webhooks.disabled"] == ["cursor-lost"]


async def test_the_webhooks_of_a_key_end_with_the_key(desk):
    keys = DatabaseApiKeys(desk.database)
    made = await create_key(keys, CHANCE, NOW, name="ana", scopes=["read", "webhooks"])
    hook = await desk.add(owner=made.kept.key_id)
    await desk.publish(1)
    await desk.send_due()
    assert desk.receiver.positions() == [1]
    await revoke_key(keys, made.kept.key_id, NOW)
    await desk.publish(2)
    await desk.send_due()
    assert desk.receiver.positions() == [1]
    assert (await desk.now(hook)).disabled == "key-ended"


async def test_a_key_that_is_replaced_while_a_turn_begins_takes_the_webhook_with_it(desk):
    keys = DatabaseApiKeys(desk.database)
    old = (await create_key(keys, CHANCE, NOW, name="desk", scopes={"read", "webhooks"})).kept
    hook = await desk.add(owner=old.key_id)
    await desk.publish(1)
    (claimed,) = await desk.webhooks.claim(NOW, 1, RULES.lease_s)
    new = await replace_key(keys, desk.webhooks, CHANCE, NOW, key_id=old.key_id, overlap=timedelta())
    await WebhookTurn(claimed, desk.ports(), RULES).go(asyncio.Event())
    state = await desk.now(hook)
    assert (state.disabled, state.owner) == (None, new.kept.key_id)
    assert desk.receiver.positions() == [1]


async def test_a_replay_that_is_asked_for_while_a_lost_cursor_is_found_counts(desk):
    hook = await desk.add(cursor=Cursor("an older epoch", 5))
    await desk.publish(1, 2)
    (claimed,) = await desk.webhooks.claim(NOW, 1, RULES.lease_s)
    assert await desk.webhooks.save(replay(claimed, Cursor(desk.epoch, 1), NOW))
    await WebhookTurn(claimed, desk.ports(), RULES).go(asyncio.Event())
    state = await desk.now(hook)
    assert (state.disabled, state.cursor) == (None, Cursor(desk.epoch, 2))
    assert desk.receiver.positions() == [2]
