"""Re-checks in a table of their own, so that a look at an article that found nothing new writes no wide row.

The schedule moves from `articles` to `rechecks` within the migration; writers of `articles` wait for it.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
oldest = "0001"

_MOVE: Final = """
    INSERT INTO rechecks (article_id, due, number, fetched_at, etag, last_modified)
    SELECT article_id, recheck_at, rechecks, fetched_at, etag, last_modified
    FROM articles WHERE recheck_at IS NOT NULL
"""
_EMPTY: Final = "UPDATE articles SET recheck_at = NULL WHERE recheck_at IS NOT NULL"

# A release that runs beside this one schedules looks in `articles`. The triggers move them, so that an article is due
# at one place only: such a release finds nothing to look at again, and leaves every look to this one. They go in a
# later release, with the column and its index. This release never writes the column.
# They fire after the write: before it, an upsert would look like an insert.

_TAKE: Final = """
    INSERT INTO rechecks (article_id, due, number, fetched_at, etag, last_modified)
    VALUES (NEW.article_id, NEW.recheck_at, NEW.rechecks, NEW.fetched_at, NEW.etag, NEW.last_modified)
    ON CONFLICT (article_id) DO UPDATE SET
        due = excluded.due,
        number = CASE WHEN excluded.number > rechecks.number THEN excluded.number ELSE rechecks.number END,
        fetched_at = CASE
            WHEN excluded.fetched_at > rechecks.fetched_at THEN excluded.fetched_at ELSE rechecks.fetched_at
        END,
        etag = excluded.etag, last_modified = excluded.last_modified, body_sha256 = NULL;
    UPDATE articles SET recheck_at = NULL WHERE article_id = NEW.article_id;
"""
_POSTGRES_FUNCTION: Final = """
    CREATE FUNCTION articles_take_recheck() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.recheck_at IS NOT NULL THEN
            {take}
        ELSE
            UPDATE articles SET rechecks = rechecks.number
            FROM rechecks
            WHERE articles.article_id = NEW.article_id AND rechecks.article_id = NEW.article_id
                AND rechecks.number > articles.rechecks;
            DELETE FROM rechecks WHERE article_id = NEW.article_id;
        END IF;
        RETURN NULL;
    END $$
"""
_POSTGRES_TRIGGERS: Final = (
    """
    CREATE TRIGGER articles_new_recheck AFTER INSERT ON articles FOR EACH ROW
    WHEN (NEW.recheck_at IS NOT NULL) EXECUTE FUNCTION articles_take_recheck()
    """,
    """
    CREATE TRIGGER articles_take_recheck AFTER UPDATE OF recheck_at ON articles FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION articles_take_recheck()
    """,
)
_SQLITE_TRIGGER: Final = """
    CREATE TRIGGER {name} AFTER {write} ON articles WHEN NEW.recheck_at IS NOT NULL
    BEGIN
        {take}
    END
"""
_WRITES: Final = {"articles_new_recheck": "INSERT", "articles_take_recheck": "UPDATE OF recheck_at"}


def upgrade() -> None:
    """Add a table, move the schedule into it, and from then on what an older newswire schedules."""
    op.create_table(
        "rechecks",
        sa.Column("article_id", sa.Uuid(), primary_key=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_sha256", sa.Text()),
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute("LOCK TABLE articles IN SHARE ROW EXCLUSIVE MODE")
    op.execute(_MOVE)
    op.execute(_EMPTY)
    op.create_index("rechecks_due_idx", "rechecks", ["due"])
    if postgres:
        # Rows come and go: vacuum when every hundredth is dead, not every fifth.
        op.execute("ALTER TABLE rechecks SET (autovacuum_vacuum_scale_factor = 0.01)")
        op.execute(_POSTGRES_FUNCTION.format(take=_TAKE))
        for statement in _POSTGRES_TRIGGERS:
            op.execute(statement)
    else:
        for name, write in _WRITES.items():
            op.execute(_SQLITE_TRIGGER.format(name=name, write=write, take=_TAKE))
