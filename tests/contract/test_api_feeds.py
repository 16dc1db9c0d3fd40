"""The wire as a feed: read by feedparser, and by newswire's own parser."""

import io
from datetime import timedelta

import feedparser
import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.events import Dated, article_id_of
from newswire.parsing.feeds.document import parse_feed
from support.build import NOW, TEXT, URL, arrivals, extracted, gone, text_of
from support.read_side import serving

HOUR = timedelta(hours=1)
GONE = "https://example.org/gone"


@pytest.fixture
async def reader(sqlite_database):
    store = DatabaseArticles(sqlite_database)
    said = {
        "title": "Ana & <b>Bo</b>\x00",
        "description": "A \ufffe summary",
        "authors": ("Ana Ruiz",),
        "tags": ("harbour", "harbour"),
        "published": Dated(value=NOW - HOUR, source="feed", precision="second"),
    }
    event = extracted()
    event = event.model_copy(update={"article": event.article.model_copy(update=said)})
    other = extracted(GONE, text=text_of("gone"))
    await store.record(arrivals(event, other, gone(GONE, at=NOW + HOUR)), decide, NOW)
    for number in range(3):
        at = NOW - HOUR * number
        event = extracted(f"https://b.example/{number}", text=text_of(f"b{number}x"))
        event = event.model_copy(update={"article": event.article.model_copy(update={"source": "b.example"})})
        await store.record(arrivals(event), decide, at)
    async with serving(sqlite_database) as reader:
        yield reader


async def test_a_feed_reader_reads_the_wire(reader):
    got = await reader.get("/v1/wire.atom?source=example.org&kind=published")
    assert got.headers["Content-Type"] == "application/atom+xml"
    found = feedparser.parse(io.BytesIO(got.body))
    assert not found.bozo
    (entry,) = found.entries
    assert (entry.id, entry.link) == (f"urn:uuid:{article_id_of(URL)}", URL)
    assert entry.title == "Ana & <b>Bo</b>"
    assert entry.summary == "A  summary"
    assert (entry.author, [tag.term for tag in entry.tags]) == ("Ana Ruiz", ["harbour"])
    assert entry.published == "2026-03-01T11:00:00Z"
    assert "content" not in entry


async def test_texts_are_given_where_they_are_asked_for(reader):
    atom = feedparser.parse((await reader.get("/v1/wire.atom?source=example.org&text=true")).body)
    assert atom.entries[0].content[0].value == TEXT
    (item,) = (await reader.get("/v1/wire.json?kind=published&source=example.org&text=true")).json["items"]
    assert item["content_text"] == TEXT


async def test_a_withdrawn_article_is_a_tombstone(reader):
    body = (await reader.get("/v1/wire.atom")).body.decode()
    assert f'<at:deleted-entry ref="urn:uuid:{article_id_of(GONE)}"' in body
    ids = {item["id"] for item in (await reader.get("/v1/wire.json")).json["items"]}
    assert len(ids) == 4
    assert f"urn:uuid:{article_id_of(GONE)}" not in ids


@pytest.mark.parametrize("name", ["wire.atom", "wire.json"])
async def test_the_documents_link_to_the_next_until_every_article_was_given(reader, name):
    found, address = [], f"/v1/{name}?limit=2&kind=published"
    while address:
        got = await reader.get(address)
        if name == "wire.json":
            found += [item["id"] for item in got.json["items"]]
            url = got.json.get("next_url", "")
            assert url.startswith(f"{reader.base}/") or not url, "JSON Feed knows no base for a relative address"
            address = url.removeprefix(reader.base)
        else:
            feed = feedparser.parse(got.body)
            found += [entry.id for entry in feed.entries]
            address = next((link.href for link in feed.feed.links if link.rel == "next"), None)
    assert len(found) == len(set(found)) == 4


async def test_the_next_page_of_a_json_feed_is_at_https_behind_a_proxy_that_ends_tls(reader):
    got = await reader.get("/v1/wire.json?limit=2", x_forwarded_proto="https")
    assert got.json["next_url"].startswith(f"https{reader.base.removeprefix('http')}/v1/wire.json?limit=2&after=")


@pytest.mark.parametrize("name", ["wire.atom", "wire.json"])
async def test_newswire_can_follow_a_newswire(reader, name):
    body = (await reader.get(f"/v1/{name}?kind=published&text=true")).body
    parsed = parse_feed(body, f"https://wire.example.org/v1/{name}")
    assert {entry.url for entry in parsed.entries} == {URL, *(f"https://b.example/{n}" for n in range(3))}


@pytest.mark.parametrize("address", ["/v1/wire.atom", "/v1/wire.atom?kind=published"])
async def test_a_document_names_the_very_address_that_it_is_at(reader, address):
    links = feedparser.parse((await reader.get(address)).body).feed.links
    assert [link.href for link in links if link.rel == "self"] == [address]


async def test_the_id_of_a_feed_is_that_of_its_filter(reader):
    async def id_of(query):
        return feedparser.parse((await reader.get(f"/v1/wire.atom?{query}")).body).feed.id

    assert await id_of("source=example.org&limit=1") == await id_of("limit=2&source=example.org")
    assert await id_of("source=example.org") != await id_of("source=b.example")
