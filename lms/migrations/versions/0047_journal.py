"""What people write for themselves, to whom they show it, and what is answered."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

SHOWN = sa.text("ended_at IS NULL")


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("about_id", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("about IN ('', 'lesson', 'session')", name=op.f("ck_journal_entry_about")),
        *_refers("journal_entry", person_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    op.create_index("ix_journal_entry_person_id", "journal_entry", ["person_id", "begun_at"])
    op.create_table(
        "journal_share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("shown_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        *_refers("journal_share", entry_id="journal_entry", trainer_id="person", provider_id="organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_share")),
    )
    op.create_index(
        "uq_journal_share_shown",
        "journal_share",
        ["entry_id", "trainer_id"],
        unique=True,
        sqlite_where=SHOWN,
        postgresql_where=SHOWN,
    )
    op.create_index("ix_journal_share_trainer_id", "journal_share", ["trainer_id", "ended_at"])
    op.create_table(
        "journal_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        *_refers("journal_comment", entry_id="journal_entry", trainer_id="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_comment")),
    )
    op.create_index("ix_journal_comment_entry_id", "journal_comment", ["entry_id"])


def downgrade() -> None:
    """Forget them."""
    for table in ("journal_comment", "journal_share", "journal_entry"):
        op.drop_table(table)
