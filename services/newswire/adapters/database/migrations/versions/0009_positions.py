"""The position of each change and feed event on the wire, and the head that gives the next one.

Old rows are numbered in the order of their time, within the lock that adding the column takes. `store` and `poll` wait
for it in place.
"""

import secrets
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
oldest = "0001"

_NUMBER: Final = """
    UPDATE {table} SET position = numbered.n
    FROM (
        SELECT id, row_number() OVER (ORDER BY at, subject, revision, id) AS n
        FROM (
            SELECT change_id AS id, at, article_id AS subject, revision FROM changes
            UNION ALL SELECT event_id, at, feed_id, place FROM feed_events
        ) AS recorded
    ) AS numbered
    WHERE numbered.id = {table}.{key}
"""
_HEAD: Final = """
    INSERT INTO wire_head (epoch, next)
    SELECT '{epoch}', 1 + (SELECT count(*) FROM changes) + (SELECT count(*) FROM feed_events)
"""
_KEYS: Final = {"changes": "change_id", "feed_events": "event_id"}

# A release that runs beside this one inserts rows without a position. The triggers go in a later release.
# They fire after the insert: before it, a row that is there already would use up a position.

_POSTGRES_FUNCTION: Final = """
    CREATE FUNCTION {table}_take_position() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        taken bigint;
    BEGIN
        UPDATE wire_head SET next = next + 1 RETURNING next - 1 INTO taken;
        UPDATE {table} SET position = taken WHERE {key} = NEW.{key};
        RETURN NULL;
    END $$
"""
_POSTGRES_TRIGGER: Final = """
    CREATE TRIGGER {table}_take_position AFTER INSERT ON {table} FOR EACH ROW
    WHEN (NEW.position IS NULL) EXECUTE FUNCTION {table}_take_position()
"""
_SQLITE_TRIGGER: Final = """
    CREATE TRIGGER {table}_take_position AFTER INSERT ON {table} WHEN NEW.position IS NULL
    BEGIN
        UPDATE {table} SET position = (SELECT next FROM wire_head) WHERE {key} = NEW.{key};
        UPDATE wire_head SET next = next + 1;
    END
"""


def upgrade() -> None:
    """Add nullable columns, number the rows that exist, and number those that an older newswire still writes."""
    for table in _KEYS:
        op.add_column(table, sa.Column("position", sa.BigInteger()))
    for table, key in _KEYS.items():
        op.execute(_NUMBER.format(table=table, key=key))
        op.create_index(f"{table}_position_idx", table, ["position"], unique=True)
    op.create_table(
        "wire_head",
        sa.Column("epoch", sa.Text(), primary_key=True),
        sa.Column("next", sa.BigInteger(), nullable=False),
    )
    op.execute(_HEAD.format(epoch=secrets.token_hex(4)))
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, key in _KEYS.items():
        for statement in (_POSTGRES_FUNCTION, _POSTGRES_TRIGGER) if postgres else (_SQLITE_TRIGGER,):
            op.execute(statement.format(table=table, key=key))
