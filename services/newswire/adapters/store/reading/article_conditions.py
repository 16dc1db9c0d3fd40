"""Articles with their last texts: the statement, a filter as SQL conditions, and a row as a value."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, func, select

from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import newest_page
from newswire.adapters.store.tables import FEED_OF_TEXT, articles, revisions
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

_NO_LATER_TEXT: Final = revisions.c.revision == (
    select(func.max(_LATER.c.revision))
    .where(_LATER.c.article_id == revisions.c.article_id)
    .correlate(revisions)
    .scalar_subquery()
)
"""The same, said of the revision: else Postgres looks for the last text of every article to join few revisions."""

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


FEW_TEXTS: Final = 5_000
"""The most texts of feeds that a list looks up by their feed and sorts.

For more, it reads the articles from the newest on, and looks at the feed of each: then it soon has a page.
"""


def feed_texts(wanted: WireFilter, most: int) -> Select[*tuple[int]]:
    """The statement that counts the texts that came by the feeds of the filter, up to ``most``."""
    some = select(revisions.c.revision).where(_of_feeds(wanted)).limit(most)
    return select(func.count()).select_from(some.subquery())


def listing(wanted: WireFilter, behind: TimePlace | None, limit: int, *, by_feed: bool) -> Select[*tuple[object, ...]]:
    """The statement for a page of the list; ``by_feed`` where the feeds of the filter have few texts.

    The page is chosen before the texts are joined: Postgres takes the condition on the last text for a rare one, and
    would sort all articles.
    """
    order = articles.c.changed_at, articles.c.article_id
    matches = select(articles.c.article_id).where(*_conditions(wanted))
    if by_feed:
        of_feeds = matches.add_columns(articles.c.changed_at).join(
            revisions, revisions.c.article_id == articles.c.article_id
        )
        # Materialised: or else an engine may begin with the newest articles of all feeds.
        found = of_feeds.where(_of_feeds(wanted), _NO_LATER_TEXT).cte("of_feeds").prefix_with("MATERIALIZED")
        page = newest_page(select(found.c.article_id), found.c.changed_at, found.c.article_id, behind, limit)
    else:
        if wanted.feeds:
            last = select(revisions.c.revision).where(revisions.c.article_id == articles.c.article_id, _LAST_TEXT)
            matches = matches.where(last.where(_of_feeds(wanted)).correlate(articles).exists())
        page = newest_page(matches, *order, behind, limit)
    chosen = page.subquery()
    joined = ARTICLES_NOW.join(chosen, chosen.c.article_id == articles.c.article_id)
    return joined.order_by(*(column.desc() for column in order))


def _of_feeds(wanted: WireFilter) -> ColumnElement[bool]:
    return FEED_OF_TEXT.in_(sorted(map(str, wanted.feeds)))


def _conditions(wanted: WireFilter) -> Iterator[ColumnElement[bool]]:
    """The conditions, each of which must hold; with that on the feed, the same ones as `WireFilter.takes` has."""
    if wanted.kinds:
        yield articles.c.kind.in_(sorted(wanted.kinds))
    if wanted.sources:
        yield articles.c.source.in_(sorted(wanted.sources))
    if wanted.languages:
        yield articles.c.language.in_(sorted(wanted.languages))
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
