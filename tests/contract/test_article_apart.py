"""An article's text is stored once, and every reader of changes gets the bytes that were published."""

import json
import shutil
from dataclasses import fields

import pytest
from sqlalchemy import select, text

from newswire.adapters.database import Database
from newswire.adapters.database.schema import MIGRATIONS, DatabaseSchema
from newswire.adapters.erasure import DatabaseErasure
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.standing import DatabaseStandingArticles
from newswire.adapters.store.tables import changes
from newswire.adapters.store.whole_changes import DatabaseWholeChanges
from newswire.adapters.store.wire import DatabaseWire
from newswire.assembly.backends import open_backends
from newswire.client import connect_sync
from newswire.domain.articles.decide import decide
from newswire.errors import UsageError
from newswire.events import ArticleFacts, Basis, article_id_of
from newswire.golden.fill import GoldenPorts, fill
from newswire.operations.split_changes import split_changes
from newswire.settings import load
from support.build import NOW, URL, arrivals, extracted, gone, text_of
from support.fakes import FakeClock
from support.migrations import migrate_to_before

COPY = "https://copies.example/1"
LATER = ("__pycache__", "0028*", "0029*", "003*")
"""What a release before the step 0028 does not have."""
ODD = ArticleFacts(
    title=Basis(source='"article":null', confidence=1e-7), authors=Basis(source="ü\u2028\x1f", confidence=1)
)
"""Facts whose numbers jsonb writes in another way than JSON, and words that look like the place of the article."""


def odd(event):
    return event.model_copy(update={"article": event.article.model_copy(update={"facts": ODD})})


EVENTS = (
    odd(extracted()),
    extracted(COPY),
    odd(extracted(text=text_of("second"), at=NOW.replace(hour=13))),
    gone(COPY),
)


async def stored(database):
    """The kind of each change, whether its article is apart, and its value as it is stored."""
    columns = select(changes.c.kind, changes.c.article_apart, changes.c.value).order_by(changes.c.position)
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(columns)]


async def record(database, *events):
    """Record the events one by one; returns the bytes of the changes by position."""
    told = [await DatabaseArticles(database).record(arrivals(event), decide, NOW) for event in events]
    return {each.position: each.value for some in told for each in some}


async def read(database):
    return {event.position: event.value for event in await DatabaseWire(database).events_after(0, 100)}


async def test_a_text_is_stored_once_and_read_as_it_was_published(database):
    published = await record(database, *EVENTS)
    kept = await stored(database)
    assert [(kind, apart) for kind, apart, _ in kept] == [
        ("published", True),
        ("duplicate", True),
        ("revised", True),
        ("withdrawn", None),
    ]
    words = [event.article.text.encode() for event in EVENTS[:3]]
    assert not any(each in value for _, _, value in kept for each in words)
    assert [words[n] in published[n + 1] for n in range(3)] == [True] * 3
    assert await read(database) == published


async def test_a_change_that_is_told_again_has_the_same_bytes(database):
    published = await record(database, *EVENTS)
    assert await record(database, *EVENTS[2:]) == {each: published[each] for each in (3, 4)}
    earlier = await DatabaseArticles(database).with_earlier(
        await DatabaseArticles(database).record(arrivals(EVENTS[3]), decide, NOW)
    )
    assert {each.position: each.value for each in earlier}.items() <= published.items()


async def test_histories_and_latest_states_have_the_whole_changes(database):
    published = await record(database, *EVENTS)
    history = await DatabaseLedger(database).history(URL)
    assert [each.model_dump_json().encode() for each in history.changes] == [published[1], published[3]]
    standing = await DatabaseStandingArticles(database).standing([article_id_of(URL), article_id_of(COPY)])
    assert {each.position: each.change for each in standing} == {each: published[each] for each in (3, 4)}


async def test_the_views_show_the_whole_event(database_url):
    database = Database(database_url)
    await DatabaseSchema(database).migrate()
    published = await record(database, *EVENTS)
    assert [apart for _, apart, _ in await stored(database)] == [True, True, True, None], (
        "a new database splits at once"
    )
    schema = "" if database.is_sqlite else "api."
    async with database.read() as connection:
        found = await connection.execute(text(f"SELECT position, event FROM {schema}wire_v1 ORDER BY position"))
        seen = [tuple(row) for row in found]
        if not database.is_sqlite:
            found = await connection.execute(text("SELECT position, event FROM api.changes_v1 ORDER BY position"))
            assert [tuple(row) for row in found] == seen
    await database.close()
    if schema:
        assert seen == [(position, json.loads(value)) for position, value in published.items()]
    else:
        assert seen == [(position, value.decode()) for position, value in published.items()]


async def test_a_reader_of_the_file_gets_the_whole_event(sqlite_database, sqlite_tables_url):
    published = await record(sqlite_database, *EVENTS)
    with connect_sync(sqlite_tables_url) as wire:
        seen = [change for _, change in zip(published, wire.changes(after="start"), strict=False)]
    assert [change.data.model_dump_json().encode() for change in seen] == list(published.values())


async def test_a_purged_article_has_no_words_in_its_changes(database):
    published = await record(database, *EVENTS)
    await DatabaseErasure(database).erase(article_id_of(URL))
    read_again = await read(database)
    assert read_again.keys() == published.keys()
    assert {each: read_again[each] for each in (2, 4)} == {each: published[each] for each in (2, 4)}
    for position in (1, 3):
        event = json.loads(read_again[position])
        assert (event["article"]["text"], event["article"]["extraction"]["flags"]) == ("", ["purged"])
    assert [apart for _, apart, _ in await stored(database)] == [True, True, True, None]


async def test_the_golden_day_is_read_as_it_was_published(tables_url, tmp_path):
    config = load({"NEWSWIRE_STORE": tables_url, "NEWSWIRE_DATA_DIR": str(tmp_path)})
    async with open_backends(config, check_schema=False) as backends:
        day = await fill(GoldenPorts(**{each.name: getattr(backends, each.name) for each in fields(GoldenPorts)}))
        seen = {str(event.event_id): event.value for event in await backends.wire.events_after(0, 1000)}
    assert {dict(record.headers)["ce_id"].decode(): record.value for record in day.records} == seen


async def test_an_existing_database_keeps_whole_changes_until_the_upgrade_is_finished(database_url, tmp_path):
    database = Database(database_url)
    async with database.write() as connection:
        await connection.run_sync(migrate_to_before, "0028")
    schema = DatabaseSchema(database)
    with pytest.raises(UsageError, match="newswire migrate"):
        await schema.finish()
    await schema.migrate()
    published = await record(database, EVENTS[0])
    with pytest.raises(UsageError, match="migrate --finish"):
        await DatabaseWholeChanges(database).split(0, 1)
    assert await stored(database) == [("published", None, published[1])]
    assert (await schema.state()).unfinished
    assert await schema.finish() == (await schema.state()).need
    assert not (await schema.state()).unfinished
    published |= await record(database, EVENTS[1])
    assert [apart for _, apart, _ in await stored(database)] == [None, True]
    assert await read(database) == published
    changes_of_before, clock = DatabaseWholeChanges(database), FakeClock(NOW)
    counted = await split_changes(changes_of_before, clock, dry=True)
    assert [apart for _, apart, _ in await stored(database)] == [None, True]
    assert await split_changes(changes_of_before, clock) == counted
    assert (counted.split, counted.saved) == (1, len(published[1]) - len((await stored(database))[0][2]))
    assert [apart for _, apart, _ in await stored(database)] == [True, True]
    assert await read(database) == published
    assert (await split_changes(changes_of_before, clock)).split == 0
    before = shutil.copytree(MIGRATIONS, tmp_path / "before", ignore=shutil.ignore_patterns(*LATER))
    assert not (await DatabaseSchema(database, migrations=before).state()).fits
    await database.close()
