"""The views by which a reader follows the wire: on Postgres, and on SQLite too.

`newswire.contracts.sql_views` has the others.
"""

from typing import Final

from newswire.contracts.sql import Column, View

_TIME: Final = "timestamptz"

WIRE: Final = View(
    "wire_v1",
    "Every change and every feed event, each once, by position, for programs that follow the wire.",
    '(SELECT position, change_id AS id, kind, article_id, CAST(NULL AS uuid) AS feed_id, "at", value FROM changes'
    ' UNION ALL SELECT position, event_id, kind, CAST(NULL AS uuid), feed_id, "at", value FROM feed_events) w',
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
            "convert_from(w.value, 'UTF8')",
            "The whole event's value. It lacks `position` where it is older than positions.",
            sqlite="CAST(w.value AS TEXT)",
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
