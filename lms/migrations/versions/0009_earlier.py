"""What people did before they came, by their own word."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for logs from before."""
    op.create_table(
        "earlier_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(80), nullable=False),
        sa.Column("brought_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_earlier_session_minutes")),
        sa.CheckConstraint("until > held_on", name=op.f("ck_earlier_session_until")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_earlier_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_session")),
        sa.UniqueConstraint("person_id", "digest", name=op.f("uq_earlier_session_person_id")),
    )
    op.create_index("ix_earlier_session_person_id", "earlier_session", ["person_id", "held_on"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("earlier_session")
