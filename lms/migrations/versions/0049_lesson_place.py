"""Where somebody was in a lesson."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "lesson_place",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=120), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lesson_place_person_id")),
        sa.PrimaryKeyConstraint("person_id", "lesson_id", name=op.f("pk_lesson_place")),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("lesson_place")
