"""Everything that the store knows about one URL."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.article_rows import stored_article_of
from newswire.adapters.store.folded_looks import counted_looks
from newswire.adapters.store.recorded_rows import RECORDED, value_of
from newswire.adapters.store.rows import AnyRow, dead_line_of, outcome_of, sighting_of
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import article_urls, articles, changes, dead_letters, outcomes, sightings
from newswire.domain.feeds.own_address import own_addresses
from newswire.events import Change, article_id_of
from newswire.ports.ledger import DeadLine, EntryLine, UrlHistory

_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


async def url_history(connection: AsyncConnection, url: str) -> UrlHistory:
    """The history of a canonical URL, or of the key of entries that have no URL; each part oldest first."""
    article = await _article(connection, url)
    of_url = select(sightings.c.entry_id).where(or_(sightings.c.url == url, _under(url)))
    told = []
    if article is None:
        entries = await _entries(connection, of_url) or await _entries(connection, _of_key(url))
    else:
        ended = select(outcomes.c.entry_id).where(outcomes.c.article_id == article.article_id)
        entries = await _entries(connection, union(of_url, ended))
        of_article = RECORDED.where(changes.c.article_id == article.article_id).order_by(changes.c.revision)
        told = list(map(value_of, await connection.execute(of_article)))
    return UrlHistory(
        entries=entries,
        article=stored_article_of(article) if article else None,
        changes=tuple(_CHANGE.validate_json(value) for value in told),
        dead=await _dead(connection, [line.sighting.entry_id for line in entries]),
        folded_rechecks=await _folded(connection, article) if article else 0,
    )


async def _article(connection: AsyncConnection, url: str) -> AnyRow | None:
    """The article that *is* this URL; else the one that this address leads to; else the one its sighting ended in."""
    leads = select(article_urls.c.article_id).where(article_urls.c.url == url)
    ended = (
        select(outcomes.c.article_id)
        .join(sightings, sightings.c.entry_id == outcomes.c.entry_id)
        .where(sightings.c.url == url, outcomes.c.article_id.is_not(None))
        .order_by(outcomes.c.at.desc(), outcomes.c.entry_id)
        .limit(1)
    )
    for found in (article_id_of(url), leads.scalar_subquery(), ended.scalar_subquery()):
        row = (await connection.execute(select(articles).where(articles.c.article_id == found))).one_or_none()
        if row is not None:
            return row
    return None


def _under(page: str) -> ColumnElement[bool]:
    """The entries that link to ``page`` and got an address of their own there, which no person would type.

    The bounds are for the index. What else a collation puts between them is left out by the comparison with the prefix.
    """
    prefix = own_addresses(page)
    within = sightings.c.url.between(prefix + "0" * 32, prefix + "f" * 32)
    return and_(within, sightings.c.url.startswith(prefix, autoescape=True))


def _of_key(key: str) -> Select[UUID]:
    """The entries with this key of their feed: the only way to find an entry whose feed gives no usable link."""
    return select(sightings.c.entry_id).where(sightings.c.entry_key == key)


async def _entries(connection: AsyncConnection, ids: Select[UUID] | CompoundSelect[UUID]) -> tuple[EntryLine, ...]:
    """The sightings of these entry ids and those that follow them, oldest first."""
    lines = (
        select(sightings)
        .where(or_(sightings.c.entry_id.in_(ids), sightings.c.follows.in_(ids)))
        .order_by(sightings.c.found_at, sightings.c.entry_id)
    )
    rows = (await connection.execute(lines)).all()
    ended = await select_in(connection, select(outcomes), outcomes.c.entry_id, (row.entry_id for row in rows))
    by_entry = {row.entry_id: outcome_of(row) for row in ended}
    return tuple(EntryLine(sighting_of(row), by_entry.get(row.entry_id)) for row in rows)


async def _folded(connection: AsyncConnection, article: AnyRow) -> int:
    """How many looks at the article were counted and have no line: folding deleted it."""
    counted = {
        entry_id for each in await counted_looks(connection, [article.article_id]) for entry_id in each.entry_ids()
    }
    lines = await select_in(connection, select(sightings.c.entry_id), sightings.c.entry_id, counted)
    return len(counted) - len(lines)


async def _dead(connection: AsyncConnection, entry_ids: Sequence[UUID]) -> tuple[DeadLine, ...]:
    rows = await select_in(connection, select(dead_letters), dead_letters.c.entry_id, entry_ids)
    return tuple(dead_line_of(row) for row in sorted(rows, key=lambda row: (row.failed_at, row.letter_id)))
