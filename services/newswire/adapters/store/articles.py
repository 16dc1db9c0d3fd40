"""`ArticleStore` over a database: decisions made and recorded in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.article_rows import article_row, change_row, revision_row, state_row
from newswire.adapters.store.known import load_known, load_past
from newswire.adapters.store.near_texts import load_texts, write_texts
from newswire.adapters.store.rows import letter_row, outcome_row
from newswire.adapters.store.sql import execute_rows, insert, insert_fresh, insert_new
from newswire.adapters.store.tables import article_urls, articles, changes, dead_letters, originals, outcomes, revisions
from newswire.adapters.store.wire_head import take_positions
from newswire.domain.articles.batch import Decisions, decide_all, signed_events, undecided
from newswire.domain.articles.recorded import Arrival, RecordedChange, numbered
from newswire.domain.articles.verdict import Decide
from newswire.domain.ledger import Outcome
from newswire.events import DeadLetter

RECORDING: Final = 0x6E657773_00000001
"""The Postgres advisory lock that admits one `record` at a time."""


class DatabaseArticles:
    """`newswire.ports.ArticleStore`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database, *, near_window: timedelta | None = None) -> None:
        """With ``near_window``, articles are compared word by word with those recorded in that time before them."""
        self._database = database
        self._near_window = near_window

    async def record(self, arrivals: Sequence[Arrival], decide: Decide, now: datetime) -> tuple[RecordedChange, ...]:
        """Decide and write a batch in one transaction; returns every change that belongs to it, in order."""
        # Before the lock: it may take a millisecond an article.
        signed = signed_events([arrival.event for arrival in arrivals]) if self._near_window else {}
        async with self._database.write() as connection:
            if not self._database.is_sqlite:
                # A statement of its own: under READ COMMITTED the next one sees what the last holder committed.
                await connection.execute(select(func.pg_advisory_xact_lock(RECORDING)))
            events = [arrival.event for arrival in arrivals]
            past = await load_past(connection, events)
            fresh = [e for e in events if e.entry_id not in past.settled and e.id not in past.recorded]
            known = await load_known(connection, fresh)
            if self._near_window:
                wanted = undecided(fresh, known)
                known = replace(known, texts=await load_texts(connection, signed, wanted, now - self._near_window))
            decisions = decide_all(arrivals, past, known, decide, now)
            await _write(connection, decisions)
            await write_texts(connection, decisions, now)
            return await _write_changes(connection, decisions)

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


async def _write(connection: AsyncConnection, made: Decisions) -> None:
    new_text = [article_row(state, made.texts[key]) for key, state in _sorted(made.moved) if key in made.texts]
    same_text = [state_row(state) for key, state in _sorted(made.moved) if key not in made.texts]
    texts = [revision_row(change, change.article) for change, _ in made.changes if change.kind != "withdrawn"]
    await _upsert_articles(connection, new_text)
    await _update_articles(connection, same_text)
    await insert_fresh(connection, revisions, texts)
    await insert_new(connection, originals, _links(made.originals, "content_hash"))
    await insert_new(connection, article_urls, _links(made.urls, "url"))
    await _settle(connection, [outcome_row(*line) for line in _sorted(made.outcomes)])


async def _write_changes(connection: AsyncConnection, made: Decisions) -> tuple[RecordedChange, ...]:
    """Number the new changes and write them, as the last step; returns all changes of the batch, in order."""
    if not made.changes:
        return tuple(made.told)
    new = numbered(made.changes, await take_positions(connection, len(made.changes)))
    await insert_fresh(connection, changes, [change_row(change, record) for change, record in new])
    by_id = {record.change_id: record for _, record in new}
    return tuple(by_id.get(record.change_id, record) for record in made.told)


async def _upsert_articles(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        statement = insert(connection, articles)
        kept = {"article_id", "first_seen", "rechecks"}
        newer = {name: statement.excluded[name] for name in rows[0] if name not in kept}
        upsert = statement.on_conflict_do_update(index_elements=["article_id"], set_=newer)
        await execute_rows(connection, upsert, rows)


async def _update_articles(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        names = rows[0].keys() - {"article_id", "first_seen"}
        statement = update(articles).where(articles.c.article_id == bindparam("b_article_id"))
        values = {name: bindparam(f"b_{name}", type_=articles.c[name].type) for name in sorted(names)}
        renamed = [{f"b_{name}": row[name] for name in ("article_id", *names)} for row in rows]
        await connection.execute(statement.values(values), renamed)


async def _settle(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
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
