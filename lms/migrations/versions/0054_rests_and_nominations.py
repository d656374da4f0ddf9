"""A training that its learner let rest is told from one that ended with their place, and managers nominate people."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

OPEN = sa.text("decided_at IS NULL")


def upgrade() -> None:
    """Add the column and the table. What ended while the place stood was let rest: nothing else ended a training so."""
    op.add_column("enrolment", sa.Column("rests", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE enrolment SET rests = true WHERE ended_on IS NOT NULL AND EXISTS (SELECT 1 FROM membership WHERE "
        "membership.person_id = enrolment.person_id AND membership.organisation_id = enrolment.organisation_id AND "
        "membership.role = 'trainee' AND membership.ended_on IS NULL)"
    )
    refers = {
        "organisation_id": "organisation", "unit_id": "unit", "nominated_by": "person", "decided_by": "person",
        "invitation_id": "invitation",
    }  # fmt: skip
    op.create_table(
        "nomination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("standard_id", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("nominated_by", sa.Uuid(), nullable=False),
        sa.Column("nominated_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_nomination_decided")),
        sa.CheckConstraint("accepted IS NULL OR decided_at IS NOT NULL", name=op.f("ck_nomination_accepted")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_nomination_{name}"))
            for name, table in refers.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
    )
    op.create_index("ix_nomination_organisation_id", "nomination", ["organisation_id", "nominated_at"])
    op.create_index(
        "uq_nomination_open", "nomination", ["organisation_id", "email", "standard_id"],
        unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip


def downgrade() -> None:
    """Take them off again."""
    op.drop_table("nomination")
    op.drop_column("enrolment", "rests")
