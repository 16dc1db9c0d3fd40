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
from newswire.adapters.store import near_texts
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.near_texts import load_texts
from newswire.adapters.store.tables import near_keys
from newswire.adapters.store.tables import near_texts as texts_table
from newswire.domain.articles.decide import decide
from newswire.domain.articles.near_duplicates.choose import MAX_CANDIDATES
from newswire.domain.articles.near_duplicates.stored import POSTINGS, Signed
from newswire.domain.text.signature import sign
from newswire.events import article_id_of
from support.article_edits import SAME
from support.build import NOW, arrivals, extracted, gone, signed
from support.prose import prose

WINDOW = timedelta(days=14)
HOUR = timedelta(hours=1)
FIRST, COPY, THIRD = (f"https://{name}.example/a" for name in ("first", "copy", "third"))
STORY = prose(1, 40)
EDITED = SAME["typing_errors"](STORY, random.Random(1))
AGAIN = SAME["typing_errors"](STORY, random.Random(2))


@pytest.fixture
def store(database):
    return DatabaseArticles(database, near_window=WINDOW)


def article(url, text, at=NOW, title="Mayor opens a bridge"):
    return signed(extracted(url, title, text, at))


def corpus(seed, stories=12):
    """Events of stories and of their edited copies, shuffled; every third carries no signature."""
    chance = random.Random(seed)
    made = []
    for number in range(stories):
        body = prose(100 * seed + number, 30)
        made.append(body)
        made += [SAME[kind](body, chance) for kind in chance.sample(sorted(SAME), 3)]
    events = [article(f"https://site{n}.example/{seed}", text, title=f"Title {n}") for n, text in enumerate(made)]
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
    assert (link["evidence"], link["algorithm"], link["relation"]) == ("aligned-words", "near-duplicate/1", "copy")
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


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_database_and_every_size_of_batch_makes_the_same_changes(database, sqlite_database, seed):
    events = corpus(seed)
    at_once = await DatabaseArticles(database, near_window=WINDOW).record(arrivals(*events), decide, NOW)
    one_by_one = []
    for event in events:
        one_by_one += (
            await DatabaseArticles(sqlite_database, near_window=WINDOW).record(arrivals(event), decide, NOW)
            if not database.is_sqlite
            else []
        )
    kinds = Counter(change.kind for change in at_once)
    assert kinds["duplicate"] > kinds["published"] / 2
    if not database.is_sqlite:
        assert tuple(one_by_one) == at_once


@pytest.mark.parametrize(("seed", "moments"), [(1, 3 * POSTINGS), (2, 3 * POSTINGS), (3, 3)])
async def test_candidates_are_those_with_most_keys_in_common_among_the_newest_of_each_key(database, seed, moments):
    chance = random.Random(seed)
    since = near_texts._moment(NOW)
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
    nothing = sign("", "")
    async with database.read() as connection:
        found = await load_texts(connection, {e: Signed(nothing, k) for e, k in asked.items()}, asked, NOW)
    for event, its_keys in asked.items():
        hits = Counter()
        for key in its_keys:
            newest = sorted(((s, a) for (k, a), s in rows.items() if k == key and s >= since), reverse=True)
            hits.update(a for _, a in newest[:POSTINGS])
        best = sorted(hits, key=lambda each: (-hits[each], each))[:MAX_CANDIDATES]
        assert found.hits.get(event, {}) == {each: hits[each] for each in best}


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

    told = [change for some in await asyncio.gather(*map(consume, range(4))) for change in some]
    assert Counter(change["kind"] for change in told) == {"published": 6, "duplicate": 18}


async def test_a_duplicate_that_is_edited_into_its_own_story_is_unlinked_and_becomes_an_original(store):
    await record(store, article(FIRST, STORY), article(COPY, EDITED))
    own = prose(2, 40)
    (revised,) = await record(store, article(COPY, own, at=NOW + HOUR))
    assert (revised["kind"], revised["changed"]) == ("revised", ["text", "unlinked"])
    (third,) = await record(store, article(THIRD, SAME["typing_errors"](own, random.Random(3))))
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


@pytest.mark.parametrize("batches", [1, 2])
async def test_nothing_is_linked_to_the_words_of_a_withdrawn_article(store, batches):
    events = article(FIRST, STORY), gone(FIRST, at=NOW + HOUR), article(COPY, EDITED)
    if batches == 1:
        changes = await record(store, *events)
    else:
        changes = await record(store, *events[:2]) + await record(store, *events[2:])
    assert [change["kind"] for change in changes] == ["published", "withdrawn", "published"]


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
