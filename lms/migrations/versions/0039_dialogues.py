"""Conversations with written people: who began them, what was asked, and what was said."""

import sqlalchemy as sa
from alembic import op

from lms.core.db import UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KINDS = "kind IN ('open', 'closed', 'advice', 'leading', 'stacked', 'why', 'statement', 'silence')"
FUNCTIONS = "function IN ('', 'clarify', 'feeling', 'view', 'consequences')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "dialogue_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dialogue_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_run")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_dialogue_run_person_id")),
    )
    op.create_index("ix_dialogue_run_person_id_begun_at", "dialogue_run", ["person_id", "begun_at"])
    op.create_table(
        "dialogue_turn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("function", sa.String(length=12), nullable=False),
        sa.Column("proposed", sa.String(length=10), nullable=False),
        sa.Column("rules_version", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("replied", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_dialogue_turn_kind")),
        sa.CheckConstraint(FUNCTIONS, name=op.f("ck_dialogue_turn_function")),
        sa.CheckConstraint("(kind = 'open') = (function <> '')", name=op.f("ck_dialogue_turn_open")),
        sa.CheckConstraint("(kind = 'silence') = (asked = '')", name=op.f("ck_dialogue_turn_asked")),
        sa.ForeignKeyConstraint(["run_id"], ["dialogue_run.id"], name=op.f("fk_dialogue_turn_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_turn")),
        sa.UniqueConstraint("key", "run_id", name=op.f("uq_dialogue_turn_key")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_dialogue_turn_run_id")),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("dialogue_turn")
    op.drop_table("dialogue_run")
