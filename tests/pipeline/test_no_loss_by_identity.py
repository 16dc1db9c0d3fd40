"""No entry with words of its own ends as nothing new unseen: its page is asked for, or its own text goes out."""

import pytest

from newswire.events import Published, Revised
from newswire.operations.audit import audit
from newswire.operations.explain import explain
from newswire.operations.wire.stories import story_lines
from support.build import text_of
from support.polling import HOUR, feed_reply
from support.web import atom
from support.whole_line import page_reply, whole_line


@pytest.fixture
async def line(sqlite_database):
    async with whole_line(sqlite_database) as made:
        yield made
        balance = await audit(made.ledger, made.bus)
        assert balance.balanced
        assert (balance.lost, balance.pending) == (0, 0)


@pytest.fixture
def said(line, server):
    """Serve documents, one a poll a day, over pages that never change; tell which poll asked for which page."""

    async def run(*documents):
        await line.add(server.url("/feed"))
        asked = []
        for document in documents:
            entries = [{"id": "", "summary": ""} | entry | {"link": server.url(entry["link"])} for entry in document]
            for entry in entries:
                page = entry["link"].partition("#")[0].removeprefix(server.url(""))
                server.routes[page] = page_reply(f"Told of {page[1:]}", [text_of(page[1:], 90)])
            server.routes["/feed"] = feed_reply(atom(*entries))
            before = len(server.seen)
            await line.poll(server.url("/feed"), after=HOUR)
            await line.work()
            asked.append({seen.target for seen in server.seen[before:]} - {"/feed", "/robots.txt"})
        return asked

    return run


async def rows(line, address):
    return list(story_lines((await explain(address, line.ledger, line.feeds.feeds)).story))


def entry(name, **more):
    return {"id": f"urn:{name}", "link": f"/{name}", "title": f"Told of {name}", "summary": f"All about {name}."} | more


def calm(*more):
    """Entries beside which a single other one is no habit of the feed."""
    return [*more, *(entry(name) for name in ("b", "c", "d", "e"))]


EDITS = {
    "another id": {"id": "urn:a#3", "title": "Told anew"},
    "another id and text": {"id": "urn:a#3", "summary": "Now 14 boats were sold."},
    "another title": {"title": "Told anew"},
    "another text": {"summary": "Now 14 boats were sold."},
    "another fragment": {"id": "", "link": "/a#v2", "title": "Version 2"},
    "a counter that is news": {"summary": "All about a: 15 dead."},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
async def test_other_words_at_a_known_address_end_as_unchanged_only_after_a_look_at_the_page(line, said, server, edit):
    asked = await said(calm(entry("a")), calm(entry("a", **edit)))
    assert "/a" in asked[1]
    known = await rows(line, server.url("/a"))
    (article,) = [row for row in known if row["what"] == "article"]
    (_, second) = [row for row in known if row["what"] == "entry" and row["reason"] != "recheck"]
    assert (second["outcome"], second["why"]) == ("unchanged", "same")
    assert second["article_id"] == article["article_id"], "explain says which article it was taken for"


async def test_ids_and_words_that_are_all_new_at_known_addresses_are_looked_at(line, said):
    names = ("a", "b", "c", "d", "e")
    asked = await said(
        [entry(name) for name in names],
        [entry(name, id=f"new:{name}", title=f"Other news of {name}") for name in names],
    )
    assert asked[1] == {f"/{name}" for name in names}


@pytest.mark.parametrize("fragment", [False, True])
async def test_texts_of_their_own_at_one_page_are_articles_that_explain_finds_by_the_page(line, said, server, fragment):
    texts = [f"Version {n} {text_of('w', 60)}" for n in range(1, 4)]
    versions = [
        entry("a", id=f"urn:v{n}", link=f"/a#v{n}" if fragment else "/a", title=f"Version {n}", summary=text)
        for n, text in enumerate(texts, 1)
    ]
    await said(versions[:2], versions)
    told = [change for change in await line.wire() if isinstance(change, Published | Revised)]
    assert sorted(change.article.title or "" for change in told) == ["Version 1", "Version 2", "Version 3"]
    known = [row for row in await rows(line, server.url("/a#v3")) if row["what"] == "entry"]
    ended = {(row["title"], row["outcome"], row["article_id"]) for row in known}
    assert ended == {(change.article.title, "published", str(change.article_id)) for change in told}


async def test_an_entry_of_another_feed_says_whose_fetch_it_shares_and_which_article_that_became(line, said, server):
    await said([entry("a")])
    server.routes["/other"] = feed_reply(atom(entry("a", id="other:1", link=server.url("/a"), title="Also told")))
    await line.add(server.url("/other"))
    await line.work()
    known = await rows(line, server.url("/a"))
    follower = next(row for row in known if row.get("outcome") == "follows")
    leader = next(row for row in known if row.get("entry_id") == follower["follows"])
    (article,) = [row for row in known if row["what"] == "article"]
    assert leader["article_id"] == article["article_id"]
    assert follower["title"] == "Also told"
