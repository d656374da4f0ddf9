"""What covered means to a large organisation is worked into the summary by a job, beside what is seen."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column: nothing waits, and all there is is seen. Add an index, without which making the
    summary of anybody anew reads every signature there is.
    """
    op.create_table(
        "cover_meaning_waiting",
        sa.Column("meaning_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["meaning_id"], ["cover_meaning.id"], name=op.f("fk_cover_meaning_waiting_meaning_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cover_meaning_waiting_organisation_id")
        ),
        sa.PrimaryKeyConstraint("meaning_id", name=op.f("pk_cover_meaning_waiting")),
    )
    op.create_index(op.f("ix_cover_meaning_waiting_organisation_id"), "cover_meaning_waiting", ["organisation_id"])
    op.add_column("cover_span", sa.Column("ahead", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_signature_session_id", "signature", ["session_id"])


def downgrade() -> None:
    """What waits counts at once, and the summary has to be made anew: `lms migrate` does."""
    op.execute("DELETE FROM cover_span WHERE ahead")
    op.execute(
        "INSERT INTO cover_due (organisation_id) SELECT DISTINCT organisation_id FROM cover_meaning_waiting "
        "WHERE organisation_id NOT IN (SELECT organisation_id FROM cover_due)"
    )
    op.drop_index("ix_signature_session_id", "signature")
    with op.batch_alter_table("cover_span") as table:
        table.drop_column("ahead")
    op.drop_table("cover_meaning_waiting")
