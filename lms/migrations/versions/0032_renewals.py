"""Certificates that renew another one, what holders send for it, and which reminders went out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
GROUND = "(decision_id IS NULL) <> (renews_id IS NULL)"


def upgrade() -> None:
    """Make the tables. A certificate stands on a decision or on the one it renews, never on both."""
    with op.batch_alter_table("certificate") as table:
        table.alter_column("decision_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("renews_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_certificate_renews_id"), "certificate", ["renews_id"], ["id"])
        table.create_unique_constraint(op.f("uq_certificate_renews_id"), ["renews_id"])
        table.create_check_constraint(op.f("ck_certificate_ground"), GROUND)
    op.create_table(
        "renewal",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("judged", JSON, nullable=True),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint("(decided_at IS NULL) = (leaf_seq IS NULL)", name=op.f("ck_renewal_decided")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_renewal_certificate_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_renewal_decided_by")),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_renewal")),
    )
    op.create_table(
        "renewal_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("learnt_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.String(length=40), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_renewal_entry_minutes")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_renewal_entry_certificate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_entry")),
    )
    op.create_index("ix_renewal_entry_certificate_id", "renewal_entry", ["certificate_id"])
    op.create_table(
        "renewal_reminder",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_renewal_reminder_certificate_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", "days", name=op.f("pk_renewal_reminder")),
    )


def downgrade() -> None:
    """Forget them. It is refused while a certificate stands on another one."""
    op.drop_table("renewal_reminder")
    op.drop_table("renewal_entry")
    op.drop_table("renewal")
    with op.batch_alter_table("certificate") as table:
        table.drop_constraint(op.f("ck_certificate_ground"), type_="check")
        table.drop_constraint(op.f("uq_certificate_renews_id"), type_="unique")
        table.drop_constraint(op.f("fk_certificate_renews_id"), type_="foreignkey")
        table.drop_column("renews_id")
        table.alter_column("decision_id", existing_type=sa.Uuid(), nullable=False)
