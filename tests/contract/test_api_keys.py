"""`ApiKeys` over both engines, and the operations that make keys and let their holders in."""

import random
from datetime import timedelta

import pytest

from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.webhooks import DatabaseWebhooks
from newswire.domain.wire.keys import Caller, digest_of, key_text
from newswire.domain.wire.refusals import NoKey, TooManyTries
from newswire.errors import UsageError
from newswire.operations.api_keys import Chance, Doorkeeper, create_key, replace_key, revoke_key
from newswire.operations.failed_tries import TRIES
from support.webhooks import webhook

HOUR = timedelta(hours=1)
PEER = "192.0.2.1"
_DICE = random.Random(1)
CHANCE = Chance(_DICE.choice, lambda size: "".join(_DICE.choices("abcXYZ-_09", k=-(-size * 4 // 3))))


@pytest.fixture
def keys(database):
    return DatabaseApiKeys(database)


@pytest.fixture
def webhooks(database):
    return DatabaseWebhooks(database)


@pytest.fixture
def door(keys, clock):
    return Doorkeeper(keys, clock)


def made(keys, clock, **more):
    return create_key(keys, CHANCE, clock.now(), **{"name": "ana", "scopes": {"read", "text"}, **more})


async def test_a_key_lets_its_holder_in_with_its_scopes(keys, door, clock):
    key = await made(keys, clock)
    assert await door.caller(key.text, PEER) == Caller(key.kept.key_id, frozenset({"read", "text"}))


async def test_the_key_itself_is_kept_nowhere(keys, clock):
    key = await made(keys, clock)
    (kept,) = await keys.all()
    assert kept == key.kept
    assert kept.digest == digest_of(key.text)
    assert key.text[17:60] not in repr(kept)


async def test_a_key_with_another_secret_opens_nothing(keys, door, clock):
    key = await made(keys, clock)
    forged = key_text(key.kept.key_id, "f" * 43)
    with pytest.raises(NoKey):
        await door.caller(forged, PEER)


async def test_unknown_and_misshapen_keys_open_nothing(door):
    for text in ("", "secret", key_text("abcdef012345", "f" * 43)):
        with pytest.raises(NoKey):
            await door.caller(text, PEER)


async def test_a_key_expires(keys, door, clock):
    key = await made(keys, clock, expires_at=clock.now() + HOUR)
    await door.caller(key.text, PEER)
    await clock.advance(HOUR.total_seconds())
    with pytest.raises(NoKey):
        await door.caller(key.text, PEER)


async def test_a_revoked_key_is_refused_within_seconds_also_by_a_server_that_knows_it(keys, door, clock):
    key = await made(keys, clock)
    caller = await door.caller(key.text, PEER)
    assert await door.still_works(caller)
    await revoke_key(keys, key.kept.key_id, clock.now())
    await clock.advance(Doorkeeper.KNOWN_S)
    assert not await door.still_works(caller)
    with pytest.raises(NoKey):
        await door.caller(key.text, PEER)


async def test_the_first_revocation_stands(keys, clock):
    key = await made(keys, clock)
    first = clock.now()
    await revoke_key(keys, key.kept.key_id, first)
    await revoke_key(keys, key.kept.key_id, first + HOUR)
    assert (await keys.find(key.kept.key_id)).revoked_at == first


async def test_a_key_and_the_one_that_replaces_it_work_side_by_side_for_a_while(keys, webhooks, door, clock):
    old = await made(keys, clock)
    await webhooks.add(webhook(owner=old.kept.key_id), 1)
    new = await replace_key(keys, webhooks, CHANCE, clock.now(), key_id=old.kept.key_id, overlap=HOUR)
    assert (new.kept.name, new.kept.scopes) == ("ana", old.kept.scopes)
    assert [each.owner for each in await webhooks.all()] == [new.kept.key_id]
    await door.caller(old.text, PEER)
    await door.caller(new.text, PEER)
    await clock.advance(HOUR.total_seconds())
    await door.caller(new.text, PEER)
    with pytest.raises(NoKey):
        await door.caller(old.text, PEER)


async def test_a_replaced_key_never_lives_longer_than_it_would_have(keys, webhooks, clock):
    old = await made(keys, clock, expires_at=clock.now() + HOUR)
    await replace_key(keys, webhooks, CHANCE, clock.now(), key_id=old.kept.key_id, overlap=2 * HOUR)
    assert (await keys.find(old.kept.key_id)).expires_at == clock.now() + HOUR


async def test_a_key_that_expires_is_replaced_by_one_that_is_made_for_as_long_or_until_the_named_time(
    keys, webhooks, clock
):
    start = clock.now()

    async def successor(**named):
        old = await made(keys, clock, expires_at=clock.now() + 3 * HOUR)
        await clock.advance(HOUR.total_seconds())
        return await replace_key(keys, webhooks, CHANCE, clock.now(), key_id=old.kept.key_id, overlap=HOUR, **named)

    assert (await successor()).kept.expires_at == start + HOUR + 3 * HOUR
    assert (await successor(expires_at=start + 9 * HOUR)).kept.expires_at == start + 9 * HOUR


async def test_the_last_use_is_noted_once_a_minute(keys, door, clock):
    key = await made(keys, clock)
    first = clock.now()
    for _ in range(7):
        await door.caller(key.text, PEER)
        await clock.advance(9)
    assert (await keys.find(key.kept.key_id)).last_used_at == first
    await door.caller(key.text, PEER)
    assert (await keys.find(key.kept.key_id)).last_used_at == first + timedelta(seconds=63)


async def test_an_earlier_use_that_is_noted_late_changes_nothing(keys, clock):
    key = await made(keys, clock)
    now = clock.now()
    await keys.used(key.kept.key_id, now)
    await keys.used(key.kept.key_id, now - HOUR)
    assert (await keys.find(key.kept.key_id)).last_used_at == now


async def test_what_cannot_be_is_refused(keys, webhooks, clock):
    with pytest.raises(UsageError, match="scope"):
        await made(keys, clock, scopes=())
    with pytest.raises(UsageError, match="expired"):
        await made(keys, clock, expires_at=clock.now())
    with pytest.raises(UsageError, match="keys list"):
        await revoke_key(keys, "abcdef012345", clock.now())
    with pytest.raises(UsageError, match="keys list"):
        await replace_key(keys, webhooks, CHANCE, clock.now(), key_id="abcdef012345", overlap=HOUR)
    assert await keys.all() == ()


async def test_an_address_that_sends_wrong_keys_is_refused_for_a_minute_but_not_a_key_that_worked_lately(
    keys, door, clock
):
    used, unused = await made(keys, clock), await made(keys, clock)
    wrong = key_text("abcdef012345", "x" * 43)
    await door.caller(used.text, PEER)
    for _ in range(TRIES.requests):
        with pytest.raises(NoKey):
            await door.caller(wrong, PEER)
    for text in (wrong, unused.text, "nonsense"):
        with pytest.raises(TooManyTries) as refused:
            await door.caller(text, PEER)
        assert 0 < refused.value.wait_s <= TRIES.window_s
    await door.caller(used.text, PEER)
    await door.caller(unused.text, "192.0.2.2")
    await clock.advance(TRIES.window_s)
    await door.caller(unused.text, PEER)
