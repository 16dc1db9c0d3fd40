"""`ArticleStore` over a database: decisions made and recorded in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.ahead import look_ahead, texts_now
from newswire.adapters.store.article_rows import article_row, only_looked_at, revision_row, state_row
from newswire.adapters.store.changes import lock_recording, write_changes
from newswire.adapters.store.clusters import settle, with_duplicates
from newswire.adapters.store.known import load_known, load_past
from newswire.adapters.store.near_texts import drop_old, write_texts
from newswire.adapters.store.page_hosts import write_habits
from newswire.adapters.store.publishing_order import with_earlier
from newswire.adapters.store.rechecks import write_rechecks
from newswire.adapters.store.rows import letter_row, outcome_row
from newswire.adapters.store.sql import execute_rows, insert, insert_fresh, insert_new, update_rows
from newswire.adapters.store.tables import article_urls, articles, dead_letters, originals, outcomes, revisions
from newswire.domain.articles.batch import decide_all, undecided
from newswire.domain.articles.decisions import Decisions
from newswire.domain.articles.recorded import Arrival, RecordedChange
from newswire.domain.articles.relink import Cause
from newswire.domain.articles.verdict import ArticleState, Decide
from newswire.domain.ledger import Outcome
from newswire.events import DeadLetter, Duplicate, Published, Revised


class DatabaseArticles:
    """`newswire.ports.ArticleStore`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database, *, near_window: timedelta | None = None) -> None:
        """With ``near_window``, articles are compared word by word with those recorded in that time before them."""
        self._database = database
        self._near_window = near_window

    async def record(self, arrivals: Sequence[Arrival], decide: Decide, now: datetime) -> tuple[RecordedChange, ...]:
        """Decide and write a batch in one transaction; returns every change that belongs to it, in order."""
        events = [arrival.event for arrival in arrivals]
        window = self._near_window
        ahead = await look_ahead(self._database, events, now - window) if window else None
        async with self._database.write() as connection:
            await lock_recording(connection)
            past = await load_past(connection, events)
            fresh = [e for e in events if e.entry_id not in past.settled and e.id not in past.recorded]
            known = await load_known(connection, fresh, near=window is not None)
            if ahead and window:
                wanted = undecided(fresh, known)
                known = replace(known, texts=await texts_now(connection, ahead, wanted, now - window))
            before = dict(known.states)
            decisions = decide_all(arrivals, past, known, decide, now)
            await _write(connection, decisions, before)
            await write_texts(connection, decisions, now)
            if window:
                await self._settle(connection, decisions, arrivals, now)
                await drop_old(connection, now - window, 2 * len(arrivals))
            await write_habits(connection, decisions.habits)
            return await write_changes(connection, decisions)

    async def _settle(
        self, connection: AsyncConnection, made: Decisions, arrivals: Sequence[Arrival], now: datetime
    ) -> None:
        """Decide the stories again on which the batch's texts bear, and record the links that change."""
        texts = made.known.texts
        if texts is None or self._near_window is None or not (texts.unsettled or texts.shaken):
            return
        shaken = await with_duplicates(connection, texts.shaken)
        of_stories = texts.unsettled | {each: texts.shaken[each] for each in sorted(shaken)}
        came = {arrival.event.id: arrival for arrival in arrivals}
        causes = {
            each: Cause(event_id, came[event_id].event.entry_id, came[event_id].traceparent)
            for each, event_id in of_stories.items()
        }
        if causes:
            made.tell_moves(await settle(connection, causes, now, now - self._near_window, texts.seen))

    async def with_earlier(self, told: Sequence[RecordedChange]) -> tuple[RecordedChange, ...]:
        """Read the earlier changes of the articles that another process may have changed."""
        if not any(each.kind != "published" for each in told):
            return tuple(told)
        async with self._database.read() as connection:
            return await with_earlier(connection, told)

    async def record_dead(self, letters: Sequence[DeadLetter]) -> None:
        """Keep dead letters and reject their entries; what exists of either is left as it is."""
        rejected = {
            letter.entry_id: Outcome("rejected", letter.failed_at, letter.reason)
            for letter in reversed(letters)  # the first one's reason stands
            if letter.entry_id is not None
        }
        async with self._database.write() as connection:
            await insert_new(connection, dead_letters, [letter_row(letter) for letter in letters])
            # Sorted, here and below: writers that lock rows in one order never wait for each other in a ring.
            await insert_new(connection, outcomes, [outcome_row(*line) for line in sorted(rejected.items(), key=_key)])


async def _write(connection: AsyncConnection, made: Decisions, before: Mapping[UUID, ArticleState]) -> None:
    """Write the batch. ``before`` is how its articles stood."""
    with_text = [article_row(state, made.texts[key]) for key, state in _sorted(made.moved) if key in made.texts]
    same_text = [
        {name: value for name, value in state_row(state).items() if name != "first_seen"}
        for key, state in _sorted(made.moved)
        if key not in made.texts and not only_looked_at(before[key], state)
    ]
    texts = [
        revision_row(change, change.article)
        for change, _ in made.changes
        if isinstance(change, Published | Revised | Duplicate)
    ]
    # Nobody else can have recorded a first revision meanwhile: its row was looked for behind the lock of `record`.
    await insert_fresh(connection, articles, [row for row in with_text if row["revision"] == 1])
    await _upsert_articles(connection, [row for row in with_text if row["revision"] > 1])
    await update_rows(connection, articles.c.article_id, same_text)
    await write_rechecks(connection, made.moved, made.moved.keys() - before.keys())
    await insert_fresh(connection, revisions, texts)
    await _originate(connection, _links(made.originals, "content_hash"))
    await insert_new(connection, article_urls, _links(made.urls, "url"))
    await _book(connection, [outcome_row(*line) for line in _sorted(made.outcomes)])


async def _originate(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Let articles carry texts that nobody carries, or only one that was withdrawn."""
    if rows:
        statement = insert(connection, originals)
        newer = {"article_id": statement.excluded.article_id}
        upsert = statement.on_conflict_do_update(index_elements=["content_hash"], set_=newer)
        await execute_rows(connection, upsert, rows)


async def _upsert_articles(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        statement = insert(connection, articles)
        kept = {"article_id", "first_seen", "rechecks"}
        newer = {name: statement.excluded[name] for name in rows[0] if name not in kept}
        upsert = statement.on_conflict_do_update(index_elements=["article_id"], set_=newer)
        await execute_rows(connection, upsert, rows)


async def _book(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Book outcomes. A rejection gives way to what came of a second try; nothing else is ever overwritten."""
    if rows:
        statement = insert(connection, outcomes)
        newer = {name: statement.excluded[name] for name in rows[0] if name != "entry_id"}
        settled = statement.on_conflict_do_update(
            index_elements=["entry_id"], set_=newer, where=outcomes.c.kind == "rejected"
        )
        await execute_rows(connection, settled, rows)


def _links(found: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [{key: value, "article_id": article_id} for value, article_id in _sorted(found)]


def _sorted(found: dict[Any, Any]) -> list[tuple[Any, Any]]:
    return sorted(found.items(), key=_key)


def _key(item: tuple[Any, Any]) -> Any:
    return item[0]
