"""The last attempts of each webhook, for the people who look after its receiver."""

import sqlalchemy as sa
from alembic import op

from newswire.adapters.database.columns import JSON

revision = "0023"
down_revision = "0022"
oldest = "0001"


def upgrade() -> None:
    """Add a column that may be null, which an older newswire leaves as it is."""
    op.add_column("webhooks", sa.Column("recent", JSON))
