"""Stories that are decided again: an original came late, has another text, or is gone.

It runs inside the transaction that records the batch, after the batch was written, so the tables are all there is to
read. It seldom has work to do, and then with a few stories.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.article_rows import state_of
from newswire.adapters.store.near_tables import near_texts
from newswire.adapters.store.near_texts import (
    CURRENT,
    find_by_keys,
    load_members,
    post,
    text_of_row,
    unpost,
    write_links,
)
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import chunks, select_in, update_rows
from newswire.adapters.store.tables import articles, originals
from newswire.domain.articles.near_duplicates.choose import TextLink
from newswire.domain.articles.near_duplicates.cluster import ROUNDS, Region, Settled, redecide
from newswire.domain.articles.near_duplicates.comparisons import Comparisons
from newswire.domain.articles.near_duplicates.shingles import keys
from newswire.domain.articles.relink import Cause, LinkMove, moved
from newswire.domain.articles.verdict import ArticleState, Twin
from newswire.events import EDITOR

LARGEST: Final = 400
"""So many texts of a region are decided again, the earliest published."""


async def settle(
    connection: AsyncConnection, causes: Mapping[UUID, Cause], now: datetime, since: datetime, seen: Comparisons
) -> list[LinkMove]:
    """Decide the stories of these originals again, and write where their texts belong now.

    ``causes`` is by the original's article id. The changes are left to the caller to write.
    """
    stories = dict(causes)
    for _ in range(ROUNDS):
        rows = await texts_of(connection, stories)
        if not rows:
            return []
        settled = await _decided(connection, rows, since, seen)
        new = {UUID(each) for each in settled.reach} - stories.keys()
        if not new:
            break
        cause = next(iter(causes.values()))
        stories |= dict.fromkeys(sorted(new), cause)
    return await _write(connection, rows, settled, stories, now)


async def with_duplicates(connection: AsyncConnection, wanted: Iterable[UUID]) -> set[UUID]:
    """Those of the articles that others are duplicates of."""
    column = near_texts.c.original_id
    rows = await select_in(
        connection, select(column).where(column != near_texts.c.article_id).distinct(), column, wanted
    )
    return {row.original_id for row in rows}


async def texts_of(connection: AsyncConnection, stories: Iterable[UUID]) -> list[AnyRow]:
    """The texts of the stories, without those that were withdrawn."""
    found: dict[UUID, AnyRow] = {}
    for some in chunks(stories):
        of_them = or_(near_texts.c.original_id.in_(some), near_texts.c.article_id.in_(some))
        usable = CURRENT.where(articles.c.kind != "withdrawn", of_them)
        ordered = usable.order_by(near_texts.c.published, near_texts.c.article_id).limit(LARGEST)
        found |= {row.article_id: row for row in await connection.execute(ordered)}
    return list(found.values())


async def _decided(connection: AsyncConnection, rows: Sequence[AnyRow], since: datetime, seen: Comparisons) -> Settled:
    texts = {row.article_id: text_of_row(row) for row in rows}
    hits = await find_by_keys(
        connection, {each: keys(text.signature.text_codes) for each, text in texts.items()}, since
    )
    around = {each for found in hits.values() for each in found} - texts.keys()
    usable = CURRENT.where(articles.c.kind == "published")
    near = await select_in(connection, usable, near_texts.c.article_id, around)
    known = {row.article_id: text_of_row(row) for row in near}
    members = await load_members(connection, known)
    region = Region(
        list(texts.values()),
        {str(each): [known[other] for other in sorted(found) if other in known] for each, found in hits.items()},
        {str(each): found for each, found in members.items()},
        {str(row.article_id): str(row.original_id) for row in rows if row.linked_by == EDITOR},
    )
    return redecide(region, seen)


async def _write(
    connection: AsyncConnection, rows: Sequence[AnyRow], settled: Settled, stories: Mapping[UUID, Cause], now: datetime
) -> list[LinkMove]:
    of_row = {row.article_id: row for row in rows}
    belongs = {UUID(each): UUID(root) for each, root in settled.originals.items()}
    others = {each: root for each, root in belongs.items() if of_row[each].original_id != root}
    if not others:
        return []
    locked = select(articles).order_by(articles.c.article_id).with_for_update()
    found = await select_in(connection, locked, articles.c.article_id, sorted({*others, *others.values()}))
    states = {row.article_id: state_of(row) for row in found}
    moves = []
    for each, root in sorted(others.items()):
        cause = stories.get(each) or stories.get(of_row[each].original_id) or next(iter(stories.values()))
        twin = None if root == each else _twin(states[each], states[root], settled.links.get(str(each)))
        moves.append(moved(states[each], twin, cause, now))
    moves += await follow(connection, moves, states, of_row, now)
    await write_moves(connection, moves, of_row)
    edges = {each: settled.edges[str(each)] for each in others if str(each) in settled.edges}
    await write_links(connection, edges, now)
    return moves


async def follow(
    connection: AsyncConnection,
    moves: Sequence[LinkMove],
    states: Mapping[UUID, ArticleState],
    decided: Container[UUID],
    now: datetime,
) -> list[LinkMove]:
    """The moves of duplicates that no text decides on: each follows its original to the article that took over.

    ``states`` holds the articles that took over. ``decided`` are the articles with texts, which are decided by these. A
    duplicate that took over itself becomes an original. A withdrawn duplicate stays where it is.
    """
    took_over = {
        move.state.article_id: (states[move.state.duplicate_of], move.cause)
        for move in moves
        if move.state.duplicate_of is not None
    }
    locked = select(articles).where(articles.c.kind == "duplicate").order_by(articles.c.article_id).with_for_update()
    found = await select_in(connection, locked, articles.c.duplicate_of, took_over)
    made = []
    for row in found:
        if row.article_id in decided:
            continue
        state = state_of(row)
        root, cause = took_over[row.duplicate_of]
        twin = None
        if state.article_id != root.article_id:
            twin = replace(_twin(state, root), through=True)
        made.append(moved(state, twin, cause, now))
    return made


def _twin(state: ArticleState, root: ArticleState, link: TextLink | None = None) -> Twin:
    equal = state.content_hash == root.content_hash
    by_editor = state.linked_by == EDITOR
    return Twin(root.article_id, root.canonical_url, link, equal=equal, by_editor=by_editor)


async def write_moves(connection: AsyncConnection, moves: Sequence[LinkMove], rows: Mapping[UUID, AnyRow]) -> None:
    """Write the articles' new states, and keep texts and keys in step. ``rows`` of ``near_texts`` are those before."""
    await update_rows(connection, articles.c.article_id, [_state(move.state) for move in moves])
    known = [move.state for move in moves if move.state.article_id in rows]
    await update_rows(
        connection,
        near_texts.c.article_id,
        [
            {
                "article_id": state.article_id,
                "revision": state.revision,
                "original_id": state.duplicate_of or state.article_id,
            }
            for state in known
        ],
    )
    was = {each: rows[each].original_id == each for each in (state.article_id for state in known)}
    await unpost(connection, [rows[s.article_id] for s in known if was[s.article_id] and s.duplicate_of])
    new = [rows[s.article_id] for s in known if not was[s.article_id] and s.duplicate_of is None]
    await post(connection, {row.article_id: (row.seen, keys(text_of_row(row).signature.text_codes)) for row in new})
    await _carry(connection, [move.state for move in moves])


async def _carry(connection: AsyncConnection, states: Sequence[ArticleState]) -> None:
    """Let each text be carried by an original that has it, or else by one of the articles that have it now."""
    carrier = select(originals.c.content_hash.label("text"), articles).join(
        articles, articles.c.article_id == originals.c.article_id
    )
    rows = await select_in(connection, carrier, originals.c.content_hash, [state.content_hash for state in states])
    carried = {row.text: state_of(row) for row in rows}
    newer = {}
    for state in sorted(states, key=lambda state: (state.duplicate_of is None, state.article_id)):
        now = carried.get(state.content_hash)
        lost = now is not None and (now.kind == "withdrawn" or now.content_hash != state.content_hash)
        if lost or (now is not None and state.duplicate_of is None):
            newer[state.content_hash] = state.article_id
    carriers = [{"content_hash": text, "article_id": each} for text, each in sorted(newer.items())]
    await update_rows(connection, originals.c.content_hash, carriers)


def _state(state: ArticleState) -> dict[str, Any]:
    return {
        "article_id": state.article_id,
        "kind": state.kind,
        "duplicate_of": state.duplicate_of,
        "revision": state.revision,
        "changed_at": state.changed_at,
        "linked_by": state.linked_by,
    }
