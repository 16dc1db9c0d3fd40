"""Articles with their last texts: the statement, a filter as SQL conditions, and a row as a value."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, func, select

from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import newest_page
from newswire.adapters.store.tables import articles, revisions
from newswire.domain.wire.filters import WireFilter
from newswire.ports.article_reads import ArticleNow
from newswire.ports.time_place import TimePlace

_LATER = revisions.alias("later")
_LAST_TEXT: Final = revisions.c.revision == (
    select(func.max(_LATER.c.revision))
    .where(_LATER.c.article_id == articles.c.article_id)
    .correlate(articles)
    .scalar_subquery()
)
"""A withdrawal counts as a revision and has no text."""

ARTICLES_NOW: Final = (
    select(
        articles.c.article_id,
        articles.c.kind,
        articles.c.revision,
        articles.c.duplicate_of,
        articles.c.first_seen,
        articles.c.changed_at,
        revisions.c.article,
    )
    .select_from(articles)
    .join(revisions, revisions.c.article_id == articles.c.article_id)
    .where(_LAST_TEXT)
)


def listing(wanted: WireFilter, behind: TimePlace | None, limit: int) -> Select[*tuple[object, ...]]:
    """The statement for a page of the list.

    The page is chosen before the texts are joined: Postgres takes the condition on the last text for a rare one, and
    would sort all articles.
    """
    order = articles.c.changed_at, articles.c.article_id
    chosen = newest_page(select(articles.c.article_id).where(*conditions(wanted)), *order, behind, limit).subquery()
    joined = ARTICLES_NOW.join(chosen, chosen.c.article_id == articles.c.article_id)
    return joined.order_by(*(column.desc() for column in order))


def conditions(wanted: WireFilter) -> Iterator[ColumnElement[bool]]:
    """The conditions, each of which must hold; the same ones as `WireFilter.takes` has."""
    if wanted.kinds:
        yield articles.c.kind.in_(sorted(wanted.kinds))
    if wanted.sources:
        yield articles.c.source.in_(sorted(wanted.sources))
    if wanted.languages:
        yield articles.c.language.in_(sorted(wanted.languages))
    if wanted.feeds:
        feed_id = revisions.c.article[("feed", "id")].as_string()
        last = select(revisions.c.revision).where(revisions.c.article_id == articles.c.article_id, _LAST_TEXT)
        yield last.where(feed_id.in_(sorted(map(str, wanted.feeds)))).correlate(articles).exists()
    if wanted.duplicates != "all":
        yield articles.c.kind != "duplicate"
    yield from times(wanted, articles)


def times(wanted: WireFilter, table: Table) -> Iterator[ColumnElement[bool]]:
    """The conditions on the columns ``published`` and ``changed_at`` of a table."""
    if wanted.published_after is not None:
        yield table.c.published >= wanted.published_after
    if wanted.published_before is not None:
        yield table.c.published < wanted.published_before
    if wanted.changed_after is not None:
        yield table.c.changed_at >= wanted.changed_after
    if wanted.changed_before is not None:
        yield table.c.changed_at < wanted.changed_before


def now_of(row: AnyRow) -> ArticleNow:
    """The article of a row of `ARTICLES_NOW`."""
    return ArticleNow(
        article_id=row.article_id,
        kind=row.kind,
        revision=row.revision,
        duplicate_of=row.duplicate_of,
        first_seen=row.first_seen,
        changed_at=row.changed_at,
        last_text=json_object(row.article),
    )


def json_object(article: Any) -> dict[str, Any]:
    """The JSON object of a text; Postgres' jsonb gives its fields in an order of its own."""
    return dict(article)
