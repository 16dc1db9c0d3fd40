"""`Links` over a database."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.article_rows import state_of
from newswire.adapters.store.changes import lock_recording, write_changes
from newswire.adapters.store.clusters import follow, settle, texts_of, write_moves
from newswire.adapters.store.near_tables import near_links, near_texts
from newswire.adapters.store.recorded_rows import RECORDED, recorded_of
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import articles, changes, revisions
from newswire.domain.articles.before import AsKnown
from newswire.domain.articles.decisions import Decisions
from newswire.domain.articles.near_duplicates.comparisons import Comparisons
from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.articles.relink import Cause, moved, overruled
from newswire.domain.articles.verdict import ArticleState, Twin
from newswire.events import EDITOR
from newswire.ports.links import ComparedArticles

_TEXT = (
    select(revisions.c.article["text"].as_string())
    .where(revisions.c.article_id == bindparam("of", type_=Uuid))
    .order_by(revisions.c.revision.desc())
    .limit(1)
)


class DatabaseLinks:
    """`newswire.ports.Links`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database, *, near_window: timedelta | None = None) -> None:
        """Keep the database; stories are decided again within ``near_window``, as `DatabaseArticles` does."""
        self._database = database
        self._near_window = near_window

    async def overrule(
        self, article_id: UUID, original_id: UUID | None, cause: Cause, now: datetime
    ) -> tuple[RecordedChange, ...]:
        """Decide and write in one transaction, behind the lock of `ArticleStore.record`."""
        async with self._database.write() as connection:
            await lock_recording(connection)
            state, root = await self._states(connection, article_id, original_id)
            wanted = overruled(state, root)
            if wanted == state:
                return await _told(connection, article_id, state.revision)
            twin = Twin(root.article_id, root.canonical_url, by_editor=True) if root else None
            rows = await select_in(connection, select(near_texts), near_texts.c.article_id, [article_id])
            moves = [moved(wanted, twin, cause, now, EDITOR, previous=state.duplicate_of)]
            with_texts = await texts_of(connection, [article_id]) if self._near_window else []
            states = {root.article_id: root} if root else {}
            moves += await follow(connection, moves, states, {row.article_id for row in with_texts}, now)
            await write_moves(connection, moves, {row.article_id: row for row in rows})
            if self._near_window:
                of_stories = {article_id: cause}
                moves += await settle(connection, of_stories, now, now - self._near_window, Comparisons())
            made = Decisions(AsKnown({}, {}, {}))
            made.tell_moves(moves)
            return await write_changes(connection, made, {})

    async def _states(
        self, connection: AsyncConnection, article_id: UUID, original_id: UUID | None
    ) -> tuple[ArticleState, ArticleState | None]:
        """The article, and the original of the other one."""
        locked = select(articles).order_by(articles.c.article_id).with_for_update()
        wanted = [article_id, *([original_id] if original_id else [])]
        found = {
            row.article_id: state_of(row) for row in await select_in(connection, locked, articles.c.article_id, wanted)
        }
        root = found[original_id] if original_id else None
        if root is not None and root.duplicate_of is not None and root.duplicate_of != article_id:
            (row,) = await select_in(connection, select(articles), articles.c.article_id, [root.duplicate_of])
            root = state_of(row)
        return found[article_id], root

    async def compared(self, article_id: UUID) -> tuple[ComparedArticles, ...]:
        """Read the links and both texts."""
        ordered = (
            select(near_links, articles.c.canonical_url)
            .join(articles, articles.c.article_id == near_links.c.other_id)
            .where(near_links.c.article_id == article_id)
            .order_by(near_links.c.score.desc(), near_links.c.other_id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(ordered)).all()
            texts = {
                each: (await connection.execute(_TEXT, {"of": each})).scalar_one_or_none() or ""
                for each in ([article_id, *(row.other_id for row in rows)] if rows else [])
            }
        return tuple(
            ComparedArticles(
                row.other_id,
                row.canonical_url,
                row.relation,
                row.reason,
                row.score,
                row.shared_words,
                row.algorithm,
                row.at,
                texts[article_id],
                texts[row.other_id],
            )
            for row in rows
        )


async def _told(connection: AsyncConnection, article_id: UUID, revision: int) -> tuple[RecordedChange, ...]:
    """The change that brought the article to its revision."""
    last = RECORDED.where(changes.c.article_id == article_id, changes.c.revision == revision)
    return tuple(recorded_of(row) for row in await connection.execute(last))
