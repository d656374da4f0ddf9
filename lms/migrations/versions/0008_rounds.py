"""What a circle keeps of its rounds: facts in one table, words in two that a withdrawn yes empties."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add rounds."""
    op.create_table(
        "group_round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("facilitator_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("yes_by", sa.Uuid(), nullable=True),
        sa.Column("yes_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("withdrawn_at IS NULL OR yes_at IS NOT NULL", name=op.f("ck_group_round_yes_before_no")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_group_round_meeting_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["group_member.id"], name=op.f("fk_group_round_holder_id")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_group_round_{name}"))
            for name in ("facilitator_id", "started_by", "yes_by", "withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_round")),
        sa.UniqueConstraint("meeting_id", "key", name=op.f("uq_group_round_meeting_id")),
        sa.UniqueConstraint("meeting_id", "number", name="uq_group_round_number"),
    )
    op.create_table(
        "round_record",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("follow_up", sa.String(), nullable=False),
        sa.Column("agreed", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.Column("loops", sa.SmallInteger(), nullable=False),
        sa.Column("possibilities", sa.String(), nullable=False),
        sa.Column("insight", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("step_owner_id", sa.Uuid(), nullable=True),
        sa.Column("step_by_facilitator", sa.Boolean(), nullable=False),
        sa.Column("step_on", sa.Date(), nullable=True),
        sa.Column("help_wanted", sa.String(), nullable=False),
        sa.Column("learning", sa.String(), nullable=False),
        sa.Column("minutes", Json, nullable=False),
        sa.Column("interventions", Json, nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["group_round.id"], name=op.f("fk_round_record_round_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_round_record_saved_by")),
        sa.ForeignKeyConstraint(["step_owner_id"], ["group_member.id"], name=op.f("fk_round_record_step_owner_id")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_record")),
    )
    op.create_table(
        "round_statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("tag", sa.String(10), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_round_statement_rating")),
        sa.ForeignKeyConstraint(["round_id"], ["group_round.id"], name=op.f("fk_round_statement_round_id")),
        sa.ForeignKeyConstraint(["member_id"], ["group_member.id"], name=op.f("fk_round_statement_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_statement")),
        sa.UniqueConstraint("round_id", "member_id", name=op.f("uq_round_statement_round_id")),
    )
    op.create_index(op.f("ix_round_statement_member_id"), "round_statement", ["member_id"])


def downgrade() -> None:
    """Take rounds away."""
    op.drop_table("round_statement")
    op.drop_table("round_record")
    op.drop_table("group_round")
