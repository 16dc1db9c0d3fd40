"""Looks a document's entries up in the ledger. The statement runs for every changed document, so it is built once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, any_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.sql import chunks
from newswire.adapters.store.tables import outcomes, sightings
from newswire.domain.feeds.earlier import SeenEntry
from newswire.domain.feeds.entries import Identified, KnownEntry
from newswire.domain.feeds.tombstones import Carried

_OF_FEED: Final = sightings.c.feed_id == bindparam("of_feed")

_OF_BOOKS: Final = select(sightings).where(_OF_FEED)
_UNTIL: Final = (
    select(sightings.c.entry_id)
    .where(_OF_FEED, sightings.c.found_at <= bindparam("until", type_=sightings.c.found_at.type))
    .limit(1)
)


class _Statement(Protocol):
    def __call__(self, *, is_array: bool) -> Any: ...


async def known(connection: AsyncConnection, feed_id: UUID, keys: Sequence[str]) -> dict[str, KnownEntry]:
    """What is known of these entries of this feed, by the entry's key."""
    found: dict[str, KnownEntry] = {}
    rows = await _all(connection, _known, keys, of_feed=feed_id)
    for row in sorted(rows, key=lambda row: (row.found_at, row.entry_id)):
        before = found.get(row.entry_key) or KnownEntry(frozenset(), None, row.url, row.follows or row.entry_id)
        newest = max((moment for moment in (before.updated, row.updated) if moment), default=None)
        forms = before.fingerprints | {row.fingerprint}
        found[row.entry_key] = replace(before, fingerprints=forms, updated=newest)
    return found


async def seen(
    connection: AsyncConnection, feed_id: UUID, urls: Sequence[str], titles: Sequence[str] = ()
) -> tuple[SeenEntry, ...]:
    """This feed's sightings at these canonical URLs or under these titles, oldest first."""
    rows = [
        *await _all(connection, _at_urls, urls, of_feed=feed_id),
        *await _all(connection, _titled, titles, of_feed=feed_id),
    ]
    lines = {row.entry_id: row for row in rows}.values()
    return tuple(
        SeenEntry(row.entry_key, row.fingerprint, row.url, row.title, row.found_at, row.follows or row.entry_id)
        for row in sorted(lines, key=lambda row: (row.found_at, row.entry_id))
    )


async def known_urls(connection: AsyncConnection, urls: Sequence[str]) -> dict[str, UUID]:
    """By URL: the oldest sighting that follows no other sighting and was not rejected."""
    return {row.url: row.entry_id for row in await _all(connection, _leading, urls)}


async def brought(connection: AsyncConnection, feed_id: UUID, entries: Sequence[Identified], until: datetime) -> bool:
    """Whether this feed had brought one of these entries by then, under the same key or the same canonical URL."""
    said = {"of_feed": feed_id, "until": until}
    return bool(
        await _all(connection, _keys_until, [entry.key for entry in entries], **said)
        or await _all(connection, _urls_until, [entry.url for entry in entries if entry.url], **said)
    )


async def carried(connection: AsyncConnection, feed_id: UUID, keys: Sequence[str]) -> dict[str, Carried]:
    """What became of the entries that this feed had under these keys; the newest sighting of each counts."""
    found: dict[str, Carried] = {}
    for row in await _all(connection, _carried, keys, of_feed=feed_id):
        before = found.get(row.entry_key)
        led = row.follows is None or (before is not None and before.led)
        article_id = row.article_id or (before.article_id if before else None)
        found[row.entry_key] = Carried(row.url, led=led, article_id=article_id, pending=row.kind is None)
    return found


async def _all(
    connection: AsyncConnection,
    statement: _Statement,
    values: Sequence[str],
    **said: object,
) -> list[Row[*tuple[Any, ...]]]:
    """The rows of a statement for all values of one column."""
    wanted = list(dict.fromkeys(values))
    is_array = connection.dialect.name == "postgresql"
    rows: list[Row[*tuple[Any, ...]]] = []
    # Postgres takes all values as one parameter, so the statement is always the same and is prepared once.
    for some in [wanted] if is_array and wanted else chunks(wanted):
        rows.extend(await connection.execute(statement(is_array=is_array), {"wanted": some, **said}))
    return rows


def _wanted(column: ColumnElement[str], *, is_array: bool) -> ColumnElement[bool]:
    if is_array:
        return column == any_(bindparam("wanted", type_=ARRAY(column.type, dimensions=1)))
    return column.in_(bindparam("wanted", expanding=True))


@cache
def _known(*, is_array: bool) -> Any:
    return _OF_BOOKS.where(_wanted(sightings.c.entry_key, is_array=is_array))


@cache
def _carried(*, is_array: bool) -> Any:
    ended = func.coalesce(sightings.c.follows, sightings.c.entry_id) == outcomes.c.entry_id
    became = select(sightings, outcomes.c.article_id, outcomes.c.kind).outerjoin(outcomes, ended).where(_OF_FEED)
    return became.where(_wanted(sightings.c.entry_key, is_array=is_array)).order_by(sightings.c.found_at)


@cache
def _at_urls(*, is_array: bool) -> Any:
    return _OF_BOOKS.where(_wanted(sightings.c.url, is_array=is_array))


@cache
def _titled(*, is_array: bool) -> Any:
    return _OF_BOOKS.where(_wanted(sightings.c.title, is_array=is_array))


@cache
def _keys_until(*, is_array: bool) -> Any:
    return _UNTIL.where(_wanted(sightings.c.entry_key, is_array=is_array))


@cache
def _urls_until(*, is_array: bool) -> Any:
    return _UNTIL.where(_wanted(sightings.c.url, is_array=is_array))


@cache
def _leading(*, is_array: bool) -> Any:
    age = func.row_number().over(partition_by=sightings.c.url, order_by=(sightings.c.found_at, sightings.c.entry_id))
    first = (
        select(sightings.c.url, sightings.c.entry_id, age.label("age"))
        .outerjoin(outcomes, outcomes.c.entry_id == sightings.c.entry_id)
        .where(
            _wanted(sightings.c.url, is_array=is_array),
            sightings.c.follows.is_(None),
            or_(outcomes.c.kind.is_(None), outcomes.c.kind != "rejected"),
        )
        .subquery()
    )
    return select(first.c.url, first.c.entry_id).where(first.c.age == 1)
