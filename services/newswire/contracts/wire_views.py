"""The views by which a reader follows the wire: on Postgres, and on SQLite too.

`newswire.contracts.sql_views` has the others.
"""

from typing import Final

from newswire.contracts.sql import Column, View

_TIME: Final = "timestamptz"
_ARTICLE: Final = "FROM revisions r WHERE r.article_id = {0}.article_id AND r.revision = {0}.revision"


def event_of(change: str) -> str:
    """The SQL for the whole event of the row ``change``, as jsonb on Postgres."""
    event = f"convert_from({change}.value, 'UTF8')::jsonb"
    return _whole(change, f"{event} || (SELECT jsonb_build_object('article', r.article) {_ARTICLE})", event)


def _event_on_sqlite(change: str) -> str:
    """The SQL for the same on SQLite, where JSON is text and is kept as it was written."""
    event = f"CAST({change}.value AS TEXT)"
    article = f"(SELECT '\"article\":' || r.article {_ARTICLE})"
    return _whole(change, f"replace({event}, '\"article\":null', {article})", event)


def _whole(change: str, with_article: str, event: str) -> str:
    return f"CASE WHEN {change}.article_apart THEN {with_article.format(change)} ELSE {event} END"


WIRE: Final = View(
    "wire_v1",
    "Every change and every feed event, each once, by position, for programs that follow the wire.",
    '(SELECT position, change_id AS id, kind, article_id, CAST(NULL AS uuid) AS feed_id, "at", value, revision,'
    " article_apart FROM changes UNION ALL"
    ' SELECT position, event_id, kind, CAST(NULL AS uuid), feed_id, "at", value, CAST(NULL AS integer),'
    " CAST(NULL AS boolean) FROM feed_events) w",
    (
        Column("position", "bigint", "w.position", "The number of the event: 1, 2, 3, … without gaps."),
        Column("id", "uuid", "w.id", "The event's id (ce_id)."),
        Column("kind", "text", "w.kind", "published, revised, duplicate, withdrawn, feed-failing, coverage-gap, …"),
        Column("article_id", "uuid", "w.article_id", "The article that a change is about; null for a feed event."),
        Column(
            "feed_id",
            "uuid",
            "w.feed_id",
            "The feed, or the source (`source_id`), that a feed event is about; null for a change.",
        ),
        Column("at", _TIME, 'w."at"', "When it was decided or noticed."),
        Column(
            "event",
            "jsonb",
            event_of("w"),
            "The whole event's value. It lacks `position` where it is older than positions.",
            sqlite=_event_on_sqlite("w"),
        ),
    ),
)

WIRE_HEAD: Final = View(
    "wire_head_v1",
    "One row: where the wire begins and ends.",
    "wire_head h",
    (
        Column(
            "epoch",
            "text",
            "h.epoch",
            "Positions of one epoch can be compared. After a restore it is another one: begin anew.",
        ),
        Column("next", "bigint", "h.next", "The position of the event that is recorded next."),
        Column(
            "floor",
            "bigint",
            "(SELECT min(p) FROM (SELECT min(position) AS p FROM changes UNION ALL SELECT min(position)"
            " FROM feed_events UNION ALL SELECT h.next) k)",
            "The lowest position that is kept; equal to next where no event is.",
        ),
    ),
)

SQLITE_VIEWS: Final = (WIRE, WIRE_HEAD)
"""The views that a SQLite database has too."""
