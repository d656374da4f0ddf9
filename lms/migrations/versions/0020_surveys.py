"""Anonymous surveys of circles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "circle_survey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("asked", sa.SmallInteger(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("answers", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('safety', 'pulse')", name=op.f("ck_circle_survey_kind")),
        sa.CheckConstraint("(closed_at IS NULL) = (answers IS NULL)", name=op.f("ck_circle_survey_closed")),
        sa.ForeignKeyConstraint(["group_id"], ["peer_group.id"], name=op.f("fk_circle_survey_group_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_circle_survey_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_survey")),
        sa.UniqueConstraint("opened_by", "key", name=op.f("uq_circle_survey_opened_by")),
    )
    op.create_index("ix_circle_survey_group_id", "circle_survey", ["group_id", "opened_at"])
    op.create_table(
        "survey_slip",
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["circle_survey.id"], name=op.f("fk_survey_slip_survey_id")),
        sa.PrimaryKeyConstraint("code_digest", name=op.f("pk_survey_slip")),
    )
    op.create_index("ix_survey_slip_survey_id", "survey_slip", ["survey_id"])
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("given", JSON, nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["circle_survey.id"], name=op.f("fk_survey_answer_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
    )
    op.create_index("ix_survey_answer_survey_id", "survey_answer", ["survey_id"])


def downgrade() -> None:
    """Forget them."""
    for name in ("survey_answer", "survey_slip", "circle_survey"):
        op.drop_table(name)
