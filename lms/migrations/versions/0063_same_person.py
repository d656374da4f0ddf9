"""Two accounts of one person: which one stays, said by whoever has both."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "same_person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("former_id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=60), nullable=False),
        sa.Column("former_proof", sa.String(length=60), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("former_id <> kept_id", name=op.f("ck_same_person_two")),
        sa.ForeignKeyConstraint(["former_id"], ["person.id"], name=op.f("fk_same_person_former_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_same_person_kept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_same_person")),
        sa.UniqueConstraint("former_id", name=op.f("uq_same_person_former_id")),
        sa.UniqueConstraint("leaf_seq", name=op.f("uq_same_person_leaf_seq")),
    )
    op.create_index(op.f("ix_same_person_kept_id"), "same_person", ["kept_id"])


def downgrade() -> None:
    """Forget it."""
    op.drop_table("same_person")
