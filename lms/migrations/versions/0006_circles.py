"""Where the members of a circle stand, so that its composition can be thought about."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what circles learned to keep."""
    above = sa.ForeignKey("group_member.id", name=op.f("fk_group_member_reports_to_id"))
    op.add_column("group_member", sa.Column("status_band", sa.SmallInteger(), nullable=True))
    op.add_column("group_member", sa.Column("reports_to_id", sa.Uuid(), above, nullable=True), inline_references=True)
    for name in ("reports_to_facilitator", "both_agreed"):
        op.add_column("group_member", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take it away."""
    for name in ("both_agreed", "reports_to_facilitator", "reports_to_id", "status_band"):
        op.drop_column("group_member", name)
