"""When trainers are away, and the sessions that others were asked to read in their place."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import Json, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables, and the index that finds what has waited longest."""
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("person_id", "starts_on", name=op.f("uq_absence_person_id")),
    )
    op.create_table(
        "backup_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(10), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked", Json, nullable=False),
        sa.CheckConstraint("reason IN ('late', 'away')", name=op.f("ck_backup_request_reason")),
        sa.ForeignKeyConstraint(["session_id"], ["practice_session.id"], name=op.f("fk_backup_request_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_request")),
        sa.UniqueConstraint("session_id", "sent_at", name=op.f("uq_backup_request_session_id")),
    )
    op.create_index(op.f("ix_practice_session_state"), "practice_session", ["state", "submitted_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index(op.f("ix_practice_session_state"), "practice_session")
    op.drop_table("backup_request")
    op.drop_table("absence")
