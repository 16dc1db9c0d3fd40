"""Writes the results of polls together: the feeds' states, the sightings, and the changes that follow from them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, bindparam, case, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store import feed_events
from newswire.adapters.store.rechecks import hurry
from newswire.adapters.store.rows import feed_row, outcome_row, sighting_row
from newswire.adapters.store.shown import note_shown
from newswire.adapters.store.sql import insert_new
from newswire.adapters.store.tables import feeds, outcomes, sightings
from newswire.domain.feeds.state import PollSaved
from newswire.domain.ledger import Sighting

_NOT_POLLS: Final = ("feed_id", "added_at", "options", "pushed_until", "next_poll_at")
"""What a poll leaves to others; and what is written in any case."""
_HURRIED: Final = and_(
    feeds.c.hurried_at > bindparam("polled_at", type_=feeds.c.hurried_at.type),
    bindparam("failures", type_=feeds.c.errors.type) == 0,
)
"""Somebody wanted the feed polled at once while it was: it is due again."""
_STATE: Final = (
    update(feeds)
    .where(feeds.c.feed_id == bindparam("of_feed"))
    .values(
        next_poll_at=case((_HURRIED, feeds.c.hurried_at), else_=bindparam("due_at", type_=feeds.c.next_poll_at.type))
    )
)
_MOVE: Final = update(feeds).where(feeds.c.feed_id == bindparam("of_feed")).values(url=bindparam("at_url"))
_SAID: Final = bindparam("at", type_=sightings.c.updated.type)
_TOUCH: Final[Any] = (
    update(sightings)
    .where(
        sightings.c.feed_id == bindparam("of_feed"),
        sightings.c.entry_key == bindparam("key"),
        or_(sightings.c.updated.is_(None), sightings.c.updated < _SAID),
    )
    .values(updated=_SAID)
)
WEIGHT: Final = 1 / 500
"""The share of one transaction that a poll without news takes."""


def weight(poll: PollSaved) -> float:
    """The share of one transaction that a poll takes."""
    return WEIGHT * (1 + len(poll.sightings) + len(poll.hurry) + len(poll.touched) + len(poll.events))


async def write(connection: AsyncConnection, polls: Sequence[PollSaved]) -> None:
    """All of them, or none. Rows are written in order, so that two pollers seldom lock each other out."""
    polls = sorted(polls, key=lambda poll: poll.feed.id)
    await _states(connection, polls)
    lines = sorted((line for poll in polls for line in poll.sightings), key=lambda line: line.entry_id)
    await insert_new(connection, sightings, [sighting_row(line) for line in lines])
    await book_outcomes(connection, lines)
    touches = [
        {"of_feed": poll.feed.id, "key": key, "at": at} for poll in polls for key, at in sorted(poll.touched.items())
    ]
    if touches:
        await connection.execute(_TOUCH, touches)
    await hurry(connection, _hurries(polls))
    await note_shown(connection, polls)
    await feed_events.record(connection, [event for poll in polls for event in poll.events])


async def book_outcomes(connection: AsyncConnection, lines: Iterable[Sighting]) -> None:
    """The outcomes that the lines bring themselves."""
    await insert_new(connection, outcomes, [outcome_row(line.entry_id, line.outcome) for line in lines if line.outcome])


async def _states(connection: AsyncConnection, polls: Sequence[PollSaved]) -> None:
    states: defaultdict[UUID, dict[str, Any]] = defaultdict(dict)
    for poll in polls:
        feed, changed = poll.feed, _changed(poll)
        if (url := changed.pop("url", None)) is not None:
            await _move(connection, feed.id, url)
        states[feed.id] |= changed
        states[feed.id] |= {"due_at": feed.next_poll_at, "polled_at": feed.last_polled_at, "failures": feed.errors}
    by_columns: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for feed_id, state in states.items():
        by_columns[tuple(state)].append({"of_feed": feed_id, **state})
    for rows in by_columns.values():
        await connection.execute(_STATE, rows)


def _changed(poll: PollSaved) -> dict[str, Any]:
    """The columns to be written: those that the poll changed, so that what others decided meanwhile stands."""
    state = feed_row(poll.feed)
    before = feed_row(poll.before) if poll.before else {}
    return {
        name: value
        for name, value in state.items()
        if name not in _NOT_POLLS and (name not in before or before[name] != value)
    }


async def _move(connection: AsyncConnection, feed_id: UUID, url: str) -> None:
    """Give the feed its new address, unless another feed has it.

    The database refuses a taken address. A query before the update would not be enough: another process may take the
    address in between.
    """
    with suppress(IntegrityError):
        async with connection.begin_nested():
            await connection.execute(_MOVE, {"of_feed": feed_id, "at_url": url})


def _hurries(polls: Sequence[PollSaved]) -> dict[str, datetime | None]:
    """By canonical URL the moment of the poll that wants its article looked at."""
    return {url: poll.feed.last_polled_at for poll in polls for url in poll.hurry}
