"""/v1/search over both engines: pages, orders, counts, filters, scopes and what is refused."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from newswire.adapters.search import DatabaseSearches, DatabaseSearchIndex
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.domain.wire.filters import NO_FILTER
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Denied
from newswire.operations.search_index import fill_index
from newswire.operations.wire.search import SearchRequest, search_articles
from support.build import NOW, arrivals, extracted, gone, text_of
from support.read_side import serving

HOUR = timedelta(hours=1)


@pytest.fixture
async def reader(database):
    async with serving(database) as reader:
        yield reader


async def store(database, *events):
    await DatabaseArticles(database).record(arrivals(*events), decide, NOW)
    await fill_index(DatabaseSearchIndex(database))


def storm(number, title="Title", **more):
    at = NOW + number * HOUR
    return extracted(f"https://example.org/{number}", title, f"old storm {text_of(f't{number}')}", at, **more)


def numbers(got):
    return [int(row["url"].rpartition("/")[2]) for row in got.json["articles"]]


async def pages(reader, address):
    found = []
    while address:
        got = await reader.get(address)
        assert got.status == 200, got.json
        found += numbers(got)
        address = got.headers.get("Link", "").removeprefix("<").partition(">")[0]
    return found


async def test_the_newest_come_first_from_page_to_page(database, reader):
    await store(database, *map(storm, range(7)))
    assert await pages(reader, "/v1/search?q=storm&limit=3") == [6, 5, 4, 3, 2, 1, 0]


async def test_by_relevance_a_title_counts_more_than_the_date_from_page_to_page(database, reader):
    titles = ["Old storm", "The storm is old", "Storm", "Title", "Title"]
    await store(database, *(storm(number, title) for number, title in enumerate(titles)))
    assert await pages(reader, "/v1/search?q=old+storm&sort=relevance&limit=2") == [0, 1, 2, 4, 3]
    assert await pages(reader, "/v1/search?q=nothing&sort=relevance") == []


async def test_a_page_is_not_shifted_by_an_article_that_comes_meanwhile(database, reader):
    await store(database, *map(storm, range(4)))
    for sort in ("new", "relevance"):
        first = await reader.get(f"/v1/search?q=storm&limit=2&sort={sort}")
        await store(database, storm(5 if sort == "new" else 6))
        rest = await pages(reader, f"/v1/search?q=storm&sort={sort}&limit=3&after={first.json['next']}")
        assert rest == {"new": [1, 0], "relevance": [2, 1, 0]}[sort]


async def test_the_answer_says_how_far_the_index_has_come_and_counts_on_request(database, reader):
    await store(database, *map(storm, range(3)))
    got = await reader.get("/v1/search?q=storm&limit=1&count=true&fields=title")
    assert got.json["count"] == {"value": 3, "more": False}
    head = (await reader.get("/v1/changes?after=now")).json["next"]
    assert got.json["indexed_to"] == head
    await DatabaseArticles(database).record(arrivals(storm(9)), decide, NOW)
    assert (await reader.get("/v1/search?q=storm")).json["indexed_to"] == head
    assert "count" not in (await reader.get("/v1/search?q=storm")).json


async def test_filters_of_the_query_and_of_the_parameters_both_hold(database, reader):
    await store(database, *map(storm, range(3)), gone("https://example.org/0", at=NOW + 9 * HOUR))
    for query, expected in {
        "q=storm&source=example.org": [2, 1],
        "q=storm+source:example.org&source=example.org,b.example": [2, 1],
        "q=storm&source=b.example": [],
        "q=storm&kind=duplicate": [],
        "q=storm&duplicates=none": [2, 1],
        f"q=storm&changed_after={quote(NOW.isoformat())}": [2, 1],
        f"q=storm&changed_before={quote(NOW.isoformat())}": [],
        "q=storm+title:title+-t1": [2, 1],
        "q=storm+-t10": [2],
    }.items():
        assert numbers(await reader.get(f"/v1/search?{query}")) == expected, query


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=-storm", "q"),
        ("q=storm+source:a.example&source=b.example", "q"),
        ("q=storm&kind=withdrawn", "kind"),
        ("q=storm&after=x", "after"),
        ("q=storm&after=MTIz&sort=relevance", "after"),
        ("q=storm&fields=colour", "fields"),
        ("q=storm&query=storm", "query"),
        ("q=storm+after:2026-03-02+before:2026-03-01", "published_after"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_its_parameter(reader, query, parameter):
    got = await reader.get(f"/v1/search?{query}")
    assert (got.status, got.headers["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in got.json["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("scopes", "fields", "missing"),
    [({"stream"}, "title", "read"), ({"read"}, "text", "text"), ({"read", "text"}, "text", None)],
)
async def test_the_operation_itself_asks_for_the_scopes(sqlite_database, scopes, fields, missing):
    await store(sqlite_database, storm(0))
    asked = SearchRequest("storm", NO_FILTER, frozenset({fields}), "new", 9)
    asking = search_articles(Caller("key", frozenset(scopes)), DatabaseSearches(sqlite_database), asked)
    if missing is None:
        assert len((await asking).articles) == 1
        return
    with pytest.raises(Denied, match=f"scope {missing}"):
        await asking
