"""What feeds show, and which articles are among it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Select, Table, Uuid, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database.columns import UtcDateTime, metadata
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import chunks, execute_rows, insert, select_in
from newswire.adapters.store.tables import article_urls, feeds, outcomes, sightings
from newswire.domain.feeds.shown import shows
from newswire.domain.feeds.state import PollSaved

feed_shown = Table(
    "feed_shown",
    metadata,
    Column("feed_id", Uuid, primary_key=True),  # no foreign key: a poll of a removed feed is saved all the same
    Column("at", UtcDateTime, nullable=False),
    Column("entries", LargeBinary, nullable=False),  # what `noted` of domain/feeds/shown.py gives
)

_AT_ONCE: Final = 50
"""Feeds that are read together: what a large sitemap shows takes 800 kB."""
_OF_FEEDS: Final = (sightings.c.feed_id, sightings.c.entry_key, sightings.c.url)
_NEWEST: Final = func.max(sightings.c.found_at).label("found_at")


def _sighted(of_article: Any) -> Select[*tuple[Any, ...]]:
    """Once for each form of an entry that a feed had: the article, and when the entry was last found in a new form."""
    found = select(of_article.c.article_id, *_OF_FEEDS, _NEWEST).where(sightings.c.feed_id.is_not(None))
    return found.group_by(of_article.c.article_id, *_OF_FEEDS)


_NAMED: Final = _sighted(article_urls).join(sightings, sightings.c.url == article_urls.c.url)
_ENDED: Final = _sighted(outcomes).join(sightings, sightings.c.entry_id == outcomes.c.entry_id)
_FOLLOWED: Final = _sighted(outcomes).join(sightings, sightings.c.follows == outcomes.c.entry_id)
"""Under another key, and perhaps another address: ids and addresses may be made anew for each document."""
_SHOWN: Final = select(feeds.c.feed_id, feed_shown.c.at, feed_shown.c.entries).outerjoin(
    feed_shown, feed_shown.c.feed_id == feeds.c.feed_id
)


async def note_shown(connection: AsyncConnection, polls: Sequence[PollSaved]) -> None:
    """Write what these feeds show, in the place of what they showed before."""
    noted = {poll.feed.id: poll for poll in polls if poll.shown is not None}
    rows = [
        {"feed_id": feed_id, "at": poll.feed.memory.noted_at, "entries": poll.shown} for feed_id, poll in noted.items()
    ]
    if rows:
        statement = insert(connection, feed_shown)
        newer = {name: statement.excluded[name] for name in ("at", "entries")}
        await execute_rows(connection, statement.on_conflict_do_update(index_elements=["feed_id"], set_=newer), rows)


async def shown_articles(connection: AsyncConnection, article_ids: Collection[UUID]) -> set[UUID]:
    """Those of the articles that a feed shows, as far as is known; all that came by a feed that was never noted."""
    sighted: defaultdict[UUID, list[AnyRow]] = defaultdict(list)
    for row in await select_in(connection, _NAMED, article_urls.c.article_id, article_ids):
        sighted[row.feed_id].append(row)
    for ended in (_ENDED, _FOLLOWED):
        for row in await select_in(connection, ended, outcomes.c.article_id, article_ids):
            sighted[row.feed_id].append(row)
    found: set[UUID] = set()
    for some in chunks(sighted, _AT_ONCE):
        for feed in await select_in(connection, _SHOWN, feeds.c.feed_id, some):
            found.update(_shown(feed, sighted[feed.feed_id]))
    return found


def _shown(feed: AnyRow, sighted: Iterable[AnyRow]) -> Iterable[UUID]:
    for row in sighted:
        if feed.at is None or row.found_at >= feed.at or any(shows(feed.entries, n) for n in (row.entry_key, row.url)):
            yield row.article_id
