"""What is counted of a circle's meetings, what it knows and was promised, and the moves of its trainer's stool."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "meeting_count",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run_by_id", sa.Uuid(), nullable=True),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("stepped_in", sa.SmallInteger(), nullable=False),
        sa.Column("noticed_inside", sa.SmallInteger(), nullable=False),
        sa.Column("noticed_outside", sa.SmallInteger(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(length=4), nullable=False),
        sa.Column("turns", JSON, nullable=False),
        sa.Column("counted_by", sa.Uuid(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("step IN ('none', 'told', 'open')", name=op.f("ck_meeting_count_step")),
        sa.CheckConstraint(
            "stepped_in >= 0 AND noticed_inside >= 0 AND noticed_outside >= 0", name=op.f("ck_meeting_count_counts")
        ),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_meeting_count_{name}"))
            for name, other in (
                ("meeting_id", "meeting"), ("run_by_id", "group_member"), ("holder_id", "group_member"),
                ("counted_by", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_meeting_count")),
    )  # fmt: skip
    op.create_table(
        "circle_check",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=6), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("topic IN ('limits', 'help')", name=op.f("ck_circle_check_topic")),
        sa.ForeignKeyConstraint(["member_id"], ["group_member.id"], name=op.f("fk_circle_check_member_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_circle_check_noted_by")),
        sa.PrimaryKeyConstraint("member_id", "topic", name=op.f("pk_circle_check")),
    )
    op.create_table(
        "circle_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=True),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "kind IN ('time', 'case') AND (kind = 'time') = (until IS NOT NULL) "
            "AND (kind = 'case') = (open IS NOT NULL)",
            name=op.f("ck_circle_word_kind"),
        ),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_circle_word_group_id")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_circle_word_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_word")),
    )
    op.create_index("ix_circle_word_group_id", "circle_word", ["group_id", "said_at"])
    op.create_table(
        "stage_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("from_stage", sa.String(length=3), nullable=False),
        sa.Column("to_stage", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("standard_id", sa.String(length=40), nullable=False),
        sa.Column("standard_version", sa.Integer(), nullable=False),
        sa.Column("standard_hash", sa.String(length=64), nullable=False),
        sa.Column("readiness", JSON, nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_stage <> to_stage", name=op.f("ck_stage_move_moves")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_stage_move_group_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_stage_move_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_move")),
        sa.UniqueConstraint("decided_by", "key", name=op.f("uq_stage_move_decided_by")),
    )
    op.create_index("ix_stage_move_group_id_decided_at", "stage_move", ["group_id", "decided_at"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("stage_move")
    op.drop_table("circle_word")
    op.drop_table("circle_check")
    op.drop_table("meeting_count")
