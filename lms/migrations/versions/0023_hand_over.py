"""The agreement by which a circle is handed over: its signatures and the circle's own yes. And when it was taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN, STANDING = sa.text("completed_at IS NULL AND called_off_at IS NULL"), sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the tables."""
    op.add_column("peer_group", sa.Column("taken_back_at", UtcDateTime(), nullable=True))
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facilitator_id", sa.Uuid(), nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("called_off_at", UtcDateTime(), nullable=True),
        sa.Column("called_off_because", sa.Text(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.Column("said_yes", sa.SmallInteger(), nullable=True),
        sa.Column("move_id", sa.Uuid(), nullable=True),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint("completed_at IS NULL OR called_off_at IS NULL", name=op.f("ck_hand_over_one_end")),
        sa.CheckConstraint(
            "(completed_at IS NULL) = (leaf_seq IS NULL) AND (completed_at IS NULL) = (move_id IS NULL) "
            "AND (completed_at IS NULL) = (completed_by IS NULL) AND (completed_at IS NULL) = (said_yes IS NULL)",
            name=op.f("ck_hand_over_completed"),
        ),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_hand_over_{name}"))
            for name, other in (
                ("group_id", "peer_group"), ("drafted_by", "person"), ("facilitator_id", "person"),
                ("completed_by", "person"), ("move_id", "stage_move"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
    )  # fmt: skip
    op.create_index(
        "uq_hand_over_open", "hand_over", ["group_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_hand_over_group_id_drafted_at", "hand_over", ["group_id", "drafted_at"])
    op.create_table(
        "hand_over_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=11), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("part IN ('trainer', 'facilitator', 'sponsor')", name=op.f("ck_hand_over_signature_part")),
        sa.ForeignKeyConstraint(["hand_over_id"], ["hand_over.id"], name=op.f("fk_hand_over_signature_hand_over_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hand_over_signature_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_signature")),
    )
    for name, column in (("uq_hand_over_signature_part", "part"), ("uq_hand_over_signature_person_id", "person_id")):
        op.create_index(
            name, "hand_over_signature", ["hand_over_id", column],
            unique=True, sqlite_where=STANDING, postgresql_where=STANDING,
        )  # fmt: skip
    op.create_table(
        "hand_over_yes",
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("yes OR asked_on IS NULL", name=op.f("ck_hand_over_yes_noted")),
        sa.ForeignKeyConstraint(["hand_over_id"], ["hand_over.id"], name=op.f("fk_hand_over_yes_hand_over_id")),
        sa.ForeignKeyConstraint(["member_id"], ["group_member.id"], name=op.f("fk_hand_over_yes_member_id")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_hand_over_yes_said_by")),
        sa.PrimaryKeyConstraint("hand_over_id", "member_id", name=op.f("pk_hand_over_yes")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("hand_over_yes")
    op.drop_table("hand_over_signature")
    op.drop_table("hand_over")
    op.drop_column("peer_group", "taken_back_at")
