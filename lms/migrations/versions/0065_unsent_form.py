"""What is typed into a form that judges, until it is sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add it."""
    op.create_table(
        "unsent_form",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unsent_form_person_id")),
        sa.PrimaryKeyConstraint("person_id", "form", "about", name=op.f("pk_unsent_form")),
    )
    op.create_index("ix_unsent_form_saved_at", "unsent_form", ["saved_at"])


def downgrade() -> None:
    """Forget what was typed and not sent."""
    op.drop_table("unsent_form")
