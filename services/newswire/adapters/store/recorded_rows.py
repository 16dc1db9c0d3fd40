"""Recorded changes to rows of ``changes`` and back, with their articles from ``revisions``."""

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, select

from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import changes, revisions
from newswire.domain.articles.apart import as_kept, with_article, without_article
from newswire.domain.articles.recorded import RecordedChange, with_position
from newswire.events import Change, Duplicate, Published, Relinked, Revised, Unlinked


def holds_article_of(change: FromClause) -> ColumnElement[bool]:
    """Whether a row of ``revisions`` holds the article that the row of ``change`` lacks: the condition of a join."""
    of_article = (revisions.c.article_id == change.c.article_id) & (revisions.c.revision == change.c.revision)
    return change.c.article_apart.is_(True) & of_article


RECORDED: Final[Select[*tuple[Any, ...]]] = select(changes, revisions.c.article).outerjoin(
    revisions, holds_article_of(changes)
)
"""The rows that `recorded_of` and `value_of` read."""


def value_of(row: AnyRow) -> bytes:
    """The bytes of a change as they were first published, from its columns and ``article``."""
    value: bytes = row.value
    return with_article(value, row.article) if row.article_apart else value


def recorded_of(row: AnyRow) -> RecordedChange:
    """The recorded change of a row."""
    return RecordedChange(
        change_id=row.change_id,
        article_id=row.article_id,
        kind=row.kind,
        value=value_of(row),
        at=row.at,
        entry_id=row.entry_id,
        traceparent=row.traceparent,
        position=row.position,
    )


def change_row(change: Change, record: RecordedChange, kept: bytes | None) -> dict[str, Any]:
    """A row of ``changes``; with the bytes ``kept``, which have no position, its article is left to ``revisions``."""
    return {
        "change_id": record.change_id,
        # Of one event there may be several changes; the one of its own article is found by it.
        "source_event_id": change.id if isinstance(change, Relinked | Unlinked) else change.source_event_id,
        "article_id": record.article_id,
        "entry_id": record.entry_id,
        "revision": change.revision,
        "kind": record.kind,
        **_columns(record.value, None if kept is None else with_position(kept, record.position or 0)),
        "traceparent": record.traceparent,
        "at": record.at,
        "position": record.position,
    }


def value_columns(change: Change, value: bytes, *, apart: bool) -> dict[str, Any]:
    """The columns that `value_of` reads; with ``apart``, the row of ``revisions`` must hold the change's article."""
    return _columns(value, bytes_apart(change, value) if apart else None)


def bytes_apart(change: Change, value: bytes) -> bytes | None:
    """The bytes of the change without its article; None where it brings none, or has to be kept whole."""
    if not isinstance(change, Published | Revised | Duplicate):
        return None
    return without_article(value, as_kept(change.article))


def _columns(value: bytes, kept: bytes | None) -> dict[str, Any]:
    return {"value": value, "article_apart": None} if kept is None else {"value": kept, "article_apart": True}
