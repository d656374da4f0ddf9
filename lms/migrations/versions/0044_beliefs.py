"""What people write alone about values: the belief line, the table of values, dilemmas that a trainer judges."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lms.core.db import UtcDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WAITS = sa.text("judged_at IS NULL")


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in columns.items()
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "belief_line",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("pack_version", sa.Integer(), nullable=False),
        sa.Column("stood", JSON, nullable=False),
        sa.Column("stood_at", UtcDateTime(), nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(moved_at IS NULL) = (version = 1)", name=op.f("ck_belief_line_moved")),
        *_refers("belief_line", person_id="person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_belief_line")),
    )
    op.create_table(
        "value_table",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rows", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("complete_at", UtcDateTime(), nullable=True),
        *_refers("value_table", person_id="person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_value_table")),
    )
    op.create_table(
        "dilemma_draft",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dilemma", sa.String(length=40), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        *_refers("dilemma_draft", person_id="person"),
        sa.PrimaryKeyConstraint("person_id", "dilemma", name=op.f("pk_dilemma_draft")),
    )
    _answers()


def _answers() -> None:
    op.create_table(
        "dilemma_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("dilemma", sa.String(length=40), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("pack_version", sa.Integer(), nullable=False),
        sa.Column("pack_hash", sa.String(length=64), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", UtcDateTime(), nullable=True),
        sa.Column("marks", JSON, nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("authenticated_by", sa.String(length=40), nullable=False),
        sa.Column("leaf_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint("judged_by <> person_id", name=op.f("ck_dilemma_answer_two_people")),
        sa.CheckConstraint(
            "(judged_at IS NULL) = (judged_by IS NULL) AND (judged_at IS NULL) = (leaf_seq IS NULL) "
            "AND (judged_at IS NULL) = (is_right IS NULL)",
            name=op.f("ck_dilemma_answer_judged"),
        ),
        *_refers("dilemma_answer", person_id="person", provider_id="organisation", judged_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dilemma_answer")),
        sa.UniqueConstraint("person_id", "dilemma", "number", name=op.f("uq_dilemma_answer_person_id")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_dilemma_answer_key")),
    )
    op.create_index(
        "uq_dilemma_answer_waiting",
        "dilemma_answer",
        ["person_id", "dilemma"],
        unique=True,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_index("ix_dilemma_answer_provider_id", "dilemma_answer", ["provider_id", "judged_at"])


def downgrade() -> None:
    """Forget them."""
    for table in ("dilemma_answer", "dilemma_draft", "value_table", "belief_line"):
        op.drop_table(table)
