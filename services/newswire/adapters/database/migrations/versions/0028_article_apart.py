"""A change may be stored without its article, which its revision holds."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0025"
oldest = "0001"


def upgrade() -> None:
    """Add a column that is empty for changes that are stored whole.

    An older newswire takes every change for whole. Changes without an article are written only where
    ``schema_oldest`` keeps an older one out.
    """
    op.add_column("changes", sa.Column("article_apart", sa.Boolean(), nullable=True))
