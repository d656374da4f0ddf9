"""People who learn at one pace, and what was written to those who were stuck."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSIDE = sa.text("left_at IS NULL")


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cohort",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("standard_id", sa.String(length=40), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("per_week", sa.SmallInteger(), nullable=False),
        sa.Column("weeks_off", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("per_week BETWEEN 1 AND 14", name=op.f("ck_cohort_per_week")),
        *_refers("cohort", provider_id="organisation", made_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
    )
    op.create_index("ix_cohort_provider_id", "cohort", ["provider_id", "closed_at"])
    op.create_table(
        "cohort_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        *_refers("cohort_place", cohort_id="cohort", enrolment_id="enrolment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_place")),
    )
    op.create_index("ix_cohort_place_cohort_id", "cohort_place", ["cohort_id", "left_at"])
    op.create_index(
        "uq_cohort_place_inside", "cohort_place", ["enrolment_id"],
        unique=True, sqlite_where=INSIDE, postgresql_where=INSIDE,
    )  # fmt: skip
    op.create_table(
        "cohort_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        *_refers("cohort_letter", enrolment_id="enrolment", written_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_letter")),
    )
    op.create_index("ix_cohort_letter_enrolment_id", "cohort_letter", ["enrolment_id", "written_at"])


def downgrade() -> None:
    """Forget them."""
    for table in ("cohort_letter", "cohort_place", "cohort"):
        op.drop_table(table)
