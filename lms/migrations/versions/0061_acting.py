"""When a sign of drift is gone, what managers wrote through the house, and who of them gets a letter a week."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Add the column and the tables. Which old signs still stand, the next morning's look writes down."""
    op.add_column("drift_sign", sa.Column("gone_on", sa.Date(), nullable=True))
    op.create_table(
        "manager_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        *_refers(
            "manager_letter", organisation_id="organisation", about_id="person", to_id="person", written_by="person"
        ),
        sa.CheckConstraint(
            "kind IN ('unblock', 'renewal', 'step_in', 'pace', 'write')", name=op.f("ck_manager_letter_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manager_letter")),
    )
    op.create_index(
        op.f("ix_manager_letter_organisation_id_written_at"), "manager_letter", ["organisation_id", "written_at"]
    )
    op.create_index(op.f("ix_manager_letter_about_id"), "manager_letter", ["about_id"])
    op.create_table(
        "manager_digest",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("stood", JSON, nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        *_refers("manager_digest", person_id="person", organisation_id="organisation"),
        sa.PrimaryKeyConstraint("person_id", "organisation_id", name=op.f("pk_manager_digest")),
        sa.UniqueConstraint("code", name=op.f("uq_manager_digest_code")),
    )


def downgrade() -> None:
    """Forget them."""
    for name in ("manager_digest", "manager_letter"):
        op.drop_table(name)
    op.drop_column("drift_sign", "gone_on")
