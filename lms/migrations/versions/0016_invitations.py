"""Meetings come to calendars by letter, and hosts are written to."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A calendar beside a letter, what each calendar was told, who wants none, and which hosts were written to."""
    op.add_column("message", sa.Column("calendar", sa.Text(), nullable=True))
    op.create_table(
        "invited",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("starts_local", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("taken_off", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invited_person_id")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_invited_group_id")),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_invited")),
    )
    op.create_index("ix_invited_group_id_person_id", "invited", ["group_id", "person_id"])
    op.create_table(
        "without_invitations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_without_invitations_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_without_invitations")),
    )
    op.create_table(
        "host_letter",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_host_letter_meeting_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["member_id"], ["group_member.id"], name=op.f("fk_host_letter_member_id")),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_host_letter")),
    )


def downgrade() -> None:
    """Forget who was told of which meeting. Letters stay, without their calendars."""
    for table in ("host_letter", "without_invitations", "invited"):
        op.drop_table(table)
    op.drop_column("message", "calendar")
