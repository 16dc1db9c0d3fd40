"""The sample newsroom really is what it claims to be: each oddity, over loopback, with a plain HTTP client."""

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from newswire.demo.judge import differences
from newswire.demo.newsroom import Newsroom
from newswire.demo.server import FLOOD_BYTES
from newswire.demo.truth import Ending
from newswire.domain.text.fingerprint import content_hash
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.pages.page import parse_page
from support.waiting import PATIENCE_S

NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


@asynccontextmanager
async def opened():
    async with Newsroom(NOW) as newsroom, aiohttp.ClientSession() as session:
        yield newsroom, session


async def body_of(session, url, **headers):
    async with session.get(url, headers=headers, allow_redirects=False) as response:
        return response.status, response.headers, await response.read()


def feed_at(newsroom, path):
    (url,) = (url for url in newsroom.feeds if url.endswith(path))
    return url


def entry_at(newsroom, slug):
    (key,) = (key for key in newsroom.expected if key.endswith(slug))
    return key


# --------------------------------------------------------------------------------------------- feeds
async def test_the_four_formats_are_well_formed_and_parse_as_what_they_are():
    async with opened() as (newsroom, session):
        formats = {}
        for path in ("/feed.json", "/feed.xml", "/atom.xml", "/index.rdf"):
            url = feed_at(newsroom, path)
            status, headers, body = await body_of(session, url)
            assert status == 200
            if path.endswith("json"):
                json.loads(body)
            else:
                ET.fromstring(body)
            formats[path] = parse_feed(body, url, headers["Content-Type"]).format
    assert formats == {"/feed.json": "json11", "/feed.xml": "rss20", "/atom.xml": "atom10", "/index.rdf": "rss10"}


@pytest.mark.parametrize(
    ("path", "answered_by"),
    [
        ("/feed.xml", {"ETag", "Last-Modified"}),
        ("/feed.json", {"ETag", "Last-Modified"}),
        ("/harbour.xml", {"Last-Modified"}),
        ("/index.rdf", {"Last-Modified"}),
        ("/atom.xml", {"ETag"}),
        ("/latest.xml", set()),
    ],
)
async def test_a_feed_answers_304_to_its_own_validators_and_to_no_others(path, answered_by):
    async with opened() as (newsroom, session):
        url = feed_at(newsroom, path)
        _, headers, _ = await body_of(session, url)
        assert {"ETag", "Last-Modified"} & headers.keys() == answered_by
        if "ETag" in answered_by:
            assert (await body_of(session, url, **{"If-None-Match": headers["ETag"]}))[0] == 304
            assert (await body_of(session, url, **{"If-None-Match": f'"x", W/{headers["ETag"]}'}))[0] == 304
        if "Last-Modified" in answered_by:
            assert (await body_of(session, url, **{"If-Modified-Since": headers["Last-Modified"]}))[0] == 304
            assert parsedate_to_datetime(headers["Last-Modified"]) <= NOW
        assert (await body_of(session, url, **{"If-None-Match": '"other"'}))[0] == 200
        early = "Thu, 01 Jan 2015 00:00:00 GMT"
        assert (await body_of(session, url, **{"If-Modified-Since": early}))[0] == 200
        # If-None-Match rules where both are sent (RFC 9110 §13.2.2)
        late = "Fri, 01 Jan 2038 00:00:00 GMT"
        both = {"If-None-Match": '"other"', "If-Modified-Since": late}
        assert (await body_of(session, url, **both))[0] == 200


async def test_in_the_second_edition_only_the_changed_feeds_have_new_validators():
    async with opened() as (newsroom, session):
        first = {url: (await body_of(session, url))[1] for url in newsroom.feeds}
        newsroom.second_edition()
        statuses = {}
        for url, headers in first.items():
            asked = {
                ask: headers[name]
                for ask, name in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
                if name in headers
            }
            statuses[urlsplit(url).path] = (await body_of(session, url, **asked))[0]
    changed = {"/feed.xml", "/atom.xml", "/rss"}
    without_validators = {"/latest.xml", "/feed"}
    assert {path for path, status in statuses.items() if status == 200} == changed | without_validators
    assert {path for path, status in statuses.items() if status == 304} == {
        "/feed.json",
        "/harbour.xml",
        "/index.rdf",
        "/wire.xml",
    }


async def test_the_cut_feed_lacks_an_entry_under_the_validators_of_the_whole():
    async with opened() as (newsroom, session):
        url = feed_at(newsroom, "/wire.xml")
        _, cut_headers, cut = await body_of(session, url)
        newsroom.second_edition()
        _, whole_headers, whole = await body_of(session, url)
    assert whole.startswith(cut)
    with pytest.raises(ET.ParseError):
        ET.fromstring(cut)
    assert cut_headers["ETag"] == whole_headers["ETag"]
    assert cut_headers["Last-Modified"] == whole_headers["Last-Modified"]
    early, late = parse_feed(cut, url), parse_feed(whole, url)
    assert early.truncated
    assert not late.truncated
    assert [entry.id for entry in early.entries] == ["bulletin/allotments", "bulletin/night-bus"]
    assert [entry.id for entry in late.entries][2:] == ["bulletin/clock-tower"]


async def test_one_feed_url_serves_html():
    async with opened() as (newsroom, session):
        status, headers, body = await body_of(session, feed_at(newsroom, "/feed"))
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert b"<html" in body


async def test_feeds_carry_what_the_ground_truth_says_they_do():
    async with opened() as (newsroom, session):
        for edition in (1, 2):
            served = Counter()
            for url in newsroom.feeds:
                _, headers, body = await body_of(session, url)
                if "html" in headers["Content-Type"]:
                    continue
                for entry in parse_feed(body, url, headers["Content-Type"]).entries:
                    served[(entry.url or entry.id).partition("?")[0]] += 1
            if edition == 1:
                known = {key for key, entry in newsroom.expected.items() if entry.first}
                assert set(served) == known
                assert {key: len(newsroom.expected[key].feeds) for key in served} == served
            else:
                withdrawn = {key for key, entry in newsroom.expected.items() if entry.second.kind == "withdrawn"}
                assert set(served) == set(newsroom.expected) - withdrawn
            newsroom.second_edition()


async def test_an_edit_shows_in_the_feed_of_one_article_and_not_of_the_other():
    async with opened() as (newsroom, session):
        url = feed_at(newsroom, "/feed.xml")
        before = {entry.id: entry for entry in parse_feed((await body_of(session, url))[2], url).entries}
        newsroom.second_edition()
        after = {entry.id: entry for entry in parse_feed((await body_of(session, url))[2], url).entries}
    assert {name for name in before if before[name] != after[name]} == {"courier/dredging-delayed"}
    assert after.keys() - before.keys() == {"courier/orrin-quay-barley"}


async def test_links_are_tracked_absent_and_ftp_where_they_should_be():
    async with opened() as (newsroom, session):
        _, _, atom = await body_of(session, feed_at(newsroom, "/atom.xml"))
        _, _, latest = await body_of(session, feed_at(newsroom, "/latest.xml"))
    assert atom.count(b"?utm_source=atom&amp;utm_medium=feed") == atom.count(b"<entry>") > 0
    items = {item.findtext("guid"): item.findtext("link") for item in ET.fromstring(latest).iter("item")}
    assert items["bulletin/notice-board"] is None
    assert items["bulletin/scans"].startswith("ftp://127.0.0.1/")


# --------------------------------------------------------------------------------------------- pages
async def test_each_page_answers_as_its_ground_truth_needs():
    async with opened() as (newsroom, session):
        statuses = {}
        for key, entry in newsroom.expected.items():
            if entry.url and not key.endswith(("/live-blog", "/every-parking-ticket")):
                statuses[urlsplit(key).path] = (await body_of(session, key))[0]
        odd = {path: status for path, status in statuses.items() if status != 200}
        newsroom.second_edition()
        gone = (await body_of(session, entry_at(newsroom, "/tram-museum")))[0]
    assert odd == {
        "/read/cider-press": 403,
        "/read/bog-survey": 403,
        "/b/unwritten": 404,
        "/news/orrin-quay-barley": 404,
        "/story/barley-ship": 404,
        "/story/drainpipe-gauges": 404,
        "/read/esk-water-gauges": 404,
        "/go/mill-bridge": 301,
    }
    assert gone == 410


async def test_the_moved_page_leads_to_its_article():
    async with opened() as (newsroom, session):
        entry = newsroom.expected[entry_at(newsroom, "/mill-bridge")]
        async with session.get(entry.url) as response:
            assert response.status == 200
            assert [hop.status for hop in response.history] == [301]
            assert str(response.url) == entry.article_url


async def test_every_text_survives_extraction_word_for_word_and_reprints_are_equal():
    async with opened() as (newsroom, session):
        newsroom.second_edition()
        hashes = {}
        for key, entry in newsroom.expected.items():
            if entry.article_url is None or entry.second.kind == "withdrawn":
                continue
            status, headers, body = await body_of(session, entry.article_url)
            if status == 403:
                url = entry.feeds[0]
                entries = parse_feed((await body_of(session, url))[2], url).entries
                (text,) = (found.content for found in entries if found.url == key)
            else:
                text = parse_page(body, entry.article_url, headers["Content-Type"]).text
            hashes[entry.article_url] = content_hash(text)
        written = {
            desk.url(story): content_hash("\n".join(desk.copy(story).paragraphs))
            for desk in (server.desk() for server in newsroom._servers)
            for story in desk.site.stories
        }
    assert {url for url, value in hashes.items() if written[url] != value} == set()
    copies = {entry.article_url: entry.second.duplicate_of for entry in newsroom.expected.values()}
    for url, value in hashes.items():
        alike = {other for other, its in hashes.items() if its == value}
        assert alike == {other for other in hashes if (copies[other] or other) == (copies[url] or url)}
    assert Counter(copies.values()).keys() - {None} == {
        entry_at(newsroom, "/grain-terminal-reopens"),
        entry_at(newsroom, "/river-gauges"),
    }
    assert sum(original is not None for original in copies.values()) == 4


@pytest.mark.parametrize("slug", ["/dredging-delayed", "/ferry-timetable"])
async def test_edited_pages_change_their_text_and_their_etag(slug):
    async with opened() as (newsroom, session):
        url = entry_at(newsroom, slug)
        _, first, before = await body_of(session, url)
        assert (await body_of(session, url, **{"If-None-Match": first["ETag"]}))[0] == 304
        newsroom.second_edition()
        status, second, after = await body_of(session, url, **{"If-None-Match": first["ETag"]})
    assert status == 200
    assert first["ETag"] != second["ETag"]
    kind = second["Content-Type"]
    assert content_hash(parse_page(before, url, kind).text) != content_hash(parse_page(after, url, kind).text)


async def test_robots_disallow_exactly_the_page_that_the_truth_rejects():
    async with opened() as (newsroom, session):
        url = entry_at(newsroom, "/founders-letters")
        robots = {}
        for name in newsroom.names:
            status, _, body = await body_of(session, f"http://{name}/robots.txt")
            assert status == 200
            robots[name] = body.decode()
    assert "Disallow: /archive/\n" in robots[urlsplit(url).netloc]
    assert urlsplit(url).path.startswith("/archive/")
    assert sum("Disallow: /" in text for text in robots.values()) == 1
    assert newsroom.expected[url].first.reasons == {"robots"}


async def test_the_hanging_page_sends_half_and_ends_only_with_the_newsroom():
    newsroom = Newsroom(NOW)
    await newsroom.start()
    async with aiohttp.ClientSession() as session, session.get(entry_at(newsroom, "/live-blog")) as response:
        promised = int(response.headers["Content-Length"])
        half = await response.content.readexactly(promised // 2)
        rest = asyncio.create_task(response.content.read())
        done, _ = await asyncio.wait([rest], timeout=0.3)
        assert not done
        async with asyncio.timeout(PATIENCE_S):
            await newsroom.close()
            with pytest.raises(aiohttp.ClientError):
                await rest
    assert 0 < len(half) < promised


async def test_closing_does_not_wait_for_a_reader_who_stopped_reading_the_flood():
    newsroom = Newsroom(NOW)
    await newsroom.start()
    async with aiohttp.ClientSession() as session, session.get(entry_at(newsroom, "/every-parking-ticket")) as response:
        await response.content.readexactly(1000)
        async with asyncio.timeout(PATIENCE_S):
            await newsroom.close()


async def test_the_flood_is_fifty_megabytes_and_does_not_say_so():
    async with opened() as (newsroom, session), session.get(entry_at(newsroom, "/every-parking-ticket")) as response:
        assert "Content-Length" not in response.headers
        length = 0
        async for chunk in response.content.iter_any():
            length += len(chunk)
    assert length == FLOOD_BYTES == 50_000_000


async def test_the_tangle_is_one_element_with_very_many_attributes():
    async with opened() as (newsroom, session):
        _, _, body = await body_of(session, entry_at(newsroom, "/web-ring"))
    assert max(tag.count(b" a") for tag in body.split(b"<")) > 100_000
    assert len(body) < 5_000_000


# ------------------------------------------------------------------------------------------ newsroom
async def test_requests_are_logged_with_their_site_path_and_whether_they_were_conditional():
    async with opened() as (newsroom, session):
        url = feed_at(newsroom, "/atom.xml")
        await body_of(session, url)
        await body_of(session, url, **{"If-None-Match": '"x"'})
        assert newsroom.requests == [("gazette", "/atom.xml", False), ("gazette", "/atom.xml", True)]


async def test_two_newsrooms_with_the_same_now_serve_the_same():
    async def everything():
        async with opened() as (newsroom, session):
            bodies = {}
            for url in newsroom.feeds:
                body = (await body_of(session, url))[2]
                for place, name in newsroom.names.items():
                    body = body.replace(place.encode(), name.encode())
                bodies[urlsplit(url).path] = body
            return bodies

    assert await everything() == await everything()


async def test_every_site_is_a_host_of_its_own_and_gives_its_ports_back():
    async with opened() as (newsroom, session):
        assert len(newsroom.names) == 6
        url = newsroom.feeds[0]
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(url)


def test_a_naive_now_is_refused():
    with pytest.raises(ValueError, match="aware"):
        Newsroom(NOW.replace(tzinfo=None))


# --------------------------------------------------------------------------------------------- judge
def _run(expected, edition):
    """A run that went exactly as written."""
    endings = {key: entry.ending(edition) for key, entry in expected.items() if entry.ending(edition)}
    return {
        key: Ending(ending.kind, frozenset(sorted(ending.reasons)[:1]), ending.duplicate_of)
        for key, ending in endings.items()
    }


async def test_the_judge_accepts_a_right_run_whether_or_not_unchanged_articles_were_looked_at_again():
    async with Newsroom(NOW) as newsroom:
        expected = newsroom.expected
    first, second = _run(expected, 1), _run(expected, 2)
    assert list(differences(expected, first, 1)) == []
    assert list(differences(expected, second, 2)) == []
    idle = {key: first[key] for key, ending in second.items() if ending.kind == "unchanged"}
    assert len(idle) > 10
    assert list(differences(expected, second | idle, 2)) == []


async def test_the_judge_sees_every_single_wrong_ending():
    async with Newsroom(NOW) as newsroom:
        expected = newsroom.expected
    for edition in (1, 2):
        right = _run(expected, edition)
        for key in expected:
            for wrong in (Ending("rejected", frozenset({"crashed"})), Ending("revised", frozenset({"x"})), None):
                run = {name: ending for name, ending in right.items() if name != key}
                if wrong is not None:
                    run[key] = wrong
                intended = expected[key].ending(edition)
                if run.get(key) is intended or (wrong and intended and wrong.kind == intended.kind == "revised"):
                    continue
                assert list(differences(expected, run, edition)), (edition, key, wrong)


async def test_the_judge_sees_a_missed_reprint_a_wrong_original_a_wrong_reason_and_unserved_articles():
    async with Newsroom(NOW) as newsroom:
        expected = newsroom.expected
        reprint, missing = entry_at(newsroom, "/barley-ship"), entry_at(newsroom, "/unwritten")
    right = _run(expected, 2)
    for wrong in (
        {reprint: Ending("published")},
        {reprint: Ending("duplicate", duplicate_of=entry_at(newsroom, "/river-gauges"))},
        {missing: Ending("rejected", frozenset({"timeout"}))},
        {missing: Ending("rejected")},
        {"http://elsewhere.example/": Ending("published")},
    ):
        assert len(list(differences(expected, right | wrong, 2))) == 1
