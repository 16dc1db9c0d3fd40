"""The copies of an article in the order in which they were seen."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
oldest = "0001"


def upgrade() -> None:
    """Add an index, which an older newswire does not need. An operator may have built it already, with CONCURRENTLY."""
    copies = sa.text("duplicate_of IS NOT NULL")
    columns = ["duplicate_of", "first_seen", "article_id"]
    op.create_index(
        "articles_copies_idx", "articles", columns, sqlite_where=copies, postgresql_where=copies, if_not_exists=True
    )
