"""The words of purged articles in the tables of the store."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.folded_looks import counted_looks, without_rows
from newswire.adapters.store.near_texts import delete_texts
from newswire.adapters.store.recorded_rows import RECORDED, value_columns, value_of
from newswire.adapters.store.sql import chunks, select_in
from newswire.adapters.store.tables import (
    article_urls,
    articles,
    changes,
    dead_letters,
    outcomes,
    revisions,
    sightings,
)
from newswire.domain.articles.erased import erased, erased_article
from newswire.domain.urls.canonical import registrable_domain
from newswire.events import Article, Change, DeadLetter

_CHANGE: Final[TypeAdapter[Change]] = TypeAdapter(Change)


@dataclass(frozen=True, slots=True)
class Traces:
    """Where words of purged articles are found."""

    article_ids: frozenset[UUID]
    urls: frozenset[str]
    entry_ids: frozenset[UUID]

    def of_entries(self, entry_ids: Iterable[UUID]) -> Self:
        """The traces without the entries that are not among ``entry_ids``."""
        return replace(self, entry_ids=self.entry_ids.intersection(entry_ids))

    @property
    def keys(self) -> frozenset[str]:
        """The keys of the log under which their events are."""
        sites = {registrable_domain(url) for url in self.urls}
        return frozenset({*map(str, self.article_ids), *map(str, self.entry_ids), *sites})


async def traces_of(connection: AsyncConnection, article_ids: Collection[UUID]) -> Traces:
    """The addresses and the entries of these articles."""
    leads = await select_in(connection, select(article_urls), article_urls.c.article_id, article_ids)
    urls = {row.url for row in leads}
    ended = await select_in(connection, select(outcomes.c.entry_id), outcomes.c.article_id, article_ids)
    named = await select_in(connection, select(sightings.c.entry_id), sightings.c.url, urls)
    looks = [entry_id for each in await counted_looks(connection, article_ids) for entry_id in each.entry_ids()]
    entries = {row.entry_id for row in (*ended, *named)}.union(looks)
    following = await select_in(connection, select(sightings.c.entry_id), sightings.c.follows, entries)
    return Traces(frozenset(article_ids), frozenset(urls), frozenset(entries | {row.entry_id for row in following}))


async def purged_of(connection: AsyncConnection, entry_ids: Collection[UUID]) -> set[UUID]:
    """The purged articles that these entries ended in, or whose address they name."""
    ended = (
        select(outcomes.c.article_id)
        .join(articles, articles.c.article_id == outcomes.c.article_id)
        .where(articles.c.purged_at.is_not(None))
    )
    named = (
        select(article_urls.c.article_id)
        .join(sightings, sightings.c.url == article_urls.c.url)
        .join(articles, articles.c.article_id == article_urls.c.article_id)
        .where(articles.c.purged_at.is_not(None))
    )
    found = [
        *await select_in(connection, ended, outcomes.c.entry_id, entry_ids),
        *await select_in(connection, named, sightings.c.entry_id, entry_ids),
    ]
    return {row.article_id for row in found} | await _purged_of_folded(connection, entry_ids)


async def _purged_of_folded(connection: AsyncConnection, entry_ids: Collection[UUID]) -> set[UUID]:
    """The purged articles of which these entries are folded looks."""
    if not (folded := await without_rows(connection, entry_ids)):
        return set()
    purged = (
        await connection.execute(select(articles.c.article_id).where(articles.c.purged_at.is_not(None)))
    ).scalars()
    looks = await counted_looks(connection, purged)
    return {each.article_id for each in looks if not folded.isdisjoint(each.entry_ids())}


async def erase_article(connection: AsyncConnection, article_id: UUID) -> None:
    """Erase the words of the article's own rows; the rows stay."""
    of = articles.c.article_id == article_id
    await connection.execute(update(articles).where(of).values(title=None, headlines=None))
    # Before the articles are erased, which some of them are made whole with.
    told = (await connection.execute(RECORDED.where(changes.c.article_id == article_id))).all()
    kept = await connection.execute(select(revisions).where(revisions.c.article_id == article_id))
    for row in kept.all():
        text = erased_article(Article.model_validate(row.article))
        one = (revisions.c.article_id == article_id) & (revisions.c.revision == row.revision)
        await connection.execute(update(revisions).where(one).values(article=text))
    for row in told:
        change = erased(_CHANGE.validate_json(value_of(row)))
        columns = value_columns(change, change.model_dump_json().encode(), apart=bool(row.article_apart))
        await connection.execute(update(changes).where(changes.c.change_id == row.change_id).values(columns))
    await delete_texts(connection, [article_id])


async def erase_traces(connection: AsyncConnection, traces: Traces) -> None:
    """Erase the words of the entries, and those of their dead letters."""
    await erase_titles(connection, sorted(traces.entry_ids))
    letters = select(dead_letters.c.letter_id, dead_letters.c.letter)
    found = [
        *await select_in(connection, letters, dead_letters.c.entry_id, traces.entry_ids),
        *await select_in(connection, letters, dead_letters.c.url, traces.urls),
    ]
    for row in found:
        letter = erased(DeadLetter.model_validate(row.letter))
        await connection.execute(
            update(dead_letters).where(dead_letters.c.letter_id == row.letter_id).values(letter=letter)
        )


async def erase_titles(connection: AsyncConnection, entry_ids: Sequence[UUID]) -> None:
    """Erase the titles that feeds gave these entries."""
    for some in chunks(entry_ids):
        titled = sightings.c.entry_id.in_(some) & sightings.c.title.is_not(None)
        await connection.execute(update(sightings).where(titled).values(title=None))


async def titled_after_purge(connection: AsyncConnection) -> list[UUID]:
    """The entries of purged articles that have a title."""
    late = (
        select(sightings.c.entry_id)
        .join(article_urls, article_urls.c.url == sightings.c.url)
        .join(articles, articles.c.article_id == article_urls.c.article_id)
        .where(articles.c.purged_at.is_not(None), sightings.c.title.is_not(None))
    )
    return list((await connection.execute(late)).scalars())
