"""An invitation names the award somebody is trained towards, an enrolment keeps why somebody began early, and a concern
about safety is recorded until it is settled.
"""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table. Whoever was invited before is trained towards what was the only award then."""
    op.add_column("invitation", sa.Column("standard_id", sa.String(40), nullable=True))
    op.add_column("invitation", sa.Column("early_because", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE invitation SET standard_id = 'certified' WHERE role = 'trainee'")
    op.add_column("enrolment", sa.Column("early_because", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "safety_concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_proof", sa.String(40), nullable=False),
        sa.Column("opened_seq", sa.Integer(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_proof", sa.String(40), nullable=False),
        sa.Column("settled_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "opened_by <> person_id AND settled_by <> person_id", name=op.f("ck_safety_concern_by_others")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (settled_seq IS NULL)",
            name=op.f("ck_safety_concern_settled"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_safety_concern_person_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisation.id"], name=op.f("fk_safety_concern_provider_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_safety_concern_opened_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_safety_concern_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safety_concern")),
        sa.UniqueConstraint("opened_by", "key", name=op.f("uq_safety_concern_opened_by")),
    )
    open_ = sa.text("settled_at IS NULL")
    op.create_index(
        "uq_safety_concern_open", "safety_concern", ["person_id", "provider_id"], unique=True,
        sqlite_where=open_, postgresql_where=open_,
    )  # fmt: skip


def downgrade() -> None:
    """Take them off again."""
    op.drop_table("safety_concern")
    op.drop_column("enrolment", "early_because")
    op.drop_column("invitation", "early_because")
    op.drop_column("invitation", "standard_id")
