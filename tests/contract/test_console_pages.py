"""The console's pages over a real store: what they show, who may see it, and what they never let through."""

import asyncio
import random
import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from newswire.adapters.search import DatabaseSearchIndex
from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.memory import FeedMemory, Gap
from newswire.domain.wire.keys import SCOPES
from newswire.domain.wire.request_limit import RequestQuota
from newswire.events import Feed, article_id_of
from newswire.operations.api_keys import Chance, create_key
from newswire.operations.search_index import fill_index
from newswire.serve.api.gate import GateRules
from newswire.serve.console.door import COOKIE, CSP
from support.build import NOW, TEXT, URL, arrivals, extracted, feed, gone, letter, sighting
from support.console import console
from support.fakes import FakeClock
from support.stores import poll_store

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
COPY = "https://copy.example/a"
PAGE = f"/articles/{article_id_of(URL)}"
PAGES = ["/", "/search?q=a", "/feeds", "/books", "/books/entries?outcome=published", "/problems", "/explain", "/login"]
WITH_KEYS = GateRules(with_keys=True, quota=RequestQuota(10_000), origins=frozenset())
_DICE = random.Random(3)
CHANCE = Chance(_DICE.choice, lambda size: "".join(_DICE.choices("abcXYZ-_09", k=-(-size * 4 // 3))))


@pytest.fixture
def database(sqlite_database):
    """The lists behind the pages are tested over both engines; a page does not depend on the engine."""
    return sqlite_database


@pytest.fixture
def store(database):
    return DatabaseArticles(database)


@pytest.fixture
async def reader(database):
    async with console(database, clock=FakeClock(NOW)) as reader:
        yield reader


@pytest.fixture
async def guarded(database):
    async with console(database, rules=WITH_KEYS, clock=FakeClock(NOW)) as reader:
        yield reader


async def record(store, *events, now=NOW):
    await store.record(arrivals(*events), decide, now)


async def new_key(database, *scopes):
    made = await create_key(DatabaseApiKeys(database), CHANCE, NOW, name="ana", scopes=scopes or SCOPES)
    return made.text


async def text_of(reader, path, **headers):
    got = await reader.get(path, **headers)
    assert got.status == 200, got.body.decode()
    return got.body.decode()


async def post(reader, path, fields, **headers):
    """POST a form, as a browser on a page of the server itself does."""
    named = {"Origin": reader.base, "Content-Type": "application/x-www-form-urlencoded"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    asked = reader.session.post(f"{reader.base}{path}", data=urlencode(fields), headers=named, allow_redirects=False)
    async with asked as response:
        return response.status, response.headers, await response.text()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class TestWire:
    async def test_a_reprint_stands_below_its_original(self, store, reader):
        await record(store, extracted(title="Original"), extracted(COPY, title="Reprint"))
        html = await text_of(reader, "/")
        assert html.count('class="story') == 1
        folded = html.partition('<details class="copies">')[2].partition("</details>")[0]
        assert "1 reprint" in folded
        assert f'href="/articles/{article_id_of(COPY)}"' in folded

    async def test_revised_and_withdrawn_articles_are_marked(self, store, reader):
        await record(store, extracted(), extracted(title="Edited", at=NOW + HOUR))
        assert re.search(r'class="mark warn"[^>]*>revised<', await text_of(reader, "/"))
        await record(store, gone(at=NOW + 2 * HOUR))
        assert re.search(r'class="mark bad"[^>]*>withdrawn<', await text_of(reader, "/"))

    async def test_the_filter_stands_in_the_address_and_an_empty_field_is_no_condition(self, store, reader):
        await record(store, extracted(title="Here"))
        assert "Here" in await text_of(reader, "/?source=example.org&language=&kind=&since=&duplicates=fold")
        assert "Here" not in await text_of(reader, "/?source=other.example")
        assert "Here" in await text_of(reader, "/?since=2026-03-01&until=2026-03-01")
        assert "Here" not in await text_of(reader, "/?until=2026-02-28")

    async def test_older_articles_are_a_page_further(self, store, reader):
        for number in range(51):
            at = NOW + number * MINUTE
            await record(
                store, extracted(f"https://example.org/{number}", title=f"No{number}x", text=f"t{number}", at=at)
            )
        first = await text_of(reader, "/")
        older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
        second = await text_of(reader, older)
        seen = [re.findall(r">(No\d+x)<", html) for html in (first, second)]
        assert [len(each) for each in seen] == [50, 1]
        assert not set(seen[0]) & set(seen[1])
        assert "data-changes" not in second

    async def test_the_page_asks_for_exactly_what_came_behind_it(self, store, reader):
        await record(store, extracted())
        address = re.search(r'data-changes="([^"]+)"', await text_of(reader, "/"))[1].replace("&amp;", "&")
        assert (await reader.get(address)).json["changes"] == []
        await record(store, extracted(title="Edited", at=NOW + HOUR), extracted(COPY, at=NOW + HOUR))
        found = (await reader.get(address)).json["changes"]
        assert [change["data"]["article_id"] for change in found] == [str(article_id_of(URL))]

    @pytest.mark.parametrize(
        "query", ["colour=red", "kind=nothing", "after=x", "since=yesterday", "until=9999-12-31", "source=%00"]
    )
    async def test_a_parameter_that_cannot_be_taken_is_a_page_that_says_so(self, reader, query):
        got = await reader.get(f"/?{query}")
        assert (got.status, got.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
        assert "A parameter cannot be taken" in got.body.decode()


class TestSearch:
    async def search(self, reader, database, **query):
        await fill_index(DatabaseSearchIndex(database))
        return await text_of(reader, f"/search?{urlencode(query)}")

    async def test_articles_are_found_and_counted_and_the_same_search_stands_there_for_the_api(
        self, database, store, reader
    ):
        await record(store, extracted(title="Old pier"), extracted(COPY, title="Reprint", text="something else"))
        html = await self.search(reader, database, q='"old pier" -storm', source="example.org", until="2026-03-02")
        assert f'href="{PAGE}"' in html
        assert "1 article" in words(html)
        address = re.search(r'href="(/v1/search[^"]+)"', html)[1].replace("&amp;", "&")
        assert [each["url"] for each in (await reader.get(address)).json["articles"]] == [URL]

    async def test_more_articles_are_a_page_further(self, database, store, reader):
        urls = [f"https://example.org/{number}" for number in range(51)]
        await record(store, *(extracted(url, f"No{number}x pier", f"t{number}") for number, url in enumerate(urls)))
        for sort in ("new", "relevance"):
            first = await self.search(reader, database, q="pier", sort=sort)
            older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
            seen = [re.findall(r">(No\d+x) pier<", html) for html in (first, await text_of(reader, older))]
            assert [len(each) for each in seen] == [50, 1]
            assert not set(seen[0]) & set(seen[1])

    async def test_a_query_that_is_refused_stays_in_its_field_with_what_to_do(self, reader):
        got = await reader.get("/search?q=title:")
        html = got.body.decode()
        assert (got.status, 'value="title:"' in html) == (400, True)
        assert "needs a value right behind it" in re.search(r'role="alert">([^<]+)<', html)[1]

    async def test_an_index_that_is_behind_is_said_to_be(self, database, store, reader):
        await record(store, extracted())
        assert "1 change of the wire cannot be found yet" in words(await text_of(reader, "/search?q=title"))
        assert "cannot be found yet" not in words(await self.search(reader, database, q="title"))

    async def test_nothing_is_searched_before_there_is_a_query(self, store, reader):
        assert "stories" not in (await text_of(reader, "/search")).partition("<main")[2]


class TestArticle:
    async def test_the_text_the_facts_and_the_rights_are_shown(self, store, reader):
        await record(store, extracted())
        html = await text_of(reader, PAGE)
        assert TEXT in html
        assert "What is known, and from where" in html
        assert "The publisher says nothing about the use of this article." in html

    async def test_a_revision_is_shown_word_by_word(self, store, reader):
        await record(store, extracted(), extracted(text=TEXT.replace("word7 ", "seventh "), at=NOW + HOUR))
        html = await text_of(reader, PAGE)
        assert f'{PAGE}?compare=1..2"' in html
        html = await text_of(reader, f"{PAGE}?compare=1..2")
        assert "word7" in words(re.search(r"<del>.*?</del>", html)[0])
        assert "seventh" in words(re.search(r"<ins>.*?</ins>", html)[0])
        assert TEXT in await text_of(reader, f"{PAGE}?revision=1")

    async def test_copies_have_their_evidence_and_a_copy_leads_to_its_original(self, store, reader):
        await record(store, extracted(title="Original"), extracted(COPY, title="Reprint"))
        assert "content-hash" in (await text_of(reader, PAGE)).partition('id="copies"')[2]
        html = await text_of(reader, f"/articles/{article_id_of(COPY)}")
        assert "This repeats" in html
        assert f'href="{PAGE}"' in html
        assert "The words are equal" in html

    async def test_a_withdrawn_article_keeps_its_text(self, store, reader):
        await record(store, extracted(), gone(at=NOW + HOUR))
        html = await text_of(reader, PAGE)
        assert "took this article away" in html
        assert TEXT in html

    @pytest.mark.parametrize("path", ["/articles/00000000-0000-0000-0000-000000000000", f"{PAGE}?revision=9"])
    async def test_what_there_is_not_is_a_page_that_says_so(self, store, reader, path):
        await record(store, extracted())
        got = await reader.get(path)
        assert (got.status, "There is no such thing" in got.body.decode()) == (404, True)


class TestOperators:
    async def test_a_feed_shows_its_state_its_last_attempt_success_and_story(self, database, reader):
        memory = FeedMemory(condition="failing", succeeded_at=NOW - HOUR, last_entry_at=NOW - 30 * HOUR)
        bad = feed(last_polled_at=NOW - MINUTE, last_outcome="timeout", errors=4, memory=memory, title="Harbour")
        await poll_store(database).feeds.add([bad])
        row = words((await text_of(reader, "/feeds")).partition("<tbody>")[2])
        assert re.match(r"Harbour example\.org failing 1 min ago 1 h ago 1 d ago 4 ", row)
        assert "4 polls in a row failed: timeout" in await text_of(reader, f"/feeds/{bad.id}")
        assert "No feed is in this state" in await text_of(reader, "/feeds?state=well")

    async def test_a_feed_is_subscribed_to_once_and_shown(self, database, reader):
        feeds = poll_store(database).feeds
        for _ in range(2):
            status, headers, _ = await post(reader, "/feeds", {"url": " https://harbour.example/feed.xml "})
            (added,) = await feeds.all()
            assert (status, headers["Location"]) == (303, f"/feeds/{added.id}")
        assert (added.url, added.next_poll_at) == ("https://harbour.example/feed.xml", NOW)
        assert "It was not polled yet" in await text_of(reader, f"/feeds/{added.id}")

    async def test_a_password_in_the_address_of_a_feed_is_in_no_page_and_not_sent_unencrypted(self, database, reader):
        status, headers, _ = await post(reader, "/feeds", {"url": "https://ana:hunter2@harbour.example/feed.xml"})
        assert status == 303
        assert "hunter2" not in await text_of(reader, headers["Location"])
        status, _, html = await post(reader, "/feeds", {"url": "http://ana:hunter2@quay.example/feed.xml"})
        assert (status, "hunter2" in html) == (400, False)
        assert [each.url for each in await poll_store(database).feeds.all()] == ["https://harbour.example/feed.xml"]

    @pytest.mark.parametrize(
        "url", ["", "harbour", "ftp://a.example/", "https://a..b/", "https://a\x00.example/", "x" * 20_000]
    )
    async def test_an_address_that_no_feed_can_have_is_refused_with_a_reason(self, database, reader, url):
        status, _, html = await post(reader, "/feeds", {"url": url})
        assert (status, "is not a feed address" in html) == (400, True)
        assert await poll_store(database).feeds.all() == ()

    async def test_each_number_of_the_books_leads_to_a_list_of_that_length(self, database, store, reader):
        await poll_store(database).entries.book([sighting(name) for name in ("new", "copy", "dead", "way")])
        await store.record_dead([letter("dead", "timeout")])
        await record(store, extracted(entry="new"), extracted(COPY, entry="copy"))
        html = (await text_of(reader, "/books")).replace("&amp;", "&")
        numbers = re.findall(r'href="(/books/entries\?[^"]+)">(\d+)<', html)
        assert len(numbers) == 7
        for address, number in numbers:
            listed = await text_of(reader, address)
            assert listed.count('data-name="Found"') == int(number), address
        (reason,) = re.findall(r'href="(/books/entries\?outcome=rejected&reason=timeout)"', html)
        assert (await text_of(reader, reason)).count('data-name="Found"') == 1

    async def test_an_open_gap_is_a_problem(self, database, reader):
        gap = Gap(article_id_of(URL), NOW - HOUR, NOW, tries=2)
        await poll_store(database).feeds.add([feed(title="Harbour", memory=FeedMemory(gap=gap))])
        assert "Harbour" in (await text_of(reader, "/problems")).partition('id="gaps"')[2]

    async def test_a_dead_letter_is_inspected_and_sent_again(self, database, store, reader):
        dead, other = letter("a", "timeout"), letter("b", "robots")
        await store.record_dead([dead, other])
        html = await text_of(reader, "/problems?reason=timeout")
        assert f'href="/problems/{dead.id}"' in html
        assert str(other.id) not in html
        assert dead.message in await text_of(reader, f"/problems/{dead.id}")
        status, headers, _ = await post(reader, "/problems/retry", {"id": str(dead.id)})
        assert (status, headers["Location"]) == (303, "/problems?sent=1")
        left = [line.letter.id async for line in DatabaseLedger(database).dead()]
        assert left == [other.id]

    async def test_all_with_one_reason_are_sent_again_together(self, database, store, reader):
        await store.record_dead([letter("a", "timeout"), letter("b", "timeout"), letter("c", "robots")])
        _, headers, _ = await post(reader, "/problems/retry", {"reason": "timeout"})
        assert headers["Location"] == "/problems?sent=2"
        assert [line.letter.reason async for line in DatabaseLedger(database).dead()] == ["robots"]

    @pytest.mark.parametrize("fields", [{}, {"id": "x"}, {"id": "x" * 20_000}])
    async def test_a_form_without_a_dead_letter_sends_nothing(self, reader, fields):
        assert (await post(reader, "/problems/retry", fields))[0] == 400

    async def test_an_address_is_explained(self, database, store, reader):
        await poll_store(database).entries.book([sighting("new")])
        await record(store, extracted(entry="new"))
        html = await text_of(reader, "/explain?" + urlencode({"url": URL}))
        assert f'href="{PAGE}"' in html
        assert "No feed ever brought this address" in await text_of(reader, "/explain?url=https://no.example/")


class TestDoor:
    async def test_every_page_has_the_policy_that_lets_no_foreign_script_run(self, reader):
        for path in (*PAGES, "/nothing", "/?colour=red", "/static/live.js"):
            headers = (await reader.get(path)).headers
            assert headers["Content-Security-Policy"] == CSP, path
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
        assert "unsafe" not in CSP
        assert {"default-src 'none'", "trusted-types 'none'", "frame-ancestors 'none'"} <= set(CSP.split("; "))

    async def test_without_a_key_every_page_leads_to_the_login_and_back(self, guarded):
        for path in PAGES[:-1]:
            async with guarded.session.get(guarded.base + path, allow_redirects=False) as response:
                assert response.status == 303, path
                assert response.headers["Location"].startswith("/login?next=/")
        html = await text_of(guarded, "/feeds?state=well")
        assert 'name="next" value="/feeds?state=well"' in html

    async def test_the_login_leaves_a_cookie_that_opens_the_pages_and_reads_the_api(self, database, store, guarded):
        await record(store, extracted(title="Here"))
        key = await new_key(database)
        status, headers, _ = await post(guarded, "/login", {"key": f" {key} ", "next": "/feeds"})
        assert (status, headers["Location"]) == (303, "/feeds")
        cookie = headers["Set-Cookie"]
        assert cookie.startswith(f"{COOKIE}={key};")
        assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} == set(cookie.split("; ")[1:])
        assert "Here" in await text_of(guarded, "/", Cookie=f"{COOKIE}={key}")
        assert (await guarded.get("/v1/articles", Cookie=f"{COOKIE}={key}")).status == 200

    @pytest.mark.parametrize("key", ["", "nwk_x", "x" * 5000, "ü", "\r\nSet-Cookie: a=b"])
    async def test_a_wrong_key_is_told_so_and_leaves_no_cookie(self, guarded, key):
        status, headers, html = await post(guarded, "/login", {"key": key})
        assert status == 401
        assert "Set-Cookie" not in headers
        assert "this key opens nothing" in html

    async def test_after_many_wrong_keys_the_login_asks_to_wait(self, guarded):
        statuses = [(await post(guarded, "/login", {"key": "x"}))[0] for _ in range(31)]
        assert statuses == [401] * 30 + [429]

    async def test_a_form_that_breaks_off_is_no_failure_of_the_server(self, guarded):
        port = int(guarded.base.rpartition(":")[2])
        with capture_logs() as lines:
            for path in ("/login", "/v1/webhooks"):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(f"POST {path} HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\n".encode())
                writer.write(b"Content-Length: 9\r\n\r\nk")
                writer.close()
                await writer.wait_closed()
            await guarded.get("/login")
        assert [line for line in lines if line["log_level"] == "error"] == []

    async def test_the_login_leads_to_no_other_site(self, database, guarded):
        _, headers, _ = await post(guarded, "/login", {"key": await new_key(database), "next": "//evil.example/"})
        assert headers["Location"] == "/"

    async def test_the_logout_takes_the_cookie_away(self, guarded):
        _, headers, _ = await post(guarded, "/logout", {})
        assert headers["Set-Cookie"].startswith(f'{COOKIE}="";')
        assert "Max-Age=0" in headers["Set-Cookie"]

    async def test_a_cookie_of_another_server_locks_nobody_out_where_no_key_is_asked_for(self, store, reader):
        await record(store, extracted(title="Here"))
        assert "Here" in await text_of(reader, "/", Cookie=f"{COOKIE}=nwk_of_another_server")

    async def test_a_cookie_changes_nothing_through_the_api(self, database, guarded):
        key = await new_key(database)
        status, _, _ = await post(guarded, "/v1/articles", {}, Cookie=f"{COOKIE}={key}")
        assert status == 401

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1.evil"]
    )
    async def test_a_form_of_another_site_is_refused(self, database, store, reader, origin):
        await store.record_dead([letter("a", "timeout")])
        status, _, html = await post(reader, "/problems/retry", {"reason": "timeout"}, Origin=origin)
        assert (status, "another site" in html) == (403, True)
        assert [line.letter.reason async for line in DatabaseLedger(database).dead()] == ["timeout"]

    async def test_a_form_of_ours_is_taken_although_our_pages_hide_their_origin(self, store, reader):
        await store.record_dead([letter("a", "timeout")])
        said = {"Origin": "null", "Sec_Fetch_Site": "same-origin"}
        assert (await post(reader, "/problems/retry", {"reason": "timeout"}, **said))[0] == 303

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
    async def test_a_browser_that_names_another_site_is_refused_whatever_the_origin(self, reader, site):
        for origin in ("null", reader.base):
            said = {"Origin": origin, "Sec_Fetch_Site": site}
            assert (await post(reader, "/problems/retry", {"reason": "timeout"}, **said))[0] == 403

    async def test_only_an_administrator_sees_dead_letters_and_sends_them_again(self, database, store, guarded):
        dead = letter("a", "timeout")
        await store.record_dead([dead])
        cookie = f"{COOKIE}={await new_key(database, 'read', 'text')}"
        assert "lacks the scope" in words(await text_of(guarded, "/problems?reason=timeout", Cookie=cookie))
        assert (await guarded.get(f"/problems/{dead.id}", Cookie=cookie)).status == 403
        for fields in ({"reason": "timeout"}, {"id": str(dead.id)}):
            assert (await post(guarded, "/problems/retry", fields, Cookie=cookie))[0] == 403
        assert [line.letter.id async for line in DatabaseLedger(database).dead()] == [dead.id]

    async def test_only_a_key_with_the_scope_feeds_subscribes(self, database, guarded):
        form = {"url": "https://harbour.example/feed.xml"}
        reading, subscribing = [
            f"{COOKIE}={await new_key(database, *scopes)}" for scopes in (["read", "text"], ["read", "feeds"])
        ]
        assert "lacks the scope" in words(await text_of(guarded, "/feeds", Cookie=reading))
        assert (await post(guarded, "/feeds", form, Cookie=reading))[0] == 403
        foreign = {"Cookie": subscribing, "Origin": "https://evil.example"}
        assert (await post(guarded, "/feeds", form, **foreign))[0] == 403
        assert await poll_store(database).feeds.all() == ()
        assert 'action="/feeds"' in await text_of(guarded, "/feeds", Cookie=subscribing)
        assert (await post(guarded, "/feeds", form, Cookie=subscribing))[0] == 303

    async def test_a_key_without_texts_shows_none(self, database, store, guarded):
        await record(store, extracted(), extracted(text=TEXT + " more", at=NOW + HOUR))
        cookie = f"{COOKIE}={await new_key(database, 'read')}"
        for path in (PAGE, f"{PAGE}?revision=1", f"{PAGE}?compare=1..2"):
            html = await text_of(guarded, path, Cookie=cookie)
            assert "word12" not in html, path
            assert "lacks the scope" in words(html)

    async def test_a_key_that_may_not_read_is_told_so(self, database, guarded):
        cookie = f"{COOKIE}={await new_key(database, 'webhooks')}"
        for path in ("/", "/feeds", "/books", "/books/entries?pending=true", PAGE, "/explain?url=https://a.example/"):
            assert (await guarded.get(path, Cookie=cookie)).status == 403, path

    async def test_without_keys_another_host_name_is_refused(self, reader):
        got = await reader.get("/", Host="evil.example")
        assert (got.status, got.headers["Content-Type"]) == (421, "text/html; charset=utf-8")

    @pytest.mark.parametrize("path", ["/static/../door.py", "/static/%2e%2e/door.py", "/static/..%2fdoor.py"])
    async def test_no_other_file_is_served(self, reader, path):
        got = await reader.get(path)
        assert got.status == 404
        assert b"Final" not in got.body


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


async def test_text_of_a_publisher_adds_no_tag_and_no_link_that_is_not_http(store, reader):
    bad = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e{{7*7}}'
    event = extracted(title=bad, text=f"{bad}\n{TEXT}")
    more = {
        "authors": (bad,),
        "site_name": bad,
        "description": bad,
        "image": "javascript:alert(1)",
        "canonical_link": "data:text/html,<script>alert(1)</script>",
        "tags": (bad,),
        "feed": Feed(id=article_id_of(URL), url="javascript:alert(1)", title=bad),
    }
    event = event.model_copy(update={"article": event.article.model_copy(update=more)})
    await record(store, event)
    for path in ("/", PAGE):
        html = await text_of(reader, path)
        assert "\u202e" not in html
        assert "{{7*7}}" in html
        tags = _Tags()
        tags.feed(html)
        assert {attrs.get("src") for tag, attrs in tags.found if tag == "script"} <= {
            "/static/live.js",
            "/static/keys.js",
        }
        assert not [tag for tag, _ in tags.found if tag in {"img", "iframe", "object", "embed", "base", "style"}]
        assert not [name for _, attrs in tags.found for name in attrs if name.startswith("on") or name == "style"]
        links = [attrs["href"] for tag, attrs in tags.found if tag == "a"]
        assert all(link.startswith(("/", "#", "https://example.org/")) for link in links)
        outward = [attrs for tag, attrs in tags.found if tag == "a" and attrs["href"].startswith("https:")]
        assert all({"noopener", "noreferrer"} <= set(attrs["rel"].split()) for attrs in outward)
