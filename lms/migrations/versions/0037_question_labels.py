"""What learners say about questions where they see them differently from the coach."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
FAULTS = "fault IN ('', 'X-ADV', 'X-LEAD', 'X-RHET', 'X-MULT', 'X-WHY')"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "question_label",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("openness", sa.String(length=6), nullable=False),
        sa.Column("fault", sa.String(length=6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("labelled_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("openness IN ('open', 'closed', 'unsure')", name=op.f("ck_question_label_openness")),
        sa.CheckConstraint(FAULTS, name=op.f("ck_question_label_fault")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_question_label_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_question_label")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("question_label")
