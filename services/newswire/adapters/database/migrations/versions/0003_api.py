"""Which newswire may live with this schema; and, on Postgres, the views of the SQL contract.

The views are not made here: every migration ends by making them anew (sql_contract.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
oldest = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table("schema_oldest", sa.Column("revision", sa.Text(), primary_key=True))
