"""Webhooks in the console: what is shown, what a form changes, and who may."""

import html
import re

import pytest

from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.request_limit import RequestQuota
from newswire.operations.api_keys import Chance, create_key
from newswire.serve.api.gate import GateRules
from newswire.serve.console.door import COOKIE
from support.build import NOW
from support.console import console
from support.fakes import FakeClock
from support.webhooks import SECRET, URL, desk_over

WITH_KEYS = GateRules(with_keys=True, quota=RequestQuota(10_000), origins=frozenset())


@pytest.fixture
async def desk(sqlite_database):
    return await desk_over(sqlite_database, FakeClock(NOW))


@pytest.fixture
async def reader(desk):
    async with console(desk.database, clock=desk.clock, sender=desk.receiver) as reader:
        yield reader


async def post(reader, path, **fields):
    """A form, as a browser on a page of the server itself sends it; status, where it leads, and the page."""
    headers = {"Origin": fields.pop("origin", reader.base), "Cookie": fields.pop("cookie", "")}
    asked = reader.session.post(f"{reader.base}{path}", data=fields, headers=headers, allow_redirects=False)
    async with asked as response:
        return response.status, response.headers.get("Location"), html.unescape(await response.text())


async def words_of(reader, path, **headers):
    got = await reader.get(path, **headers)
    assert got.status == 200, got.body.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", got.body.decode())).split())


def secrets_in(text):
    return re.findall(r"whsec_[\w+/=]+", text)


async def test_a_webhook_is_made_with_its_conditions_and_the_secret_is_shown_this_once(desk, reader):
    asked = {"url": URL, "name": "desk", "kind": "published, revised", "language": "en", "source": "", "text": "true"}
    status, _, page = await post(reader, "/webhooks", duplicates="none", after="start", **asked)
    assert status == 200, page
    (made,) = await desk.webhooks.all()
    assert (status, secrets_in(page)) == (200, [made.secrets.current])
    assert (made.name, made.url, sorted(made.wanted.kinds)) == ("desk", URL, ["published", "revised"])
    assert (made.wanted.languages, made.wanted.duplicates, "text" in made.fields) == ({"en"}, "none", True)
    listed, shown = await words_of(reader, "/webhooks"), await words_of(reader, f"/webhooks/{made.id}")
    assert "desk desk.example.org new" in listed
    assert "kinds published, revised; languages en; no duplicates" in shown
    assert secrets_in(listed + shown) == []


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "url"),
        ({"url": URL, "kind": "nothing"}, "kind"),
        ({"url": URL, "after": "yesterday"}, "cursor"),
        ({"url": URL, "colour": "red"}, "colour"),
        ({"url": "x" * 20_000}, "url"),
    ],
)
async def test_a_form_that_cannot_be_taken_is_a_page_that_says_what(desk, reader, fields, says):
    status, _, page = await post(reader, "/webhooks", **fields)
    assert (status, says in page, await desk.webhooks.all()) == (400, True, ())


async def test_it_is_paused_and_goes_on_from_its_place(desk, reader):
    hook = await desk.add()
    await desk.publish(1)
    assert await post(reader, f"/webhooks/{hook.id}/enabled", enabled="false") == (
        303,
        f"/webhooks/{hook.id}?done=paused",
        "",
    )
    await desk.send_due()
    assert desk.receiver.got == []
    assert "paused Nothing" not in await words_of(reader, f"/webhooks/{hook.id}")
    assert "Somebody paused it" in await words_of(reader, f"/webhooks/{hook.id}")
    await post(reader, f"/webhooks/{hook.id}/enabled", enabled="true")
    await desk.send_due()
    assert desk.receiver.positions() == [1]
    assert (await post(reader, f"/webhooks/{hook.id}/enabled", enabled="perhaps"))[0] == 400


async def test_a_new_secret_comes_with_a_warning_where_other_users_can_read_the_database(desk):
    reads = {"exposure": lambda: "news.db can be read by other users: chmod 600 news.db*", "sender": desk.receiver}
    async with console(desk.database, clock=desk.clock, **reads) as reader:
        _, _, made = await post(reader, "/webhooks", url=URL)
        (webhook,) = await desk.webhooks.all()
        _, _, replaced = await post(reader, f"/webhooks/{webhook.id}/rotate", overlap_hours="1")
        assert ["chmod 600 news.db*" in page for page in (made, replaced)] == [True, True]
        assert "chmod" not in await words_of(reader, f"/webhooks/{webhook.id}")


async def test_the_secret_is_replaced_shown_once_and_the_old_one_signs_too(desk, reader):
    hook = await desk.add()
    status, _, page = await post(reader, f"/webhooks/{hook.id}/rotate", overlap_hours="1")
    now = await desk.now(hook)
    assert (status, secrets_in(page)) == (200, [now.secrets.current])
    assert (now.secrets.former, now.secrets.current != SECRET) == (SECRET, True)
    shown = await words_of(reader, f"/webhooks/{hook.id}")
    assert ("signs too until" in shown, secrets_in(shown)) == (True, [])
    assert (await post(reader, f"/webhooks/{hook.id}/rotate", overlap_hours="forever"))[0] == 400


async def test_deliveries_are_shown_with_their_outcomes_and_sent_again_from_any_of_them(desk, reader):
    hook = await desk.add()
    desk.receiver.status = 500
    await desk.publish(1, 2, 3)
    await desk.send_due()
    shown = await words_of(reader, f"/webhooks/{hook.id}")
    assert "1 attempt failed: http-500" in shown
    assert f"published {desk.epoch}.1 refused http-500" in shown
    desk.receiver.status = 204
    await desk.clock.advance(60)
    await desk.send_due()
    got = (await reader.get(f"/webhooks/{hook.id}")).body.decode()
    places = re.findall(r'name="after" value="([^"]+)"', got)
    assert places == [f"{desk.epoch}.{n}" for n in (2, 1, 0, 0)]
    status, leads_to, _ = await post(reader, f"/webhooks/{hook.id}/replay", after=places[1])
    assert (status, leads_to) == (303, f"/webhooks/{hook.id}?done=replayed")
    assert (await desk.now(hook)).cursor == Cursor(desk.epoch, 1)
    await desk.send_due()
    assert desk.receiver.positions() == [1, 2, 3, 2, 3]
    assert (await post(reader, f"/webhooks/{hook.id}/replay", after="x"))[0] == 400
    assert (await post(reader, f"/webhooks/{hook.id}/replay", after=f"{desk.epoch}.99"))[0] == 410


async def test_a_test_message_and_a_removal(desk, reader):
    hook = await desk.add()
    assert "was accepted: <code>http-204" in (await post(reader, f"/webhooks/{hook.id}/test"))[2]
    desk.receiver.status = None
    assert "was not accepted: <code>connect" in (await post(reader, f"/webhooks/{hook.id}/test"))[2]
    assert (await post(reader, f"/webhooks/{hook.id}/remove"))[:2] == (303, "/webhooks")
    assert await desk.webhooks.all() == ()
    assert (await reader.get(f"/webhooks/{hook.id}")).status == 404


async def test_another_site_a_key_without_the_scope_and_another_key_change_nothing(desk):
    hook = await desk.add(owner="somebody-else")
    forms = {"enabled": {"enabled": "false"}, "rotate": {}, "replay": {"after": "now"}, "test": {}, "remove": {}}
    chance = Chance(lambda letters: letters[desk.clock.now().second % 7], lambda size: "x" * -(-size * 4 // 3))
    cookies = []
    for scopes in (["read", "text"], ["read", "webhooks"]):
        made = await create_key(DatabaseApiKeys(desk.database), chance, desk.clock.now(), name="ana", scopes=scopes)
        cookies.append(f"{COOKIE}={made.text}")
        await desk.clock.advance(1)
    async with console(desk.database, rules=WITH_KEYS, clock=desk.clock, sender=desk.receiver) as reader:
        reading, making = cookies
        assert "lacks the scope" in await words_of(reader, "/webhooks", Cookie=reading)
        assert "There are no webhooks yet" in await words_of(reader, "/webhooks", Cookie=making)
        for action, fields in forms.items():
            path = f"/webhooks/{hook.id}/{action}"
            assert (await post(reader, path, cookie=reading, **fields))[0] == 403
            assert (await post(reader, path, cookie=making, **fields))[0] == 404
            assert (await post(reader, path, cookie=making, origin="https://evil.example", **fields))[0] == 403
        assert (await post(reader, "/webhooks", cookie=making, url=URL, text="true"))[0] == 403
        assert (await post(reader, "/webhooks", cookie=making, origin="https://evil.example", url=URL))[0] == 403
    assert (await desk.webhooks.all(), desk.receiver.asked) == ((hook,), 0)
