"""Where the members of a circle stand, what a meeting keeps beside its time, agreements, private calendars."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0006"
down_revision = "0005"
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
    for name, other in (("host_id", "group_member"), ("deputy_id", "group_member"), ("attendance_by", "person")):
        key = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_meeting_{name}"))
        op.add_column("meeting", sa.Column(name, sa.Uuid(), key, nullable=True), inline_references=True)
    op.add_column("meeting", sa.Column("attendance_at", UtcDateTime(), nullable=True))
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["member_id"], ["group_member.id"], name=op.f("fk_attendance_member_id")),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_attendance")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_agreement_group_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_agreement_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("group_id", "agreed_on", "meetings", name=op.f("uq_agreement_group_id")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("agreement")
    op.drop_table("attendance")
    for name in ("attendance_at", "attendance_by", "deputy_id", "host_id"):
        op.drop_column("meeting", name)
    op.drop_table("calendar_feed")
    op.drop_column("meeting", "sequence")
    for name in ("both_agreed", "reports_to_facilitator", "reports_to_id", "status_band"):
        op.drop_column("group_member", name)
