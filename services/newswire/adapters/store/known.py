"""Reads the state that a batch of article events is decided by, in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.near_tables import caused_changes, near_texts
from newswire.adapters.store.page_hosts import load_habits
from newswire.adapters.store.rechecks import states_of
from newswire.adapters.store.recorded_rows import RECORDED, recorded_of
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import one_of, select_in
from newswire.adapters.store.tables import article_urls, articles, changes, originals, outcomes, revisions, sightings
from newswire.domain.articles.batch import article_ids_in, host_of
from newswire.domain.articles.before import AsKnown, PastDecisions
from newswire.domain.articles.decide import comparable
from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.articles.verdict import ArticleState, Twin
from newswire.domain.text.signature import VERSION
from newswire.events import EDITOR, Article, ArticleEvent, ArticleExtracted

_NEWEST: Final = func.max(revisions.c.revision).over(partition_by=revisions.c.article_id).label("newest")
_RANKED: Final = select(revisions.c.article_id, revisions.c.revision, _NEWEST)
_BOTH: Final = RECORDED.add_columns(caused_changes.c.event_id).join(
    caused_changes, caused_changes.c.change_id == changes.c.change_id
)
_carrier, _root = articles.alias("carrier"), articles.alias("root")
_EVER_CARRIED: Final = (
    select(
        originals.c.content_hash,
        _root.c.article_id,
        _root.c.canonical_url,
        _carrier.c.duplicate_of,
        near_texts.c.published,
    )
    .join(_carrier, _carrier.c.article_id == originals.c.article_id)
    .join(_root, _root.c.article_id == func.coalesce(_carrier.c.duplicate_of, _carrier.c.article_id))
    .outerjoin(
        near_texts,
        (near_texts.c.article_id == _root.c.article_id)
        & (near_texts.c.revision == _root.c.revision)
        & (near_texts.c.version == VERSION),
    )
    .where(_root.c.kind != "withdrawn")
)
_CARRIED: Final = _EVER_CARRIED.where(_carrier.c.content_hash == originals.c.content_hash)


async def load_past(connection: AsyncConnection, events: Sequence[ArticleEvent]) -> PastDecisions:
    """The earlier decisions about these events, or about their entries."""
    booked = select(outcomes.c.entry_id).where(outcomes.c.kind != "rejected")
    settled = await select_in(connection, booked, outcomes.c.entry_id, (event.entry_id for event in events))
    told = await select_in(connection, RECORDED, changes.c.source_event_id, (event.id for event in events))
    caused = await _caused(connection, [event.id for event in events])
    return PastDecisions(
        caused=caused,
        settled={row.entry_id for row in settled},
        recorded={row.source_event_id: recorded_of(row) for row in told},
    )


async def _caused(connection: AsyncConnection, event_ids: Sequence[UUID]) -> dict[UUID, list[RecordedChange]]:
    found: dict[UUID, list[RecordedChange]] = {}
    for row in await select_in(connection, _BOTH.order_by(changes.c.position), caused_changes.c.event_id, event_ids):
        found.setdefault(row.event_id, []).append(recorded_of(row))
    return found


async def load_known(
    connection: AsyncConnection, events: Sequence[ArticleEvent], *, near: bool, locked: bool = True
) -> AsKnown:
    """The state that `decide` needs for these events. With ``locked`` the articles' rows are locked until the commit.

    ``near``: texts are compared word by word, too. Otherwise a copy is also linked by the words that its original had.
    """
    booked = select(sightings.c.entry_id, sightings.c.url)
    named = await select_in(connection, booked, sightings.c.entry_id, (event.entry_id for event in events))
    urls = {row.entry_id: row.url for row in named}
    leads = await select_in(connection, select(article_urls), article_urls.c.url, map(_canonical, events))
    lives = {row.url: row.article_id for row in leads}
    named_ids = chain.from_iterable(article_ids_in(event, urls.get(event.entry_id)) for event in events)
    states = await states_of(connection, chain(named_ids, lives.values()), locked=locked)
    hashes = {
        event.article.content_hash
        for event in events
        if isinstance(event, ArticleExtracted) and comparable(event.article)
    }
    hosts = {host_of(state.url) for state in states.values()} | {host_of(_canonical(event)) for event in events}
    return AsKnown(
        states=states,
        pinned=await _pinned(connection, states.values()),
        originals=await _originals(connection, hashes, had=not near),
        urls=urls,
        before=await _newest_texts(connection, events, states, urls, lives),
        lives=lives,
        habits=await load_habits(connection, hosts),
    )


def _canonical(event: ArticleEvent) -> str:
    return event.article.canonical_url if isinstance(event, ArticleExtracted) else ""


async def _newest_texts(
    connection: AsyncConnection,
    events: Sequence[ArticleEvent],
    states: Mapping[UUID, ArticleState],
    urls: Mapping[UUID, str],
    lives: Mapping[str, UUID],
) -> dict[UUID, Article]:
    """The texts that the batch brings other ones of."""
    wanted: set[UUID] = set()
    for event in events:
        if isinstance(event, ArticleExtracted):
            named = chain(article_ids_in(event, urls.get(event.entry_id)), (lives.get(_canonical(event)),))
            known = (states.get(each) for each in named if each is not None)
            wanted |= {
                state.article_id
                for state in known
                if state and (state.text_hash != event.article.text_hash or event.article.article_id not in states)
            }
    found: dict[UUID, Article] = {}
    for among in one_of(connection, revisions.c.article_id, wanted):
        inner = _RANKED.where(among).subquery()
        last = select(revisions.c.article_id, revisions.c.article).join(
            inner,
            (inner.c.article_id == revisions.c.article_id)
            & (inner.c.revision == revisions.c.revision)
            & (inner.c.newest == inner.c.revision),
        )
        for row in await connection.execute(last):
            found[row.article_id] = Article.model_validate(row.article)
    return found


async def _originals(connection: AsyncConnection, hashes: Iterable[str], *, had: bool) -> dict[str, Twin]:
    """Who carries these texts, by content hash. ``had``: also where the carrier was given another text since."""
    rows = await select_in(connection, _EVER_CARRIED if had else _CARRIED, originals.c.content_hash, hashes)
    return {row.content_hash: _twin(row) for row in rows}


def _twin(row: AnyRow) -> Twin:
    return Twin(row.article_id, row.canonical_url, published=row.published, by_copy=row.duplicate_of is not None)


async def _pinned(connection: AsyncConnection, states: Iterable[ArticleState]) -> dict[UUID, Twin]:
    """The originals that an editor linked these articles to, by article id."""
    links = {
        state.article_id: state.duplicate_of
        for state in states
        if state.linked_by == EDITOR and state.duplicate_of is not None
    }
    roots = select(articles.c.article_id, articles.c.canonical_url)
    rows = await select_in(connection, roots, articles.c.article_id, links.values())
    urls = {row.article_id: row.canonical_url for row in rows}
    return {each: Twin(root, urls[root], by_editor=True) for each, root in links.items()}
