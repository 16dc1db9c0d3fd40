"""/v1/articles and what operators look at, over both engines."""

from datetime import timedelta
from uuid import UUID

import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.retention import DatabaseRetention
from newswire.domain.articles.decide import decide
from newswire.domain.wire.documents import ArticleDocument
from newswire.events import article_id_of
from support.build import NOW, TEXT, URL, arrivals, extracted, feed, gone, letter, sighting, text_of
from support.read_side import serving
from support.stores import poll_store

HOUR = timedelta(hours=1)
COPY = "https://copy.example/a"
PATH = f"/v1/articles/{article_id_of(URL)}"


@pytest.fixture
def store(database):
    return DatabaseArticles(database)


@pytest.fixture
async def reader(database):
    async with serving(database) as reader:
        yield reader


async def record(store, *events, now=NOW):
    await store.record(arrivals(*events), decide, now)


async def test_the_list_is_read_from_page_to_page(store, reader):
    for number in range(7):
        at = NOW + number * HOUR
        await record(store, extracted(f"https://example.org/{number}", text=text_of(f"t{number}"), at=at), now=at)
    found, address = [], "/v1/articles?limit=3"
    while address:
        got = await reader.get(address)
        found += [article["url"] for article in got.json["articles"]]
        address = got.headers.get("Link", "").removeprefix("<").partition(">")[0]
    assert found == [f"https://example.org/{number}" for number in reversed(range(7))]


async def test_an_article_is_what_its_schema_says(store, reader):
    await record(store, extracted(), extracted(title="Edited", at=NOW + HOUR), gone(at=NOW + 2 * HOUR))
    got = (await reader.get(f"{PATH}?fields=all")).json
    document = ArticleDocument.model_validate(got)
    assert set(got) == set(ArticleDocument.model_fields)
    assert (document.kind, document.revision, document.title, document.text) == ("withdrawn", 3, "Edited", TEXT)


@pytest.mark.parametrize("path", [PATH, "/v1/articles", f"{PATH}/revisions", "/v1/articles?url=https://example.org/a"])
async def test_the_text_is_given_only_where_it_is_named(store, reader, path):
    await record(store, extracted())
    assert TEXT not in (await reader.get(path)).body.decode()
    joint = "&" if "?" in path else "?"
    assert TEXT in (await reader.get(f"{path}{joint}fields=title,text")).body.decode()


@pytest.mark.parametrize(("form", "field"), [("ninjs", "bodies"), ("schema.org", "articleBody")])
async def test_an_article_is_given_in_formats_of_others_with_its_text_on_request(store, reader, form, field):
    await record(store, extracted())
    bare, whole = [(await reader.get(f"{PATH}/{form}{query}")).json for query in ("", "?text=true")]
    assert field not in bare
    assert TEXT in str(whole[field])
    assert [name for name in whole if name not in bare] == [field]


async def test_any_of_its_addresses_leads_to_an_article(store, reader):
    await record(store, extracted(fetched_from="https://example.org/a?page=1"))
    for url in ("https://EXAMPLE.org/a?utm_source=x", "https://example.org/a?page=1"):
        (article,) = (await reader.get(f"/v1/articles?url={url.replace('?', '%3F')}&fields=url")).json["articles"]
        assert article["article_id"] == str(article_id_of(URL))
    assert (await reader.get("/v1/articles?url=https://example.org/none")).json == {"articles": [], "next": None}


async def test_duplicates_are_folded_below_their_original_or_left_out(store, reader):
    await record(store, extracted(), extracted(COPY), extracted("https://example.org/b", text=text_of("other")))
    for duplicates, expected in {"all": 3, "none": 2, "fold": 2}.items():
        rows = (await reader.get(f"/v1/articles?duplicates={duplicates}&fields=url")).json["articles"]
        assert len(rows) == expected, duplicates
    folded = {row["url"]: [copy["url"] for copy in row["duplicates"]] for row in rows}
    assert folded == {URL: [COPY], "https://example.org/b": []}


async def test_the_copies_of_an_article_come_with_the_evidence(store, reader):
    await record(store, extracted(), extracted(COPY))
    (row,) = (await reader.get(f"{PATH}/duplicates")).json["duplicates"]
    assert (row["article"]["url"], row["duplicate_of"]["evidence"], row["duplicate_of"]["score"]) == (
        COPY,
        "content-hash",
        1.0,
    )


async def test_every_text_of_an_article_is_listed_and_two_are_compared(store, reader):
    edits = [
        extracted(title=f"Title {n}", text=TEXT.replace("word5 ", f"word5 new{n} "), at=NOW + n * HOUR)
        for n in (1, 2, 3)
    ]
    await record(store, *edits)
    first = await reader.get(f"{PATH}/revisions?limit=2&fields=title")
    assert [row["article"]["title"] for row in first.json["revisions"]] == ["Title 1", "Title 2"]
    rest = await reader.get(first.headers["Link"].removeprefix("<").partition(">")[0])
    assert [row["revision"] for row in rest.json["revisions"]] == [3]
    assert rest.json["next"] is None
    diff = (await reader.get(f"{PATH}/diff/1..3")).json
    assert [edit for edit in diff["text"] if edit["op"] != "equal"] == [
        {"op": "delete", "text": "new1 "},
        {"op": "insert", "text": "new3 "},
    ]
    assert diff["title"][0] == {"op": "equal", "text": "Title "}


async def test_an_article_whose_text_was_dropped_is_listed_without_it_and_has_no_differences(store, reader, database):
    await record(store, extracted(), extracted(text=text_of("second"), at=NOW + HOUR))
    later = NOW + 2 * HOUR
    assert (await DatabaseRetention(database).drop_texts(later, None, 9, later)).texts == 1, "the one that was replaced"
    first, second = (await reader.get(f"{PATH}/revisions?fields=all")).json["revisions"]
    assert (first["article"]["text"], first["article"]["extraction"]["flags"]) == ("", ["text-dropped"])
    assert (first["article"]["word_count"], second["article"]["text"]) == (40, text_of("second"))
    refused = await reader.get(f"{PATH}/diff/1..2")
    assert (refused.status, "NEWSWIRE_RETAIN__TEXT_DAYS" in refused.json["detail"]) == (404, True)


async def test_what_is_not_there_is_said(store, reader):
    await record(store, extracted())
    for path in (
        f"/v1/articles/{UUID(int=1)}",
        f"/v1/articles/{UUID(int=1)}/revisions",
        f"/v1/articles/{UUID(int=1)}/duplicates",
        f"{PATH}/diff/1..2",
        f"/v1/feeds/{UUID(int=1)}",
        f"/v1/feeds/{UUID(int=1)}/events",
        f"/v1/dead/{UUID(int=1)}",
    ):
        got = await reader.get(path)
        assert (got.status, got.json["type"]) == (404, "urn:newswire:problem:not-found"), path


async def test_operators_see_feeds_books_dead_letters_and_the_story_of_an_address(store, reader, database):
    saves = poll_store(database)
    urls = [f"https://example.org/feed{number}" for number in range(5)]
    await saves.feeds.add([feed(url) for url in urls])
    await saves.entries.book([sighting("a"), sighting("b", "https://example.org/b")])
    await saves.entries.close()
    await record(store, extracted(entry="a"))
    letters = [letter(name, at=NOW + number * HOUR) for number, name in enumerate("bcd")]
    await store.record_dead(letters)

    first = await reader.get("/v1/feeds?limit=3")
    rest = await reader.get(first.headers["Link"].removeprefix("<").partition(">")[0])
    assert sorted(row["url"] for row in (*first.json["feeds"], *rest.json["feeds"])) == urls
    one = (await reader.get(f"/v1/feeds/{feed(urls[0]).id}")).json
    assert one["url"] == urls[0]
    assert "password" not in str(one)
    assert (await reader.get("/v1/feeds?condition=failing")).json["feeds"] == []

    books = (await reader.get("/v1/books")).json
    assert (books["found"], books["outcomes"]["published"], books["balanced"]) == (2, 1, True)

    dead = await reader.get("/v1/dead?limit=2")
    more = await reader.get(dead.headers["Link"].removeprefix("<").partition(">")[0])
    listed = [*dead.json["dead"], *more.json["dead"]]
    assert [row["id"] for row in listed] == [str(each.id) for each in letters]
    assert "value_base64" not in listed[0]
    assert (await reader.get(f"/v1/dead/{letters[0].id}")).json["value_base64"] == "e30="

    story = (await reader.get(f"/v1/explain?url={URL}")).json
    assert story["known"] is True
    assert {row["what"] for row in story["story"]} == {"entry", "published", "article"}
