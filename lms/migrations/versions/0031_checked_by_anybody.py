"""Whether holders show their evidence to whoever checks their number, and files found by their digest."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. Until somebody chooses, nothing is shown."""
    op.create_table(
        "evidence_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_choice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_choice")),
    )
    op.create_index("ix_evidence_choice_person_id_chosen_at", "evidence_choice", ["person_id", "chosen_at"])
    op.create_index("ix_certificate_pdf_sha256", "certificate_pdf", ["sha256"])


def downgrade() -> None:
    """Forget what was chosen: nothing is shown then."""
    op.drop_index("ix_certificate_pdf_sha256", "certificate_pdf")
    op.drop_table("evidence_choice")
