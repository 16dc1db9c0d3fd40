"""Indexes for lists of articles: by the feed of a text, and by the other conditions of a filter but the language."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
oldest = "0001"


def upgrade() -> None:
    """Exchange indexes, which an older newswire need not know. They may have been built by hand before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    feed = sa.text("json_extract(article, '$.feed.id')" if is_sqlite else "(article #>> '{feed,id}')")
    op.create_index("revisions_feed_idx", "revisions", [feed], if_not_exists=True)
    listed = ["changed_at", "article_id", "published", "source", "kind"]
    op.create_index("articles_listed_idx", "articles", listed, if_not_exists=True)
    op.drop_index("articles_changed_at_idx", "articles", if_exists=True)  # the new one begins with its column
