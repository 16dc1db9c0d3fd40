"""Decides a batch and writes it: beside others who decide theirs at the same moment, or alone.

On Postgres a batch is decided in a transaction that shares the lock `RECORDING`, and its new articles are written,
which nobody sees before the commit. Then it takes the lock `COMMITTING`, looks whether others wrote meanwhile what it
read, writes the rest and commits. Events whose decisions were disturbed are decided again, in a transaction of their
own. A transaction that holds `RECORDING` alone (`lock_recording`) meets no other: an editor's, an erasure's, that of a
replica of an older release, and one for a batch that was disturbed `ROUNDS` times. SQLite has one writer anyway.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.ahead import look_ahead, texts_now
from newswire.adapters.store.changes import kept_apart, lock_recording, write_changes
from newswire.adapters.store.clusters import settle, with_duplicates
from newswire.adapters.store.folded_looks import folded_looks
from newswire.adapters.store.known import load_known, load_past
from newswire.adapters.store.near_texts import drop_old, load_texts, write_texts
from newswire.adapters.store.page_hosts import add_looks, write_habits
from newswire.adapters.store.recent_batches import Standing, lock_commits, note_batch, share_recording
from newswire.adapters.store.writing import lock_rows, write_fresh, write_rest
from newswire.domain.articles.batch import decide_all, looked_at, signed_events, undecided
from newswire.domain.articles.before import AsKnown, PastDecisions
from newswire.domain.articles.decisions import Decisions
from newswire.domain.articles.footprints import footprints, written
from newswire.domain.articles.near_duplicates.stored import StoredTexts
from newswire.domain.articles.recorded import Arrival, RecordedChange
from newswire.domain.articles.relink import Cause
from newswire.domain.articles.verdict import Booked, Decide, Noted
from newswire.events import ArticleEvent

ROUNDS: Final = 3
"""So often a batch, or what is left of it, is recorded beside others; then alone."""


@dataclass(frozen=True, slots=True)
class ArrivedBatch:
    """What `record` is called with."""

    arrivals: Sequence[Arrival]
    decide: Decide
    now: datetime
    noted: Noted
    booked: Booked
    window: timedelta | None
    """Where texts are compared word by word: with those recorded in that time before ``now``."""
    earlier: StoredTexts | None = None
    """What was found out about the batch's texts when they were decided before."""

    def events(self) -> list[ArticleEvent]:
        """The events that arrived."""
        return [arrival.event for arrival in self.arrivals]

    def decided(self, past: PastDecisions, known: AsKnown) -> Decisions:
        """Decide the batch by what is known."""
        return decide_all(self.arrivals, past, known, self.decide, self.now)


async def record(database: Database, batch: ArrivedBatch) -> tuple[RecordedChange, ...]:
    """Decide and write a batch; returns every change that belongs to it. Raises `Wait` when the database is away."""
    told: list[RecordedChange] = []
    for _ in range(0 if database.is_sqlite else ROUNDS):
        try:
            recorded, rest = await _record_beside(database, batch)
        except asyncpg.UniqueViolationError:  # somebody else recorded one of the new articles meanwhile
            break
        told += recorded
        if rest is None:
            return tuple(told)
        batch = rest
    return (*told, *await _record_alone(database, batch))


async def _record_alone(database: Database, batch: ArrivedBatch) -> list[RecordedChange]:
    """Compare texts with a snapshot; decide and write where nobody else writes."""
    ahead = await look_ahead(database, batch.events(), batch.now - batch.window) if batch.window else None
    async with database.write() as connection:
        await lock_recording(connection)
        past, known, fresh = await _known(connection, batch, locked=True)
        if ahead and batch.window:
            wanted = undecided(fresh, known)
            known = replace(known, texts=await texts_now(connection, ahead, wanted, batch.now - batch.window))
        made = batch.decided(past, known)
        await write_fresh(connection, made, batch.now)
        kept = await kept_apart(connection, made)
        await write_habits(connection, {each.host: known.habits[each.host] for each in made.looks})
        told = await _finished(connection, batch, made, kept)
    batch.booked(made.kinds())
    return told


async def _record_beside(database: Database, batch: ArrivedBatch) -> tuple[list[RecordedChange], ArrivedBatch | None]:
    """Decide while others record, and write alone what they did not disturb; returns what is left of the batch, too."""
    async with database.write() as connection:
        newest = await share_recording(connection)
        past, known, fresh = await _known(connection, batch, locked=False)
        if batch.window:
            texts = await _texts(connection, batch, fresh, known, batch.now - batch.window)
            known = replace(known, texts=texts)
        standing = Standing(newest, footprints(fresh, known))
        made = batch.decided(past, known)
        kept = await kept_apart(connection, made)
        left = await _write_fresh_and_lock(connection, standing, made, batch.now)
        await lock_rows(connection, made.former)
        undisturbed = standing.newest == newest  # nobody recorded anything meanwhile
        seen = {each.host: known.habits[each.host] for each in made.looks}
        await write_habits(connection, seen if undisturbed else await add_looks(connection, made.looks))
        told = await _finished(connection, batch, made, kept)
        await note_batch(connection, standing.newest + 1, written(made))
    batch.booked(made.kinds())
    rest = [arrival for arrival in batch.arrivals if arrival.event.id in left]
    return told, replace(batch, arrivals=rest, earlier=made.known.texts) if rest else None


async def _write_fresh_and_lock(
    connection: AsyncConnection, standing: Standing, made: Decisions, now: datetime
) -> set[UUID]:
    """Write the new articles, then take the lock of commits; returns the events whose decisions others disturbed.

    Nothing is inserted behind the lock that somebody who waits for the lock may have inserted: the two would wait for
    each other. So what was written in vain is rolled back together with the lock, and the rest is written again.
    """
    left = await _drop(connection, standing, made)
    while True:  # each further turn has fewer events
        trial = await connection.begin_nested()
        await write_fresh(connection, made, now)
        await lock_commits(connection)
        if not (disturbed := await _drop(connection, standing, made)):
            return left
        await trial.rollback()  # which lets go of the lock
        left |= disturbed


async def _drop(connection: AsyncConnection, standing: Standing, made: Decisions) -> set[UUID]:
    """Take the decisions back that others have disturbed since the last look; returns their events' ids."""
    disturbed = await standing.disturbed(connection)
    made.drop(disturbed)
    return disturbed


async def _known(
    connection: AsyncConnection, batch: ArrivedBatch, *, locked: bool
) -> tuple[PastDecisions, AsKnown, list[ArticleEvent]]:
    """What became of the batch's events before, what is known of the others, and these others."""
    events = batch.events()
    past = await load_past(connection, events)
    fresh = [e for e in events if e.entry_id not in past.settled and e.id not in past.recorded]
    known = await load_known(connection, fresh, near=batch.window is not None, locked=locked)
    # An open look has its line, but for the moment before `poll` books it.
    unbooked = [e for e in fresh if e.entry_id not in known.urls and looked_at(e) in known.states]
    if unbooked and (folded := await folded_looks(connection, unbooked)):
        past.settled.update(folded)
        fresh = [e for e in fresh if e.entry_id not in folded]
    return past, known, fresh


async def _texts(
    connection: AsyncConnection, batch: ArrivedBatch, fresh: Sequence[ArticleEvent], known: AsKnown, since: datetime
) -> StoredTexts:
    """The texts recorded ``since`` then that these events' texts are compared with."""
    signed = batch.earlier.signed if batch.earlier else signed_events(fresh)
    texts = await load_texts(connection, signed, undecided(fresh, known), since)
    if batch.earlier:
        texts.remember(batch.earlier)
    return texts


async def _finished(
    connection: AsyncConnection, batch: ArrivedBatch, made: Decisions, kept: Mapping[UUID, bytes]
) -> list[RecordedChange]:
    """Write all of what was decided that `write_fresh` has not written."""
    for event, verdict in made.verdicts:
        batch.noted(event, verdict)
    await write_rest(connection, made)
    await write_texts(connection, made, batch.now, fresh=False)
    if batch.window:
        await _settle(connection, made, batch, batch.now - batch.window)
        await drop_old(connection, batch.now - batch.window, 2 * len(batch.arrivals))
    return list(await write_changes(connection, made, kept))


async def _settle(connection: AsyncConnection, made: Decisions, batch: ArrivedBatch, since: datetime) -> None:
    """Decide the stories again on which the batch's texts bear, and record the links that change."""
    texts = made.known.texts
    if texts is None or not (texts.unsettled or texts.shaken):
        return
    shaken = await with_duplicates(connection, texts.shaken)
    of_stories = texts.unsettled | {each: texts.shaken[each] for each in sorted(shaken)}
    came = {arrival.event.id: arrival for arrival in batch.arrivals}
    causes = {
        each: Cause(event_id, came[event_id].event.entry_id, came[event_id].traceparent)
        for each, event_id in of_stories.items()
    }
    if causes:
        made.tell_moves(await settle(connection, causes, batch.now, since, texts.seen))
