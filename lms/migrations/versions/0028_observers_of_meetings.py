"""What observers saw of how a circle worked in a meeting."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "meeting_observation",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("observer_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("helped", sa.SmallInteger(), nullable=False),
        sa.Column("stage", sa.String(length=3), nullable=False),
        sa.Column("seen", JSON, nullable=False),
        sa.Column("keep", sa.String(length=300), nullable=False),
        sa.Column("try_next", sa.String(length=300), nullable=False),
        sa.Column("concern", sa.Boolean(), nullable=False),
        sa.Column("tie", sa.String(length=8), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("helped BETWEEN 1 AND 5", name=op.f("ck_meeting_observation_helped")),
        sa.CheckConstraint("tie IN ('', 'trainer', 'seat', 'employer')", name=op.f("ck_meeting_observation_tie")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_observation_meeting_id")),
        sa.ForeignKeyConstraint(["observer_id"], ["person.id"], name=op.f("fk_meeting_observation_observer_id")),
        sa.PrimaryKeyConstraint("meeting_id", "observer_id", name=op.f("pk_meeting_observation")),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("meeting_observation")
