"""Where the members of a circle stand, how often a meeting was moved, and private calendars."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

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
    op.add_column("meeting", sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_calendar_feed_secret_digest")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("calendar_feed")
    op.drop_column("meeting", "sequence")
    for name in ("both_agreed", "reports_to_facilitator", "reports_to_id", "status_band"):
        op.drop_column("group_member", name)
