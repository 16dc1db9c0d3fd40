"""/v1/webhooks: made, changed and removed by those who may, and nobody else."""

import base64
import random

import pytest

from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.webhooks import _row, webhooks
from newswire.domain.wire.request_limit import RequestQuota
from newswire.operations.api_keys import Chance, create_key
from newswire.serve.api.gate import GateRules
from support.build import NOW
from support.read_side import serving
from support.webhooks import URL, Receiver, desk_over, webhook

_DICE = random.Random(5)
CHANCE = Chance(_DICE.choice, lambda size: "".join(_DICE.choices("abcXYZ-_09", k=-(-size * 4 // 3))))
WITH_KEYS = GateRules(with_keys=True, quota=RequestQuota(1000), origins=frozenset({"https://desk.example.org"}))
HOOKS = "/v1/webhooks"
NOBODY = "0b9f2f4e-6c0d-4f3a-9a56-1d3c7d1f2a10"


@pytest.fixture
def database(sqlite_database):
    """Nothing here depends on the engine."""
    return sqlite_database


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
async def local(database, receiver):
    async with serving(database, sender=receiver) as reader:
        yield reader


@pytest.fixture
async def keyed(database, receiver):
    async with serving(database, rules=WITH_KEYS, sender=receiver) as reader:
        yield reader


async def new_key(database, *scopes):
    made = await create_key(DatabaseApiKeys(database), CHANCE, NOW, name="ana", scopes=scopes)
    return {"Authorization": f"Bearer {made.text}"}


async def make(reader, key=None, **wish):
    got = await reader.ask("POST", HOOKS, sent={"url": URL, **wish}, **(key or {}))
    assert got.status == 201, got.json
    return got.json


async def test_a_webhook_is_made_with_a_filter_and_begins_with_the_next_event(local, database):
    await (await desk_over(database, None)).publish(1)
    made = await make(
        local, name="desk", kind=["published"], source=["example.org"], language=["en"], duplicates="none"
    )
    hook = made["webhook"]
    assert made["secret"].startswith("whsec_")
    assert hook["filter"] | {"kind": ["published"], "source": ["example.org"], "language": ["en"]} == hook["filter"]
    assert (hook["state"], hook["lag"], hook["fields"], hook["owner"]) == (
        "active",
        0,
        ["article_id", "title", "url"],
        "local",
    )
    assert (await make(local, after="start"))["webhook"]["lag"] == 1


async def test_a_secret_is_shown_once(local):
    made = await make(local)
    hook = made["webhook"]["id"]
    rotated = (await local.ask("POST", f"{HOOKS}/{hook}/rotate")).json
    assert rotated["secret"] != made["secret"]
    assert rotated["webhook"]["former_secret_until"] is not None
    for method, path in (("GET", HOOKS), ("GET", f"{HOOKS}/{hook}"), ("PATCH", f"{HOOKS}/{hook}")):
        got = await local.ask(method, path)
        assert got.status == 200
        assert b"whsec_" not in got.body, path
    at_once = (await local.ask("POST", f"{HOOKS}/{hook}/rotate", sent={"overlap_hours": 0})).json
    assert at_once["webhook"]["former_secret_until"] is None


async def test_what_a_change_leaves_out_stays_as_it_is(local):
    hook = (await make(local, name="a", kind=["published"], language=["en"], fields=["title"]))["webhook"]
    got = await local.ask("PATCH", f"{HOOKS}/{hook['id']}", sent={"language": ["de"], "enabled": False})
    changed = got.json
    assert changed["filter"] == hook["filter"] | {"language": ["de"]}
    assert (changed["name"], changed["url"], changed["fields"]) == ("a", URL, ["article_id", "title"])
    assert (changed["state"], changed["disabled"], changed["next_attempt_at"]) == ("disabled", "by-hand", None)
    got = await local.ask(
        "PATCH", f"{HOOKS}/{hook['id']}", sent={"enabled": True, "url": "https://b.test/", "kind": []}
    )
    assert (got.json["state"], got.json["url"], got.json["filter"]["kind"]) == ("active", "https://b.test/", [])


async def test_a_replay_moves_the_place_and_a_cursor_that_is_lost_is_refused(local, database):
    await (await desk_over(database, None)).publish(1, 2)
    hook = (await make(local))["webhook"]
    epoch, _, position = hook["cursor"].partition(".")
    assert position == "2"
    moved = await local.ask("POST", f"{HOOKS}/{hook['id']}/replay", sent={"after": f"{epoch}.1"})
    assert (moved.json["cursor"], moved.json["lag"]) == (f"{epoch}.1", 1)
    for after, status in ((f"{epoch}.9", 410), ("elsewhere.1", 410), ("x", 400)):
        got = await local.ask("POST", f"{HOOKS}/{hook['id']}/replay", sent={"after": after})
        assert got.status == status, after


async def test_a_test_message_says_what_came_of_it(local, receiver):
    hook = (await make(local))["webhook"]["id"]
    assert (await local.ask("POST", f"{HOOKS}/{hook}/test")).json == {"accepted": True, "answer": "http-204"}
    ((_, headers, body),) = receiver.got
    assert body["type"] == "newswire.webhook.test.v1"
    assert headers["webhook-signature"].startswith("v1,")
    receiver.status = None
    assert (await local.ask("POST", f"{HOOKS}/{hook}/test")).json == {"accepted": False, "answer": "connect"}


async def test_what_was_removed_is_there_no_more(local):
    hook = (await make(local))["webhook"]["id"]
    assert (await local.ask("DELETE", f"{HOOKS}/{hook}")).status == 204
    assert (await local.ask("DELETE", f"{HOOKS}/{hook}")).status == 404
    assert (await local.get(HOOKS)).json == {"webhooks": []}


@pytest.mark.parametrize(
    ("sent", "parameter"),
    [
        ({}, "url"),
        ({"url": ""}, "url"),
        ({"url": URL, "kinds": ["published"]}, "kinds"),
        ({"url": URL, "kind": ["new"]}, "kind"),
        ({"url": URL, "kind": "published"}, "kind"),
        ({"url": URL, "source": ["a b"]}, "source"),
        ({"url": URL, "fields": ["titel"]}, "fields"),
        ({"url": URL, "published_after": "2026-01-01"}, "published_after"),
        ({"url": URL, "after": "x"}, "after"),
        ({"url": URL, "name": "a\0b"}, "name"),
        ({"url": URL, "duplicates": "none", "kind": ["duplicate"]}, "duplicates"),
        ([], "request"),
        ({"url": URL, "kind": [{}]}, "kind"),
        ({"url": URL, "feed": [[]]}, "feed"),
        ({"url": {}}, "url"),
        ({"url": URL, "": 1}, "request"),
        ({"url": URL, "query": 1}, "query"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_name(local, sent, parameter):
    got = await local.ask("POST", HOOKS, sent=sent)
    assert got.status == 400, got.json
    assert [fault["parameter"] for fault in got.json["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("method", "path", "sent"), [("POST", "/rotate", {"overlap_hours": False}), ("PATCH", "", {"enabled": "off"})]
)
async def test_a_value_of_another_type_is_refused_and_changes_nothing(local, method, path, sent):
    hook = f"{HOOKS}/{(await make(local))['webhook']['id']}"
    before = (await local.get(hook)).json
    assert (await local.ask(method, f"{hook}{path}", sent=sent)).status == 400
    assert (await local.get(hook)).json == before


async def test_a_method_that_a_path_does_not_take_is_answered_with_all_that_it_takes(local):
    assert (await local.ask("PUT", HOOKS)).headers["Allow"] == "GET, POST"
    assert (await local.ask("OPTIONS", f"{HOOKS}/{NOBODY}")).headers["Allow"] == "DELETE, GET, PATCH"


async def test_a_body_is_json_and_has_an_end(local):
    json = {"Content_Type": "application/json"}
    assert (await local.ask("POST", HOOKS, data=b"{", **json)).status == 400
    assert (await local.ask("POST", HOOKS, data=b"[" * 50_000, **json)).status == 400
    assert (await local.ask("POST", HOOKS, data=b'{"url":"https://a.test/"}', Content_Type="text/plain")).status == 400
    assert (await local.ask("POST", HOOKS, data=b" " * 70_000, **json)).status == 413
    assert (await local.ask("POST", f"{HOOKS}?kind=published", sent={"url": URL})).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://evil.test"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
async def test_without_keys_no_page_of_another_site_changes_anything(local, headers):
    hook = (await make(local))["webhook"]["id"]
    for method, path, sent in (
        ("POST", HOOKS, {"url": URL}),
        ("POST", f"{HOOKS}/{hook}/rotate", None),
        ("POST", f"{HOOKS}/{hook}/test", None),
        ("PATCH", f"{HOOKS}/{hook}", {"url": "https://evil.test/"}),
        ("DELETE", f"{HOOKS}/{hook}", None),
    ):
        got = await local.ask(method, path, sent=sent, **headers)
        assert (got.status, got.json["type"]) == (403, "urn:newswire:problem:cross-site"), path
    assert len((await local.get(HOOKS)).json["webhooks"]) == 1


async def test_a_key_without_the_scope_opens_nothing(keyed, database):
    admin, reader = await new_key(database, "admin"), await new_key(database, "read", "text", "stream")
    hook = (await make(keyed, admin))["webhook"]["id"]
    for method, path in (
        ("GET", HOOKS),
        ("POST", HOOKS),
        ("GET", f"{HOOKS}/{hook}"),
        ("PATCH", f"{HOOKS}/{hook}"),
        ("DELETE", f"{HOOKS}/{hook}"),
        ("POST", f"{HOOKS}/{hook}/test"),
        ("POST", f"{HOOKS}/{hook}/rotate"),
        ("POST", f"{HOOKS}/{hook}/replay"),
    ):
        sent = {"url": URL, "after": "now"} if method == "POST" and path == HOOKS else None
        sent = {"after": "now"} if path.endswith("replay") else sent
        assert (await keyed.ask(method, path, sent=sent)).status == 401, path
        assert (await keyed.ask(method, path, sent=sent, **reader)).status == 403, path


async def test_a_key_sees_and_changes_its_own_webhooks_alone(keyed, database):
    ana, ben = [await new_key(database, "read", "webhooks") for _ in range(2)]
    hook = (await make(keyed, ana))["webhook"]["id"]
    assert (await keyed.get(HOOKS, **ben)).json == {"webhooks": []}
    for method, path, sent in (
        ("GET", f"{HOOKS}/{hook}", None),
        ("PATCH", f"{HOOKS}/{hook}", {"url": "https://ben.test/"}),
        ("DELETE", f"{HOOKS}/{hook}", None),
        ("POST", f"{HOOKS}/{hook}/test", None),
        ("POST", f"{HOOKS}/{hook}/rotate", None),
        ("POST", f"{HOOKS}/{hook}/replay", {"after": "start"}),
    ):
        assert (await keyed.ask(method, path, sent=sent, **ben)).status == 404, path
    admin = await new_key(database, "admin")
    assert [row["id"] for row in (await keyed.get(HOOKS, **admin)).json["webhooks"]] == [hook]


async def test_texts_need_their_scope_here_too(keyed, database):
    thin, full = await new_key(database, "read", "webhooks"), await new_key(database, "read", "webhooks", "text")
    for fields in (["text"], ["all"]):
        assert (await keyed.ask("POST", HOOKS, sent={"url": URL, "fields": fields}, **thin)).status == 403
    hook = (await make(keyed, thin))["webhook"]["id"]
    got = await keyed.ask("PATCH", f"{HOOKS}/{hook}", sent={"fields": ["title", "text"]}, **thin)
    assert got.status == 403
    assert "text" in (await make(keyed, full, fields=["all"]))["webhook"]["fields"]


async def test_a_key_has_a_hundred_webhooks_at_the_most(keyed, database):
    key, other = await new_key(database, "read", "webhooks"), await new_key(database, "read", "webhooks")
    owner = (await make(keyed, key))["webhook"]["owner"]
    async with database.write() as connection:
        rows = [_row(webhook(f"w{number}", owner=owner)) for number in range(99)]
        await connection.execute(webhooks.insert(), rows)
    got = await keyed.ask("POST", HOOKS, sent={"url": URL}, **key)
    assert (got.status, got.json["type"]) == (409, "urn:newswire:problem:conflict")
    await make(keyed, other)


async def test_a_page_of_an_allowed_origin_may_read_and_not_make_webhooks(keyed):
    got = await keyed.ask("OPTIONS", HOOKS, Origin="https://desk.example.org", Access_Control_Request_Method="POST")
    assert got.headers["Access-Control-Allow-Methods"] == "GET"


async def test_there_is_no_webhook_of_another_name(local):
    for path in (f"{HOOKS}/{NOBODY}", f"{HOOKS}/x"):
        assert (await local.get(path)).status in {400, 404}


async def test_a_key_that_the_browser_adds_by_itself_lets_no_page_of_another_site_change_anything(keyed, database):
    key = await new_key(database, "read", "webhooks")
    hook = (await make(keyed, key))["webhook"]["id"]
    basic = base64.b64encode(f"any:{key['Authorization'].removeprefix('Bearer ')}".encode()).decode()
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://desk.example.org"}):
        got = await keyed.ask("POST", f"{HOOKS}/{hook}/rotate", Authorization=f"Basic {basic}", **headers)
        assert (got.status, got.json["type"]) == (403, "urn:newswire:problem:cross-site")
    assert (await keyed.ask("POST", f"{HOOKS}/{hook}/rotate", Authorization=f"Basic {basic}")).status == 200
