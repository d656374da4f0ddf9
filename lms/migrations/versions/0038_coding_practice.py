"""Codings of invented rounds and ratings of invented evenings, beside a key."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("sent_at IS NULL")


def upgrade() -> None:
    """Make the tables. Of each transcript a person has one draft at most."""
    op.create_table(
        "coding_practice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("transcript_id", sa.String(length=60), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("labels", JSON, nullable=False),
        sa.Column("key", JSON, nullable=True),
        sa.Column("kappa", sa.Integer(), nullable=True),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(sent_at IS NULL) = (kappa IS NULL)", name=op.f("ck_coding_practice_sent")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coding_practice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_practice")),
    )
    op.create_index("ix_coding_practice_person_id", "coding_practice", ["person_id", "sent_at"])
    op.create_index(
        "uq_coding_practice_draft", "coding_practice", ["person_id", "transcript_id"],
        unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    op.create_table(
        "case_rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.String(length=60), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("levels", JSON, nullable=False),
        sa.Column("key", JSON, nullable=False),
        sa.Column("rated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_rating_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_rating")),
    )
    op.create_index("ix_case_rating_person_id", "case_rating", ["person_id", "rated_at"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("case_rating")
    op.drop_table("coding_practice")
