"""Pages that holders open for anybody who has the address."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Make the table. Until somebody opens a page there is none."""
    op.create_table(
        "holder_page",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=28), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_holder_page_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder_page")),
        sa.UniqueConstraint("code", name=op.f("uq_holder_page_code")),
    )
    op.create_index(
        "uq_holder_page_open", "holder_page", ["person_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    """Forget them: no such page opens any more."""
    op.drop_index("uq_holder_page_open", "holder_page", sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_table("holder_page")
