"""Whoever settles a concern about safety says how."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. What was settled before has no word of it."""
    op.add_column("safety_concern", sa.Column("settled_reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it off again."""
    op.drop_column("safety_concern", "settled_reason")
