"""The gate of the read side: who may come in, how often, from where; and problems that say what to do."""

import asyncio
import base64
import random
from datetime import timedelta

import pytest

from newswire.adapters.database import Database
from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.domain.wire.keys import SCOPES, key_id_of
from newswire.domain.wire.request_limit import RequestQuota
from newswire.operations.api_keys import Chance, Doorkeeper, create_key, revoke_key
from newswire.serve.api.gate import GateRules
from newswire.serve.api.places import page_token
from support.build import NOW, arrivals, extracted, text_of
from support.fakes import FakeClock
from support.read_side import serving
from support.waiting import eventually

_DICE = random.Random(2)
CHANCE = Chance(_DICE.choice, lambda size: "".join(_DICE.choices("abcXYZ-_09", k=-(-size * 4 // 3))))
WITH_KEYS = GateRules(with_keys=True, quota=RequestQuota(5, 60), origins=frozenset({"https://desk.example.org"}))
BEFORE_YEAR_1 = page_token("0001-01-01T00:00:00+14:00", "dab7bf70-4f00-5b43-8d18-a8d660ff3b5b")
ARTICLE = "/v1/articles/dab7bf70-4f00-5b43-8d18-a8d660ff3b5b"


@pytest.fixture
def database(sqlite_database):
    """Nothing here depends on the engine."""
    return sqlite_database


async def new_key(database, *scopes):
    made = await create_key(DatabaseApiKeys(database), CHANCE, NOW, name="ana", scopes=scopes or SCOPES)
    return {"Authorization": f"Bearer {made.text}"}


async def record_articles(database, number):
    events = [extracted(f"https://example.org/{n}", text=text_of(f"t{n}x")) for n in range(number)]
    await DatabaseArticles(database).record(arrivals(*events), decide, NOW)


async def was_used(keys, key_id):
    return (await keys.find(key_id)).last_used_at is not None


@pytest.fixture
async def guarded(database):
    async with serving(database, rules=WITH_KEYS) as reader:
        yield reader


@pytest.fixture
async def unguarded(database):
    async with serving(database) as reader:
        yield reader


async def test_without_a_key_nothing_is_answered(guarded):
    for path in ("/v1/changes", "/v1/articles", "/v1/stream", "/v1/export.jsonl", "/v1/dead", "/v1/books", "/nothing"):
        got = await guarded.get(path)
        assert (got.status, got.json["type"]) == (401, "urn:newswire:problem:unauthorized"), path
        assert got.headers["WWW-Authenticate"].startswith("Bearer")
        assert "newswire keys create" in got.json["detail"]


@pytest.mark.parametrize("credentials", ["Bearer", "Bearer x", "Basic ???", "Basic " + base64.b64encode(b"x").decode()])
async def test_a_wrong_key_opens_nothing(guarded, credentials):
    assert (await guarded.get("/v1/changes", Authorization=credentials)).status == 401


async def test_a_key_comes_as_a_bearer_token_or_as_the_password_that_feed_readers_know(guarded, database):
    headers = await new_key(database)
    assert (await guarded.get("/v1/changes", **headers)).status == 200
    basic = base64.b64encode(f"anybody:{headers['Authorization'][7:]}".encode()).decode()
    assert (await guarded.get("/v1/changes", Authorization=f"Basic {basic}")).status == 200


async def test_a_key_in_the_address_is_refused(guarded, database):
    key = (await new_key(database))["Authorization"][7:]
    assert (await guarded.get(f"/v1/changes?key={key}")).status == 401


SCOPE_OF = (
    ("/v1/changes", "read"),
    ("/v1/changes?fields=text", "text"),
    ("/v1/export.jsonl?fields=all", "text"),
    ("/v1/stream", "stream"),
    ("/v1/stream", "read"),
    ("/v1/wire.atom", "read"),
    ("/v1/wire.json?text=true", "text"),
    ("/v1/articles", "read"),
    ("/v1/articles?fields=text", "text"),
    (ARTICLE, "read"),
    (f"{ARTICLE}?fields=text", "text"),
    (f"{ARTICLE}/ninjs", "read"),
    (f"{ARTICLE}/ninjs?text=true", "text"),
    (f"{ARTICLE}/schema.org?text=true", "text"),
    (f"{ARTICLE}/revisions", "read"),
    (f"{ARTICLE}/revisions?fields=text", "text"),
    (f"{ARTICLE}/duplicates", "read"),
    (f"{ARTICLE}/diff/1..2", "text"),
    ("/v1/search?q=pier", "read"),
    ("/v1/search?q=pier&fields=text", "text"),
    ("/v1/feeds", "read"),
    ("/v1/explain?url=https://example.org/", "read"),
    ("/v1/books", "read"),
    ("/v1/dead", "admin"),
    ("/v1/dead/dab7bf70-4f00-5b43-8d18-a8d660ff3b5b", "admin"),
    ("/v1/webhooks", "webhooks"),
    ("/v1/webhooks", "read"),
)
"""Paths, each with a scope that a key needs for it."""


async def test_a_key_opens_what_its_scopes_say_and_no_more(guarded, database):
    for path, scope in SCOPE_OF:
        got = await guarded.get(path, **await new_key(database, *(set(SCOPES) - {scope, "admin"})))
        assert (got.status, got.json["type"]) == (403, "urn:newswire:problem:forbidden"), (path, scope)
        assert scope in got.json["detail"], path


class TickingClock(FakeClock):
    """A second passes with each look at the clock."""

    def now(self):
        self._now += timedelta(seconds=1)
        return super().now()


async def test_an_export_ends_unfinished_when_its_key_is_revoked(database):
    await record_articles(database, 450)
    key = await new_key(database)
    async with serving(database, rules=WITH_KEYS, clock=TickingClock(NOW)) as reader:
        assert b'"end":true' in (await reader.get("/v1/export.jsonl?fields=title", **key)).body
        await reader.get("/v1/books", **key)  # the server remembers the key for some seconds
        await revoke_key(DatabaseApiKeys(database), key_id_of(key["Authorization"][7:]), NOW)
        got = await reader.get("/v1/export.jsonl?fields=title", **key)
    assert got.status == 200
    assert b'"end":true' not in got.body


async def test_a_long_poll_gives_nothing_to_a_key_that_was_revoked_meanwhile(database):
    clock, key = FakeClock(NOW), await new_key(database)
    async with serving(database, rules=WITH_KEYS, clock=clock) as reader:
        waiting = asyncio.create_task(reader.get("/v1/changes?after=start&wait=30", **key))
        keys, key_id = DatabaseApiKeys(database), key_id_of(key["Authorization"][7:])
        await eventually(lambda: was_used(keys, key_id))
        await revoke_key(keys, key_id, NOW)
        await clock.advance(Doorkeeper.KNOWN_S)
        await record_articles(database, 1)

        async def answered():
            await clock.advance(1)  # the tail looks at the wire again
            return waiting.done()

        await eventually(answered)
        assert (await waiting).status == 401


async def test_a_quota_is_told_and_kept_for_each_key(database):
    clock = FakeClock()
    async with serving(database, rules=WITH_KEYS, monotonic=lambda: clock.now().timestamp()) as reader:
        first, second = await new_key(database), await new_key(database)
        for left in (4, 3, 2, 1, 0):
            got = await reader.get("/v1/changes", **first)
            assert got.status == 200
            assert got.headers["RateLimit-Policy"] == '"key";q=5;w=60'
            assert got.headers["RateLimit"] == f'"key";r={left};t=60'
        await clock.advance(20)
        got = await reader.get("/v1/changes", **first)
        assert (got.status, got.headers["Retry-After"], got.headers["RateLimit"]) == (429, "40", '"key";r=0;t=40')
        assert got.json["type"].endswith("#quota-exceeded")
        assert got.json["violated-policies"] == ["key"]
        assert (await reader.get("/v1/changes", **second)).status == 200
        await clock.advance(40)
        assert (await reader.get("/v1/changes", **first)).status == 200


async def test_without_keys_only_the_names_of_this_machine_are_answered(unguarded):
    port = unguarded.base.rpartition(":")[2]
    for host in (f"localhost:{port}", "127.0.0.1", "LOCALHOST", f"[::1]:{port}"):
        assert (await unguarded.get("/v1/changes", Host=host)).status == 200, host
    for host in ("rebound.example", f"rebound.example:{port}", "localhost.rebound.example", "127.0.0.1.example"):
        got = await unguarded.get("/v1/changes", Host=host)
        assert (got.status, got.json["type"]) == (421, "urn:newswire:problem:misdirected"), host


async def test_pages_of_no_origin_may_read_but_those_that_are_named(guarded, unguarded, database):
    key = await new_key(database)
    assert "Access-Control-Allow-Origin" not in (await unguarded.get("/v1/changes", Origin="https://x.example")).headers
    other = await guarded.get("/v1/changes", Origin="https://x.example", **key)
    assert "Access-Control-Allow-Origin" not in other.headers
    ours = await guarded.get("/v1/changes", Origin="https://desk.example.org", **key)
    assert ours.headers["Access-Control-Allow-Origin"] == "https://desk.example.org"
    assert "Access-Control-Allow-Credentials" not in ours.headers
    asked = await guarded.ask(
        "OPTIONS", "/v1/changes", Origin="https://desk.example.org", Access_Control_Request_Method="GET"
    )
    assert asked.status == 204
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/changes?limits=5", "limits"),
        ("/v1/articles?q=pier", "q"),
        ("/v1/books?x=", "x"),
        ("/v1/changes?after=now&after=start", "after"),
        ("/v1/wire.atom?text=true&text=false", "text"),
        ("/v1/changes?limit=0", "limit"),
        ("/v1/changes?limit=201", "limit"),
        ("/v1/changes?wait=31", "wait"),
        ("/v1/changes?wait=nan", "wait"),
        ("/v1/changes?kind=deleted", "kind"),
        ("/v1/changes?duplicates=fold", "duplicates"),
        ("/v1/changes?after=17", "after"),
        ("/v1/changes?fields=headline", "fields"),
        ("/v1/articles?fields=title,%00", "fields"),
        ("/v1/articles?source=Example.org", "source"),
        ("/v1/articles?source=" + ",".join(["a.example"] * 101), "source"),
        ("/v1/articles?feed=1", "feed"),
        ("/v1/articles?published_after=2026-11-27T12:00:00", "published_after"),
        ("/v1/articles?published_after=2026-11-27", "published_after"),
        ("/v1/articles?published_after=1764244800", "published_after"),
        ("/v1/articles?published_after=2026-11-27T12:00:00+01:00", "published_after"),
        ("/v1/articles?published_after=0001-01-01T00:00:00%2B14:00", "published_after"),
        ("/v1/articles?changed_after=2026-11-27T12:00:00Z&changed_before=2026-11-26T12:00:00Z", "changed_after"),
        ("/v1/articles?kind=duplicate&duplicates=none", "duplicates"),
        ("/v1/articles?after=!!", "after"),
        ("/v1/articles?after=YWJj", "after"),
        ("/v1/articles?after=MjAyNi0wMS0wMVQwMDowMDowMHxkYWI3YmY3MC00ZjAwLTViNDMtOGQxOC1hOGQ2NjBmZjNiNWI", "after"),
        (f"/v1/articles?after={BEFORE_YEAR_1}", "after"),
        (f"/v1/wire.atom?after={BEFORE_YEAR_1}", "after"),
        ("/v1/articles?url=https://example.org/%00", "url"),
        ("/v1/articles?url=https://example.org/&kind=published", "url"),
        ("/v1/articles/5", "article_id"),
        (f"{ARTICLE}/diff/0..1", "old"),
        (f"{ARTICLE}/diff/1..99999999999", "new"),
        (f"{ARTICLE}/revisions?after=LTU", "after"),
        ("/v1/feeds?condition=ill", "condition"),
        ("/v1/explain", "url"),
    ],
)
async def test_a_parameter_that_cannot_be_taken_is_named(unguarded, path, parameter):
    got = await unguarded.get(path)
    assert (got.status, got.json["type"]) == (400, "urn:newswire:problem:invalid-parameter"), got.body
    assert got.headers["Content-Type"] == "application/problem+json"
    assert [error["parameter"] for error in got.json["errors"]] == [parameter]
    assert all(error["detail"] for error in got.json["errors"])
    assert "pattern" not in got.json["detail"], "words, not a regular expression"


async def test_an_unknown_parameter_is_answered_with_those_that_the_path_has(unguarded):
    got = await unguarded.get("/v1/search?q=pier&query=pier")
    assert got.json["detail"].startswith("query: this path has no such parameter; it has ")
    assert {"q", "sort", "limit"} <= set(got.json["detail"].partition("it has ")[2].split(", "))
    assert (await unguarded.get("/v1/books?x=")).json["detail"] == "x: this path has no such parameter"


async def test_a_plus_in_a_time_is_explained(unguarded):
    got = await unguarded.get("/v1/articles?published_after=2026-11-27T12:00:00+01:00")
    assert "%2B" in got.json["detail"]


async def test_a_time_with_an_offset_is_the_moment_that_it_names(unguarded):
    for moment in ("2026-11-27T12:00:00%2B01:00", "2026-11-27T11:00:00Z", "2026-11-27t11:00:00z"):
        assert (await unguarded.get(f"/v1/articles?published_after={moment}")).status == 200, moment


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/v1/nothing", 404), ("GET", "/v1/changes/", 404), ("POST", "/v1/changes", 405)],
)
async def test_other_paths_and_methods_are_problems_too(unguarded, method, path, status):
    got = await unguarded.ask(method, path)
    assert (got.status, got.json["status"]) == (status, status)
    assert got.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/articles", "/v1/search?q=pier", "/v1/openapi.json", "/v1/wire.atom", "/v1/books", "/v1/changes"),
        *("/v1/nothing", "/v1/articles?x=1"),
    ],
)
async def test_head_is_answered_as_get_without_the_body(unguarded, path):
    got, head = await unguarded.get(path), await unguarded.ask("HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert got.body
    names = ("Content-Type", "Content-Length", "ETag", "Link", "Cache-Control")
    assert [head.headers.get(name) for name in names] == [got.headers.get(name) for name in names]


@pytest.mark.parametrize("path", ["/v1/stream", "/v1/export.jsonl", "/v1/changes?after=now&wait=30"])
async def test_head_of_an_answer_that_takes_long_is_given_at_once(unguarded, path):
    async with asyncio.timeout(10):
        head = await unguarded.ask("HEAD", path)
    assert (head.status, head.body) == (200, b"")


async def test_a_database_that_is_away_is_a_reason_to_try_again():
    away = Database("postgresql://nobody@127.0.0.1:9/none")  # the port for discarding, where nobody listens
    async with serving(away) as reader:
        got = await reader.get("/v1/changes")
    await away.close()
    assert (got.status, got.headers["Retry-After"], got.json["type"]) == (503, "5", "urn:newswire:problem:away")


async def test_every_answer_forbids_a_browser_to_guess(unguarded):
    for path in ("/v1/changes", "/v1/nothing", "/v1/articles?x=1"):
        assert (await unguarded.get(path)).headers["X-Content-Type-Options"] == "nosniff"


async def test_a_key_has_so_many_requests_open_at_once_and_others_are_not_touched(database):
    rules = GateRules(with_keys=True, quota=RequestQuota(10_000), origins=frozenset(), open_at_once=2)
    ana, ben = await new_key(database), await new_key(database)
    async with serving(database, rules=rules) as reader:
        streams = [await reader.session.get(f"{reader.base}/v1/stream", headers=ana) for _ in range(2)]
        refused = await reader.get("/v1/changes", **ana)
        assert (refused.status, refused.json["type"]) == (429, "urn:newswire:problem:too-many-open")
        assert refused.headers["Retry-After"] == "5"
        assert (await reader.get("/v1/changes", **ben)).status == 200
        streams[0].close()
        for _ in range(100):
            if (got := await reader.get("/v1/changes", **ana)).status == 200:
                break
        assert got.status == 200
        streams[1].close()


async def test_an_address_that_sends_wrong_keys_is_told_to_wait(database):
    async with serving(database, rules=WITH_KEYS) as reader:
        statuses = [(await reader.get("/v1/changes", Authorization="Bearer x")).status for _ in range(31)]
        assert statuses == [401] * 30 + [429]
        refused = await reader.get("/v1/changes", Authorization="Bearer x", X_Forwarded_For="198.51.100.7")
        assert refused.status == 429, "a header that anybody can send changes nothing"
        assert 0 < int(refused.headers["Retry-After"]) <= 60
        assert (await reader.get("/v1/changes")).status == 401, "a request without a key tries none"
