"""An address that means somebody who stood on a list twice; rows of a file whose post has ended."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0060"
down_revision = "0055"
branch_labels = None
depends_on = None


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "staff_alias",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=90), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("merged_at", UtcDateTime(), nullable=False),
        *_refers("staff_alias", organisation_id="organisation", staff_id="staff_member", merged_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_alias")),
        sa.UniqueConstraint("organisation_id", "email", name=op.f("uq_staff_alias_organisation_id")),
    )
    op.create_index("ix_staff_alias_staff_id", "staff_alias", ["staff_id"])
    op.add_column("import_row", sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget both. Two entries that were made one stay one."""
    op.drop_column("import_row", "gone")
    op.drop_table("staff_alias")
