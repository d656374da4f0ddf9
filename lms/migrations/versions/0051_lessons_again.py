"""When a lesson was done again, and which text of it."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room. Nothing was done again before: only the first time was kept."""
    op.add_column("lesson_done", sa.Column("again_at", UtcDateTime(), nullable=True))
    op.add_column("lesson_done", sa.Column("again_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("lesson_done", "again_hash")
    op.drop_column("lesson_done", "again_at")
