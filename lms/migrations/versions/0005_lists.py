"""A person's sessions by the day they were held: lists count those before each, however many there are."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f("ix_practice_session_person_id"), "practice_session", ["person_id", "held_on"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index(op.f("ix_practice_session_person_id"), "practice_session")
