"""When a circle's trainer plans to move the stool."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "stage_plan",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_stage_plan_group_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_stage_plan_planned_by")),
        sa.PrimaryKeyConstraint("group_id", "stage", name=op.f("pk_stage_plan")),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("stage_plan")
