"""When a circle was handed over to its members."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no circle has been handed over yet."""
    op.add_column("peer_group", sa.Column("handed_over_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("peer_group", "handed_over_at")
