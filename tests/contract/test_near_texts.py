"""Near-duplicates in the store: the same links on every database, whoever records and in whichever batches."""

import asyncio
import json
import random
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.editor_links import DatabaseLinks
from newswire.adapters.store.near_tables import near_keys
from newswire.adapters.store.near_tables import near_texts as texts_table
from newswire.adapters.store.near_texts import find_by_keys, moment
from newswire.adapters.store.sql import delete_rows
from newswire.adapters.store.tables import articles as articles_table
from newswire.domain.articles.decide import decide
from newswire.domain.articles.near_duplicates.choose import MAX_CANDIDATES
from newswire.domain.articles.near_duplicates.sentences import shared_sentences
from newswire.domain.articles.near_duplicates.stored import POSTINGS
from newswire.domain.articles.relink import Cause
from newswire.events import article_id_of, stable_id
from support.article_edits import SAME
from support.build import NOW, arrivals, extracted, gone, signed
from support.prose import prose

WINDOW = timedelta(days=14)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
FIRST, COPY, THIRD = (f"https://{name}.example/a" for name in ("first", "copy", "third"))
STORY = prose(1, 40)
EDITED = SAME["typing_errors"](STORY, random.Random(1))
AGAIN = SAME["typing_errors"](STORY, random.Random(2))


@pytest.fixture
def store(database):
    return DatabaseArticles(database, near_window=WINDOW)


def article(url, text, at=None, title="Mayor opens a bridge"):
    """An event; FIRST was published before COPY, and COPY before THIRD, unless ``at`` says otherwise."""
    order = [FIRST, COPY]
    later = order.index(url) if url in order else 2
    return signed(extracted(url, title, text, at or NOW + later * MINUTE))


def corpus(seed, stories=12):
    """Events of stories and of their edited copies, shuffled; every third carries no signature."""
    chance = random.Random(seed)
    made = []
    for number in range(stories):
        body = prose(100 * seed + number, 30)
        made.append(body)
        made += [SAME[kind](body, chance) for kind in chance.sample(sorted(SAME), 3)]
    events = [
        article(f"https://site{n}.example/{seed}", text, title=f"Title {n}", at=NOW + n * MINUTE)
        for n, text in enumerate(made)
    ]
    chance.shuffle(events)
    return [event.model_copy(update={"signature": None}) if n % 3 == 0 else event for n, event in enumerate(events)]


async def record(store, *events, now=NOW):
    return [json.loads(change.value) for change in await store.record(arrivals(*events), decide, now)]


async def count(database, table):
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_an_edited_copy_is_linked_with_its_grounds(store):
    first, copy = await record(store, article(FIRST, STORY), article(COPY, EDITED))
    assert (first["kind"], copy["kind"]) == ("published", "duplicate")
    link = copy["duplicate_of"]
    assert (link["article_id"], link["url"]) == (str(article_id_of(FIRST)), FIRST)
    assert (link["evidence"], link["algorithm"], link["relation"]) == ("aligned-words", "near-duplicate/2", "copy")
    assert 0.5 < link["score"] < 1
    assert 0 < link["compared"]["shared_words"] <= link["compared"]["words"]


async def test_a_copy_of_a_copy_is_linked_to_the_original(store):
    await record(store, article(FIRST, STORY))
    await record(store, article(COPY, EDITED))
    for text in (AGAIN, EDITED):
        (third,) = await record(store, article(f"{THIRD}{len(text)}", text))
        assert third["duplicate_of"]["article_id"] == str(article_id_of(FIRST))
        assert third["duplicate_of"]["evidence"] == "aligned-words"


async def test_equal_words_are_decided_by_their_hash(store):
    _, copy = await record(store, article(FIRST, STORY), article(COPY, STORY))
    assert (copy["duplicate_of"]["evidence"], copy["duplicate_of"]["score"]) == ("content-hash", 1.0)


@pytest.mark.parametrize("signature", [None, "1.?.?", "1", "99.AAAA.AAAA"])
async def test_an_event_without_a_signature_that_can_be_read_is_decided_the_same(store, signature):
    await record(store, article(FIRST, STORY).model_copy(update={"signature": signature}))
    (copy,) = await record(store, article(COPY, EDITED).model_copy(update={"signature": signature}))
    assert copy["kind"] == "duplicate"


async def clusters(database):
    """The original of every article that is not withdrawn, by article id."""
    async with database.read() as connection:
        rows = await connection.execute(select(articles_table).where(articles_table.c.kind != "withdrawn"))
        return {row.article_id: row.duplicate_of or row.article_id for row in rows}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_the_order_the_batches_and_the_database_the_clusters_are_the_same(
    database, sqlite_database, seed
):
    events = corpus(seed)
    store = DatabaseArticles(database, near_window=WINDOW)
    await store.record(arrivals(*events), decide, NOW)
    at_once = await clusters(database)
    other = DatabaseArticles(sqlite_database, near_window=WINDOW)
    random.Random(seed).shuffle(events)
    if not database.is_sqlite:
        for start in range(0, len(events), 1 + seed):
            await other.record(arrivals(*events[start : start + 1 + seed]), decide, NOW)
        assert await clusters(sqlite_database) == at_once
    originals = {each for each, root in at_once.items() if each == root}
    assert set(at_once.values()) == originals
    assert len(originals) < len(at_once)


@pytest.mark.parametrize(("seed", "moments"), [(1, 3 * POSTINGS), (2, 3 * POSTINGS), (3, 3)])
async def test_candidates_are_those_with_most_keys_in_common_among_the_newest_of_each_key(database, seed, moments):
    chance = random.Random(seed)
    since = moment(NOW)
    pool = [UUID(int=chance.getrandbits(128)) for _ in range(4 * POSTINGS)]
    rows = {
        (key, each): since + chance.choice([-1, 1, 2]) * chance.randint(0, moments)
        for key in range(6)
        for each in chance.sample(pool, chance.choice([3, POSTINGS, POSTINGS + 1, 3 * POSTINGS]))
    }
    async with database.write() as connection:
        await connection.execute(
            near_keys.insert(), [{"key": k, "seen": s, "article_id": a} for (k, a), s in sorted(rows.items())]
        )
    asked = {UUID(int=n): tuple(chance.sample(range(7), 5)) for n in range(5)}
    async with database.read() as connection:
        found = await find_by_keys(connection, asked, NOW)
    for event, its_keys in asked.items():
        hits = Counter()
        for key in its_keys:
            newest = sorted(((s, a) for (k, a), s in rows.items() if k == key and s >= since), reverse=True)
            hits.update(a for _, a in newest[:POSTINGS])
        best = sorted(hits, key=lambda each: (-hits[each], each))[:MAX_CANDIDATES]
        assert found.get(event, {}) == {each: hits[each] for each in best}


async def test_only_the_rows_with_all_given_values_are_deleted(database):
    chance = random.Random(4)
    some = [UUID(int=chance.getrandbits(128)) for _ in range(3)]
    rows = {(key, seen, each) for key in (1, (1 << 63) - 1) for seen in (5, 6) for each in some}
    gone = {row for row in rows if chance.random() < 0.5}
    columns = near_keys.c.key, near_keys.c.seen, near_keys.c.article_id
    async with database.write() as connection:
        await connection.execute(near_keys.insert(), [{"key": k, "seen": s, "article_id": a} for k, s, a in rows])
        await delete_rows(connection, columns, sorted(gone))
        await delete_rows(connection, columns, [(2, 5, some[0])])
        await delete_rows(connection, columns, [])
        left = (await connection.execute(select(*columns))).all()
    assert {tuple(row) for row in left} == rows - gone


async def test_an_article_recorded_before_the_window_is_no_candidate(store):
    await record(store, article(FIRST, STORY))
    late = NOW + WINDOW + HOUR
    (copy,) = await record(store, article(COPY, EDITED, at=NOW), now=late)
    assert copy["kind"] == "published"
    (third,) = await record(store, article(THIRD, AGAIN, at=NOW), now=late + HOUR)
    assert third["duplicate_of"]["article_id"] == str(article_id_of(COPY))


async def test_consumers_that_meet_a_story_at_the_same_moment_leave_one_original(tables_url):
    bodies = [prose(seed, 30) for seed in range(6)]

    async def consume(number):
        database = Database(tables_url)
        try:
            chance = random.Random(number)
            kinds = []
            for at, body in enumerate(bodies):
                text = SAME["typing_errors"](body, chance)
                kinds += await record(
                    DatabaseArticles(database, near_window=WINDOW),
                    article(f"https://site{number}.example/{at}", text, title=f"Title {at}"),
                )
            return kinds
        finally:
            await database.close()

    await asyncio.gather(*map(consume, range(4)))
    database = Database(tables_url)
    try:
        standing = await clusters(database)
    finally:
        await database.close()
    roots = {each: root for each, root in standing.items() if each == root}
    assert (len(standing), len(roots)) == (24, 6)
    assert set(standing.values()) == set(roots), "a duplicate is linked to an original, never to a duplicate"


async def test_a_duplicate_that_is_edited_into_its_own_story_is_unlinked_and_becomes_an_original(store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED))
    own = prose(2, 40)
    (revised,) = await record(store, article(COPY, own, at=NOW + HOUR))
    assert (revised["kind"], revised["changed"]) == ("revised", ["text", "unlinked"])
    (third,) = await record(store, article(THIRD, SAME["typing_errors"](own, random.Random(3)), at=NOW + 2 * HOUR))
    assert third["duplicate_of"]["article_id"] == str(article_id_of(COPY))


async def test_a_duplicate_that_is_edited_a_little_stays_one(store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED))
    (again,) = await record(store, article(COPY, AGAIN, at=NOW + HOUR))
    assert (again["kind"], again["revision"]) == ("duplicate", 2)


async def test_the_former_text_of_an_original_finds_no_duplicates(database, store):
    await record(store, article(FIRST, STORY))
    keys = await count(database, near_keys)
    await record(store, article(FIRST, prose(2, 40), at=NOW + HOUR), now=NOW + HOUR)
    assert await count(database, near_keys) == keys
    (copy,) = await record(store, article(COPY, EDITED))
    assert copy["kind"] == "published"


@pytest.mark.parametrize("near_window", [WINDOW, None])
@pytest.mark.parametrize("text", [STORY, EDITED])
@pytest.mark.parametrize("batches", [1, 2])
async def test_nothing_is_linked_to_the_words_of_a_withdrawn_article(sqlite_database, batches, text, near_window):
    store = DatabaseArticles(sqlite_database, near_window=near_window)
    events = article(FIRST, STORY), gone(FIRST, at=NOW + HOUR), article(COPY, text)
    if batches == 1:
        changes = await record(store, *events)
    else:
        changes = await record(store, *events[:2]) + await record(store, *events[2:])
    assert [change["kind"] for change in changes] == ["published", "withdrawn", "published"]


@pytest.mark.parametrize("batches", [1, 2])
async def test_the_equal_words_of_another_article_find_no_original_that_tells_another_story_now(store, batches):
    events = article(FIRST, STORY), article(FIRST, prose(2, 40), at=NOW + HOUR), article(COPY, STORY)
    cut = len(events) if batches == 1 else 2
    changes = [*await record(store, *events[:cut]), *(await record(store, *events[cut:]) if cut == 2 else ())]
    assert [change["kind"] for change in changes] == ["published", "revised", "published"]


async def test_the_words_that_a_duplicate_had_lead_to_its_former_original_not_to_its_new_story(database, store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED), article(THIRD, EDITED))
    await record(store, article(COPY, prose(2, 40), at=NOW + HOUR), now=NOW + HOUR)
    (late,) = await record(store, article(f"{THIRD}/4", EDITED), now=NOW + HOUR)
    assert late["duplicate_of"]["article_id"] == str(article_id_of(FIRST))
    assert await clusters(database) == {
        article_id_of(url): article_id_of(COPY if url == COPY else FIRST) for url in (FIRST, COPY, THIRD, f"{THIRD}/4")
    }


@pytest.mark.parametrize("before", [(article(COPY, prose(2, 40)),), (article(COPY, STORY), gone(COPY, at=NOW + HOUR))])
async def test_an_article_that_is_given_the_words_of_another_becomes_its_duplicate(database, store, before):
    now = NOW + 2 * HOUR
    await record(store, article(FIRST, STORY), *before)
    given = signed(extracted(COPY, "Mayor opens a bridge", STORY, NOW + MINUTE, entry="given"))
    given = given.model_copy(update={"article": given.article.model_copy(update={"fetched_at": now})})
    told = await record(store, given, now=now)
    assert [change["kind"] for change in told] == ["revised", "relinked"]
    assert told[1]["duplicate_of"]["evidence"] == "content-hash"
    assert set((await clusters(database)).values()) == {article_id_of(FIRST)}


async def test_a_text_that_was_changed_by_a_release_without_near_duplicates_is_not_compared(database, store):
    await record(store, article(FIRST, STORY))
    await record(DatabaseArticles(database), article(FIRST, prose(2, 40), at=NOW + HOUR))
    (copy,) = await record(store, article(COPY, EDITED))
    assert copy["kind"] == "published"


async def test_switched_off_only_equal_words_are_linked_and_nothing_is_kept(database):
    store = DatabaseArticles(database)
    changes = await record(store, article(FIRST, STORY), article(COPY, EDITED), article(THIRD, STORY))
    assert [change["kind"] for change in changes] == ["published", "published", "duplicate"]
    assert (await count(database, near_keys), await count(database, texts_table)) == (0, 0)


async def test_redelivered_articles_leave_the_rows_as_they_are(database, store):
    events = article(FIRST, STORY), article(COPY, EDITED), article(FIRST, AGAIN, at=NOW + HOUR)
    told = await record(store, *events)
    before = await count(database, near_keys), await count(database, texts_table)
    assert await record(store, *events, now=NOW + HOUR) == told
    assert (await count(database, near_keys), await count(database, texts_table)) == before


async def kinds_and_links(store, *events, now=NOW):
    return [
        (change["kind"], change["article_id"], change.get("duplicate_of", {}).get("article_id"))
        for change in await record(store, *events, now=now)
    ]


async def test_an_original_that_comes_late_takes_over_its_copies(store):
    first, copy, third = (str(article_id_of(url)) for url in (FIRST, COPY, THIRD))
    await record(store, article(COPY, EDITED), article(THIRD, AGAIN))
    told = await kinds_and_links(store, article(FIRST, STORY))
    assert told[0] == ("published", first, None)
    assert sorted(told[1:]) == sorted([("relinked", copy, first), ("relinked", third, first)])


async def test_an_original_with_equal_words_that_comes_late_takes_over(store):
    await record(store, article(COPY, STORY), article(THIRD, STORY))
    told = await record(store, article(FIRST, STORY))
    assert [change["kind"] for change in told] == ["published", "relinked", "relinked"]
    assert {change["duplicate_of"]["evidence"] for change in told[1:]} == {"content-hash"}
    (late,) = await record(store, article(f"{THIRD}/4", STORY))
    assert late["duplicate_of"]["article_id"] == str(article_id_of(FIRST))


async def test_a_full_text_takes_over_from_its_own_beginning(store):
    beginning = SAME["first_third"](STORY, random.Random(3))
    await record(store, article(FIRST, beginning))
    told = await record(store, article(COPY, STORY))
    assert [change["kind"] for change in told] == ["published", "relinked"]
    assert told[1]["duplicate_of"]["article_id"] == str(article_id_of(COPY))
    assert told[1]["duplicate_of"]["relation"] == "excerpt"


@pytest.mark.parametrize("away", [gone(FIRST, at=NOW + HOUR), article(FIRST, prose(9, 40), at=NOW + HOUR)])
async def test_when_an_original_is_withdrawn_or_tells_another_story_its_copies_are_decided_again(store, away):
    copy, third = (str(article_id_of(url)) for url in (COPY, THIRD))
    await record(store, article(FIRST, STORY), article(COPY, EDITED), article(THIRD, STORY))
    told = await kinds_and_links(store, away, now=NOW + HOUR)
    assert sorted(told[1:]) == sorted([("unlinked", copy, None), ("relinked", third, copy)])
    (late,) = await record(store, article(f"{THIRD}/4", STORY), now=NOW + HOUR)
    assert late["duplicate_of"]["article_id"] == copy


async def test_an_original_that_is_edited_a_little_keeps_its_copies(store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED))
    told = await record(store, article(FIRST, AGAIN, at=NOW + HOUR), now=NOW + HOUR)
    assert [change["kind"] for change in told] == ["revised"]


async def test_a_withdrawn_original_that_comes_back_takes_its_copies_back(store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED), gone(FIRST, at=NOW + HOUR))
    back = signed(extracted(FIRST, "Mayor opens a bridge", STORY, NOW, entry="back"))
    back = back.model_copy(update={"article": back.article.model_copy(update={"fetched_at": NOW + 2 * HOUR})})
    told = await record(store, back, now=NOW + 2 * HOUR)
    assert [(change["kind"], change["article_id"]) for change in told] == [
        ("revised", str(article_id_of(FIRST))),
        ("relinked", str(article_id_of(COPY))),
    ]


async def test_a_redelivered_event_is_answered_with_all_the_changes_that_it_caused(store):
    await record(store, article(COPY, EDITED), article(THIRD, AGAIN))
    told = await record(store, article(FIRST, STORY))
    again = await record(store, article(FIRST, STORY), now=NOW + HOUR)
    assert sorted(again, key=lambda change: change["id"]) == sorted(told, key=lambda change: change["id"])


async def test_texts_that_left_the_window_are_dropped_with_their_keys(database, store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED))
    late = NOW + WINDOW + HOUR
    own = article(THIRD, prose(7, 40), at=late)
    await record(store, own, now=late)
    assert await count(database, texts_table) == 1
    assert await count(database, near_keys) == 16


async def overrule(database, url, original, name):
    links = DatabaseLinks(database, near_window=WINDOW)
    cause = Cause(stable_id("editor", name), stable_id("editor-entry", name))
    told = await links.overrule(article_id_of(url), article_id_of(original) if original else None, cause, NOW)
    return [json.loads(change.value) for change in told]


async def test_an_editor_links_two_articles_and_no_rule_undoes_it(database, store):
    await record(store, article(FIRST, STORY), article(COPY, prose(5, 40)))
    (told,) = await overrule(database, COPY, FIRST, "link")
    assert (told["kind"], told["decided_by"]) == ("relinked", "editor")
    assert told["duplicate_of"]["evidence"] == "editor"
    (edited,) = await record(store, article(COPY, prose(6, 40), at=NOW + HOUR), now=NOW + HOUR)
    assert (edited["kind"], edited["duplicate_of"]["article_id"]) == ("duplicate", str(article_id_of(FIRST)))
    assert await overrule(database, COPY, FIRST, "again") == [edited]


async def test_an_editors_link_follows_its_original_to_the_one_that_takes_over(database, store):
    await record(store, article(COPY, EDITED), article(THIRD, prose(5, 40)))
    await overrule(database, THIRD, COPY, "link")
    told = await record(store, article(FIRST, STORY))
    assert {change["article_id"] for change in told[1:]} == {str(article_id_of(url)) for url in (COPY, THIRD)}
    assert set((await clusters(database)).values()) == {article_id_of(FIRST)}


async def test_an_editor_unlinks_an_article_and_no_rule_links_it_again(database, store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED))
    (told,) = await overrule(database, COPY, None, "unlink")
    assert (told["kind"], told["previous"]) == ("unlinked", str(article_id_of(FIRST)))
    await record(store, article(COPY, AGAIN, at=NOW + HOUR), article(FIRST, STORY + " More.", at=NOW + HOUR))
    assert (await clusters(database))[article_id_of(COPY)] == article_id_of(COPY)


async def test_what_an_article_was_compared_with_is_kept_with_its_texts(database, store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED))
    (found,) = await DatabaseLinks(database).compared(article_id_of(COPY))
    assert (found.other_url, found.relation, found.other_text) == (FIRST, "copy", STORY)
    assert shared_sentences(found.text, found.other_text)
    assert await DatabaseLinks(database).compared(article_id_of(FIRST)) == ()


async def test_a_duplicate_whose_text_is_kept_no_more_follows_its_original(database, store):
    await record(store, article(COPY, STORY), article(THIRD, EDITED))
    async with database.write() as connection:
        await connection.execute(texts_table.delete().where(texts_table.c.article_id == article_id_of(THIRD)))
    told = await record(store, article(FIRST, AGAIN))
    assert [change["kind"] for change in told] == ["published", "relinked", "relinked"]
    assert set((await clusters(database)).values()) == {article_id_of(FIRST)}


async def test_a_withdrawn_duplicate_stays_withdrawn_when_its_original_changes(database, store):
    await record(store, article(COPY, STORY), article(THIRD, EDITED), gone(THIRD, at=NOW + HOUR))
    told = await kinds_and_links(store, article(FIRST, AGAIN))
    assert [(kind, each) for kind, each, _ in told] == [
        ("published", str(article_id_of(FIRST))),
        ("relinked", str(article_id_of(COPY))),
    ]
    async with database.read() as connection:
        kind = select(articles_table.c.kind).where(articles_table.c.article_id == article_id_of(THIRD))
        assert (await connection.execute(kind)).scalar_one() == "withdrawn"


async def test_duplicates_whose_texts_are_kept_no_more_follow_an_original_that_an_editor_links(database, store):
    other = f"{THIRD}/other"
    await record(store, article(COPY, STORY), article(THIRD, EDITED), article(other, prose(5, 40)))
    async with database.write() as connection:
        await connection.execute(texts_table.delete().where(texts_table.c.article_id == article_id_of(THIRD)))
    told = await overrule(database, COPY, other, "link")
    assert {change["article_id"] for change in told} == {str(article_id_of(url)) for url in (COPY, THIRD)}
    assert (await clusters(database))[article_id_of(THIRD)] == article_id_of(other)


async def test_an_editor_may_make_a_duplicate_the_original_of_its_original_without_any_texts(database, store):
    await record(store, article(COPY, STORY), article(THIRD, EDITED))
    async with database.write() as connection:
        await connection.execute(texts_table.delete())
    told = await overrule(database, COPY, THIRD, "turned round")
    assert [(change["kind"], change["article_id"]) for change in told] == [
        ("relinked", str(article_id_of(COPY))),
        ("unlinked", str(article_id_of(THIRD))),
    ]
    assert set((await clusters(database)).values()) == {article_id_of(THIRD)}
